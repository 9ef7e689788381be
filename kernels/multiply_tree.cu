// One level of a product tree: m values become ceil(m/2), in place. The host launches it for m = n,
// ceil(n/2), ... until one value is left: the GPU's witness, with the end of a launch as its barrier.
//
// work:      n - 1
// span:      ceiling(log2(n))
// threads:   floor(n/2)
// launches:  ceiling(log2(n))
// barriers:  0
// loads:     2*n - 2
// stores:    n - 1
// requires:  n >= 1; odd values, wrap-around product; floor(m/2) threads or more at level m
// source:    JaJa, An Introduction to Parallel Algorithms, section 1.3 (balanced trees)
//
// Loads and stores are words of global memory, summed over the launches. Thread t multiplies the two
// values t and t + ceil(m/2): neighbouring threads touch neighbouring words, and an odd middle value
// stays where it is. The pairing needs a commutative product.

template <typename Word>
__device__ void multiply(Word* x, unsigned m) {
  unsigned t = blockIdx.x * blockDim.x + threadIdx.x;
  unsigned half = (m + 1) / 2;
  if (t < m - half) x[t] *= x[t + half];
}

extern "C" __global__ void multiply_tree_u32(unsigned* x, unsigned m) { multiply(x, m); }

extern "C" __global__ void multiply_tree_u64(unsigned long long* x, unsigned m) { multiply(x, m); }
