"""The product of two square matrices: one thread for all, and a thread for each of the n**3 products."""

from __future__ import annotations

import numpy as np

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.ops import ADD
from workdepth.measure.subject import Subject, Witness, claims
from workdepth.plans import matmul_cube, matmul_serial, problem
from workdepth.plans.matrices import CUBE_BLOCK
from workdepth.plans.problems import BOTH
from workdepth.symbolic.sizes import size


def _matmul() -> Algorithm:
    n = size("n")
    g = Algorithm("matmul")
    a, b = g.input("a", n, n), g.input("b", n, n)
    g.output(g.map([n, n], lambda i, j: g.fold(ADD, n, lambda k: a[i, k] * b[k, j])))
    return g


def _square(inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: x.reshape(round(x.size**0.5), -1) for name, x in inputs.items()}


_SERIAL = Witness(
    "matmul_serial",
    "RAM",
    matmul_serial,
    32,
    32,
    "one thread in one launch",
    {"float32": "fma.rn.f32 + fma.rn.f32"},
    claims(
        "steps ~ time",
        "threads = threads",
        "active_threads = threads",
        "operations ~ work",
        "words ~ memory",
    ),
)
_CUBE = Witness(
    "matmul_cube",
    "GPU",
    matmul_cube,
    32,
    32,
    f"one launch for the products and one a level, {CUBE_BLOCK} threads a block",
    {"float32": "mul.f32 + add.f32"},
    claims(
        "steps ~ time",
        "depth ~ time",
        "launches = time",
        f"threads = threads / {CUBE_BLOCK}",
        "active_threads = threads",
        "operations = work",
        "words ~ memory",
    ),
)
_ONE = problem("matmul_cube")

MATRICES: tuple[Subject, ...] = (
    Subject(
        "matmul",
        _matmul,
        _ONE.oracle,
        _ONE.inputs,
        BOTH,
        (_SERIAL, _CUBE),
        to_graph=_square,
        held="n = k = m: square matrices",
    ),
)
