// The transpose of an n x n matrix, one thread an element: reads lie side by side, writes n words apart.
//
// work:      n**2
// span:      1
// threads:   n**2
// launches:  1
// barriers:  0
// loads:     n**2
// stores:    n**2
// requires:  n >= 1; grid ceil(n/32) x ceil(n/32), block 32 x 32
// source:    Ruetsch, Micikevicius, Optimizing Matrix Transpose in CUDA (NVIDIA, 2009)
//
// Work counts moves. A warp's store touches 32 sectors where 4 would do: compare transpose_padded. Loads
// and stores are words of global memory.

extern "C" __global__ void transpose_naive_f32(const float* x, float* y, unsigned n) {
  unsigned column = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
  if (row < n && column < n) y[column * n + row] = x[row * n + column];
}
