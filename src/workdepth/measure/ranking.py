"""All hypotheses of a sweep solved and set in order: the best of them, and the best of each class."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workdepth.measure.layout import Layout, layout_of
from workdepth.measure.observations import Noise, Observations, SampleError, noise_of
from workdepth.measure.solve import Problem, Scoring, Solution
from workdepth.measure.terms import Term

# The least part of the last value that leading terms must make up to be seen.
SEEN = 0.4
# Values that differ by more are no sweep of one thing, and would overflow when squared.
MOST_ORDERS = 100


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


def class_scores(growths: Sequence[str], scores: np.ndarray) -> dict[str, float]:
    """Return the best score of each growth class, best first."""
    found: dict[str, float] = {}
    for name, score in zip(growths, scores.tolist(), strict=True):
        if score < found.get(name, np.inf):
            found[name] = score
    return dict(sorted(found.items(), key=lambda item: item[1]))


def best_curve(ranking: Ranking, growth: str) -> tuple[float, ...]:
    """Return what the best hypothesis of a class, seen in the data, gives at each point; else nothing."""
    mine = np.array([g == growth for g in ranking.layout.growths]) & (ranking.solution.shares[0] >= SEEN)
    scores = np.where(mine, ranking.scores, np.inf)
    best = int(np.argmin(scores))
    if not np.isfinite(scores[best]):
        return ()
    return tuple(ranking.problem.fitted(ranking.solution, best).tolist())
