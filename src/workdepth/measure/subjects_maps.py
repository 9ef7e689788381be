"""Vector addition and axpy: a thread an element, and one thread for all."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workdepth.graph.algorithm import Algorithm
from workdepth.measure.subject import Subject, Witness, claims
from workdepth.plans import problem
from workdepth.plans.problems import BOTH
from workdepth.plans.vectors import BLOCK
from workdepth.symbolic.sizes import size

_SERIAL = claims(
    "steps ~ time",
    "threads = threads",
    "active_threads = threads",
    "operations = work",
    "words ~ memory",
)
_MAP = claims(
    "steps ~ time",
    "depth ~ time",
    f"threads = threads / {BLOCK}",
    "active_threads = threads",
    "operations = work",
    "words ~ memory",
)
_HELD = f"one launch, {BLOCK} threads a block, as many blocks as n needs"


def _vector_add() -> Algorithm:
    n = size("n")
    g = Algorithm("vector-add")
    x, y = g.input("x", n), g.input("y", n)
    g.output(g.map(n, lambda i: x[i] + y[i]))
    return g


def _axpy() -> Algorithm:
    n = size("n")
    g = Algorithm("axpy")
    a, x, y = g.input("a"), g.input("x", n), g.input("y", n)
    g.output(g.map(n, lambda i: a * x[i] + y[i]))
    return g


def _with_a_scalar(inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {**inputs, "a": inputs["a"].reshape(())}


def _subject(
    name: str,
    build: Callable[[], Algorithm],
    opcodes: str,
    to_graph: Callable[..., dict[str, np.ndarray]] = dict,
) -> Subject:
    kernel, operation = name.replace("-", "_"), {"float32": opcodes}
    one, serial = problem(kernel), f"{kernel}_serial"
    witnesses = (
        Witness(
            serial, "RAM", problem(serial).plan, 2**14, 2**20, "one thread in one launch", operation, _SERIAL
        ),
        Witness(kernel, "GPU", one.plan, 2**17, 2**22, _HELD, operation, _MAP, (BLOCK,)),
    )
    return Subject(name, build, one.oracle, one.inputs, BOTH, witnesses, to_graph=to_graph)


MAPS: tuple[Subject, ...] = (
    _subject("vector-add", _vector_add, "add.f32"),
    _subject("axpy", _axpy, "fma.rn.f32 + fma.rn.f32", _with_a_scalar),
)
