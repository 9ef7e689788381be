// The product of n values as a tree inside one block: the values move to shared memory once, and a
// barrier stands before every level.
//
// work:      n - 1
// span:      ceiling(log2(n))
// threads:   max(1, floor(n/2))
// launches:  1
// barriers:  ceiling(log2(n))
// loads:     n
// stores:    1
// requires:  1 <= n <= 2048; odd values, wrap-around product; grid 1, block max(1, floor(n/2)); n words shared
// source:    Harris, Optimizing Parallel Reduction in CUDA (NVIDIA, 2007), sequential addressing
//
// Loads and stores are words of global memory. Every thread loads two values (one thread a third where
// n is odd); a level pairs t with t + ceil(m/2), which needs a commutative product.

extern __shared__ unsigned long long words[];

template <typename Word>
__device__ void multiply(const Word* x, Word* result, unsigned n) {
  Word* s = reinterpret_cast<Word*>(words);
  unsigned t = threadIdx.x;
#pragma unroll 1
  for (unsigned i = t; i < n; i += blockDim.x) s[i] = x[i];
#pragma unroll 1
  for (unsigned m = n; m > 1;) {
    unsigned half = (m + 1) / 2;
    __syncthreads();
    if (t < m - half) s[t] *= s[t + half];
    m = half;
  }
  if (t == 0) *result = s[0];
}

extern "C" __global__ void multiply_block_u32(const unsigned* x, unsigned* result, unsigned n) {
  multiply(x, result, n);
}

extern "C" __global__ void multiply_block_u64(const unsigned long long* x, unsigned long long* result,
                                              unsigned n) {
  multiply(x, result, n);
}
