// The dot product of two vectors: each thread makes one product, and the products are added as a tree in
// every block; a second kernel, one block, adds the blocks' sums in the same way.
//
// work:      2*n - 1
// span:      ceiling(log2(n)) + 1
// threads:   n
// launches:  2
// barriers:  ceiling(log2(n))
// loads:     2*n + ceiling(n/1024)
// stores:    ceiling(n/1024) + 1
// requires:  1 <= n <= 2**20; grid ceil(n/1024), then 1; block 1024; 4 KiB shared
// source:    JaJa, An Introduction to Parallel Algorithms, section 1.3 (balanced trees)
//
// A level pairs t with t + ceil(m/2), so that neighbours touch neighbouring words and no lane is given
// padding to add; the pairing needs a commutative sum. Loads and stores are words of global memory.

template <typename Word>
__device__ void add_up(Word* s, Word* result, unsigned m) {
  unsigned t = threadIdx.x;
#pragma unroll 1
  while (m > 1) {
    unsigned half = (m + 1) / 2;
    __syncthreads();
    if (t < m - half) s[t] += s[t + half];
    m = half;
  }
  if (t == 0) result[blockIdx.x] = s[0];
}

template <typename Word>
__device__ void products(const Word* x, const Word* y, Word* result, unsigned n) {
  __shared__ Word s[1024];
  unsigned t = threadIdx.x, first = blockIdx.x * 1024;
  unsigned m = min(n - first, 1024u);
  if (t < m) s[t] = x[first + t] * y[first + t];
  add_up(s, result, m);
}

template <typename Word>
__device__ void partials(const Word* x, Word* result, unsigned n) {
  __shared__ Word s[1024];
  if (threadIdx.x < n) s[threadIdx.x] = x[threadIdx.x];
  add_up(s, result, n);
}

extern "C" __global__ void dot_tree_u32(const unsigned* x, const unsigned* y, unsigned* result, unsigned n) {
  products(x, y, result, n);
}

extern "C" __global__ void dot_tree_f32(const float* x, const float* y, float* result, unsigned n) {
  products(x, y, result, n);
}

extern "C" __global__ void dot_tree_partials_u32(const unsigned* x, unsigned* result, unsigned n) {
  partials(x, result, n);
}

extern "C" __global__ void dot_tree_partials_f32(const float* x, float* result, unsigned n) {
  partials(x, result, n);
}
