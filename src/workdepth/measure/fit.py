"""Fit the growth of measured times: which terms, from which size on, how sure.

Examples
--------
>>> found = fit([2**k for k in range(8, 20)], [[3e-6 + 2e-9 * 2**k] * 5 for k in range(8, 20)])
>>> found.growth, found.terms
('n', ('n', '1'))
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from workdepth.errors import SymbolicError
from workdepth.measure.hypothesis import Hypothesis
from workdepth.measure.layout import Layout, layout_of
from workdepth.measure.observations import Noise, Observations, SampleError, noise_of, observe
from workdepth.measure.solve import Problem, Scoring, Solution
from workdepth.measure.terms import Term, leading, size_names, terms_of
from workdepth.symbolic import Expr, Growth

#: One predicted class or sum, or its terms one by one.
Prediction = str | Growth | Expr | Iterable[str | Growth | Expr]

LEAST_SIZES = 5
DRAWS = 60
# Of how many classes the curves are kept for drawing.
SHOWN = 2
# The least part of the last value that leading terms must make up to be seen.
SEEN = 0.4
# Values that differ by more are no sweep of one thing, and would overflow when squared.
MOST_ORDERS = 100
# The largest relative error that a bootstrap draw is given.
WILDEST = 1.0


@dataclass(frozen=True)
class Fit:
    """A growth class with its terms, and how well it stands against the others.

    Attributes
    ----------
    growth : str
        The class of the leading terms, as ``n*log(n)``.
    terms, coefficients, intervals : tuple
        Each term, its positive coefficient in the unit of the samples, its 95 % bootstrap interval.
    shape : str
        ``sum``; ``floor``: a constant gives way to the leading term; ``waves``: whole waves of work;
        ``step``, ``cache``: the coefficient of the leading term rises, at once or by degrees.
    starts_at : dict of str to int
        From which sizes on the fit explains the data.
    residual : float
        Root mean square of the relative residuals from there on.
    error : float
        The relative error of a typical median, as estimated from repeats and processes.
    share : float
        The leading terms' part of the fitted value at the largest size.
    extrapolation : float or None
        The relative error on the largest quarter of the sizes, predicted from the others; None where too few.
    shares : dict of str to float
        In what part of the bootstrap draws each growth class is chosen.
    scores : dict of str to float
        The best score of each growth class, lower is better; each includes what its terms cost.
    span : str
        The range of sizes in words.
    values, fitted : tuple of float
        The medians and what the fit gives at each point, in order of size.
    band : tuple of pairs
        The 95 % bootstrap interval of what the fit gives at each point.
    curves : dict of str to tuple of float
        What the best fit of each of the best classes, and of the predicted one, gives.
    """

    growth: str
    terms: tuple[str, ...]
    coefficients: tuple[float, ...]
    intervals: tuple[tuple[float, float], ...]
    shape: str
    starts_at: dict[str, int]
    residual: float
    error: float
    share: float
    extrapolation: float | None
    shares: dict[str, float]
    scores: dict[str, float]
    span: str
    values: tuple[float, ...] = field(repr=False)
    fitted: tuple[float, ...] = field(repr=False)
    band: tuple[tuple[float, float], ...] = field(repr=False)
    curves: dict[str, tuple[float, ...]] = field(repr=False)
    hypothesis: Hypothesis = field(repr=False)

    def __str__(self) -> str:
        parts = " + ".join(
            f"{c:.3g}*{t}" if t != "1" else f"{c:.3g}"
            for c, t in zip(self.coefficients, self.terms, strict=True)
        )
        start = ", ".join(f"{n} = {v}" for n, v in self.starts_at.items())
        return f"{self.growth} for {self.span}: {parts} from {start} on, residual {self.residual:.1%}"


def fit(
    sizes: Sequence[int] | Mapping[str, Sequence[int]],
    samples: Iterable,
    basis: Prediction | None = None,
    *,
    scoring: Scoring | None = None,
) -> Fit:
    """Find the growth class of measured values.

    Parameters
    ----------
    sizes : sequence of int, or mapping of names to sequences
        The size (or the sizes) of each row of samples.
    samples : array-like
        Sizes x repeats, or sizes x processes x repeats; positive.
    basis : str, Growth, Expr, or an iterable of them, optional
        The predicted terms, as ``"n/p + log(n)"`` written ``"n + log(n)"``: the analyzer's own.
    scoring : Scoring, optional
        Prices of terms and of dropped rows.

    Returns
    -------
    Fit

    Raises
    ------
    SampleError
        When there are fewer than five different sizes, or a sample is not a positive number.
    """
    predicted = predicted_terms(basis)
    observed = observe(sizes, samples, name=only_name(predicted))
    check_names(predicted, observed.names)
    if len(observed) < LEAST_SIZES:
        raise SampleError(
            f"{len(observed)} different sizes cannot tell growth classes apart",
            next_step=f"measure at least {LEAST_SIZES}, better 12 doublings",
        )
    scoring = scoring or Scoring()
    return fit_ranked(observed, rank(observed, predicted, scoring), scoring)


def predicted_terms(basis: Prediction | None) -> tuple[Term, ...]:
    """Return the growth terms of a prediction, one sum or several terms, the leading ones first."""
    if basis is None:
        return ()
    several = list(basis) if isinstance(basis, Iterable) and not isinstance(basis, str) else [basis]
    found = tuple(dict.fromkeys(t for one in several for t in terms_of(one)))
    if not found:
        raise SymbolicError("an empty prediction", next_step="write one like n*log(n)")
    top = leading(found)
    return (*top, *(t for t in found if t not in top))


def only_name(terms: Iterable[Term]) -> str:
    """Tell what a plain sequence of sizes is called: the one size of the prediction, else n."""
    names = size_names(terms)
    return min(names) if len(names) == 1 else "n"


def check_names(terms: Iterable[Term], measured: Sequence[str]) -> None:
    """Refuse a prediction in sizes that were not measured."""
    missing = size_names(terms) - set(measured)
    if missing:
        raise SymbolicError(
            f"the size {min(missing)} of the prediction was not measured",
            next_step=f"use {', '.join(measured)}, or give the values of {min(missing)}",
        )


@dataclass(frozen=True)
class Ranking:
    """All hypotheses solved and scored on one sweep."""

    layout: Layout
    problem: Problem
    solution: Solution
    scores: np.ndarray
    noise: Noise


def rank(observed: Observations, predicted: tuple[Term, ...], scoring: Scoring) -> Ranking:
    """Solve and score every hypothesis on the medians."""
    noise, layout, values = noise_of(observed), layout_of(observed, predicted), observed.medians()
    if math.log10(values.max()) - math.log10(values.min()) > MOST_ORDERS:
        raise SampleError(
            f"the values go from {values.min():.3g} to {values.max():.3g}",
            next_step=f"fit no more than {MOST_ORDERS} orders of magnitude at once",
        )
    problem = Problem(layout, values, noise.errors)
    solution = problem.solve(values)
    return Ranking(layout, problem, solution, problem.scores(solution, scoring)[0], noise)


def simplest(layout: Layout, scores: np.ndarray, near: float) -> np.ndarray:
    """Of the hypotheses within ``near`` of each draw's best score: fewest terms, then longest, then best."""
    terms = layout.counts[:, 0] + layout.counts[:, 1]
    plain = (100 * terms + layout.starts) * 1e6
    over = scores - scores.min(axis=-1, keepdims=True)
    return np.argmin(np.where(over <= near, plain + over, np.inf), axis=-1)


