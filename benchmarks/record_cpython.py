"""Record two timings of CPython for `workdepth judge`: `sorted` on random floats, and a dictionary lookup.

    python benchmarks/record_cpython.py
    workdepth judge benchmarks/results/cpython_sorted.csv --prediction "n*log(n)"
    workdepth judge benchmarks/results/cpython_dict_lookup.csv --prediction "1"

Four processes, each through all sizes in an order of its own; seven samples a size, in seconds of the
processor, so that other work on the machine counts less.  The lookups go round 16 keys: what is timed is
the lookup, not the cache and address misses of keys never seen.
"""

from __future__ import annotations

import csv
import gc
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

RESULTS = Path(__file__).parent / "results"
PROCESSES, REPEATS, LOOKUPS = 4, 7, 20_000
SIZES = {"sorted": [2**k for k in range(8, 21)], "dict_lookup": [2**k for k in range(6, 20)]}


def sorting(n: int) -> Callable[[], float]:
    """Time one sort of n random floats; small ones many times over."""
    # Never the same list twice in a row: a processor learns the branches of a small one by heart.
    lists = [[random.random() for _ in range(n)] for _ in range(max(2, 100_000 // n))]

    def sample() -> float:
        start = process_time()
        for values in lists:
            sorted(values)
        return (process_time() - start) / len(lists)

    return sample


def looking_up(n: int) -> Callable[[], float]:
    """Time one lookup in a dictionary of n random integers."""
    table = {random.getrandbits(60): k for k in range(n)}
    keys = random.sample(list(table), 16) * (LOOKUPS // 16)

    def sample() -> float:
        start = process_time()
        for key in keys:
            table[key]
        return (process_time() - start) / len(keys)

    return sample


WITNESSES = {"sorted": sorting, "dict_lookup": looking_up}


def one_process(name: str, seed: int) -> None:
    """Print the rows of one process."""
    random.seed(seed)
    gc.disable()
    rows = csv.writer(sys.stdout)
    for n in random.sample(SIZES[name], len(SIZES[name])):
        sample = WITNESSES[name](n)
        sample()
        rows.writerows([[n, f"{sample():.6g}", seed] for _ in range(REPEATS)])


def main() -> None:
    """Record both, or be one process of the recording."""
    if len(sys.argv) == 3:
        one_process(sys.argv[1], int(sys.argv[2]))
        return
    for name in WITNESSES:
        commands = [[sys.executable, __file__, name, str(k)] for k in range(1, PROCESSES + 1)]
        parts = [subprocess.run(c, check=True, capture_output=True, text=True).stdout for c in commands]
        version = sys.version.split()[0]
        head = f"# CPython {version}, {name}, processor seconds, {PROCESSES} processes\nn,seconds,process\n"
        (RESULTS / f"cpython_{name}.csv").write_text(head + "".join(parts).replace("\r", ""))


if __name__ == "__main__":
    main()
