// The product of n odd unsigned integers, one value after the other, by one thread: the RAM's witness.
//
// work:      n - 1
// span:      n - 1
// threads:   1
// launches:  1
// barriers:  0
// loads:     n
// stores:    1
// requires:  n >= 1; odd values, wrap-around product; grid 1, block 1
// source:    Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms, section 2.2 (the RAM)
//
// Loads and stores are words of global memory. The loop is not unrolled, so that its count of
// instructions is a straight line in n.

template <typename Word>
__device__ void multiply(const Word* x, Word* result, unsigned n) {
  Word product = x[0];
#pragma unroll 1
  for (unsigned i = 1; i < n; ++i) product *= x[i];
  *result = product;
}

extern "C" __global__ void multiply_serial_u32(const unsigned* x, unsigned* result, unsigned n) {
  multiply(x, result, n);
}

extern "C" __global__ void multiply_serial_u64(const unsigned long long* x, unsigned long long* result,
                                               unsigned n) {
  multiply(x, result, n);
}
