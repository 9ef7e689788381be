// The product of two n x n matrices by one thread: the RAM's witness.
//
// work:      2*n**3
// span:      n + 1
// threads:   1
// launches:  1
// barriers:  0
// loads:     2*n**3
// stores:    n**2
// requires:  n >= 1; grid 1, block 1
// source:    Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms, section 4.1 (matrix-multiply)
//
// Work counts a fused multiply-add as two. The span is that of the sums, one after the other; the one
// thread takes as long as the work. Loads and stores are words of global memory.

template <typename Word>
__device__ void multiply(const Word* a, const Word* b, Word* c, unsigned n) {
#pragma unroll 1
  for (unsigned i = 0; i < n; ++i)
#pragma unroll 1
    for (unsigned j = 0; j < n; ++j) {
      Word sum = 0;
#pragma unroll 1
      for (unsigned k = 0; k < n; ++k) sum += a[i * n + k] * b[k * n + j];
      c[i * n + j] = sum;
    }
}

extern "C" __global__ void matmul_serial_u32(const unsigned* a, const unsigned* b, unsigned* c,
                                             unsigned n) {
  multiply(a, b, c, n);
}

extern "C" __global__ void matmul_serial_f32(const float* a, const float* b, float* c, unsigned n) {
  multiply(a, b, c, n);
}
