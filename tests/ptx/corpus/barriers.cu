// Barriers that count, vote, or stand apart.
extern "C" __global__ void voting(const int* x, int* out) {
  int t = threadIdx.x, n = blockDim.x, v = x[t];
  out[t] = __syncthreads_count(v > 0); out[n + t] = __syncthreads_and(v > -50); out[2 * n + t] = __syncthreads_or(v > 95);
}

extern "C" __global__ void named(int* x) {
  // Two warps hand a value over at barrier 1; the other two meet at barrier 2.
  __shared__ int s[64];
  int t = threadIdx.x;
  if (t < 64) {
    s[t] = t;
    asm volatile("bar.sync 1, 64;" ::: "memory");
    x[t] = s[63 - t];
  } else {
    asm volatile("bar.sync 2, 64;" ::: "memory");
    x[t] = -t;
  }
}

extern "C" __global__ void produce(int* x) {
  __shared__ int s[32];
  int t = threadIdx.x;
  if (t < 32) { s[t] = t * t; asm volatile("bar.arrive 3, 64;" ::: "memory"); }
  else { asm volatile("bar.sync 3, 64;" ::: "memory"); x[t - 32] = s[t - 32] + 1; }
}
