// The sum of two vectors, by one thread: the RAM's witness.
//
// work:      n
// span:      1
// threads:   1
// launches:  1
// barriers:  0
// loads:     2*n
// stores:    n
// requires:  n >= 1; grid 1, block 1
// source:    Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms, section 2.2 (the RAM)
//
// The sums do not wait for each other, and the one thread takes n of them. Loads and stores are words of
// global memory.

template <typename Word>
__device__ void add(const Word* x, const Word* y, Word* z, unsigned n) {
#pragma unroll 1
  for (unsigned i = 0; i < n; ++i) z[i] = x[i] + y[i];
}

extern "C" __global__ void vector_add_serial_u32(const unsigned* x, const unsigned* y, unsigned* z,
                                                 unsigned n) {
  add(x, y, z, n);
}

extern "C" __global__ void vector_add_serial_f32(const float* x, const float* y, float* z, unsigned n) {
  add(x, y, z, n);
}
