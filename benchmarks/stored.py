"""Where the results of the benchmarks lie, and on what machine they were taken."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def machine() -> dict[str, Any]:
    """Return what a timing depends on."""
    model = "unknown"
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(
            (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model
        )
    return {"python": platform.python_version(), "processor": model, "cores": os.cpu_count()}


def store(name: str, found: dict[str, Any]) -> None:
    """Write the results of one benchmark; samples are kept raw."""
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps({"machine": machine(), **found}, indent=2) + "\n", encoding="utf-8")
    print(f"written: {path.relative_to(RESULTS.parents[1])}")


def load(name: str) -> dict[str, Any]:
    """Return the stored results of one benchmark."""
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
