"""workdepth: time, memory and threads of an algorithm on the RAM and on the GPU.

The public names, nothing else; each is imported when it is first used, so that the command answers at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "workdepth.graph.algorithm": ("Algorithm",),
    "workdepth.graph.ops": [
        "ABSOLUTE",
        "ADD",
        "AND",
        "BEFORE",
        "COMPARE_EXCHANGE",
        "COPY",
        "DIVIDE",
        "EQUAL",
        "EXP",
        "FLOOR_DIVIDE",
        "LESS",
        "LESS_EQUAL",
        "LOG",
        "MAXIMUM",
        "MINIMUM",
        "MULTIPLY",
        "NEGATE",
        "NOT_EQUAL",
        "OR",
        "POWER",
        "REMAINDER",
        "SELECT",
        "SQRT",
        "SUBTRACT",
        "XOR",
        "Op",
        "op_named",
        "register",
    ],
    "workdepth.graph.run": ("decided", "run"),
    "workdepth.graph.unroll": ("unroll",),
    "workdepth.symbolic": ("Size", "ceiling", "floor", "harmonic", "log2", "parse"),
    "workdepth.symbolic.sizes": ("size",),
    "workdepth.graph.loops": ("doubling", "halving"),
    "workdepth.models.conventions": ("Conventions",),
    "workdepth.schedule.analyze": ("analyze",),
    "workdepth.schedule.check": ("check",),
    "workdepth.schedule.frontier.frontier": ("frontier",),
    "workdepth.schedule.executor": ("run_all",),
    "workdepth.schedule.minimum_threads": ("minimum_threads",),
    "workdepth.schedule.profile": ("profile",),
    "workdepth.schedule.sweeps.from_edges": ("from_edges",),
    "workdepth.schedule.width": ("width",),
    "workdepth.schedule.recompute": ("recomputation",),
    "workdepth.schedule.sequential": ("least_memory",),
    "workdepth.errors": ("CheckError", "MissingError", "WorkdepthError"),
    "workdepth.report.compare": ("assert_growth", "compare"),
    "workdepth.report.draw": ("draw",),
    "workdepth.report.explained": ("explain",),
    "workdepth.report.frontier_variants": ("trade_offs",),
    "workdepth.report.parallelism": ("parallelism",),
    "workdepth.report.on_demand": ("nc_class", "on_threads", "work_against"),
    "workdepth.graph.files": ("load", "save"),
    "workdepth.measure": ("count_kernel", "exact_fit", "fit", "judge", "judge_counts", "measure"),
}
_WHERE = {text: module for module, names in _HOME.items() for text in names}

__all__ = ["__version__", *sorted([*_WHERE, "library", "schedule"])]


def __getattr__(text: str) -> Any:
    if text in _WHERE:
        return getattr(import_module(_WHERE[text]), text)
    if text in ("library", "measure", "models", "ptx", "gpu", "report", "schedule", "symbolic"):
        return import_module(f"workdepth.{text}")
    raise AttributeError(f"module 'workdepth' has no attribute {text!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
