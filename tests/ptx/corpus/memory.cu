// Spaces, vectors, local arrays, constants, grids of three dimensions.
struct Pair { float a; int b; };
struct Wide { double a; int b[3]; short c; };
__constant__ float table[8] = {1, 2, 4, 8, 16, 32, 64, 128};
__device__ int total = 5;
__device__ float field[16];
__shared__ int common[64];

extern "C" __global__ void vectors(const float4* x, float4* out, const short2* h, int2* g) {
  int t = blockIdx.x * blockDim.x + threadIdx.x;
  float4 v = x[t];
  out[t] = make_float4(v.w, v.z, v.y, v.x);
  short2 s = h[t];
  g[t] = make_int2(s.y, s.x);
}

extern "C" __global__ void constants(const int* x, float* out) {
  int t = threadIdx.x;
  out[t] = table[x[t] & 7] + table[3];
}

extern "C" __global__ void globals(int* out) {
  int t = threadIdx.x;
  field[t & 15] = t;
  atomicAdd(&total, 1);
  __syncthreads();
  out[t] = total + (int)field[t & 15];
}

extern "C" __global__ void local_array(const int* x, int* out, int n) {
  int a[8];
  int t = threadIdx.x;
  for (int i = 0; i < 8; ++i) a[i] = x[t] * i;
  int s = 0;
  for (int i = 0; i < n; ++i) s += a[(i * 5 + t) & 7];
  out[t] = s;
}

extern "C" __global__ void structs(Pair p, Wide w, double* out) {
  int t = threadIdx.x;
  out[t] = p.a + p.b + w.a + w.b[t % 3] + w.c;
}

extern "C" __global__ void generic(int* g, int choose) {
  __shared__ int s[32];
  int t = threadIdx.x;
  s[t] = t * 10;
  g[t] = t;
  __syncthreads();
  int* p = ((t + choose) & 1) ? s : g;
  int v = p[31 - t];
  __syncthreads();
  p[t] = v + 1;
  __syncthreads();
  g[32 + t] = s[t];
}

extern "C" __global__ void three_dimensions(int* out) {
  int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y,
      z = blockIdx.z * blockDim.z + threadIdx.z;
  int w = gridDim.x * blockDim.x, h = gridDim.y * blockDim.y;
  out[(z * h + y) * w + x] = x + 100 * y + 10000 * z;
}

extern "C" __global__ void two_shared(const int* x, int* out) {
  __shared__ int first[32];
  __shared__ short second[32];
  extern __shared__ double more[];
  int t = threadIdx.x;
  first[t] = x[t]; second[t] = x[t] * 2; more[t] = x[t] * 3;
  __syncthreads();
  out[t] = first[31 - t] + second[31 - t] + (int)more[31 - t];
}

extern "C" __global__ void bytes(const unsigned char* x, signed char* y, unsigned short* z) {
  int t = threadIdx.x;
  y[t] = x[t] - 7;
  z[t] = x[t] * 300 + y[31 - t];
}

extern "C" __global__ void many_cases(const int* x, int* out) {
  int t = threadIdx.x, v = x[t];
  switch (v & 15) {
    case 0: v += 11; break;
    case 1: v *= 3; break;
    case 2: v = v ^ 77; break;
    case 3: v -= out[t]; break;
    case 4: v = v / 7; break;
    case 5: v = v % 5; break;
    case 6: v = -v; break;
    case 7: v = v << 3; break;
    case 8: v = v >> 2; break;
    case 9: v = ~v; break;
    case 10: v = v * v; break;
    default: v = 1;
  }
  out[t] = v;
}

extern "C" __global__ void which_space(int* g, int* out) {
  __shared__ int s[4];
  s[0] = 1;
  int* p = threadIdx.x & 1 ? s : g;
  out[threadIdx.x] = __isShared(p) + 2 * __isGlobal(p);
}
