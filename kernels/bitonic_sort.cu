// One round of bitonic sorting, in place: n/2 threads compare and exchange two values each. The host
// launches it for every span 2, 4, ... n, and in each for every gap span/2, ... 2, 1.
//
// work:      n*log2(n)*(log2(n) + 1)/4
// span:      log2(n)*(log2(n) + 1)/2
// threads:   floor(n/2)
// launches:  log2(n)*(log2(n) + 1)/2
// barriers:  0
// loads:     n*log2(n)*(log2(n) + 1)/2
// stores:    n*log2(n)*(log2(n) + 1)/2
// requires:  n a power of two; floor(n/2) threads or more
// source:    Batcher, Sorting networks and their applications, AFIPS Spring Joint Computer Conference (1968)
//
// Work counts an exchange as one. No launch for n = 1, and no thread. Loads and stores are words of global
// memory, summed over the launches.

extern "C" __global__ void bitonic_sort_u32(unsigned* x, unsigned n, unsigned span, unsigned gap) {
  unsigned t = blockIdx.x * blockDim.x + threadIdx.x;
  if (t >= n / 2) return;
  unsigned i = 2 * t - t % gap;
  unsigned low = min(x[i], x[i + gap]), high = max(x[i], x[i + gap]);
  bool rising = (i & span) == 0;
  x[i] = rising ? low : high;
  x[i + gap] = rising ? high : low;
}
