// Attention of n queries to n keys of 16 numbers without an n x n array: a thread holds one query, and 32
// keys and values at a time pass through shared memory.
//
// work:      88*n**2 + 16*n
// span:      2*n + 22
// threads:   32*ceiling(n/32)
// launches:  1
// barriers:  2*ceiling(n/32)
// loads:     16*n + 32*n*ceiling(n/32)
// stores:    16*n
// requires:  n >= 1; q, k, v of n x 16; grid ceil(n/32), block 32; 4 KiB shared
// source:    Milakov, Gimelshein, Online normalizer (2018); Dao and others, FlashAttention (2022)
//
// The sum and the mix so far are put on a new footing whenever a larger score comes, so that one pass over
// the keys is enough. A key takes 33 operations for its score, 5 for maximum and exponentials, 2 for the
// sum, and 48 for the mix; a number of the mix waits twice a key, for the new footing and for the sum.
// Loads and stores are words of global memory.

extern "C" __global__ void attention_blocked_f32(const float* q, const float* k, const float* v, float* y,
                                                 unsigned n) {
  __shared__ float keys[32][16], values[32][16];
  unsigned t = threadIdx.x, query = blockIdx.x * 32 + t;
  float own[16], mix[16], most = -__int_as_float(0x7f800000), sum = 0;
#pragma unroll
  for (unsigned d = 0; d < 16; ++d) {
    own[d] = query < n ? q[query * 16 + d] : 0;
    mix[d] = 0;
  }
#pragma unroll 1
  for (unsigned first = 0; first < n; first += 32) {
    unsigned here = min(n - first, 32u);
    __syncthreads();
#pragma unroll 1
    for (unsigned i = t; i < here * 16; i += 32) {
      keys[i / 16][i % 16] = k[first * 16 + i];
      values[i / 16][i % 16] = v[first * 16 + i];
    }
    __syncthreads();
#pragma unroll 1
    for (unsigned key = 0; key < here && query < n; ++key) {
      float score = 0;
#pragma unroll
      for (unsigned d = 0; d < 16; ++d) score += own[d] * keys[key][d];
      score *= 0.25f;
      float more = max(most, score), old = __expf(most - more), share = __expf(score - more);
      sum = sum * old + share;
#pragma unroll
      for (unsigned d = 0; d < 16; ++d) mix[d] = mix[d] * old + share * values[key][d];
      most = more;
    }
  }
#pragma unroll
  for (unsigned d = 0; d < 16; ++d)
    if (query < n) y[query * 16 + d] = mix[d] / sum;
}
