// The sum of two vectors, one thread an element.
//
// work:      n
// span:      1
// threads:   n
// launches:  1
// barriers:  0
// loads:     2*n
// stores:    n
// requires:  n >= 1; grid ceil(n/256), block 256
// source:    NVIDIA, CUDA C++ Programming Guide, section 2.1 (kernels)
//
// Loads and stores are words of global memory.

template <typename Word>
__device__ void add(const Word* x, const Word* y, Word* z, unsigned n) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) z[i] = x[i] + y[i];
}

extern "C" __global__ void vector_add_u32(const unsigned* x, const unsigned* y, unsigned* z, unsigned n) {
  add(x, y, z, n);
}

extern "C" __global__ void vector_add_f32(const float* x, const float* y, float* z, unsigned n) {
  add(x, y, z, n);
}
