"""Runs from the JSON that benchmark tools write; each tool is one reader in a table.

Formats: pytest-benchmark (``--benchmark-json``, with ``--benchmark-save-data`` all samples), hyperfine
(``--export-json``), Google Benchmark (``--benchmark_out``), nvbench (``--json``; with ``--jsonbin`` all
samples).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from workdepth.errors import FileError
from workdepth.measure.samples_run import Run, number, numeric

SECONDS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
NVBENCH_SAMPLES, NVBENCH_MEAN = "nv/json/bin:nv/cold/sample_times", "nv/cold/time/gpu/mean"


def json_runs(text: str, path: Path) -> tuple[str, list[Run]]:
    """Return the name of the format and all runs."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise FileError(
            f"{path} is not JSON: {problem}", next_step="give the file as the tool wrote it"
        ) from problem
    for kind, (belongs, read) in FORMATS.items():
        if isinstance(data, dict) and belongs(data):
            try:
                return kind, list(read(data, path))
            except (KeyError, TypeError, AttributeError, IndexError, ValueError) as problem:
                raise FileError(
                    f"{path} looks like {kind}, but lacks or garbles {problem}",
                    next_step="give the file as the tool wrote it",
                ) from problem
    raise FileError(
        f"{path} is JSON of no known benchmark tool",
        next_step=f"known are {', '.join(FORMATS)}; else give CSV",
    )


def _pytest(data: dict[str, Any], path: Path) -> Iterator[Run]:
    for entry in data["benchmarks"]:
        parameters = numeric({**(entry.get("params") or {}), **(entry.get("extra_info") or {})})
        name, _, inside = entry["name"].partition("[")
        if not parameters and (value := number(inside.rstrip("]"))) is not None:
            parameters = {"n": value}
        stats = entry["stats"]
        yield Run(name, parameters, stats.get("data") or [stats["median"]])


def _hyperfine(data: dict[str, Any], path: Path) -> Iterator[Run]:
    for entry in data["results"]:
        yield Run("", numeric(entry.get("parameters") or {}), entry.get("times") or [entry["median"]])


def _google(data: dict[str, Any], path: Path) -> Iterator[Run]:
    for entry in data["benchmarks"]:
        if entry.get("run_type", "iteration") != "iteration":
            continue
        if entry.get("error_occurred"):
            raise FileError(f"{entry['name']} failed: {entry.get('error_message', '')}", where=str(path))
        name, *arguments = entry.get("run_name", entry["name"]).split("/")
        seconds = float(entry["real_time"]) * SECONDS[entry.get("time_unit", "ns")]
        yield Run(name, _arguments(arguments), [seconds])


def _arguments(texts: list[str]) -> dict[str, float]:
    """Read the arguments of ``BM_sort/1024/m:8/repeats:3``: by name, or as n, n2, n3."""
    found: dict[str, float] = {}
    for text in texts:
        name, _, value = text.rpartition(":")
        if name in ("repeats", "iterations", "threads", "min_time", "min_warmup_time"):
            continue
        size = number(value)
        if size is not None:
            found[name or ("n" if "n" not in found else f"n{len(found) + 1}")] = size
    return found


def _nvbench(data: dict[str, Any], path: Path) -> Iterator[Run]:
    for bench in data["benchmarks"]:
        for state in bench["states"]:
            if state.get("is_skipped"):
                continue
            axes = {re.sub(r"\W", "_", a["name"]): a["value"] for a in state["axis_values"] or ()}
            tags = {s["tag"]: {d["name"]: d["value"] for d in s["data"]} for s in state["summaries"]}
            device = state.get("device")
            name = bench["name"] if device in (None, 0) else f"{bench['name']} on device {device}"
            yield Run(name, numeric(axes), _nvbench_samples(tags, path))


def _nvbench_samples(tags: dict[str, dict[str, Any]], path: Path) -> list[float]:
    """All samples where the file beside the JSON is there, else the mean."""
    meta = tags.get(NVBENCH_SAMPLES)
    if meta is None:
        return [float(tags[NVBENCH_MEAN]["value"])]
    # The name in the file is taken as one beside it: nothing else on this machine is read.
    parts = Path(meta["filename"]).parts[-2:]
    beside = next((p for p in (path.parent.joinpath(*parts), path.parent / parts[-1]) if p.is_file()), None)
    if beside is None:
        return [float(tags[NVBENCH_MEAN]["value"])]
    samples = np.fromfile(beside, dtype="<f4")
    if len(samples) != int(meta["size"]):
        raise FileError(f"{beside} has {len(samples)} samples, not {meta['size']}", next_step="copy it anew")
    return [float(s) for s in samples if math.isfinite(s)]


def _has(key: str, inner: str) -> Callable[[dict[str, Any]], bool]:
    """Whether the first entry of a list in the file has a key."""

    def test(data: dict[str, Any]) -> bool:
        entries = data.get(key)
        return (
            isinstance(entries, list)
            and bool(entries)
            and isinstance(entries[0], dict)
            and inner in entries[0]
        )

    return test


FORMATS: dict[
    str, tuple[Callable[[dict[str, Any]], bool], Callable[[dict[str, Any], Path], Iterator[Run]]]
] = {
    "pytest-benchmark": (_has("benchmarks", "stats"), _pytest),
    "Google Benchmark": (_has("benchmarks", "real_time"), _google),
    "nvbench": (_has("benchmarks", "states"), _nvbench),
    "hyperfine": (_has("results", "command"), _hyperfine),
}
