// A multiple of one vector plus another, a*x + y, by one thread: the RAM's witness.
//
// work:      2*n
// span:      2
// threads:   1
// launches:  1
// barriers:  0
// loads:     3*n
// stores:    n
// requires:  n >= 1; grid 1, block 1
// source:    Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms, section 2.2 (the RAM)
//
// Work counts a fused multiply-add as two; the elements do not wait for each other. The factor is a word
// in memory, read for every element. Loads and stores are words of global memory.

template <typename Word>
__device__ void add_multiple(const Word* a, const Word* x, const Word* y, Word* z, unsigned n) {
#pragma unroll 1
  for (unsigned i = 0; i < n; ++i) z[i] = *a * x[i] + y[i];
}

extern "C" __global__ void axpy_serial_u32(const unsigned* a, const unsigned* x, const unsigned* y,
                                           unsigned* z, unsigned n) {
  add_multiple(a, x, y, z, n);
}

extern "C" __global__ void axpy_serial_f32(const float* a, const float* x, const float* y, float* z,
                                           unsigned n) {
  add_multiple(a, x, y, z, n);
}
