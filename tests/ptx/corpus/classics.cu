// What everybody writes first.
extern "C" __global__ void saxpy(int n, float a, const float* x, float* y) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = a * x[i] + y[i];
}
extern "C" __global__ void grid_stride(const int* x, long long* out, int n) {
  long long s = 0;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) s += x[i];
  out[blockIdx.x * blockDim.x + threadIdx.x] = s;
}
extern "C" __global__ void matmul(const float* a, const float* b, float* c, int n) {
  __shared__ float s[16][16], u[16][16];
  int x = blockIdx.x * 16 + threadIdx.x, y = blockIdx.y * 16 + threadIdx.y;
  float sum = 0;
  for (int k = 0; k < n; k += 16) {
    s[threadIdx.y][threadIdx.x] = a[y * n + k + threadIdx.x];
    u[threadIdx.y][threadIdx.x] = b[(k + threadIdx.y) * n + x];
    __syncthreads();
    for (int i = 0; i < 16; ++i) sum += s[threadIdx.y][i] * u[i][threadIdx.x];
    __syncthreads();
  }
  c[y * n + x] = sum;
}
extern "C" __global__ void transpose(const float* x, float* y, int n) {
  __shared__ float tile[32][32];
  int i = blockIdx.x * 32 + threadIdx.x, j = blockIdx.y * 32 + threadIdx.y;
  for (int k = 0; k < 32; k += 8) tile[threadIdx.y + k][threadIdx.x] = x[(j + k) * n + i];
  __syncthreads();
  i = blockIdx.y * 32 + threadIdx.x; j = blockIdx.x * 32 + threadIdx.y;
  for (int k = 0; k < 32; k += 8) y[(j + k) * n + i] = tile[threadIdx.x][threadIdx.y + k];
}
extern "C" __global__ void bitonic(int* x) {
  extern __shared__ int s[];
  int t = threadIdx.x, n = blockDim.x;
  s[t] = x[t];
  for (int k = 2; k <= n; k <<= 1)
    for (int j = k >> 1; j > 0; j >>= 1) {
      __syncthreads();
      int p = t ^ j;
      if (p > t && ((t & k) == 0) == (s[t] > s[p])) { int v = s[t]; s[t] = s[p]; s[p] = v; }
    }
  __syncthreads();
  x[t] = s[t];
}
extern "C" __global__ void scan(int* x) {
  extern __shared__ int s[];
  int t = threadIdx.x, n = blockDim.x;
  s[t] = x[t];
  __syncthreads();
  for (int d = 1; d < n; d <<= 1) {
    int v = t >= d ? s[t - d] : 0;
    __syncthreads();
    s[t] += v;
    __syncthreads();
  }
  x[t] = s[t];
}
extern "C" __global__ void stencil(const float* x, float* y, int w, int h) {
  int i = blockIdx.x * blockDim.x + threadIdx.x, j = blockIdx.y * blockDim.y + threadIdx.y;
  if (i > 0 && j > 0 && i < w - 1 && j < h - 1)
    y[j * w + i] = 0.25f * (x[j * w + i - 1] + x[j * w + i + 1] + x[(j - 1) * w + i] + x[(j + 1) * w + i]);
}
extern "C" __global__ void mandelbrot(int* out, int w) {
  int i = blockIdx.x * blockDim.x + threadIdx.x, j = blockIdx.y * blockDim.y + threadIdx.y;
  double a = i * 3.0 / w - 2, b = j * 2.0 / w - 1, x = 0, y = 0;
  int k = 0;
  while (k < 50 && x * x + y * y < 4) { double u = x * x - y * y + a; y = 2 * x * y + b; x = u; ++k; }
  out[j * w + i] = k;
}
