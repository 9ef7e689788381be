// How often each of 256 values occurs among the low bytes of n words: every block counts 1024 words in
// shared memory, by atomics, and adds its counts to the common ones.
//
// work:      n + 256*ceiling(n/1024)
// span:      min(n, 1024) + ceiling(n/1024)
// threads:   256*ceiling(n/1024)
// launches:  1
// barriers:  2
// loads:     n + 256*ceiling(n/1024)
// stores:    256*ceiling(n/1024)
// requires:  n >= 1; counts zeroed; grid ceil(n/1024), block 256; 1 KiB shared
// source:    Podlozhnyuk, Histogram calculation in CUDA (NVIDIA, 2007)
//
// Work counts atomics. The span is that of equal words: atomics on one cell follow each other; of words
// that differ much it is far less. Loads and stores are words of global memory, an atomic counted as one
// of each.

extern "C" __global__ void histogram_u32(const unsigned* x, unsigned* counts, unsigned n) {
  __shared__ unsigned s[256];
  unsigned t = threadIdx.x, end = min(n, blockIdx.x * 1024 + 1024);
  s[t] = 0;
  __syncthreads();
#pragma unroll 1
  for (unsigned i = blockIdx.x * 1024 + t; i < end; i += 256) atomicAdd(&s[x[i] % 256], 1u);
  __syncthreads();
  atomicAdd(&counts[t], s[t]);
}
