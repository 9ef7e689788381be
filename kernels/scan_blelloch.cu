// The exclusive prefix sums of n values in one block, and their total: sums go up a tree, prefixes come
// down.
//
// work:      2*n - 2
// span:      2*log2(n)
// threads:   max(1, n/2)
// launches:  1
// barriers:  2*log2(n) + 1
// loads:     n
// stores:    n + 1
// requires:  n a power of two, 1 <= n <= 2048; grid 1, block max(1, n/2); 8 KiB shared
// source:    Blelloch, Prefix sums and their applications (1990), section 1.2, figure 1.4
//
// Linear work, for twice the rounds of Hillis and Steele's. On the way down each node hands its prefix to
// the left, and prefix plus left sum to the right. Loads and stores are words of global memory.

template <typename Word>
__device__ void scan(const Word* x, Word* y, Word* total, unsigned n) {
  __shared__ Word s[2048];
  unsigned t = threadIdx.x;
#pragma unroll 1
  for (unsigned i = t; i < n; i += blockDim.x) s[i] = x[i];
#pragma unroll 1
  for (unsigned gap = 1; gap < n; gap *= 2) {
    unsigned right = 2 * gap * (t + 1) - 1;
    __syncthreads();
    if (right < n) s[right] += s[right - gap];
  }
  if (t == 0) {
    *total = s[n - 1];
    s[n - 1] = 0;
  }
#pragma unroll 1
  for (unsigned gap = n / 2; gap > 0; gap /= 2) {
    unsigned right = 2 * gap * (t + 1) - 1;
    __syncthreads();
    if (right < n) {
      Word left = s[right - gap];
      s[right - gap] = s[right];
      s[right] += left;
    }
  }
  __syncthreads();
#pragma unroll 1
  for (unsigned i = t; i < n; i += blockDim.x) y[i] = s[i];
}

extern "C" __global__ void scan_blelloch_u32(const unsigned* x, unsigned* y, unsigned* total, unsigned n) {
  scan(x, y, total, n);
}

extern "C" __global__ void scan_blelloch_f32(const float* x, float* y, float* total, unsigned n) {
  scan(x, y, total, n);
}
