// Shuffles, votes, matches, reductions of a warp.
extern "C" __global__ void shuffle_sum(const int* x, int* out) {
  int v = x[blockIdx.x * blockDim.x + threadIdx.x];
  for (int d = 16; d > 0; d >>= 1) v += __shfl_down_sync(0xffffffffu, v, d);
  if (threadIdx.x % 32 == 0) out[(blockIdx.x * blockDim.x + threadIdx.x) / 32] = v;
}

extern "C" __global__ void shuffles(const int* x, int* out) {
  int t = threadIdx.x, v = x[t], n = blockDim.x;
  out[t] = __shfl_sync(0xffffffffu, v, (t * 7 + 3) % 32);
  out[n + t] = __shfl_up_sync(0xffffffffu, v, 3);
  out[2 * n + t] = __shfl_xor_sync(0xffffffffu, v, 5);
  out[3 * n + t] = __shfl_down_sync(0xffffffffu, v, 2, 8);
  out[4 * n + t] = __shfl_up_sync(0xffffffffu, v, 1, 4);
  out[5 * n + t] = __shfl_sync(0xffffffffu, v, 1, 16);
}

extern "C" __global__ void votes(const int* x, unsigned* out) {
  int t = threadIdx.x, n = blockDim.x, v = x[t];
  out[t] = __ballot_sync(0xffffffffu, v > 0);
  out[n + t] = __any_sync(0xffffffffu, v > 90);
  out[2 * n + t] = __all_sync(0xffffffffu, v > -200);
  out[3 * n + t] = __activemask();
  unsigned peers = 0;
  if (t % 3 == 0) peers = __activemask();
  out[4 * n + t] = peers;
  out[5 * n + t] = __match_any_sync(0xffffffffu, v & 3);
  int same;
  out[6 * n + t] = __match_all_sync(0xffffffffu, t / 32, &same);
  out[7 * n + t] = same;
}

extern "C" __global__ void scan_in_a_branch(int* x) {
  // Half the lanes scan among themselves: the mask names who takes part.
  int t = threadIdx.x;
  if (t & 1) {
    unsigned mask = 0xaaaaaaaau;
    int v = x[t];
    for (int d = 2; d < 32; d <<= 1) {
      int w = __shfl_up_sync(mask, v, d);
      if ((t & 31) >= d) v += w;
    }
    x[t] = v;
  }
}

extern "C" __global__ void warp_sync_tree(int* x) {
  __shared__ int s[32];
  int t = threadIdx.x;
  s[t] = x[t];
  __syncwarp();
  for (int d = 16; d > 0; d >>= 1) {
    if (t < d) s[t] += s[t + d];
    __syncwarp();
  }
  if (t == 0) x[0] = s[0];
}

extern "C" __global__ void long_shuffle(const double* x, double* out) {
  double v = x[threadIdx.x];
  for (int d = 16; d > 0; d >>= 1) v += __shfl_xor_sync(0xffffffffu, v, d);
  out[threadIdx.x] = v;
}

#if __CUDA_ARCH__ >= 800
extern "C" __global__ void redux(const int* x, int* out) {
  int t = threadIdx.x, n = blockDim.x, v = x[t];
  out[t] = __reduce_add_sync(0xffffffffu, v);
  out[n + t] = __reduce_max_sync(0xffffffffu, v);
  out[2 * n + t] = __reduce_min_sync(0xffffffffu, (unsigned)v);
  out[3 * n + t] = __reduce_xor_sync(0xffffffffu, (unsigned)v);
}
#endif
