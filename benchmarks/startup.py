"""How soon the command answers: processor time of whole processes, all samples kept.

    python benchmarks/startup.py            writes benchmarks/results/startup.json

`workdepth --version` is held against `python -c "import argparse, json"`, the least that any command costs.
Processor time is user + system of the finished child, as the operating system tells it (wait4).
"""

from __future__ import annotations

import os
import subprocess
import sys
from statistics import median

from stored import store

COMMANDS = {
    "python -c 'import argparse, json'": ["-c", "import argparse, json"],
    "workdepth --version": ["-m", "workdepth", "--version"],
    "workdepth table multiply-n": ["-m", "workdepth", "table", "multiply-n"],
    "workdepth list": ["-m", "workdepth", "list"],
}
REPEATS = 15


def processor_seconds(words: list[str]) -> float:
    """Run Python once and return the processor time of that process."""
    child = subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, words
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    samples: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(REPEATS + 1):  # in turn, so that what else the machine does hits all alike
        for name, words in COMMANDS.items():
            samples[name].append(processor_seconds(words))
    samples = {name: taken[1:] for name, taken in samples.items()}  # the first warms the file cache
    medians = {name: median(taken) for name, taken in samples.items()}
    least, version, table, _ = medians.values()
    for name, found in medians.items():
        print(f"{name:36}{found:8.3f} s of processor time")
    ratio, seconds = (
        {"value": version / least, "unit": "times"},
        {"value": table, "unit": "s of processor time"},
    )
    rows = {
        "`workdepth --version` / `python -c 'import argparse, json'`": {**ratio, "goal": 3},
        "`workdepth table multiply-n`": {**seconds, "goal": 0.5},
    }
    store("startup", {"rows": rows, "medians": medians, "samples": samples})


if __name__ == "__main__":
    main()
