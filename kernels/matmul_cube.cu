// The product of two n x n matrices with a thread for each of the n**3 products, and a launch for each
// level of the trees that add them: the GPU's witness of time log(n).
//
// work:      2*n**3 - n**2
// span:      ceiling(log2(n)) + 1
// threads:   n**3
// launches:  ceiling(log2(n)) + 1
// barriers:  0
// loads:     4*n**3 - 2*n**2
// stores:    2*n**3 - n**2
// requires:  1 <= n <= 1024; a thread a product, then a sum, of a level; n**3 words of memory
// source:    JaJa, An Introduction to Parallel Algorithms, section 1.3.3 (matrix multiplication)
//
// Product k of element (i, j) lies at k*n*n + i*n + j: a level adds whole layers, neighbours touch
// neighbouring words, and the last layer is the result. Loads and stores are words of global memory,
// summed over the launches.

template <typename Word>
__device__ void products(const Word* a, const Word* b, Word* p, unsigned n) {
  unsigned t = blockIdx.x * blockDim.x + threadIdx.x;
  if (t >= n * n * n) return;
  unsigned k = t / (n * n), i = t / n % n, j = t % n;
  p[t] = a[i * n + k] * b[k * n + j];
}

template <typename Word>
__device__ void add_layers(Word* p, unsigned area, unsigned m) {
  unsigned t = blockIdx.x * blockDim.x + threadIdx.x;
  unsigned half = (m + 1) / 2;
  if (t < (m - half) * area) p[t] += p[t + half * area];
}

extern "C" __global__ void matmul_cube_products_u32(const unsigned* a, const unsigned* b, unsigned* p,
                                                    unsigned n) {
  products(a, b, p, n);
}

extern "C" __global__ void matmul_cube_products_f32(const float* a, const float* b, float* p, unsigned n) {
  products(a, b, p, n);
}

extern "C" __global__ void matmul_cube_add_u32(unsigned* p, unsigned area, unsigned m) {
  add_layers(p, area, m);
}

extern "C" __global__ void matmul_cube_add_f32(float* p, unsigned area, unsigned m) {
  add_layers(p, area, m);
}
