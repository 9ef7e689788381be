// Attention of n queries to n keys of 16 numbers: all n**2 scores, the softmax of each row, and the mix of
// values, a launch each.
//
// work:      70*n**2
// span:      3*n + 22
// threads:   max(16*n, n**2)
// launches:  3
// barriers:  0
// loads:     67*n**2
// stores:    3*n**2 + 16*n
// requires:  n >= 1; q, k, v of n x 16; a thread a score, a row, a word of the result; n*n words of memory
// source:    Vaswani and others, Attention is all you need (2017), section 3.2.1
//
// A score takes 33 operations, its share of a softmax 5, and of a mix 32. The scores are n**2 words of
// memory: compare attention_blocked. Loads and stores are words of global memory.

extern "C" __global__ void attention_plain_scores_f32(const float* q, const float* k, float* scores,
                                                      unsigned n) {
  unsigned key = blockIdx.x * 16 + threadIdx.x, query = blockIdx.y * 16 + threadIdx.y;
  if (query >= n || key >= n) return;
  float sum = 0;
#pragma unroll 1
  for (unsigned d = 0; d < 16; ++d) sum += q[query * 16 + d] * k[key * 16 + d];
  scores[query * n + key] = sum * 0.25f;
}

extern "C" __global__ void attention_plain_softmax_f32(float* scores, unsigned n) {
  unsigned query = blockIdx.x * 32 + threadIdx.x;
  if (query >= n) return;
  float* row = scores + query * n;
  float most = -__int_as_float(0x7f800000), sum = 0;
#pragma unroll 1
  for (unsigned key = 0; key < n; ++key) most = max(most, row[key]);
#pragma unroll 1
  for (unsigned key = 0; key < n; ++key) sum += row[key] = __expf(row[key] - most);
#pragma unroll 1
  for (unsigned key = 0; key < n; ++key) row[key] /= sum;
}

extern "C" __global__ void attention_plain_mix_f32(const float* scores, const float* v, float* y, unsigned n) {
  unsigned t = blockIdx.x * 32 + threadIdx.x, query = t / 16, d = t % 16;
  if (query >= n) return;
  float sum = 0;
#pragma unroll 1
  for (unsigned key = 0; key < n; ++key) sum += scores[query * n + key] * v[key * 16 + d];
  y[t] = sum;
}
