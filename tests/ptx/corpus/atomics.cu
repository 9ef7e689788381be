// Atomics and reductions in global and shared memory.
extern "C" __global__ void histogram(const int* x, int* out, int n) {
  __shared__ int bins[16];
  if (threadIdx.x < 16) bins[threadIdx.x] = 0;
  __syncthreads();
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) atomicAdd(&bins[x[i] & 15], 1);
  __syncthreads();
  if (threadIdx.x < 16) atomicAdd(&out[threadIdx.x], bins[threadIdx.x]);
}

extern "C" __global__ void every_kind(const int* x, int* a, unsigned* u, unsigned long long* l, float* f, double* d) {
  int t = threadIdx.x, v = x[t];
  atomicMin(&a[0], v); atomicMax(&a[1], v); atomicAnd(&a[2], v); atomicOr(&a[3], v); atomicXor(&a[4], v);
  atomicSub(&a[5], v);
  atomicInc(&u[0], 5u); atomicDec(&u[1], 9u); u[2 + t] = atomicExch(&u[64], (unsigned)t);
  atomicAdd(&l[0], (unsigned long long)t); atomicMax(&l[1], (unsigned long long)t * 1000000007ull);
  atomicAdd(&f[0], 0.5f * t); atomicAdd(&d[0], 0.25 * t);
}

extern "C" __global__ void ticket(int* next, int* out) { out[atomicAdd(next, 1)] = threadIdx.x + blockIdx.x * blockDim.x; }

extern "C" __global__ void claim(const int* key, int* owner) {
  int t = blockIdx.x * blockDim.x + threadIdx.x;
  int slot = key[t];
  while (atomicCAS(&owner[slot], -1, t) != -1) slot = (slot + 1) & 127;
}

extern "C" __global__ void last_block(const float* x, float* partial, unsigned* count, float* out, int n) {
  __shared__ float s[64];
  __shared__ bool last;
  int t = threadIdx.x;
  float v = 0;
  for (int i = blockIdx.x * 64 + t; i < n; i += gridDim.x * 64) v += x[i];
  s[t] = v;
  __syncthreads();
  for (int d = 32; d > 0; d >>= 1) { if (t < d) s[t] += s[t + d]; __syncthreads(); }
  if (t == 0) {
    partial[blockIdx.x] = s[0];
    __threadfence();
    last = atomicInc(count, gridDim.x - 1) == gridDim.x - 1;
  }
  __syncthreads();
  if (last && t == 0) {
    float sum = 0;
    for (int i = 0; i < gridDim.x; ++i) sum += ((volatile float*)partial)[i];
    *out = sum;
  }
}
