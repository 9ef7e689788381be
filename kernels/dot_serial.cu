// The dot product of two vectors of n values, by one thread: the RAM's witness.
//
// work:      2*n
// span:      n + 1
// threads:   1
// launches:  1
// barriers:  0
// loads:     2*n
// stores:    1
// requires:  n >= 1; wrap-around or rounded sum; grid 1, block 1
// source:    Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms, section 2.2 (the RAM)
//
// Work counts a fused multiply-add as two, and the first product is added to zero. Span: one product, then
// n sums. Loads and stores are words of global memory.

template <typename Word>
__device__ void dot(const Word* x, const Word* y, Word* result, unsigned n) {
  Word total = 0;
#pragma unroll 1
  for (unsigned i = 0; i < n; ++i) total += x[i] * y[i];
  *result = total;
}

extern "C" __global__ void dot_serial_u32(const unsigned* x, const unsigned* y, unsigned* result, unsigned n) {
  dot(x, y, result, n);
}

extern "C" __global__ void dot_serial_f32(const float* x, const float* y, float* result, unsigned n) {
  dot(x, y, result, n);
}
