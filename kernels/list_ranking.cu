// How many nodes follow each node of a linked list, by pointer jumping: in every round a node adds the
// rank of the node it points to, and points where that one points.
//
// work:      n*(ceiling(log2(n)) + 1)
// span:      ceiling(log2(n)) + 1
// threads:   n
// launches:  ceiling(log2(n)) + 1
// barriers:  0
// loads:     n + 4*n*ceiling(log2(n))
// stores:    n + 2*n*ceiling(log2(n))
// requires:  n >= 1; the last node points to itself; n threads; ceil(log2(n)) rounds
// source:    Wyllie, The complexity of parallel computations (Cornell, 1979); JaJa, section 3.1 (list ranking)
//
// A round reads one pair of arrays and writes another, so that no node sees a half-made round. Work counts
// sums and first comparisons. Loads and stores are words of global memory, summed over the launches.

extern "C" __global__ void list_ranking_start_u32(const unsigned* next, unsigned* rank, unsigned n) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) rank[i] = next[i] != i;
}

extern "C" __global__ void list_ranking_jump_u32(const unsigned* next, const unsigned* rank,
                                                 unsigned* next_after, unsigned* rank_after,
                                                 unsigned n) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  unsigned to = next[i];
  rank_after[i] = rank[i] + rank[to];
  next_after[i] = next[to];
}
