"""Sum, maximum and dot product, with their kernels; whole numbers in floats, so that every bit is told."""

from __future__ import annotations

from functools import partial

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.ops import ADD, MAXIMUM, Op
from workdepth.measure.subject import Subject, Witness, claims
from workdepth.plans import problem
from workdepth.plans.problems import BOTH
from workdepth.plans.reductions import TILE, TREE_LIMIT
from workdepth.symbolic.sizes import size

_REACH = 2**14
_SERIAL = claims(
    "steps ~ time",
    "depth ~ time",
    "threads = threads",
    "active_threads = threads",
    "operations ~ work",
    "words ~ memory",
)
# No claim on depth: it grows by two where the second launch first has a sum to make, once for all sizes,
# and a sweep that ends near that place cannot tell this step from a growth with the blocks.
_TREE = claims(
    "steps ~ time",
    "active_threads ~ threads",
    "operations = work",
    "words ~ memory",
)


def _fold(name: str, op: Op) -> Algorithm:
    g = Algorithm(name)
    g.output(g.fold(op, g.input("x", size("n"))))
    return g


def _dot() -> Algorithm:
    n = size("n")
    g = Algorithm("dot")
    x, y = g.input("x", n), g.input("y", n)
    g.output(g.fold(ADD, n, lambda i: x[i] * y[i]))
    return g


def _witnesses(name: str, serial: str, tree: str, *more: str) -> tuple[Witness, Witness]:
    held = f"two launches, of blocks of {TILE} threads and of one such block"
    one, two = f"{name}_serial", f"{name}_tree"
    return (
        Witness(
            one, "RAM", problem(one).plan, _REACH, 2**20, "one thread in one launch", _each(serial), _SERIAL
        ),
        Witness(
            two,
            "GPU",
            problem(two).plan,
            TREE_LIMIT // 8,
            TREE_LIMIT,
            held,
            _each(tree),
            (*_TREE, *claims(*more)),
        ),
    )


def _each(opcodes: str) -> dict[str, str]:
    """Return the opcodes of the float kernels, which alone are counted."""
    return {"float32": opcodes}


def _subject(name: str, build: partial[Algorithm], witnesses: tuple[Witness, Witness]) -> Subject:
    one = problem(f"{name}_tree")
    return Subject(name, build, one.oracle, one.inputs, BOTH, witnesses)


REDUCTIONS: tuple[Subject, ...] = (
    _subject("sum", partial(_fold, "sum", ADD), _witnesses("sum", "add.f32", "add.f32", "barriers = time")),
    _subject(
        "max", partial(_fold, "max", MAXIMUM), _witnesses("max", "max.f32", "max.f32", "barriers = time")
    ),
    _subject(
        "dot",
        partial(_dot),
        _witnesses(
            "dot",
            "fma.rn.f32 + fma.rn.f32",
            "mul.f32 + add.f32",
            "barriers ~ time",
            f"threads = threads / {TILE}",
        ),
    ),
)
