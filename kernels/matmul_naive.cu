// The product of two n x n matrices, one thread an element of the result.
//
// work:      2*n**3
// span:      n + 1
// threads:   n**2
// launches:  1
// barriers:  0
// loads:     2*n**3
// stores:    n**2
// requires:  n >= 1; grid ceil(n/16) x ceil(n/16), block 16 x 16
// source:    Kirk, Hwu, Programming Massively Parallel Processors, 3rd ed., section 4.2
//
// Work counts a fused multiply-add as two; span: a product, then n sums. Loads and stores are words of
// global memory.

template <typename Word>
__device__ void multiply(const Word* a, const Word* b, Word* c, unsigned n) {
  unsigned column = blockIdx.x * 16 + threadIdx.x, row = blockIdx.y * 16 + threadIdx.y;
  if (row >= n || column >= n) return;
  Word sum = 0;
#pragma unroll 1
  for (unsigned k = 0; k < n; ++k) sum += a[row * n + k] * b[k * n + column];
  c[row * n + column] = sum;
}

extern "C" __global__ void matmul_naive_u32(const unsigned* a, const unsigned* b, unsigned* c, unsigned n) {
  multiply(a, b, c, n);
}

extern "C" __global__ void matmul_naive_f32(const float* a, const float* b, float* c, unsigned n) {
  multiply(a, b, c, n);
}
