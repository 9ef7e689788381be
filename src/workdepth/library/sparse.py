"""Sparse matrices: rows of different length, which data decides."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.ops import ADD
from workdepth.library.entry import entry
from workdepth.symbolic import Expr
from workdepth.symbolic.sizes import size


def _product(values: Any, columns: Any, starts: Any, x: Any) -> Any:
    import numpy

    products = values * x[columns]
    return numpy.array([products[a:b].sum(dtype=values.dtype) for a, b in pairwise(starts)])


def row_starts(rng: Any, rows: int, entries: int) -> Any:
    """Return where each of ``rows`` rows starts among the entries, and where the last one ends, at random."""
    import numpy

    return numpy.concatenate(([0], numpy.sort(rng.integers(0, entries + 1, rows)))).astype(numpy.int64)


def _matrix(rng: Any, z: int, n: int, m: int) -> dict[str, Any]:
    return {"columns": rng.integers(0, m, z), "starts": row_starts(rng, n, z)}


def sums_by_row(g: Algorithm, entries: Expr, rows: Expr, starts: Any, entry_of: Any) -> Any:
    """Return the function of the row that gives its sum: what all entries up to its end have in front of its start.

    Prefix sums cost the same whether one row has all entries or each has one.
    """
    prefixes = g.scan(ADD, entries, entry_of, method="brent-kung")
    from_zero = g.map(
        entries, lambda j: prefixes[j], into=g.map(entries + 1, lambda j: 0), at=lambda j: j + 1
    )
    ends = g.gather(from_zero, starts)
    return lambda i: ends[i + 1] - ends[i]


@entry(
    "csr-matvec",
    oracle=_product,
    samples=_matrix,
    teaches="rows of any length in logarithmic time: prefix sums over all entries, then a difference for each row",
    source="Blelloch, Heroux and Zagha, Segmented operations for sparse matrix computation, CMU-CS-93-173 (1993)",
)
def csr_matvec() -> Algorithm:
    """Return the product of a sparse n x m matrix and a vector.

    The entries stand row by row: row i has those from ``starts[i]`` up to ``starts[i + 1]``. What fills z up to a
    power of two, after the last row, is in no sum.
    """
    g = Algorithm("csr-matvec")
    z, n, m = g.size("z", power_of=2), size("n"), size("m")
    values, columns, starts = g.input("values", z), g.input("columns", z), g.input("starts", n + 1)
    taken = g.gather(g.input("x", m), columns)
    total = sums_by_row(g, z, n, starts, lambda j: values[j] * taken[j])
    g.output(g.map(n, lambda i: total(i)))
    return g
