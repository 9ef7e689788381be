"""Fit the growth of measured times: which terms, from which size on, how sure.

Examples
--------
>>> found = fit([2**k for k in range(8, 20)], [[3e-6 + 2e-9 * 2**k] * 5 for k in range(8, 20)])
>>> found.growth, found.terms
('n', ('n', '1'))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from workdepth.measure.hypothesis import Hypothesis
from workdepth.measure.observations import Observations, SampleError, observe
from workdepth.measure.prediction import Prediction, check_names, only_name, predicted_terms
from workdepth.measure.ranking import Ranking, best_curve, class_scores, rank, simplest
from workdepth.measure.resampling import bootstrap, extrapolation
from workdepth.measure.solve import Scoring

LEAST_SIZES = 5
# Of how many classes the curves are kept for drawing.
SHOWN = 2


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
