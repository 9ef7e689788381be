"""Exact formulas for counts: rational coefficients, fewest terms, true at every size that was counted.

Counts have no noise, so a formula either holds at a size or it does not.  It is solved on a few sizes and
verified on all others; the sizes for which it was verified are part of the answer.

Examples
--------
>>> sizes = [2**k for k in range(1, 11)]
>>> print(exact_fit(sizes, [11 * k + 26 for k in range(1, 11)], ["log2(n)"]))
11*log2(n) + 26 for powers of two from n = 2 to 1024
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from workdepth.measure.exact_search import nearby, search
from workdepth.measure.observations import SampleError, check_sizes
from workdepth.symbolic import Expr, as_expr, growth, parse
from workdepth.symbolic.expr import from_terms
from workdepth.symbolic.making import total

# Block sizes tried where no other formula holds.
BLOCKS = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


@dataclass(frozen=True)
class ExactFit:
    """A formula that gives every count exactly, from some size on.

    Attributes
    ----------
    expression : Expr
        The formula.
    terms : tuple of Expr
        Its terms, without coefficients.
    coefficients : tuple of Fraction
        One for each term.
    starts_at : dict of str to int
        The smallest size from which it holds.
    points : int
        At how many sizes it holds; all that were counted from ``starts_at`` on.
    domain : str
        Those sizes in words.
    """

    expression: Expr
    terms: tuple[Expr, ...]
    coefficients: tuple[Fraction, ...]
    starts_at: dict[str, int]
    points: int
    domain: str

    def at(self, **sizes: int) -> int | Fraction | float:
        """Return the count that the formula gives at one size."""
        return self.expression.at(sizes)

    def __str__(self) -> str:
        return f"{self.expression} for {self.domain}"


def exact_fit(
    sizes: Sequence[int] | Mapping[str, Sequence[int]],
    counts: Sequence[int | Fraction],
    terms: str | Expr | Iterable[str | Expr] = (),
    *,
    blocks: Iterable[int] = (),
    name: str = "n",
) -> ExactFit | None:
    """Find the shortest formula that gives every count exactly.

    Parameters
    ----------
    sizes : sequence of int, or mapping of names to sequences
        The size (or the sizes) of each count.
    counts : sequence of int or Fraction
        What was counted.
    terms : str, Expr, or several
        The predicted terms; they and their neighbours (1, log2, floors, halves, products) are tried.
    blocks : iterable of int
        Block sizes b, for which ceiling(n/b), floor(n/b) and min(n, b) are tried too.
    name : str
        What a plain sequence of sizes is called.

    Returns
    -------
    ExactFit or None
        None where no formula of at most four terms holds on the larger half of the sizes at least.

    Raises
    ------
    SizeError, SampleError
        When a size is not an integer of at least 1, a count is not exact, or one size has two counts.
    """
    points, values = counted(sizes, counts, name)
    names = tuple(points[0])
    wanted = predicted_expressions(terms, names)
    few, half = min(3, len(points) // 4), len(points) // 2
    for most_dropped, tried in ((few, tuple(blocks)), (few, BLOCKS), (half, tuple(blocks))):
        found = search(nearby(wanted, names, tried), points, values, most_dropped)
        if found is not None:
            return ExactFit(
                expression=total(t * c for t, c in zip(found.terms, found.coefficients, strict=True)),
                terms=found.terms,
                coefficients=found.coefficients,
                starts_at=dict(points[found.start]),
                points=len(points) - found.start,
                domain=domain_words(points[found.start :]),
            )
    return None


def counted(
    sizes: Sequence[int] | Mapping[str, Sequence[int]], counts: Sequence[int | Fraction], name: str = "n"
) -> tuple[list[dict[str, int]], list[Fraction]]:
    """Check sizes and counts and put them in order of size."""
    named = check_sizes(sizes, name)
    values = [_count(c, k) for k, c in enumerate(counts)]
    for size, column in named.items():
        if len(column) != len(values):
            raise SampleError(f"{len(column)} values of the size {size} but {len(values)} counts")
    if not values:
        raise SampleError("no counts at all", next_step="count at least 4 sizes")
    rows: dict[tuple[int, ...], Fraction] = {}
    for k, value in enumerate(values):
        point = tuple(column[k] for column in named.values())
        if rows.setdefault(point, value) != value:
            shown = ", ".join(f"{n} = {x}" for n, x in zip(named, point, strict=True))
            raise SampleError(
                f"two counts, {rows[point]} and {value}, at {shown}",
                next_step="counts must not vary; fit times instead",
            )
    order = sorted(rows, key=lambda p: (math.prod(p), p))
    return [dict(zip(named, p, strict=True)) for p in order], [rows[p] for p in order]


def predicted_expressions(terms: str | Expr | Iterable[str | Expr], names: Sequence[str]) -> list[Expr]:
    """Return the predicted terms one by one; a sum is taken apart."""
    several = [terms] if isinstance(terms, str | Expr) else list(terms)
    found = []
    for term in several:
        expr = parse(term.replace("log(", "log2("), names=names) if isinstance(term, str) else as_expr(term)
        # A class like n*log(n) counts as n*log2(n); its natural logarithm would be no count.
        for form in (expr, growth(expr).expr):
            found += [from_terms({monomial: 1}) for monomial in form.terms]
    return list(dict.fromkeys(found))


def domain_words(points: Sequence[Mapping[str, int]]) -> str:
    """Which sizes these are, in words that claim no other.

    Examples
    --------
    >>> domain_words([{"n": 1}, {"n": 2}, {"n": 3}]), domain_words([{"n": 32}, {"n": 64}, {"n": 96}])
    ('every n from 1 to 3', 'multiples of 32 from n = 32 to 96')
    """
    names = tuple(points[0])
    if len(names) > 1:
        spans = ", ".join(f"{n} in [{min(p[n] for p in points)}, {max(p[n] for p in points)}]" for n in names)
        return f"{len(points)} points with {spans}"
    (name,) = names
    sizes = [p[name] for p in points]
    span = f"{name} = {sizes[0]} to {sizes[-1]}"
    if len(sizes) == 1:
        return f"{name} = {sizes[0]} only"
    steps = {b - a for a, b in pairwise(sizes)}
    if steps == {1}:
        return f"every {name} from {sizes[0]} to {sizes[-1]}"
    if all(n & (n - 1) == 0 for n in sizes):
        gaps = any(b != 2 * a for a, b in pairwise(sizes))
        return f"{f'{len(sizes)} ' if gaps else ''}powers of two from {span}"
    if len(steps) == 1 and sizes[0] % (step := steps.pop()) == 0:
        return f"multiples of {step} from {span}"
    return f"{len(sizes)} sizes from {span}"


def _count(value: object, row: int) -> Fraction:
    if isinstance(value, Fraction | int | np.integer) and not isinstance(value, bool):
        return Fraction(int(value)) if not isinstance(value, Fraction) else value
    raise SampleError(
        f"the count {value!r} is not an integer", where=f"row {row}", next_step="use fit for measured values"
    )
