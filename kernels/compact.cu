// The values that are not zero, in order: every block counts those it keeps, one block scans the counts,
// and every value kept is placed after those before it.
//
// work:      5376*ceiling(n/1024) + 9217
// span:      23
// threads:   1024*ceiling(n/1024)
// launches:  3
// barriers:  13
// loads:     2*n + 65*ceiling(n/1024)
// stores:    n + 2*ceiling(n/1024)
// requires:  1 <= n <= 2**20; grid ceil(n/1024), 1, ceil(n/1024); block 1024; 8 KiB shared
// source:    Blelloch, Prefix sums and their applications (1990), section 1.3 (packing)
//
// A lane's rank in its warp is the number of votes below it; the first warp scans the warps' counts by
// shuffles. Work counts all lanes of a block: test and count; the scan of the counts, 9217 sums; then
// test, rank, 160 sums of the first warp, 96 for what came before, and the place. Stores are those where
// every value is kept. Loads and stores are words of global memory.

__device__ unsigned warp_scan(unsigned value) {
  unsigned lane = threadIdx.x % 32;
#pragma unroll
  for (unsigned d = 1; d < 32; d *= 2) {
    unsigned before = __shfl_up_sync(0xffffffff, value, d);
    if (lane >= d) value += before;
  }
  return value;
}

extern "C" __global__ void compact_count_u32(const unsigned* x, unsigned* counts, unsigned n) {
  unsigned i = blockIdx.x * 1024 + threadIdx.x;
  unsigned kept = __syncthreads_count(i < n && x[i] != 0);
  if (threadIdx.x == 0) counts[blockIdx.x] = kept;
}

extern "C" __global__ void compact_scan_u32(const unsigned* counts, unsigned* ends, unsigned blocks) {
  __shared__ unsigned buffers[2][1024];
  unsigned *now = buffers[0], *next = buffers[1];
  unsigned t = threadIdx.x;
  now[t] = t < blocks ? counts[t] : 0;
#pragma unroll 1
  for (unsigned d = 1; d < 1024; d *= 2) {
    __syncthreads();
    next[t] = t >= d ? now[t - d] + now[t] : now[t];
    unsigned* kept = now;
    now = next;
    next = kept;
  }
  if (t < blocks) ends[t] = now[t];
}

extern "C" __global__ void compact_place_u32(const unsigned* x, const unsigned* counts, const unsigned* ends,
                                             unsigned* y, unsigned n) {
  __shared__ unsigned warps[32];
  unsigned t = threadIdx.x, i = blockIdx.x * 1024 + t, lane = t % 32;
  unsigned value = i < n ? x[i] : 0;
  unsigned votes = __ballot_sync(0xffffffff, value != 0);
  unsigned rank = __popc(votes & ((1u << lane) - 1));
  if (lane == 0) warps[t / 32] = __popc(votes);
  __syncthreads();
  if (t < 32) {
    unsigned own = warps[t];
    warps[t] = warp_scan(own) - own + ends[blockIdx.x] - counts[blockIdx.x];
  }
  __syncthreads();
  if (value != 0) y[warps[t / 32] + rank] = value;
}
