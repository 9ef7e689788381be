"""Relative least squares for many hypotheses at once, and a score that sets them side by side.

Each residual is divided by the measured value and its estimated error.  A hypothesis with a coefficient that is not
positive is out: no algorithm takes negative time for a part of its work (the same solutions as non-negative least
squares [1]_, since every subset of the terms is a hypothesis of its own).

References
----------
.. [1] C. L. Lawson, R. J. Hanson, "Solving Least Squares Problems", 1974, chapter 23.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workdepth.measure.hypotheses import Hypothesis
from workdepth.measure.terms import Term

SHAPES = ("sum", "step", "floor", "waves")


@dataclass(frozen=True)
class Scoring:
    """Prices, in units of chi squared, and how well the errors are known.

    Attributes
    ----------
    term, constant, dropped, shape : float
        What a term, the constant beside others, a row left out at the small end, and a change of regime cost.
    known, unusual : float
        What a hypothesis made of predicted terms only is given; what a class off the list of nine costs.
    visible, hidden : float
        The least part of the value on the last row that the leading terms should make up; else what it costs.
    freedom : float
        Degrees of freedom of the error estimate: with few, a large misfit counts less (Student's t).
    near : float
        Scores within this of the best are as good; the simplest of them is taken.
    """

    term: float = 3.0
    constant: float = 3.0
    dropped: float = 4.0
    shape: float = 4.0
    known: float = 2.0
    unusual: float = 3.0
    visible: float = 0.25
    hidden: float = 4.0
    freedom: float = 12.0
    near: float = 2.0


@dataclass(frozen=True)
class Group:
    """All hypotheses of one number of columns, as arrays; the first axis is the hypothesis."""

    chosen: np.ndarray  # the places of the hypotheses in the list
    matrix: np.ndarray  # hypotheses x columns x rows, weighted
    solver: np.ndarray  # maps weighted values to coefficients
    lead: np.ndarray  # hypotheses x columns: whether the term is a leading one
    shape: np.ndarray  # 0 sum, 1 step, 2 floor, 3 waves
    below: np.ndarray  # the leading term on the row before the change of regime
    above: np.ndarray  # and on the row after it


@dataclass(frozen=True)
class Solution:
    """What each hypothesis comes to; the first axis is the draw.

    Chi squared, whether the coefficients are sound, the leading terms' share of the value on the last row, and the
    scaled coefficients by group.
    """

    chi2: np.ndarray
    sound: np.ndarray
    shares: np.ndarray
    coefficients: tuple[np.ndarray, ...]


class Design:
    """The columns of all hypotheses of a sweep, weighted and ready to solve for any values.

    Parameters
    ----------
    hypotheses : sequence of Hypothesis
        What to try.
    logs : mapping of Term to array
        Natural logarithm of each term at each row.
    order : sequence of float
        What the rows are sorted by: the size.
    values, errors : array
        The medians and their relative errors.
    """

    def __init__(
        self,
        hypotheses: Sequence[Hypothesis],
        logs: Mapping[Term, np.ndarray],
        order: Sequence[float],
        values: np.ndarray,
        errors: np.ndarray,
    ) -> None:
        self.hypotheses = tuple(hypotheses)
        self.rows = len(values)
        self.order = np.array(order)
        self.weights = 1.0 / (values * errors)
        self.scales = {term: float(np.max(log)) for term, log in logs.items()}
        self.columns = {term: np.exp(log - self.scales[term]) for term, log in logs.items()}
        self.starts = np.array([h.start for h in self.hypotheses])
        counts = sorted({len(h.columns) for h in self.hypotheses})
        self.groups = [
            self._group([i for i, h in enumerate(self.hypotheses) if len(h.columns) == k]) for k in counts
        ]

    def _group(self, chosen: list[int]) -> Group:
        some = [self.hypotheses[i] for i in chosen]
        index = np.arange(self.rows)
        leads = [h.lead for h in some]
        lows = np.array([[c.low for c in h.columns] for h in some])
        highs = np.array([[c.high for c in h.columns] for h in some])
        place = {term: j for j, term in enumerate(self.columns)}
        which = np.array([[place[c.term] for c in h.columns] for h in some])
        active = (index >= lows[..., None]) & (index < highs[..., None])
        plain = np.array(list(self.columns.values()))
        widths = np.array([[c.width for c in h.columns] for h in some])
        matrix = np.where(active, plain[which] * self._waves(widths), 0.0) * self.weights
        first = plain[which[:, 0]]
        at = np.clip(lows[:, 0], 1, None)
        return Group(
            chosen=np.array(chosen),
            matrix=matrix,
            solver=_solver(matrix),
            lead=np.array([[c.term in lead for c in h.columns] for h, lead in zip(some, leads, strict=True)]),
            shape=np.array([SHAPES.index(h.shape) for h in some]),
            below=np.take_along_axis(first, at[:, None] - 1, 1)[:, 0],
            above=np.take_along_axis(first, at[:, None], 1)[:, 0],
        )

    def _waves(self, widths: np.ndarray) -> np.ndarray:
        """How much a term grows by rounding each size up to whole waves; 1 where there is no width."""
        if not widths.any():
            return np.ones(1)
        width = np.where(widths > 0, widths, 1.0)[..., None]
        rounded = np.ceil(self.order / width) * width / self.order
        return np.where(widths[..., None] > 0, rounded, 1.0)

    def solve(self, values: np.ndarray) -> Solution:
        """Fit every hypothesis to the values, or to each of several draws of them."""
        target = np.atleast_2d(values) * self.weights
        chi2 = np.empty((len(target), len(self.hypotheses)))
        sound = np.empty(chi2.shape, dtype=bool)
        shares = np.empty(chi2.shape)
        found = []
        for group in self.groups:
            kept = np.arange(self.rows) >= self.starts[group.chosen][:, None]
            coefficients = np.einsum("hkm,bm->bhk", group.solver, target)
            fitted = np.einsum("hkm,bhk->bhm", group.matrix, coefficients)
            chi2[:, group.chosen] = (((fitted - target[:, None, :]) * kept) ** 2).sum(axis=2)
            sound[:, group.chosen] = (coefficients > 0).all(axis=2) & _shaped(group, coefficients)
            last = np.maximum(coefficients, 0) * group.matrix[..., -1]
            total = last.sum(axis=2)
            shares[:, group.chosen] = (last * group.lead).sum(axis=2) / np.where(total > 0, total, 1.0)
            found.append(coefficients)
        return Solution(chi2, sound, shares, tuple(found))

    def scores(self, solution: Solution, scoring: Scoring) -> np.ndarray:
        """The price of each hypothesis plus the cost of its misfit; infinite where it is not sound."""
        kept = self.rows - self.starts
        cost = misfit(solution.chi2, kept, scoring.freedom) + self.prices(scoring)
        cost = cost + scoring.hidden * (solution.shares < scoring.visible)
        return np.where(solution.sound, cost, np.inf)

    def prices(self, scoring: Scoring) -> np.ndarray:
        """What the terms, dropped rows and change of regime of each hypothesis cost."""
        return np.array([_price(h, scoring) for h in self.hypotheses])

    def _find(self, chosen: int) -> tuple[int, int]:
        """The group of a hypothesis and its place there."""
        for number, group in enumerate(self.groups):
            place = np.flatnonzero(group.chosen == chosen)
            if len(place):
                return number, int(place[0])
        raise IndexError(chosen)

    def matrix(self, chosen: int) -> np.ndarray:
        """The weighted columns of one hypothesis: columns x rows."""
        group, place = self._find(chosen)
        return self.groups[group].matrix[place]

    def coefficients(self, solution: Solution, chosen: int) -> np.ndarray:
        """The coefficients of one hypothesis in the unit of the values, one row a draw."""
        group, place = self._find(chosen)
        scales = np.array([self.scales[c.term] for c in self.hypotheses[chosen].columns])
        return solution.coefficients[group][:, place] * np.exp(-scales)

    def parts(self, solution: Solution, chosen: int) -> np.ndarray:
        """What each column of one hypothesis adds to the fitted value: columns x rows."""
        group, place = self._find(chosen)
        coefficients = solution.coefficients[group][0, place]
        return self.groups[group].matrix[place] * coefficients[:, None] / self.weights

    def fitted(self, solution: Solution, chosen: int) -> np.ndarray:
        """The values that one hypothesis predicts at each row."""
        return self.parts(solution, chosen).sum(axis=0)


def _price(hypothesis: Hypothesis, scoring: Scoring) -> float:
    terms = [c.term for c in hypothesis.columns]
    lowered = len(terms) > 1 and Term() in terms
    return (
        scoring.term * (len(terms) - lowered)
        + scoring.constant * lowered
        + scoring.dropped * hypothesis.start
        + scoring.shape * (hypothesis.shape != "sum")
        - scoring.known * hypothesis.predicted
        + scoring.unusual * hypothesis.unusual
    )


def misfit(chi2: np.ndarray, rows: np.ndarray, freedom: float) -> np.ndarray:
    """Minus twice the logarithm of Student's likelihood, beside that of errors known exactly.

    With many degrees of freedom this is chi squared itself; with few, a common underestimate of all errors is
    forgiven in part.
    """
    free = np.array([math.lgamma((freedom + m) / 2) - math.lgamma(freedom / 2) for m in rows])
    constant = 2 * free - rows * math.log(freedom / 2)
    return (freedom + rows) * np.log1p(chi2 / freedom) - constant


def _solver(matrix: np.ndarray) -> np.ndarray:
    """The pseudo-inverse of each hypothesis, by scaled normal equations."""
    norms = np.sqrt((matrix**2).sum(axis=2))
    usable = (norms > 0).all(axis=1)
    norms = np.where(norms > 0, norms, 1.0)
    unit = matrix / norms[..., None]
    gram = np.einsum("hkm,hlm->hkl", unit, unit) + 1e-11 * np.eye(matrix.shape[1])
    inverse = np.linalg.inv(gram) * usable[:, None, None]
    return np.einsum("hkl,hlm->hkm", inverse, unit) / norms[..., None]


def _shaped(group: Group, coefficients: np.ndarray) -> np.ndarray:
    """Whether a step goes up, by no more than eightfold, and a floor meets what follows it."""
    if coefficients.shape[2] < 2:
        return np.ones(coefficients.shape[:2], dtype=bool)
    after, before = coefficients[..., 0], coefficients[..., 1]
    step = (after > 1.15 * before) & (after < 8 * before)
    floor = (before > 0.8 * after * group.below) & (before < 1.25 * after * group.above)
    return np.where(group.shape == 1, step, np.where(group.shape == 2, floor, True))
