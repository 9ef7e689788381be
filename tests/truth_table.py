"""The truth table: what books, papers and another analyzer's tests say that programs cost, beside our graphs of them.

``says`` is what the source says, as a formula or, in a :class:`Theta`, as a growth class. A formula is compared
by value at every size tried; where a convention makes ours another one, ``here`` has ours, compared by value
too, ``because`` says why, and the growth must be the source's all the same (but where ``at`` fixes the sizes).
``apart`` are figures of the source that are none of ours, in rows whose other figures are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import truth_programs as programs
from workdepth.library import entry_named

# Sources that come often.
DACE = "DaCe, tests/sdfg/work_depth_test.py"
CLRS = "CLRS, 3rd ed., chapter 27 (4th ed., chapter 26)"
FUTHARK = "Futhark, the documentation of its prelude"
NESL = "Blelloch, Programming parallel algorithms, CACM 39(3), 1996, and the pages of NESL"
LECTURE = "Demmel, CS267, lecture 14"
LOOPY = "loopy's counts with barvinok"
MERGING = "JaJa (1992), section 2.4"

N_FOR_LESS = "n for our n - 1: the source counts a combine for each element, and does not round the logarithm"


@dataclass(frozen=True)
class Theta:
    """A growth class."""

    text: str


@dataclass(frozen=True)
class Case:
    """One row: figures are work, span, threads, memory (of the GPU), parallelism; stack is memory on one thread."""

    number: int
    program: str
    source: str
    build: Callable[[], Any]
    says: dict[str, str | Theta] = field(default_factory=dict)
    here: dict[str, str] = field(default_factory=dict)
    because: str = ""
    switches: dict[str, str] = field(default_factory=dict)
    at: dict[str, int] = field(default_factory=dict)
    apart: dict[str, str] = field(default_factory=dict)
    worst: bool = False  # each figure is that of the case that is worst in it, so a bound of them together

    @property
    def name(self) -> str:
        """What a test of it is called."""
        return "-".join([str(self.number), self.program, *self.switches.values()])


def library(name: str) -> Callable[[], Any]:
    return entry_named(name).build


def theta(**classes: str) -> dict[str, str | Theta]:
    return {figure: Theta(text) for figure, text in classes.items()}


FORK_JOIN = {"spawn": "fork-join"}
SEPARATE = {"cells": "separate"}

LINES = (
    Case(18, "(a+b)*(c+d)", DACE, programs.sum_times_sum, {"work": "3", "span": "2"}),
    Case(19, "a+b+c+d from the left", DACE, programs.left_sum, {"work": "3", "span": "3", "threads": "1"}),
    Case(21, "diamond", DACE, programs.diamond, {"work": "4", "span": "3", "threads": "2"}),
    Case(22, "three increments", DACE, programs.three_increments, {"work": "3", "span": "3", "threads": "1"}),
    Case(23, "x += a*b + c*d", DACE, programs.two_products, {"work": "4", "span": "3"}),
    Case(25, "two sums", DACE, programs.independent_sums, {"work": "2", "span": "1", "threads": "2"}),
)

MAPS_AND_LOOPS = (
    Case(
        1,
        "z = x + y",
        DACE,
        library("vector-add"),
        {"work": "n", "span": "1", "threads": "n", "parallelism": "n", "memory": "3*n"},
        here={"memory": "2*n"},
        because="a sum takes the word of an operand that nobody reads again",
    ),
    Case(1, "z = x + y", DACE, library("vector-add"), {"memory": "3*n"}, switches=SEPARATE),
    Case(
        2,
        "x[i] += y[i] in a loop",
        DACE,
        programs.in_place_loop,
        {"work": "n", "span": "n", "threads": "1", "memory": "2*n"},
    ),
    Case(
        6,
        "a map of maps",
        DACE,
        programs.nested_maps,
        {"work": "m*n", "span": "1", "threads": "m*n", "parallelism": "m*n", "memory": "3*m*n"},
        here={"memory": "2*m*n"},
        because="a sum takes the word of an operand that nobody reads again",
    ),
    Case(6, "a map of maps", DACE, programs.nested_maps, {"memory": "3*m*n"}, switches=SEPARATE),
    Case(7, "a loop of loops", DACE, programs.nested_loops, {"work": "k*n", "span": "k*n", "threads": "1"}),
    Case(
        11,
        "a loop of unknown trips over a map",
        DACE,
        programs.loop_of_maps,
        {"work": "n*t", "span": "t", "threads": "n"},
    ),
    Case(
        64,
        "map f",
        FUTHARK,
        programs.map_of_function,
        {"work": "4*n", "span": "3", "threads": "n", "memory": "n"},
        here={"threads": "2*n", "memory": "2*n"},
        because="f itself, of work 4 and span 3, has two operations at once, and two values between",
    ),
    Case(
        97,
        "triangular update in a loop",
        LOOPY,
        programs.triangular_update,
        {"work": "n*(n - 1)/2"},
        apart={"accesses": "n**2 - n"},
    ),
)

BRANCHES = (
    Case(
        3,
        "if/else: a map of 1000 or a loop of 100",
        DACE,
        programs.thousand_or_hundred,
        {"work": "1000", "span": "100"},
        worst=True,
    ),
    Case(
        4,
        "if/else: a map of n or a loop of k",
        DACE,
        programs.map_or_loop,
        {"work": "max(k, n)", "span": "max(1, k)"},
        worst=True,
    ),
    Case(
        8,
        "if/else in if/else",
        DACE,
        programs.branch_in_a_branch,
        {"work": "max(k, 3*n, m + n)", "span": "max(3, k, m + 1)"},
        worst=True,
    ),
    Case(
        9,
        "if/else: loops of 2n and 3n over a map",
        DACE,
        programs.loops_of_maps,
        {"work": "3*n**2", "span": "3*n", "threads": "n"},
    ),
)

REDUCTIONS = (
    Case(
        13,
        "reduce 456 numbers",
        DACE,
        programs.reduction,
        {"work": "456", "span": "log2(456)"},
        here={"work": "455", "span": "9"},
        because=N_FOR_LESS,
        at={"n": 456},
    ),
    Case(
        14,
        "reduce n numbers",
        DACE,
        programs.reduction,
        {"work": "n", "span": "log2(n)", "parallelism": Theta("n/log(n)")},
        here={"work": "n - 1", "span": "ceiling(log2(n))"},
        because=N_FOR_LESS,
    ),
    Case(
        55,
        "P-REDUCE",
        f"{CLRS}, problem 27-4",
        programs.reduction,
        theta(work="n", span="log(n)", parallelism="n/log(n)"),
        switches=FORK_JOIN,
    ),
    Case(
        65,
        "reduce an op of work 3",
        FUTHARK,
        programs.heavy_reduction,
        {"work": "3*n", "span": "3*log2(n)"},
        here={"work": "3*n - 3", "span": "3*ceiling(log2(n))"},
        because=N_FOR_LESS,
    ),
    Case(
        70,
        "all",
        FUTHARK,
        programs.all_of,
        {"work": "n", "span": "log2(n) + 1"},
        here={"work": "2*n - 1", "span": "ceiling(log2(n)) + 1"},
        because="the source counts f only; n - 1 conjunctions are operations too",
    ),
    Case(
        80,
        "recursive sum",
        NESL,
        programs.reduction,
        {"work": "n - 1", "span": Theta("log(n)"), "threads": "n/2"},
        here={"threads": "floor(n/2)"},
        because="of an odd number of values one waits",
    ),
    Case(
        102,
        "reduce 2**l numbers",
        f"{DACE}, after l = log2(n)",
        programs.tree_of_pairs,
        {"work": "n - 1", "span": "log2(n)", "threads": "n/2", "memory": "n"},
    ),
)

SCANS = (
    Case(
        58,
        "P-SCAN-3",
        f"{CLRS}, problem 27-4",
        programs.scan,
        theta(work="n", span="log(n)", parallelism="n/log(n)", memory="n"),
    ),
    Case(
        66,
        "scan an op of work 3",
        FUTHARK,
        programs.heavy_scan,
        {"work": "3*n", "span": "3*log2(n)", "memory": "n"},
        here={"work": "6*n - 3*log2(n) - 6", "span": "max(6*log2(n) - 6, 3*log2(n))"},
        because="the source leaves out a constant; this is Brent and Kung's method",
    ),
    Case(73, "tree scan", NESL, programs.scan, theta(work="n", span="log(n)")),
    Case(
        99,
        "scan in a loop",
        f"{LOOPY}; {DACE}",
        library("scan-sequential"),
        {"work": "n - 1", "span": "n - 1", "threads": "1"},
        here={"threads": "min(1, n - 1)"},
        because="of one number there is nothing to do",
        apart={"accesses": "3*n - 3"},
    ),
    Case(
        89,
        "tridiagonal system",
        f"{LECTURE}; Stone, JACM 20(1), 1973",
        programs.tridiagonal,
        theta(span="log(n)"),
    ),
    Case(90, "sum of two integers of n bits", LECTURE, programs.add_integers, theta(span="log(n)")),
)

MATRICES = (
    Case(
        15,
        "product of 456 x 200 and 200 x 111",
        DACE,
        library("matmul"),
        {"work": "2*456*200*111", "span": "log2(200)"},
        here={"work": "2*456*200*111 - 456*111", "span": "9"},
        because="a sum of 200 products has 199 additions; the products are a step of their own; no rounding there",
        at={"n": 456, "k": 200, "m": 111},
    ),
    Case(
        16,
        "product of m x k and k x n",
        DACE,
        library("matmul"),
        {"work": "2*k*m*n", "span": "max(1, log2(k))"},
        here={"work": "2*k*m*n - m*n", "span": "ceiling(log2(k)) + 1"},
        because="a sum of k products has k - 1 additions; the products are a step of their own",
    ),
    Case(
        38,
        "P-SQUARE-MATRIX-MULTIPLY, inner loop serial",
        CLRS,
        programs.serial_product,
        theta(work="n**3", span="n", parallelism="n**2", memory="n**2", threads="n**2"),
    ),
    Case(
        38,
        "P-SQUARE-MATRIX-MULTIPLY, inner loop serial",
        CLRS,
        programs.serial_product,
        theta(span="n", parallelism="n**2"),
        switches=FORK_JOIN,
    ),
    Case(
        39,
        "P-SQUARE-MATRIX-MULTIPLY, inner loop a parallel product",
        "CLRS, 3rd ed., exercise 27.2-3",
        programs.tree_product,
        theta(work="n**3", span="log(n)", parallelism="n**3/log(n)"),
        switches=FORK_JOIN,
    ),
    Case(
        44,
        "P-TRANSPOSE, both loops parallel",
        CLRS,
        programs.transpose_in_place,
        theta(work="n**2", span="1", memory="n**2"),
    ),
    Case(
        44,
        "P-TRANSPOSE, both loops parallel",
        CLRS,
        programs.transpose_in_place,
        theta(span="log(n)", parallelism="n**2/log(n)"),
        switches=FORK_JOIN,
    ),
    Case(
        45,
        "P-TRANSPOSE, inner loop serial",
        CLRS,
        programs.transpose_by_rows,
        theta(work="n**2", span="n", parallelism="n", memory="n**2"),
    ),
    Case(
        46,
        "P-FLOYD-WARSHALL",
        "CLRS, 3rd ed., exercise 27.2-6; DaCe finds n too",
        library("floyd-warshall"),
        theta(work="n**3", span="n", memory="n**2"),
    ),
    Case(
        46,
        "P-FLOYD-WARSHALL",
        "CLRS, 3rd ed., exercise 27.2-6",
        library("floyd-warshall"),
        theta(span="n*log(n)", parallelism="n**2/log(n)"),
        switches=FORK_JOIN,
    ),
    Case(
        62,
        "stencil by anti-diagonals",
        f"{CLRS}, problem 27-5",
        library("edit-distance-antidiagonal"),
        theta(work="n**2", span="n", parallelism="n"),
        apart={"memory": "n**2, of a table that is kept; here a cell's word goes after its last reader"},
    ),
    Case(
        62,
        "stencil by anti-diagonals",
        f"{CLRS}, problem 27-5",
        library("edit-distance-antidiagonal"),
        theta(span="n*log(n)"),
        switches=FORK_JOIN,
    ),
    Case(
        100,
        "product by dots",
        LOOPY,
        library("matmul"),
        {"work": "2*k*m*n"},
        here={"work": "2*k*m*n - m*n"},
        because="a sum of k products has k - 1 additions",
        apart={"accesses": "(1 + 2*k)*m*n"},
    ),
)

DATA = (
    Case(
        51,
        "parallel PARTITION",
        "CLRS, 3rd ed., exercise 27.3-3",
        programs.partition,
        theta(work="n", span="log(n)", memory="n"),
    ),
    Case(
        68,
        "histogram, all at one place",
        FUTHARK,
        programs.histogram,
        {"work": "3*n", "span": "3*n"},
        apart={"memory": "m, of the result alone"},
    ),
    Case(
        68,
        "histogram, no two at one place",
        FUTHARK,
        programs.histogram_without_conflicts,
        {"work": "3*n", "span": "3"},
    ),
    Case(
        69,
        "scatter",
        FUTHARK,
        programs.scattered,
        {"work": "n", "span": "1", "threads": "n", "memory": Theta("n")},
    ),
    Case(
        74,
        "rank sort",
        f"{NESL}; there a sum takes one step, on the PRAM a tree",
        library("rank-sort"),
        theta(work="n**2", span="log(n)", threads="n**2"),
    ),
    Case(
        82,
        "quicksort, all parts side by side",
        f"{NESL}; there log(n) rounds are expected, with n numbers each; here they are a size, d",
        library("quicksort-by-segments"),
        theta(work="d*n", span="d*log(n)", memory="n"),
    ),
    Case(
        82,
        "quicksort, as it calls itself",
        f"{NESL}; expected there and here, over all places of the pivots",
        library("quicksort"),
        theta(work="n*log(n)"),
        apart={
            "span": "log(n), expected of parts side by side; here the worst, with a sequential partition: n**2"
        },
    ),
    Case(
        76,
        "quickselect",
        f"{NESL}; expected there, over all pivots; here a bound of that, for whatever rank is given",
        library("quickselect"),
        theta(work="n"),
        apart={"span": "log(n), expected; here the worst, with a sequential partition: n**2"},
    ),
    Case(
        91,
        "sequential merge",
        MERGING,
        programs.sequential_merge,
        theta(work="n", span="n", threads="1", memory="n"),
    ),
    Case(
        92,
        "merge by rank",
        MERGING,
        programs.merge_by_rank,
        theta(work="n*log(n)", span="log(n)", threads="n", memory="n"),
    ),
)

RECURSIONS = (
    Case(
        37,
        "P-FIB",
        CLRS,
        library("fibonacci-fork-join"),
        theta(work="phi**n", span="n", parallelism="phi**n/n", stack="n"),
    ),
    Case(
        41,
        "P-MATRIX-MULTIPLY-RECURSIVE without a temporary matrix",
        f"{CLRS}, problem 27-2",
        programs.product_in_rounds,
        theta(work="n**3", span="n", parallelism="n**2", stack="n**2"),
    ),
    Case(
        43,
        "recursive transpose",
        "CLRS, 3rd ed., exercise 27.2-5",
        programs.recursive_transpose,
        theta(work="n**2", span="log(n)", parallelism="n**2/log(n)", memory="n**2"),
    ),
    Case(
        48,
        "P-MEDIAN-MERGE",
        "CLRS, 3rd ed., exercise 27.3-2",
        programs.median_merge,
        theta(work="n", span="log(n)**2", parallelism="n/log(n)**2", memory="n"),
    ),
    Case(
        60,
        "stencil by nine blocks",
        f"{CLRS}, problem 27-5",
        programs.nine_blocks,
        theta(
            work="n**2",
            span="n**(log2(5)/log2(3))",
            parallelism="n**(2 - log2(5)/log2(3))",
            memory="n**2",
        ),
    ),
)

#: Rows that are no programs: test_truth_table.py holds all algorithms to them.
LAWS = {
    63: "T_p <= (work - span)/p + span",
    83: "a function of n inputs by binary operations takes log2(n) steps",
}

CASES = (*LINES, *MAPS_AND_LOOPS, *BRANCHES, *REDUCTIONS, *SCANS, *MATRICES, *DATA, *RECURSIONS)
