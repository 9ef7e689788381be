// The inclusive prefix sums of a long array: every block of 1024 scans its part and leaves its total, one
// block scans the totals, and every value adds what came before its block.
//
// work:      9217*(ceiling(n/1024) + 1) + max(0, n - 1024)
// span:      21
// threads:   1024*ceiling(n/1024)
// launches:  3
// barriers:  20
// loads:     n + ceiling(n/1024) + 2*max(0, n - 1024)
// stores:    n + 2*ceiling(n/1024) + 1 + max(0, n - 1024)
// requires:  1 <= n <= 2**20; grid ceil(n/1024), 1, ceil(n/1024); block 1024; 8 KiB shared
// source:    Blelloch, Prefix sums and their applications (1990), section 1.2.1 (more values than processors)
//
// Work counts a block's rounds in full, 10 * 1024 - 1023 sums, whatever of it lies beyond n. Loads and
// stores are words of global memory.

template <typename Word>
__device__ Word block_scan(Word value) {
  __shared__ Word buffers[2][1024];
  Word *now = buffers[0], *next = buffers[1];
  unsigned t = threadIdx.x;
  now[t] = value;
#pragma unroll 1
  for (unsigned d = 1; d < 1024; d *= 2) {
    __syncthreads();
    next[t] = t >= d ? now[t - d] + now[t] : now[t];
    Word* kept = now;
    now = next;
    next = kept;
  }
  return now[t];
}

template <typename Word>
__device__ void parts(const Word* x, Word* y, Word* totals, unsigned n) {
  unsigned i = blockIdx.x * 1024 + threadIdx.x;
  Word prefix = block_scan(i < n ? x[i] : Word(0));
  if (i < n) y[i] = prefix;
  if (threadIdx.x == 1023) totals[blockIdx.x] = prefix;
}

template <typename Word>
__device__ void add_totals(Word* y, const Word* totals, unsigned n) {
  unsigned i = blockIdx.x * 1024 + threadIdx.x;
  if (blockIdx.x > 0 && i < n) y[i] += totals[blockIdx.x - 1];
}

extern "C" __global__ void scan_two_pass_parts_u32(const unsigned* x, unsigned* y, unsigned* totals,
                                                   unsigned n) {
  parts(x, y, totals, n);
}

extern "C" __global__ void scan_two_pass_parts_f32(const float* x, float* y, float* totals, unsigned n) {
  parts(x, y, totals, n);
}

extern "C" __global__ void scan_two_pass_add_u32(unsigned* y, const unsigned* totals, unsigned n) {
  add_totals(y, totals, n);
}

extern "C" __global__ void scan_two_pass_add_f32(float* y, const float* totals, unsigned n) {
  add_totals(y, totals, n);
}
