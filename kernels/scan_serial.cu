// The inclusive prefix sums of n values, by one thread: the RAM's witness.
//
// work:      n - 1
// span:      n - 1
// threads:   1
// launches:  1
// barriers:  0
// loads:     n
// stores:    n
// requires:  n >= 1; wrap-around or rounded sum; grid 1, block 1
// source:    Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms, section 2.2 (the RAM)
//
// Loads and stores are words of global memory.

template <typename Word>
__device__ void scan(const Word* x, Word* y, unsigned n) {
  Word total = x[0];
  y[0] = total;
#pragma unroll 1
  for (unsigned i = 1; i < n; ++i) y[i] = total += x[i];
}

extern "C" __global__ void scan_serial_u32(const unsigned* x, unsigned* y, unsigned n) { scan(x, y, n); }

extern "C" __global__ void scan_serial_f32(const float* x, float* y, unsigned n) { scan(x, y, n); }