def fit_ranked(observed: Observations, ranking: Ranking, scoring: Scoring, also: str = "") -> Fit:
    """Return the simplest of the best hypotheses, with its bootstrap."""
    chosen = int(simplest(ranking.layout, ranking.scores, scoring.near))
    best = ranking.layout.hypotheses[chosen]
    fitted = ranking.problem.fitted(ranking.solution, chosen)
    residual = float(np.sqrt(np.mean((fitted / observed.medians() - 1)[best.start :] ** 2)))
    shares, drawn = bootstrap(observed, ranking, scoring, chosen, residual)
    ends = np.quantile(ranking.problem.unscaled(drawn, chosen), [0.025, 0.975], axis=0)
    scores = class_scores(ranking.layout.growths, ranking.scores)
    shown = dict.fromkeys([ranking.layout.growths[chosen], *list(scores)[:SHOWN], also])
    return Fit(
        growth=ranking.layout.growths[chosen],
        terms=tuple(map(str, best.columns)),
        coefficients=tuple(map(float, ranking.problem.coefficients(ranking.solution, chosen)[0])),
        intervals=tuple(zip(*ends.tolist(), strict=True)),
        shape=best.shape,
        starts_at={n: int(v[best.start]) for n, v in observed.sizes.items()},
        residual=residual,
        error=ranking.noise.typical,
        share=float(ranking.solution.shares[0, chosen]),
        extrapolation=extrapolation(ranking.problem, chosen, observed.medians()),
        shares=shares,
        scores=scores,
        span=observed.span(),
        values=tuple(observed.medians().tolist()),
        fitted=tuple(fitted.tolist()),
        band=ranking.problem.band(drawn, chosen),
        curves={g: curve for g in shown if (curve := best_curve(ranking, g))},
        hypothesis=best,
    )


