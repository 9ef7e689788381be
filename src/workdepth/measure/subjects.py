"""What can be measured: an algorithm, its oracle, its kernels, and what the analyzer says of each kernel.

A subject is data; a further algorithm with kernels is a further entry of `SUBJECTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from workdepth.errors import WorkdepthError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.ops import MULTIPLY
from workdepth.plans import LaunchPlan, multiply_block, multiply_serial, multiply_tree
from workdepth.plans.multiply import BLOCK_LIMIT, TREE_BLOCK
from workdepth.symbolic.sizes import size

Relation = Literal["equals", "grows like"]


@dataclass(frozen=True)
class Claim:
    """What the analyzer says of one counted figure: that it equals, or grows like, a figure of a machine.

    Attributes
    ----------
    figure : str
    relation : str
    predicted : str
        ``time``, ``memory``, ``threads`` or ``work``.
    granule : int
        What the prediction is rounded up to a multiple of: threads are launched in whole blocks.
    """

    figure: str
    relation: Relation
    predicted: str
    granule: int = 1


@dataclass(frozen=True)
class Witness:
    """A kernel that stands for one machine.

    Attributes
    ----------
    kernel : str
        The kernel file.
    machine : str
        ``RAM`` or ``GPU``: whose figures it is held to.
    plan : callable
        The launches, from n and an element type.
    reach, limit : int
        The largest n swept by default, and at all.
    held : str
        What does not vary in the sweep.
    operation : Mapping of str to str
        The opcode of the algorithm's own operation, by element type.
    claims : tuple of Claim
        What is judged.
    blocks : tuple of int
        Block sizes whose rounding may show in the counts.
    """

    kernel: str
    machine: Literal["RAM", "GPU"]
    plan: Callable[[int, str], LaunchPlan]
    reach: int
    limit: int
    held: str
    operation: Mapping[str, str]
    claims: tuple[Claim, ...]
    blocks: tuple[int, ...] = ()


@dataclass(frozen=True)
class Subject:
    """An algorithm that has kernels.

    Attributes
    ----------
    name : str
    build : callable
        Makes the graph, where none is given.
    oracle : callable
        The right answer, with NumPy, from the input arrays by name.
    inputs : callable
        The input arrays by name, from n, an element type and a random generator.
    types : tuple of str
        Element types that are checked; the last is the one that is counted.
    witnesses : tuple of Witness
    """

    name: str
    build: Callable[[], Algorithm]
    oracle: Callable[..., Any]
    inputs: Callable[[int, str, np.random.Generator], dict[str, np.ndarray]]
    types: tuple[str, ...]
    witnesses: tuple[Witness, ...]


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


def _claims(*texts: str) -> tuple[Claim, ...]:
    """Return claims written as ``steps ~ time``, ``launches = time`` or ``threads = threads / 256``."""
    relations: dict[str, Relation] = {"~": "grows like", "=": "equals"}
    parts = [text.replace("/", "").split() for text in texts]
    return tuple(Claim(figure, relations[sign], what, *map(int, rest)) for figure, sign, what, *rest in parts)


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
            _claims(
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
            _claims(
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
            _claims(
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

SUBJECTS: Mapping[str, Subject] = {_MULTIPLY.name: _MULTIPLY}
