"""Launch plans carried out and counted by the PTX machine, from the PTX that the package ships."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from workdepth.plans import LaunchPlan, ptx_path
from workdepth.ptx.counts import Counts
from workdepth.ptx.module import STEP_LIMIT, Module, load


@dataclass(frozen=True)
class PlanCounts:
    """What a plan gave and cost: its answer, the sum of its launches' counts, and each of them."""

    answer: np.ndarray
    counts: Counts
    launches: tuple[Counts, ...]


@cache
def shipped(name: str) -> Module:
    """Return the module of a kernel file, from the PTX that the package ships."""
    return load(ptx_path(name))


def count_plan(
    plan: LaunchPlan,
    inputs: Mapping[str, np.ndarray],
    module: Module | None = None,
    *,
    step_limit: int = STEP_LIMIT,
) -> PlanCounts:
    """Execute and count all launches of a plan.

    Parameters
    ----------
    plan : LaunchPlan
        What to launch.
    inputs : Mapping of str to numpy.ndarray
        The plan's given arrays; they are not changed.
    module : Module, optional
        The kernels; by default the shipped PTX of the plan's source.
    step_limit : int
        As for :meth:`workdepth.ptx.Kernel.launch`.

    Returns
    -------
    PlanCounts

    Examples
    --------
    >>> from workdepth.plans import multiply_tree
    >>> x = np.array([3, 5, 7], np.uint64)
    >>> found = count_plan(multiply_tree(3), {"x": x})
    >>> int(found.answer[0]), len(found.launches), found.counts.active_threads
    (105, 2, 1)
    """
    kernels = module or shipped(plan.source)
    arrays = plan.filled(inputs)
    each = []
    for launch in plan.launches:
        args = [arrays[one] if isinstance(one, str) else one for one in launch.args]
        kernel = kernels[launch.kernel]
        each.append(
            kernel.launch(launch.grid, launch.block, args, launch.shared_bytes, step_limit=step_limit)
        )
    return PlanCounts(plan.answer(arrays).copy(), sum(each, Counts()), tuple(each))
