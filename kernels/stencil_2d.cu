// One step of a five-point stencil on an n x n grid: every inner cell becomes the mean of its four
// neighbours, and the border stays.
//
// work:      4*max(0, n - 2)**2
// span:      3*min(1, max(0, n - 2))
// threads:   n**2
// launches:  1
// barriers:  0
// loads:     n**2 + 3*max(0, n - 2)**2
// stores:    n**2
// requires:  n >= 1; grid ceil(n/16) x ceil(n/16), block 16 x 16
// source:    Kirk, Hwu, Programming Massively Parallel Processors, 3rd ed., chapter 7 (convolution)
//
// The mean is ((up + down) + (left + right)) / 4, in this order: rounding included, it is one result.
// Loads and stores are words of global memory.

extern "C" __global__ void stencil_2d_f32(const float* x, float* y, unsigned n) {
  unsigned column = blockIdx.x * 16 + threadIdx.x, row = blockIdx.y * 16 + threadIdx.y;
  if (row >= n || column >= n) return;
  unsigned i = row * n + column;
  bool inner = row > 0 && column > 0 && row + 1 < n && column + 1 < n;
  y[i] = inner ? 0.25f * ((x[i - n] + x[i + n]) + (x[i - 1] + x[i + 1])) : x[i];
}
