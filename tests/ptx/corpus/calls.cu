// Device functions that are really called, printf, traps and assertions.
__device__ __noinline__ int twice(int v) { return 2 * v + 1; }
__device__ __noinline__ void swap_if(int* a, int* b) { if (*a > *b) { int t = *a; *a = *b; *b = t; } }
__device__ __noinline__ float2 rotate(float2 v, float s) { return make_float2(v.y * s, -v.x); }
__device__ __noinline__ int deep(int v) { return twice(v) + twice(v + 1); }

extern "C" __global__ void calls(int* x, float2* f) {
  int t = threadIdx.x;
  x[t] = twice(x[t]);
  if (t & 1) x[t] = deep(x[t]);
  int a = x[t], b = 40;
  swap_if(&a, &b);
  x[t] = a * 1000 + b;
  f[t] = rotate(f[t], 0.5f);
}

extern "C" __global__ void prints(const int* x) {
  if (threadIdx.x < 2) printf("thread %d has %d and %f, %s %c %u %lld\n", threadIdx.x, x[threadIdx.x], 1.5, "words", 'c', 7u, 1ll << 40);
}

extern "C" __global__ void traps(const int* x) { if (x[threadIdx.x] == 7) __trap(); }
