// The sum of n values by a fixed number of threads: each adds every 2048th value in a register, a block adds
// its threads' sums as a tree, and a second launch, one block, adds the 8 blocks' sums.
//
// work:      n + 2303
// span:      ceiling(n/2048) + 17
// threads:   2048
// launches:  2
// barriers:  16
// loads:     n + 8
// stores:    9
// requires:  n >= 1; grid 8, then 1; block 256; 1 KiB shared
// source:    JaJa, An Introduction to Parallel Algorithms, section 1.3 (Brent's theorem)
//
// Brent's theorem as a kernel: for p = 2048 threads the work stays linear and the time is n/p + log(p). Each
// thread starts from zero, so work is n + 2048 - 1 + 256. Loads and stores are words of global memory.

template <typename Word>
__device__ void sum(const Word* x, Word* result, unsigned n) {
  __shared__ Word s[256];
  unsigned t = threadIdx.x;
  Word total = 0;
#pragma unroll 1
  for (unsigned i = blockIdx.x * 256 + t; i < n; i += gridDim.x * 256) total += x[i];
  s[t] = total;
#pragma unroll 1
  for (unsigned half = 128; half > 0; half /= 2) {
    __syncthreads();
    if (t < half) s[t] += s[t + half];
  }
  if (t == 0) result[blockIdx.x] = s[0];
}

extern "C" __global__ void sum_grid_stride_u32(const unsigned* x, unsigned* result, unsigned n) {
  sum(x, result, n);
}

extern "C" __global__ void sum_grid_stride_f32(const float* x, float* result, unsigned n) {
  sum(x, result, n);
}
