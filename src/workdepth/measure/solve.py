"""Relative least squares for many hypotheses at once, and a score that sets them side by side.

Each residual is divided by the measured value and its estimated error.  A hypothesis with a coefficient
that is not positive is out: no algorithm takes negative time for a part of its work (the same solutions as
non-negative least squares [1]_, since every subset of the terms is a hypothesis of its own).

References
----------
.. [1] C. L. Lawson, R. J. Hanson, "Solving Least Squares Problems", 1974, chapter 23.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from workdepth.measure.hypothesis import SHAPES
from workdepth.measure.layout import Group, Layout

#: The least rise of a price that counts as a step.
LEAST_RISE = 0.05


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
    known: float = 4.0
    unusual: float = 5.0
    visible: float = 0.35
    hidden: float = 6.0
    freedom: float = 12.0
    near: float = 3.0

    @property
    def prices(self) -> np.ndarray:
        """The prices in the order of `Layout.counts`."""
        return np.array([self.term, self.constant, self.dropped, self.shape, self.known, self.unusual])


@dataclass(frozen=True)
class Solution:
    """What each hypothesis comes to; the first axis is the draw.

    Attributes
    ----------
    chi2 : array
        The misfit on the rows that the hypothesis explains.
    sound : array
        Whether the coefficients are positive and the change of regime makes sense.
    shares : array
        The leading terms' part of the value on the last row.
    coefficients : tuple of array
        For each group: draws x hypotheses x columns, of the scaled terms.
    """

    chi2: np.ndarray
    sound: np.ndarray
    shares: np.ndarray
    coefficients: tuple[np.ndarray, ...]


class Problem:
    """A layout weighted by the errors of the medians: ready to be solved for any values.

    Parameters
    ----------
    layout : Layout
        The hypotheses.
    values, errors : array
        The medians and their relative errors.
    """

    def __init__(self, layout: Layout, values: np.ndarray, errors: np.ndarray) -> None:
        self.layout = layout
        # Values of any unit, 1e-300 or 1e300, are brought near 1 before they are squared.
        self.unit = float(np.exp(np.mean(np.log(values))))
        self.weights = 1.0 / (values / self.unit * errors)
        self.matrices = tuple(group.matrix * self.weights for group in layout.groups)
        self.solvers = tuple(_solver(matrix) for matrix in self.matrices)

    def solve(self, values: np.ndarray) -> Solution:
        """Fit every hypothesis to the values, or to each of several draws of them."""
        target = np.atleast_2d(values) / self.unit * self.weights
        shape = (len(target), len(self.layout.hypotheses))
        chi2, shares, sound = np.empty(shape), np.empty(shape), np.empty(shape, dtype=bool)
        found = []
        for group, matrix, solver in zip(self.layout.groups, self.matrices, self.solvers, strict=True):
            kept = np.arange(target.shape[1]) >= self.layout.starts[group.chosen][:, None]
            coefficients = np.moveaxis(np.matmul(solver, target.T), 2, 0)
            off = np.moveaxis(np.matmul(np.swapaxes(matrix, 1, 2), np.moveaxis(coefficients, 0, 2)), 2, 0)
            off = (off - target[:, None, :]) * kept
            chi2[:, group.chosen] = np.einsum("bhm,bhm->bh", off, off)
            sound[:, group.chosen] = (coefficients > 0).all(axis=2) & _shaped(group, coefficients)
            shares[:, group.chosen] = _shares(group, coefficients)
            found.append(coefficients)
        return Solution(chi2, sound, shares, tuple(found))

    def scores(self, solution: Solution, scoring: Scoring) -> np.ndarray:
        """Return the price of each hypothesis plus the cost of its misfit; infinite where it is not sound."""
        cost = misfit(solution.chi2, len(self.weights) - self.layout.starts, scoring.freedom)
        cost = cost + self.layout.counts @ scoring.prices
        cost = cost + scoring.hidden * (solution.shares < scoring.visible)
        return np.where(solution.sound, cost, np.inf)

    def matrix(self, chosen: int) -> np.ndarray:
        """Return the weighted columns of one hypothesis: columns x rows."""
        group, place = self.layout.find(chosen)
        return self.matrices[group][place]

    def scaled(self, solution: Solution, chosen: int) -> np.ndarray:
        """Return the coefficients of one hypothesis for terms scaled to at most 1, one row a draw."""
        group, place = self.layout.find(chosen)
        return solution.coefficients[group][:, place]

    def unscaled(self, scaled: np.ndarray, chosen: int) -> np.ndarray:
        """Return coefficients in the unit of the values; too small a one (of 2**n at n = 5000) is zero."""
        scales = np.array([self.layout.scales[c.term] for c in self.layout.hypotheses[chosen].columns])
        return scaled * np.exp(-scales) * self.unit

    def coefficients(self, solution: Solution, chosen: int) -> np.ndarray:
        """Return the coefficients of one hypothesis in the unit of the values, one row a draw."""
        return self.unscaled(self.scaled(solution, chosen), chosen)

    def fitted(self, solution: Solution, chosen: int) -> np.ndarray:
        """Return the values that one hypothesis predicts at each row."""
        group, place = self.layout.find(chosen)
        scaled = solution.coefficients[group][0, place] @ self.matrices[group][place]
        return scaled / self.weights * self.unit

    def band(self, scaled: np.ndarray, chosen: int) -> tuple[tuple[float, float], ...]:
        """Return the 95 % interval at each row of a hypothesis whose coefficients were drawn anew."""
        group, place = self.layout.find(chosen)
        curves = scaled @ self.layout.groups[group].matrix[place] * self.unit
        return tuple(zip(*np.quantile(curves, [0.025, 0.975], axis=0).tolist(), strict=True))


def misfit(chi2: np.ndarray, rows: np.ndarray, freedom: float) -> np.ndarray:
    """Minus twice the logarithm of Student's likelihood, beside that of errors known exactly.

    With many degrees of freedom this is chi squared itself; with few, a common underestimate of all errors is
    forgiven in part.
    """
    table = [
        2 * (math.lgamma((freedom + m) / 2) - math.lgamma(freedom / 2)) - m * math.log(freedom / 2)
        for m in range(int(rows.max()) + 1)
    ]
    return (freedom + rows) * np.log1p(chi2 / freedom) - np.array(table)[rows]


def _solver(matrix: np.ndarray) -> np.ndarray:
    """Return the pseudo-inverse of each hypothesis, by scaled normal equations; zero where a column is."""
    norms = np.sqrt((matrix**2).sum(axis=2))
    usable = (norms > 0).all(axis=1)
    norms = np.where(norms > 0, norms, 1.0)
    unit = matrix / norms[..., None]
    gram = np.matmul(unit, np.swapaxes(unit, 1, 2)) + 1e-11 * np.eye(matrix.shape[1])
    inverse = np.linalg.inv(gram) * usable[:, None, None]
    return np.matmul(inverse, unit) / norms[..., None]


def _shares(group: Group, coefficients: np.ndarray) -> np.ndarray:
    last = np.maximum(coefficients, 0) * group.matrix[..., -1]
    total = last.sum(axis=2)
    return (last * group.lead).sum(axis=2) / np.where(total > 0, total, 1.0)


def _shaped(group: Group, coefficients: np.ndarray) -> np.ndarray:
    """Tell whether prices rise clearly but not absurdly, and a floor meets what follows it."""
    if coefficients.shape[2] < 2:
        return np.ones(coefficients.shape[:2], dtype=bool)
    first, second = coefficients[..., 0], coefficients[..., 1]
    rise = (coefficients * group.raises).sum(axis=2)
    rising = (rise < group.most * first) & (rise > LEAST_RISE * first)
    floor = (second > 0.8 * first * group.below) & (second < 1.25 * first * group.above)
    shaped = np.where(group.raises.any(axis=1), rising, True)
    return np.where(group.shape == SHAPES.index("floor"), floor, shaped)
