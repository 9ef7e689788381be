// The inclusive prefix sums of n values in one block: in round d every value adds the one 2**d before it.
//
// work:      n*ceiling(log2(n)) - 2**ceiling(log2(n)) + 1
// span:      ceiling(log2(n))
// threads:   n
// launches:  1
// barriers:  ceiling(log2(n))
// loads:     n
// stores:    n
// requires:  1 <= n <= 1024; grid 1, block n; 8 KiB shared
// source:    Hillis, Steele, Data parallel algorithms, Communications of the ACM 29(12), 1986, p. 1173
//
// Two buffers take turns, so one barrier a round is enough: what a round reads, only the round after the
// next barrier overwrites. Loads and stores are words of global memory.

template <typename Word>
__device__ void scan(const Word* x, Word* y, unsigned n) {
  __shared__ Word buffers[2][1024];
  Word *now = buffers[0], *next = buffers[1];
  unsigned t = threadIdx.x;
  now[t] = x[t];
#pragma unroll 1
  for (unsigned d = 1; d < n; d *= 2) {
    __syncthreads();
    next[t] = t >= d ? now[t - d] + now[t] : now[t];
    Word* kept = now;
    now = next;
    next = kept;
  }
  y[t] = now[t];
}

extern "C" __global__ void scan_hillis_steele_u32(const unsigned* x, unsigned* y, unsigned n) {
  scan(x, y, n);
}

extern "C" __global__ void scan_hillis_steele_f32(const float* x, float* y, unsigned n) { scan(x, y, n); }