def best_curve(ranking: Ranking, growth: str) -> tuple[float, ...]:
    """Return what the best hypothesis of a class, seen in the data, gives at each point; else nothing."""
    mine = np.array([g == growth for g in ranking.layout.growths]) & (ranking.solution.shares[0] >= SEEN)
    scores = np.where(mine, ranking.scores, np.inf)
    best = int(np.argmin(scores))
    if not np.isfinite(scores[best]):
        return ()
    return tuple(ranking.problem.fitted(ranking.solution, best).tolist())


def bootstrap(
    observed: Observations, ranking: Ranking, scoring: Scoring, chosen: int, residual: float
) -> tuple[dict[str, float], np.ndarray]:
    """Draw the sweep again and again: how often each class is chosen; one hypothesis's coefficients.

    The samples of each process are drawn with replacement; what they cannot show (or the residual, where it
    is larger) is added as normal noise.
    """
    random = np.random.default_rng(20)
    # Where nothing fits, wilder draws would say no more.
    errors = np.minimum(np.maximum(ranking.noise.errors, residual), WILDEST)
    hidden = np.sqrt(np.maximum(errors**2 - np.minimum(ranking.noise.inside, WILDEST) ** 2, 0))
    values = np.empty((DRAWS, len(observed)))
    for k, row in enumerate(observed.rows):
        values[:, k] = np.median([_drawn_medians(process, random) for process in row], axis=0)
    values *= np.exp(hidden * random.standard_normal(values.shape))
    solution = ranking.problem.solve(values)
    scores = ranking.problem.scores(solution, scoring)
    picked = simplest(ranking.layout, scores, scoring.near)
    names, counts = np.unique([ranking.layout.growths[i] for i in picked], return_counts=True)
    shares = {
        str(n): float(c) / DRAWS for n, c in sorted(zip(names, counts, strict=True), key=lambda x: -x[1])
    }
    return shares, ranking.problem.scaled(solution, chosen)


def _drawn_medians(samples: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Draw samples with replacement, and return the median of each draw."""
    return np.median(samples[random.integers(0, len(samples), (DRAWS, len(samples)))], axis=1)


def extrapolation(problem: Problem, chosen: int, values: np.ndarray) -> float | None:
    """Relative error on the largest quarter of the rows of a hypothesis fitted to the others."""
    hypothesis = problem.layout.hypotheses[chosen]
    cut = len(values) - max(len(values) // 4, 1)
    matrix = problem.matrix(chosen)
    known = matrix[:, hypothesis.start : cut]
    if known.shape[1] <= len(matrix) or not (np.count_nonzero(known, axis=1) > 0).all():
        return None
    target = (values / problem.unit * problem.weights)[hypothesis.start : cut]
    scale = np.linalg.norm(known, axis=1)
    coefficients = np.linalg.lstsq((known / scale[:, None]).T, target, rcond=None)[0] / scale
    predicted = coefficients @ matrix[:, cut:] / problem.weights[cut:] * problem.unit
    return float(np.sqrt(np.mean((predicted / values[cut:] - 1) ** 2)))


def class_scores(growths: Sequence[str], scores: np.ndarray) -> dict[str, float]:
    """Return the best score of each growth class, best first."""
    found: dict[str, float] = {}
    for name, score in zip(growths, scores.tolist(), strict=True):
        if score < found.get(name, np.inf):
            found[name] = score
    return dict(sorted(found.items(), key=lambda item: item[1]))
