"""Where the Standard Task Graph set lies: not part of the project; tests that need it are skipped without it."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("WORKDEPTH_REFERENCE") or ROOT.parent / "shared" / "data")
FOLDER = DATA / "stg50"
THREADS = (2, 4, 8, 16)


@dataclass(frozen=True)
class Row:
    """A task graph on p processors: the published optimum, or the interval it is known to lie in."""

    file: str
    threads: int
    lower: int
    upper: int

    @property
    def is_open(self) -> bool:
        return self.lower < self.upper

    def graph(self) -> Any:
        from workdepth.graph.files import load

        return load(FOLDER / self.file)


def rows(threads: int) -> list[Row]:
    """Return the published lengths on so many processors; none where the set is absent."""
    path = FOLDER / f"optimal_p{threads}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return [Row(r[0], int(r[1]), int(r[2]), int(r[-1])) for r in csv.reader(lines) if r]
