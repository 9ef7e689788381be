// The product of two n x n matrices in tiles of 16 x 16: a block reads two tiles into shared memory, and
// each word of them serves 16 threads.
//
// work:      2*(16*ceiling(n/16))**3
// span:      16*ceiling(n/16) + 1
// threads:   (16*ceiling(n/16))**2
// launches:  1
// barriers:  2*ceiling(n/16)
// loads:     2*n**2*ceiling(n/16)
// stores:    n**2
// requires:  n >= 1; grid ceil(n/16) x ceil(n/16), block 16 x 16; 2 KiB shared
// source:    Kirk, Hwu, Programming Massively Parallel Processors, 3rd ed., section 4.4 (tiling)
//
// Tiles are filled with zeros beyond the edge, and work counts those products too; a fused multiply-add is
// two. Loads and stores are words of global memory.

template <typename Word>
__device__ void multiply(const Word* a, const Word* b, Word* c, unsigned n) {
  __shared__ Word left[16][16], right[16][16];
  unsigned x = threadIdx.x, y = threadIdx.y;
  unsigned column = blockIdx.x * 16 + x, row = blockIdx.y * 16 + y;
  Word sum = 0;
#pragma unroll 1
  for (unsigned k = 0; k < n; k += 16) {
    left[y][x] = row < n && k + x < n ? a[row * n + k + x] : Word(0);
    right[y][x] = k + y < n && column < n ? b[(k + y) * n + column] : Word(0);
    __syncthreads();
#pragma unroll 1
    for (unsigned i = 0; i < 16; ++i) sum += left[y][i] * right[i][x];
    __syncthreads();
  }
  if (row < n && column < n) c[row * n + column] = sum;
}

extern "C" __global__ void matmul_tiled_u32(const unsigned* a, const unsigned* b, unsigned* c, unsigned n) {
  multiply(a, b, c, n);
}

extern "C" __global__ void matmul_tiled_f32(const float* a, const float* b, float* c, unsigned n) {
  multiply(a, b, c, n);
}
