// The largest of n values, one after the other, by one thread: the RAM's witness.
//
// work:      n - 1
// span:      n - 1
// threads:   1
// launches:  1
// barriers:  0
// loads:     n
// stores:    1
// requires:  n >= 1; no NaN; grid 1, block 1
// source:    Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms, section 2.2 (the RAM)
//
// Loads and stores are words of global memory.

template <typename Word>
__device__ void largest(const Word* x, Word* result, unsigned n) {
  Word best = x[0];
#pragma unroll 1
  for (unsigned i = 1; i < n; ++i) best = max(best, x[i]);
  *result = best;
}

extern "C" __global__ void max_serial_u32(const unsigned* x, unsigned* result, unsigned n) {
  largest(x, result, n);
}

extern "C" __global__ void max_serial_f32(const float* x, float* result, unsigned n) {
  largest(x, result, n);
}
