"""A kernel over many sizes on the PTX machine: its answer against the oracle, then its counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workdepth.errors import CheckError, SizeError
from workdepth.measure.subjects import Subject, Witness
from workdepth.plans import LaunchPlan
from workdepth.ptx import PlanCounts, count_plan
from workdepth.symbolic import Size

ODD_SIZES = (3, 5, 6, 7, 12, 100, 1000, 3000, 10**4, 10**5, 10**6)
PROOF_SIZES = (1, 2, 3, 5, 8, 13, 100, 257, 1000)

FIGURES: Mapping[str, str] = {
    "steps": "PTX instructions of the longest thread, launches added",
    "depth": "PTX instructions, longest chain of dependent ones, launches added",
    "barriers": "barriers that one thread passes",
    "launches": "kernel launches",
    "threads": "threads launched, most in one launch",
    "active_threads": "threads that passed the guard and wrote, most in one launch",
    "operations": "operations of the algorithm itself, all threads",
    "words": "words of the arrays in global and dynamic shared memory; registers and arrays of fixed length left out",
}


@dataclass(frozen=True)
class KernelCounts:
    """What one kernel cost at every size.

    Attributes
    ----------
    kernel, machine : str
        The kernel file, and the machine whose witness it is.
    data_type : str
        The element type that was counted.
    sizes : tuple of int
    figures : Mapping of str to tuple of int
        One count a size, for each name of `FIGURES`, which tells the units.
    """

    kernel: str
    machine: str
    data_type: str
    sizes: tuple[int, ...]
    figures: Mapping[str, tuple[int, ...]]


def sweep_sizes(reach: int, size: Size) -> tuple[int, ...]:
    """Return powers of two and some other numbers, up to ``reach``, as far as the size's domain has them.

    Examples
    --------
    >>> sweep_sizes(16, Size("n"))
    (1, 2, 3, 4, 5, 6, 7, 8, 12, 16)
    >>> sweep_sizes(16, Size("n", low=2, power_of=2))
    (2, 4, 8, 16)
    """
    tried = {*(2**k for k in range(reach.bit_length())), *ODD_SIZES}
    return tuple(n for n in sorted(tried) if n <= reach and _admits(size, n))


def _admits(size: Size, n: int) -> bool:
    try:
        size.check(n)
    except SizeError:
        return False
    return True


def prove(subject: Subject, witness: Witness, size: Size | None = None) -> None:
    """Compare a kernel's results with the oracle's, bit for bit, at small sizes and every element type.

    Sizes beyond the kernel's limit, or outside the domain of ``size``, are left out.

    Raises
    ------
    CheckError
        Where one differs: nothing is counted then.
    """
    sizes = [n for n in PROOF_SIZES if n <= witness.limit and (size is None or _admits(size, n))]
    for dtype in subject.types:
        for n in sizes:
            solved(subject, witness, n, dtype)


def count(subject: Subject, witness: Witness, sizes: Sequence[int]) -> KernelCounts:
    """Count a kernel at every size; each answer is compared with the oracle's as well.

    Raises
    ------
    CheckError
        Where an answer differs.
    """
    dtype = subject.types[-1]
    rows = [_figures(*solved(subject, witness, n, dtype), witness.operation[dtype], dtype) for n in sizes]
    figures = {name: tuple(row[name] for row in rows) for name in FIGURES}
    return KernelCounts(witness.kernel, witness.machine, dtype, tuple(sizes), figures)


def solved(subject: Subject, witness: Witness, n: int, dtype: str) -> tuple[LaunchPlan, PlanCounts]:
    """Carry out a kernel's plan at one size; its answer is the oracle's, or an error."""
    plan, inputs = witness.plan(n, dtype), given(subject, n, dtype)
    found = count_plan(plan, inputs)
    same(found.answer, subject.oracle(**inputs), f"kernel {witness.kernel}, n = {n}, {dtype}")
    return plan, found


def given(subject: Subject, n: int, dtype: str) -> dict[str, np.ndarray]:
    """Return the inputs of one size: random, and the same each time."""
    return subject.inputs(n, dtype, np.random.default_rng(n))


def same(answer: np.ndarray, expected: np.ndarray, where: str) -> None:
    """Raise a `CheckError` unless two answers agree bit for bit."""
    if not np.array_equal(np.ravel(answer), np.ravel(expected)):
        raise CheckError(
            f"the result is {_shown(answer)}, NumPy's is {_shown(expected)}",
            where=where,
            next_step="correct the kernel or the graph; a wrong one is neither counted nor timed",
        )


def _shown(answer: np.ndarray) -> str:
    values = np.ravel(answer)
    return str(values[0]) if values.size == 1 else str(values)


def _figures(plan: LaunchPlan, found: PlanCounts, operation: str, dtype: str) -> dict[str, int]:
    counts = found.counts
    shared = max((launch.shared_bytes for launch in plan.launches), default=0)
    return {
        "steps": counts.steps,
        "depth": counts.depth,
        "barriers": counts.barriers,
        "launches": len(found.launches),
        "threads": counts.threads,
        "active_threads": counts.active_threads,
        "operations": sum(counts.opcodes.get(one, 0) for one in operation.split(" + ")),
        "words": sum(array.length for array in plan.arrays.values()) + shared // np.dtype(dtype).itemsize,
    }
