// Half precision by the intrinsics that NVRTC knows without headers: through PTX itself.
__device__ unsigned short h_fma(unsigned short a, unsigned short b, unsigned short c) {
  unsigned short d; asm("fma.rn.f16 %0, %1, %2, %3;" : "=h"(d) : "h"(a), "h"(b), "h"(c)); return d; }
__device__ unsigned h_add2(unsigned a, unsigned b) { unsigned d; asm("add.f16x2 %0, %1, %2;" : "=r"(d) : "r"(a), "r"(b)); return d; }
__device__ unsigned h_fma2(unsigned a, unsigned b, unsigned c) {
  unsigned d; asm("fma.rn.f16x2 %0, %1, %2, %3;" : "=r"(d) : "r"(a), "r"(b), "r"(c)); return d; }
__device__ unsigned b_fma2(unsigned a, unsigned b, unsigned c) {
  unsigned d; asm("fma.rn.bf16x2 %0, %1, %2, %3;" : "=r"(d) : "r"(a), "r"(b), "r"(c)); return d; }
__device__ unsigned short b_from(float a) { unsigned short d; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(d) : "f"(a)); return d; }
__device__ unsigned b_from2(float a, float b) { unsigned d; asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(d) : "f"(a), "f"(b)); return d; }
__device__ unsigned h_from2(float a, float b) { unsigned d; asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(d) : "f"(a), "f"(b)); return d; }

extern "C" __global__ void halves(const unsigned short* x, const unsigned* y, const float* f, unsigned* out) {
  int t = threadIdx.x, n = blockDim.x;
  out[t] = h_fma(x[t], x[n + t], x[2 * n + t]);
  out[n + t] = h_add2(y[t], y[n + t]);
  out[2 * n + t] = h_fma2(y[t], y[n + t], y[2 * n + t]);
  out[3 * n + t] = b_fma2(y[t], y[n + t], y[2 * n + t]);
  out[4 * n + t] = b_from(f[t]);
  out[5 * n + t] = b_from2(f[t], f[n + t]);
  out[6 * n + t] = h_from2(f[t], f[n + t]);
}
