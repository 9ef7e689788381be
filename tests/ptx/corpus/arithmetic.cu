// Arithmetic of all widths, intrinsics, conversions.
extern "C" __global__ void integers(const int* x, const int* y, int* out) {
  int t = threadIdx.x, n = blockDim.x, a = x[t], b = y[t];
  unsigned u = a, v = b;
  out[t] = a / b; out[n + t] = a % b; out[2 * n + t] = u / v; out[3 * n + t] = u % v;
  out[4 * n + t] = __mulhi(a, b); out[5 * n + t] = __umulhi(u, v);
  out[6 * n + t] = __popc(a); out[7 * n + t] = __clz(a); out[8 * n + t] = __ffs(a); out[9 * n + t] = __brev(a);
  out[10 * n + t] = __byte_perm(a, b, 0x5270); out[11 * n + t] = __sad(a, b, 7); out[12 * n + t] = __funnelshift_l(a, b, 11);
  out[13 * n + t] = __hadd(a, b); out[14 * n + t] = min(max(a, -100), 100); out[15 * n + t] = abs(a);
  out[16 * n + t] = (a < b) - (a > b); out[17 * n + t] = a * b + (a ^ b & ~a | b);
  out[18 * n + t] = __mul24(a, b); out[19 * n + t] = __dp4a(a, b, 5); out[20 * n + t] = __vaddss2(a, b);
  out[21 * n + t] = __vmaxu4(a, b);
}

extern "C" __global__ void longs(const long long* x, const long long* y, long long* out) {
  int t = threadIdx.x, n = blockDim.x;
  long long a = x[t], b = y[t];
  out[t] = a / b; out[n + t] = a % b; out[2 * n + t] = __mul64hi(a, b); out[3 * n + t] = __umul64hi(a, b);
  out[4 * n + t] = __popcll(a); out[5 * n + t] = __clzll(a); out[6 * n + t] = __brevll(a); out[7 * n + t] = a >> 5;
  out[8 * n + t] = (unsigned long long)a >> 7; out[9 * n + t] = a << 9; out[10 * n + t] = a * b;
  unsigned __int128 w = (unsigned __int128)(unsigned long long)a * (unsigned long long)b + 12345;
  out[11 * n + t] = (long long)(w >> 64); out[12 * n + t] = (long long)w;
}

extern "C" __global__ void power_modulo(const unsigned long long* x, unsigned long long* out) {
  const unsigned long long p = 1000000007ull;
  unsigned long long b = x[threadIdx.x] % p, r = 1;
  for (int e = 65537; e; e >>= 1) { if (e & 1) r = r * b % p; b = b * b % p; }
  out[threadIdx.x] = r;
}

extern "C" __global__ void floats(const float* x, const float* y, float* out) {
  int t = threadIdx.x, n = blockDim.x;
  float a = x[t], b = y[t];
  out[t] = a / b; out[n + t] = sqrtf(a * a + b * b); out[2 * n + t] = fmaf(a, b, 1.0f); out[3 * n + t] = fminf(a, b);
  out[4 * n + t] = fmaxf(a, b); out[5 * n + t] = floorf(a); out[6 * n + t] = rintf(a); out[7 * n + t] = truncf(b);
  out[8 * n + t] = fabsf(a); out[9 * n + t] = copysignf(a, b); out[10 * n + t] = __frcp_rn(a); out[11 * n + t] = ceilf(b);
  out[12 * n + t] = (float)(int)a; out[13 * n + t] = (float)(unsigned)fabsf(b); out[14 * n + t] = __saturatef(a);
  out[15 * n + t] = isnan(a) ? 1.0f : isinf(a) ? 2.0f : signbit(a) ? 3.0f : 4.0f;
}

extern "C" __global__ void roundings(const float* x, const float* y, float* out) {
  int t = threadIdx.x, n = blockDim.x;
  float a = x[t], b = y[t];
  out[t] = __fadd_rz(a, b); out[n + t] = __fadd_ru(a, b); out[2 * n + t] = __fadd_rd(a, b);
  out[3 * n + t] = __fmul_rz(a, b); out[4 * n + t] = __fmul_ru(a, b); out[5 * n + t] = __fmul_rd(a, b);
  out[6 * n + t] = __fmaf_rz(a, b, 1.5f); out[7 * n + t] = __fmaf_ru(a, b, 1.5f); out[8 * n + t] = __fmaf_rd(a, b, 1.5f);
  out[9 * n + t] = __fdiv_rz(a, b); out[10 * n + t] = __fdiv_ru(a, b); out[11 * n + t] = __fsqrt_rd(fabsf(a));
  out[12 * n + t] = __frcp_ru(a); out[13 * n + t] = __fsub_rd(a, b);
  out[14 * n + t] = __int2float_rz(__float_as_int(a)); out[15 * n + t] = __uint2float_ru(__float_as_int(b));
  out[16 * n + t] = __double2float_rd((double)a * 1.0000000001); out[17 * n + t] = __float2int_ru(a);
}

extern "C" __global__ void doubles(const double* x, const double* y, double* out) {
  int t = threadIdx.x, n = blockDim.x;
  double a = x[t], b = y[t];
  out[t] = a / b; out[n + t] = sqrt(fabs(a)); out[2 * n + t] = fma(a, b, -a * b); out[3 * n + t] = fmin(a, b);
  out[4 * n + t] = floor(a); out[5 * n + t] = (double)(long long)a; out[6 * n + t] = __dadd_ru(a, b);
  out[7 * n + t] = __dmul_rd(a, b); out[8 * n + t] = (float)a; out[9 * n + t] = (double)(unsigned long long)fabs(b);
  out[10 * n + t] = __longlong_as_double(__double_as_longlong(a) ^ 1); out[11 * n + t] = __fma_rz(a, b, 3.0);
  out[12 * n + t] = __ddiv_rz(a, b);
}

extern "C" __global__ void functions(const float* x, float* out) {
  int t = threadIdx.x, n = blockDim.x;
  float a = x[t];
  out[t] = expf(a); out[n + t] = logf(a); out[2 * n + t] = sinf(a); out[3 * n + t] = cosf(a); out[4 * n + t] = powf(a, 2.5f);
  out[5 * n + t] = tanhf(a); out[6 * n + t] = rsqrtf(a); out[7 * n + t] = __expf(a); out[8 * n + t] = __logf(a);
  out[9 * n + t] = __sinf(a); out[10 * n + t] = atan2f(a, 2.0f); out[11 * n + t] = erff(a); out[12 * n + t] = __fdividef(a, 3.0f);
  out[13 * n + t] = cbrtf(a); out[14 * n + t] = exp2f(a); out[15 * n + t] = log1pf(a); out[16 * n + t] = sinf(a * 100000.0f);
}

extern "C" __global__ void double_functions(const double* x, double* out) {
  int t = threadIdx.x, n = blockDim.x;
  double a = x[t];
  out[t] = exp(a); out[n + t] = log(a); out[2 * n + t] = sin(a); out[3 * n + t] = cos(a); out[4 * n + t] = pow(a, 1.7);
  out[5 * n + t] = tanh(a); out[6 * n + t] = rsqrt(a); out[7 * n + t] = atan(a); out[8 * n + t] = sin(a * 1e10);
}
