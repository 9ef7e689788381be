// The softmax of n values by one block: the largest, then exponentials and their sum, then the quotients.
//
// work:      5*n + 510
// span:      2*ceiling(n/256) + 19
// threads:   256
// launches:  1
// barriers:  19
// loads:     3*n
// stores:    2*n
// requires:  n >= 1; grid 1, block 256; 1 KiB shared
// source:    Milakov, Gimelshein, Online normalizer calculation for softmax (2018), section 2 (safe softmax)
//
// Work counts maxima, differences, exponentials, sums and quotients, an operation each; span: maxima and
// sums of a thread's values, a tree of 8 levels for each, a difference, an exponential and a quotient.
// Loads and stores are words of global memory.

template <typename Join>
__device__ float block_fold(float* s, float value, Join join) {
  unsigned t = threadIdx.x;
  s[t] = value;
#pragma unroll 1
  for (unsigned half = 128; half > 0; half /= 2) {
    __syncthreads();
    if (t < half) s[t] = join(s[t], s[t + half]);
  }
  __syncthreads();
  return s[0];
}

extern "C" __global__ void softmax_f32(const float* x, float* y, unsigned n) {
  __shared__ float s[256];
  unsigned t = threadIdx.x;
  float most = -__int_as_float(0x7f800000), sum = 0;
#pragma unroll 1
  for (unsigned i = t; i < n; i += 256) most = max(most, x[i]);
  most = block_fold(s, most, [](float a, float b) { return max(a, b); });
  __syncthreads();
#pragma unroll 1
  for (unsigned i = t; i < n; i += 256) sum += y[i] = __expf(x[i] - most);
  sum = block_fold(s, sum, [](float a, float b) { return a + b; });
#pragma unroll 1
  for (unsigned i = t; i < n; i += 256) y[i] /= sum;
}
