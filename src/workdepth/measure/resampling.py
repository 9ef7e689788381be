"""How sure a fit is: drawn again from its samples, and held against sizes that it was not given."""

from __future__ import annotations

import numpy as np

from workdepth.measure.observations import Observations
from workdepth.measure.ranking import Ranking, simplest
from workdepth.measure.solve import Problem, Scoring

DRAWS = 60
# The largest relative error that a bootstrap draw is given.
WILDEST = 1.0


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
