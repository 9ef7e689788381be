// The sum of n values by shuffles: the 32 lanes of a warp add through registers, each warp leaves one sum
// in shared memory, and the first warp adds those; a second launch, one block, adds the blocks' sums.
//
// work:      5280*(ceiling(n/1024) + 1)
// span:      20
// threads:   1024*ceiling(n/1024)
// launches:  2
// barriers:  2
// loads:     n + ceiling(n/1024)
// stores:    ceiling(n/1024) + 1
// requires:  1 <= n <= 2**20; grid ceil(n/1024), then 1; block 1024; 128 bytes shared
// source:    NVIDIA, CUDA C++ Programming Guide, section on warp shuffle functions
//
// A shuffle down by 16, 8, 4, 2, 1 adds in all lanes, and what lies beyond n is zero: work counts every
// lane, 5 * 1024 sums and then 5 * 32 a block, so there are fewer barriers and no less work. Every lane
// works; only the first of a warp writes. Loads and stores are words of global memory.

template <typename Word>
__device__ Word warp_sum(Word value) {
#pragma unroll
  for (unsigned lanes = 16; lanes > 0; lanes /= 2) value += __shfl_down_sync(0xffffffff, value, lanes);
  return value;
}

template <typename Word>
__device__ void sum(const Word* x, Word* result, unsigned n) {
  __shared__ Word s[32];
  unsigned t = threadIdx.x, i = blockIdx.x * 1024 + t;
  Word value = warp_sum(i < n ? x[i] : Word(0));
  if (t % 32 == 0) s[t / 32] = value;
  __syncthreads();
  if (t >= 32) return;
  value = warp_sum(s[t]);
  if (t == 0) result[blockIdx.x] = value;
}

extern "C" __global__ void sum_warp_u32(const unsigned* x, unsigned* result, unsigned n) {
  sum(x, result, n);
}

extern "C" __global__ void sum_warp_f32(const float* x, float* result, unsigned n) { sum(x, result, n); }
