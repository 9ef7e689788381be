// The transpose of an n x n matrix through tiles of 32 x 32 in shared memory: reads and writes both lie
// side by side.
//
// work:      n**2 + (32*ceiling(n/32))**2
// span:      2
// threads:   (32*ceiling(n/32))**2
// launches:  1
// barriers:  1
// loads:     n**2
// stores:    n**2
// requires:  n >= 1; grid ceil(n/32) x ceil(n/32), block 32 x 32; 4224 bytes shared
// source:    Ruetsch, Micikevicius, Optimizing Matrix Transpose in CUDA (NVIDIA, 2009)
//
// Work counts moves, into the tile (zeros beyond the edge) and out of it. A row has 33 words, so that the
// 32 words of a column lie in 32 banks: with 32 they would lie in one. Loads and stores are words of
// global memory.

extern "C" __global__ void transpose_padded_f32(const float* x, float* y, unsigned n) {
  __shared__ float tile[32][33];
  unsigned column = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
  tile[threadIdx.y][threadIdx.x] = row < n && column < n ? x[row * n + column] : 0;
  __syncthreads();
  column = blockIdx.y * 32 + threadIdx.x;
  row = blockIdx.x * 32 + threadIdx.y;
  if (row < n && column < n) y[row * n + column] = tile[threadIdx.x][threadIdx.y];
}
