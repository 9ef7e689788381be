"""One algorithm under every setting of the switches: which figures depend on what one agrees to count."""

from itertools import product

import workdepth as wd

print(
    f"{'cells':10}{'inputs':10}{'outputs':10}RAM time, memory, threads    GPU time, memory, threads   at n = 1000"
)
for cells, inputs, outputs in product(("reuse", "separate"), ("resident", "loaded"), ("kept", "streamed")):
    table = wd.compare("vector-add", cells=cells, inputs=inputs, outputs=outputs)
    told = [
        ", ".join(f"{figure.at(n=1000)}" for figure in (table[m].time, table[m].memory, table[m].threads))
        for m in ("RAM", "GPU")
    ]
    print(f"{cells:10}{inputs:10}{outputs:10}{told[0]:29}{told[1]}")
