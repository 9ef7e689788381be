// A multiple of one vector plus another, a*x + y, one thread an element.
//
// work:      2*n
// span:      2
// threads:   n
// launches:  1
// barriers:  0
// loads:     3*n
// stores:    n
// requires:  n >= 1; grid ceil(n/256), block 256
// source:    Lawson, Hanson, Kincaid, Krogh, Basic linear algebra subprograms for Fortran usage (1979)
//
// Work counts a fused multiply-add as two. The factor is a word in memory, which every thread reads; loads
// and stores are words of global memory.

template <typename Word>
__device__ void add_multiple(const Word* a, const Word* x, const Word* y, Word* z, unsigned n) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) z[i] = *a * x[i] + y[i];
}

extern "C" __global__ void axpy_u32(const unsigned* a, const unsigned* x, const unsigned* y, unsigned* z,
                                    unsigned n) {
  add_multiple(a, x, y, z, n);
}

extern "C" __global__ void axpy_f32(const float* a, const float* x, const float* y, float* z, unsigned n) {
  add_multiple(a, x, y, z, n);
}
