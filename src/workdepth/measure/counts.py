"""Judge a predicted growth by counts: an exact formula, or else bounded ratios."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import numpy as np

from workdepth.measure.exact import ExactFit, counted, domain_words, exact_fit
from workdepth.measure.terms import expression_of, logarithm
from workdepth.measure.verdict import CONSISTENT, INCONCLUSIVE, INCONSISTENT, Verdict, judge
from workdepth.symbolic import Expr, Growth, growth

LEAST_COUNTS = 4
# The ratio of count and prediction over the upper half of the sizes: bounded below the first, unbounded
# above the second where it also runs one way all along.
BOUNDED, UNBOUNDED, TREND = 2.0, 1.5, 0.9


def judge_counts(
    prediction: str | Growth | Expr,
    sizes: Sequence[int] | Mapping[str, Sequence[int]],
    counts: Sequence[int | Fraction],
    *,
    terms: str | Expr | Iterable[str | Expr] = (),
    blocks: Iterable[int] = (),
    name: str = "n",
) -> Verdict:
    """Judge a predicted growth by counts that have no noise.

    Parameters
    ----------
    prediction : str, Growth or Expr
        The predicted growth class, or the predicted formula.
    sizes : sequence of int, or mapping of names to sequences
        The size (or the sizes) of each count.
    counts : sequence of int or Fraction
        What was counted.
    terms : str, Expr, or several
        More terms to try in the exact formula.
    blocks : iterable of int
        Block sizes whose rounding may show.
    name : str
        What a plain sequence of sizes is called.

    Returns
    -------
    Verdict
        Its ``fit`` is the `ExactFit`, or None where no formula was found.

    Raises
    ------
    SizeError, SampleError
        When a size or a count is not what it should be.

    Examples
    --------
    >>> print(judge_counts("log(n)", [2, 4, 8, 16, 32], [37, 48, 59, 70, 81]))
    consistent with log(n) for n in [2, 32]: exactly 11*log2(n) + 26 for powers of two from n = 2 to 32
    """
    points, values = counted(sizes, counts, name)
    expression = expression_of(prediction)
    predicted = growth(expression)
    span = _span(points)
    if len(points) < LEAST_COUNTS:
        why = f"counted at {len(points)} sizes only: count at least {LEAST_COUNTS}, better 10"
        return Verdict(INCONCLUSIVE, why, str(predicted), span)
    extra = [terms] if isinstance(terms, str | Expr) else list(terms)
    columns = {n: [p[n] for p in points] for n in points[0]}
    found = exact_fit(columns, values, [expression, *extra], blocks=blocks)
    if found is not None:
        return _by_formula(found, predicted, span)
    return _by_ratios(predicted, points, values, span)


def _by_formula(found: ExactFit, predicted: Growth, span: str) -> Verdict:
    """Return the growth of the exact formula against the predicted growth."""
    seen = growth(found.expression)
    if seen == predicted:
        return Verdict(CONSISTENT, f"exactly {found}", str(predicted), span, found)
    return Verdict(INCONSISTENT, f"exactly {found}, which grows like {seen}", str(predicted), span, found)


def _by_ratios(
    predicted: Growth, points: Sequence[Mapping[str, int]], values: Sequence[Fraction], span: str
) -> Verdict:
    """Judge without a formula, by whether count / prediction is bounded and by a fit."""
    none = f"no exact formula of the terms tried holds; tried on {domain_words(points)}"
    if min(values) <= 0:
        return Verdict(
            INCONCLUSIVE, f"{none}, and ratios of counts that are zero say nothing", str(predicted), span
        )
    columns = {n: [p[n] for p in points] for n in points[0]}
    fitted = judge(predicted, columns, [[float(v)] for v in values])
    ratios = _ratios(predicted, columns, values)
    spread = float(ratios.max() / ratios.min())
    trend = _trend(points, ratios)
    told = f"{none}; count / ({predicted}) varies by a factor of {spread:.3g} over the upper half"
    if fitted.outcome == CONSISTENT and spread <= BOUNDED:
        return Verdict(CONSISTENT, told, str(predicted), span)
    if fitted.outcome == INCONSISTENT and trend > TREND and spread > UNBOUNDED:
        return Verdict(INCONSISTENT, f"{told}, in one direction; {fitted.reason}", str(predicted), span)
    return Verdict(INCONCLUSIVE, told, str(predicted), span)


def _ratios(
    predicted: Growth, columns: Mapping[str, Sequence[int]], values: Sequence[Fraction]
) -> np.ndarray:
    """Divide the counts by the predicted leading terms, over the upper half of the sizes."""
    sizes = {n: np.array(v, dtype=float) for n, v in columns.items()}
    logs = np.logaddexp.reduce([logarithm(t, sizes) for t in predicted.terms])
    half = slice(len(values) // 2, None)
    off = np.log([float(v) for v in values])[half] - logs[half]
    return np.exp(off - off[-1])


def _trend(points: Sequence[Mapping[str, int]], ratios: np.ndarray) -> float:
    """Return how nearly the ratios run one way: the correlation of the logarithms, without its sign."""
    sizes = np.log([math.prod(p.values()) for p in points[len(points) // 2 :]])
    logs = np.log(ratios)
    if sizes.std() == 0 or logs.std() == 0:
        return 0.0
    return abs(float(np.corrcoef(sizes, logs)[0, 1]))


def _span(points: Sequence[Mapping[str, int]]) -> str:
    names = points[0]
    return ", ".join(f"{n} in [{min(p[n] for p in points)}, {max(p[n] for p in points)}]" for n in names)
