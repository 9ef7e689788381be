// The largest of n values as a tree: every block of 1024 threads leaves its largest, and a second launch of
// the same kernel, one block, takes the largest of those.
//
// work:      n - 1
// span:      ceiling(log2(n))
// threads:   n
// launches:  2
// barriers:  ceiling(log2(n))
// loads:     n + ceiling(n/1024)
// stores:    ceiling(n/1024) + 1
// requires:  1 <= n <= 2**20; no NaN; grid ceil(n/1024), then 1; block 1024; 4 KiB shared
// source:    Harris, Optimizing Parallel Reduction in CUDA (NVIDIA, 2007), sequential addressing
//
// A level pairs t with t + ceil(m/2), so that neighbours touch neighbouring words and no lane is given
// padding to add; the pairing needs a commutative maximum. Loads and stores are words of global memory.

template <typename Word>
__device__ void largest(const Word* x, Word* result, unsigned n) {
  __shared__ Word s[1024];
  unsigned t = threadIdx.x, first = blockIdx.x * 1024;
  unsigned m = min(n - first, 1024u);
  if (t < m) s[t] = x[first + t];
#pragma unroll 1
  while (m > 1) {
    unsigned half = (m + 1) / 2;
    __syncthreads();
    if (t < m - half) s[t] = max(s[t], s[t + half]);
    m = half;
  }
  if (t == 0) result[blockIdx.x] = s[0];
}

extern "C" __global__ void max_tree_u32(const unsigned* x, unsigned* result, unsigned n) {
  largest(x, result, n);
}

extern "C" __global__ void max_tree_f32(const float* x, float* result, unsigned n) {
  largest(x, result, n);
}
