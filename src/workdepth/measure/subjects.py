"""What can be measured: an algorithm, its oracle, its kernels, and what the analyzer says of each kernel.

A subject is data; a further algorithm with kernels is a further entry of `SUBJECTS`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from workdepth.errors import WorkdepthError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.ops import MULTIPLY
from workdepth.measure.subject import Claim, Subject, Witness, claims
from workdepth.measure.subjects_maps import MAPS
from workdepth.measure.subjects_matrices import MATRICES
from workdepth.measure.subjects_reductions import REDUCTIONS
from workdepth.measure.subjects_scans import SCANS
from workdepth.plans import multiply_block, multiply_serial, multiply_tree
from workdepth.plans.multiply import BLOCK_LIMIT, TREE_BLOCK
from workdepth.symbolic.sizes import size

__all__ = ["SUBJECTS", "Claim", "Subject", "Witness", "subject_named"]


def subject_named(name: str) -> Subject:
    """Return what is known of an algorithm's kernels.

    Raises
    ------
    WorkdepthError
        Where it has none.

    Examples
    --------
    >>> [witness.kernel for witness in subject_named("multiply-n").witnesses]
    ['multiply_serial', 'multiply_tree', 'multiply_block']
    """
    if name not in SUBJECTS:
        raise WorkdepthError(
            f"there are no kernels for {name!r}, so nothing can be measured",
            where="measure",
            next_step=f"algorithms that have kernels: {', '.join(SUBJECTS)}; "
            "a kernel of your own is counted with workdepth.ptx",
        )
    return SUBJECTS[name]


def _multiply_n() -> Algorithm:
    g = Algorithm("multiply-n")
    g.output(g.fold(MULTIPLY, g.input("x", size("n"))))
    return g


def _odd(n: int, dtype: str, random: np.random.Generator) -> dict[str, np.ndarray]:
    """Return n odd numbers: a wrap-around product of odd numbers never loses a factor to zero."""
    kind = np.dtype(dtype)
    return {"x": random.integers(0, np.iinfo(kind).max, n, kind, endpoint=True) | kind.type(1)}


def _product(x: np.ndarray) -> np.ndarray:
    return np.multiply.reduce(x, dtype=x.dtype)


_PRODUCT = {"uint32": "mul.lo.s32", "uint64": "mul.lo.s64"}

_MULTIPLY = Subject(
    "multiply-n",
    _multiply_n,
    _product,
    _odd,
    ("uint32", "uint64"),
    (
        Witness(
            "multiply_serial",
            "RAM",
            multiply_serial,
            2**18,
            2**20,
            "one thread in one launch",
            _PRODUCT,
            claims(
                "steps ~ time",
                "depth ~ time",
                "threads = threads",
                "active_threads = threads",
                "operations = work",
                "words ~ memory",
            ),
        ),
        Witness(
            "multiply_tree",
            "GPU",
            multiply_tree,
            2**20,
            2**22,
            f"one launch a level, {TREE_BLOCK} threads a block, as many blocks as the level needs",
            _PRODUCT,
            claims(
                "steps ~ time",
                "depth ~ time",
                "launches = time",
                f"threads = threads / {TREE_BLOCK}",
                "active_threads = threads",
                "operations = work",
                "words = memory",
            ),
            (TREE_BLOCK, 2 * TREE_BLOCK),
        ),
        Witness(
            "multiply_block",
            "GPU",
            multiply_block,
            BLOCK_LIMIT,
            BLOCK_LIMIT,
            "one block of max(1, floor(n/2)) threads in one launch",
            _PRODUCT,
            claims(
                "steps ~ time",
                "depth ~ time",
                "barriers = time",
                "threads ~ threads",
                "active_threads ~ threads",
                "operations = work",
                "words ~ memory",
            ),
        ),
    ),
)

SUBJECTS: Mapping[str, Subject] = {
    one.name: one for one in (_MULTIPLY, *REDUCTIONS, *MAPS, *MATRICES, *SCANS)
}
