"""Prefix sums by three methods, each with the kernel of its method."""

from __future__ import annotations

from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.measure.subject import Subject, Witness, claims
from workdepth.plans import problem
from workdepth.plans.problems import BOTH
from workdepth.symbolic import Expr, ceiling, log2
from workdepth.symbolic.sizes import size

_ADD = {"float32": "add.f32"}
_BLOCK = claims(
    "steps ~ time",
    "depth ~ time",
    "threads ~ threads",
    "active_threads ~ threads",
    "operations = work",
    "words ~ memory",
)


def _sequential() -> Algorithm:
    n = size("n")
    g = Algorithm("scan-sequential")
    x = g.input("x", n)
    g.output(g.repeat(n - 1, lambda r, y: g.map([], lambda: y[r] + y[r + 1], into=y, at=lambda: r + 1), x))
    return g


def _hillis_steele() -> Algorithm:
    n = size("n")
    g = Algorithm("scan-hillis-steele")
    x = g.input("x", n)

    def doubling(d: Expr, y: Any) -> Any:
        return g.map((2**d, n), lambda i: y[i - 2**d] + y[i], into=y)

    g.output(g.repeat(ceiling(log2(n)), doubling, x))
    return g


def _blelloch() -> Algorithm:
    g = Algorithm("scan-blelloch")
    n = g.size("n", power_of=2)
    depth = log2(n)
    x = g.input("x", n)

    def ends(level: Expr, i: Any) -> tuple[Any, Any]:
        return 2 ** (level + 1) * i + 2**level - 1, 2 ** (level + 1) * (i + 1) - 1

    def up(d: Expr, y: Any) -> Any:
        def add(i: Any) -> Any:
            left, right = ends(d, i)
            return y[left] + y[right]

        return g.map(2 ** (depth - 1 - d), add, into=y, at=lambda i: ends(d, i)[1])

    def down(d: Expr, y: Any) -> Any:
        level = depth - 1 - d

        def hand_on(i: Any) -> Any:
            left, right = ends(level, i)
            return y[right], y[left] + y[right]

        return g.map(2**d, hand_on, into=y, at=lambda i: [(end,) for end in ends(level, i)])

    swept = g.repeat(depth, up, x)
    cleared = g.map([], lambda: 0, into=swept, at=lambda: n - 1)
    g.output(g.repeat(depth, down, cleared), "prefixes")
    g.output(swept[n - 1], "total")
    return g


_SERIAL = Witness(
    "scan_serial",
    "RAM",
    problem("scan_serial").plan,
    2**14,
    2**20,
    "one thread in one launch",
    _ADD,
    claims(
        "steps ~ time",
        "depth ~ time",
        "threads = threads",
        "active_threads = threads",
        "operations = work",
        "words ~ memory",
    ),
)


def _in_a_block(kernel: str, limit: int, held: str, barriers: str) -> Witness:
    told = (*_BLOCK, *claims(barriers))
    return Witness(kernel, "GPU", problem(kernel).plan, limit, limit, held, _ADD, told)


def _subject(name: str, build: Any, witness: Witness, output: str = "") -> Subject:
    one = problem(witness.kernel)
    return Subject(name, build, one.oracle, one.inputs, BOTH, (witness,), output)


SCANS: tuple[Subject, ...] = (
    _subject("scan-sequential", _sequential, _SERIAL),
    _subject(
        "scan-hillis-steele",
        _hillis_steele,
        _in_a_block("scan_hillis_steele", 1024, "one block of n threads in one launch", "barriers = time"),
    ),
    _subject(
        "scan-blelloch",
        _blelloch,
        _in_a_block(
            "scan_blelloch", 2048, "one block of max(1, n/2) threads in one launch", "barriers ~ time"
        ),
        "prefixes",
    ),
)
