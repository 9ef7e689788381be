"""From a fit to an outcome and its reason."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from workdepth.measure.fit import LEAST_SIZES, Fit
from workdepth.measure.observations import Observations
from workdepth.measure.ranking import SEEN, Ranking, class_scores
from workdepth.measure.terms import ONE, Term, below, growth_text, leading, logarithm

CONSISTENT, INCONSISTENT, INCONCLUSIVE = "consistent", "inconsistent", "inconclusive"


SHAPE_WORDS = {
    "step": "; its price rises at some size, as where a cache is outgrown",
    "cache": "; its price rises by degrees, as where a cache is outgrown",
    "floor": "; below some size a constant floor hides it",
    "waves": "; in whole waves of work",
}


@dataclass(frozen=True)
class Thresholds:
    """When a verdict is given; measured in ``benchmarks/proving_ground.py``.

    Attributes
    ----------
    gap, against : float
        How far, in score, the predicted class must lead the next to be accepted; how far it must lie behind
        the best to be refused.
    gap_short, against_short : float
        How much farther for each size that the sweep lacks of twelve.
    accept_share, refuse_share : float
        In what part of the bootstrap draws it is chosen: at least, at most.
    lead_share : float
        The least part of the value at the largest size that the leading terms must make up.
    fits, fits_least : float
        The largest residual of a fit that says anything: in errors of a median, and at least.
    """

    gap: float = 2.0
    against: float = 8.0
    gap_short: float = 0.2
    against_short: float = 0.8
    accept_share: float = 0.6
    refuse_share: float = 0.05
    lead_share: float = SEEN
    fits: float = 2.5
    fits_least: float = 0.015


def too_little(observed: Observations) -> str | None:
    """Why the sweep is too small for any verdict, or None."""
    if len(observed) < LEAST_SIZES:
        count = "one size" if len(observed) == 1 else f"{len(observed)} different sizes"
        return (
            f"{count} cannot tell growth classes apart: measure at least {LEAST_SIZES}, better 12 doublings"
        )
    medians = observed.medians()
    if len(observed.sizes) == 1 and medians.max() < 64 * medians.min():
        ((name, values),) = observed.sizes.items()
        if values.max() < 8 * values.min():
            grown = values.max() / values.min()
            return f"{name} grows only {grown:.3g}-fold: sweep at least 8-fold, better 12 doublings"
    return None


@dataclass(frozen=True)
class Case:
    """Everything that a verdict rests on."""

    observed: Observations
    ranking: Ranking
    fit: Fit
    terms: tuple[Term, ...]
    limits: Thresholds

    @property
    def predicted(self) -> str:
        """The predicted class as text."""
        return growth_text(self.terms)

    @property
    def _lacking(self) -> int:
        """How many sizes a short sweep lacks of twelve."""
        return max(12 - len(self.observed), 0)

    def decide(self) -> tuple[str, str]:
        """Return the outcome and the reason."""
        doubt = self._unfit()
        if self.fit.growth == self.predicted:
            doubt = doubt or self._floored() or self._tied()
            return (INCONCLUSIVE, doubt) if doubt else (CONSISTENT, self._support())
        doubt = doubt or self._hidden() or self._unsure()
        return (INCONCLUSIVE, doubt) if doubt else (INCONSISTENT, self._refutation())

    def _unfit(self) -> str | None:
        """Tell why the best fit says nothing, or None."""
        limits = self.limits
        allowed = max(limits.fits * self.fit.error, limits.fits_least)
        if self.fit.residual > allowed:
            return (
                f"no hypothesis fits: the best, {self.fit.growth}, is off by {self.fit.residual:.1%}, "
                f"the medians are known to {self.fit.error:.1%}; several regimes, or a disturbed machine"
            )
        return None

    def _floored(self) -> str | None:
        """Tell what hides the predicted terms although they fit best, or None."""
        if self.fit.share >= self.limits.lead_share:
            return None
        return f"{self._hiding()}: {self.predicted} is hardly seen; sweep further"

    def _hidden(self) -> str | None:
        """Tell what is fitted best is what the prediction itself puts beside its leading terms."""
        beside = {t for t in self.terms if t not in leading(self.terms)} | {ONE}
        lead = set(self.fit.hypothesis.lead)
        slower = all(any(below(t, p) for p in leading(self.terms)) for t in lead)
        if not (lead <= beside and slower):
            return None
        if lead == {ONE}:
            return f"the value hardly grows over this range: {self.predicted} is not seen; sweep further"
        return f"{self.fit.growth} is nearly all of the value: {self.predicted} is not seen; sweep further"

    def _hiding(self) -> str:
        """Which terms hide the leading ones, and how much of the value they are."""
        rest = [t for t in self.fit.hypothesis.terms if t not in self.fit.hypothesis.lead]
        what = "launch floor" if rest == [ONE] else " + ".join(map(str, rest))
        return f"{what} is {1 - self.fit.share:.0%} of the value at the largest {self._names()}"

    def _tied(self) -> str | None:
        """Another class fits nearly as well."""
        scores = self._visible()
        rival = min((g for g in scores if g != self.predicted), key=scores.__getitem__, default=None)
        if rival is None:
            return None
        gap = scores[rival] - scores.get(self.predicted, math.inf)
        share = self.fit.shares.get(self.predicted, 0.0)
        wanted = self.limits.gap + self.limits.gap_short * self._lacking
        if gap >= wanted and share >= self.limits.accept_share:
            return None
        return self._apart(rival)

    def _unsure(self) -> str | None:
        """Tell why the best class may not refute the prediction, or None."""
        scores, limits = self._visible(), self.limits
        behind = scores.get(self.predicted, math.inf) - min(self.fit.scores.values())
        share = self.fit.shares.get(self.predicted, 0.0)
        if behind < limits.against + limits.against_short * self._lacking or share > limits.refuse_share:
            return self._apart(self.fit.growth)
        if self.fit.share < limits.lead_share:
            return f"{self._hiding()}: {self.fit.growth}, which fits best, is hardly seen; sweep further"
        return None

    def _visible(self) -> dict[str, float]:
        """Return the best score of each class among the hypotheses whose leading terms are seen."""
        ranking = self.ranking
        seen = ranking.solution.shares[0] >= self.limits.lead_share
        return class_scores(ranking.layout.growths, np.where(seen, ranking.scores, np.inf))

    def _apart(self, rival: str) -> str:
        """Tell that two classes cannot be told apart, and what would."""
        target = self._reach(rival)
        advice = f"sweep to {target}" if target else "repeat more, in more processes, or sweep further"
        return f"{self.predicted} and {rival} cannot be told apart here: {advice}"

    def _reach(self, rival: str) -> str | None:
        """Return the power of two at which the two fits differ clearly, or None."""
        if len(self.observed.sizes) > 1:
            return None
        name, values = next(iter(self.observed.sizes.items()))
        powers = range(math.ceil(math.log2(values.max())) + 1, 64)[:12]
        ahead = {name: 2.0 ** np.array(powers)}
        one, other = (self._ahead(growth, ahead) for growth in (self.predicted, rival))
        if one is None or other is None:
            return None
        clear = math.log(1 + 8 * max(self.fit.error, self.fit.residual))
        return next(
            (f"{name} = 2**{p}" for p, d in zip(powers, abs(one - other), strict=True) if d > clear), None
        )

    def _ahead(self, growth: str, sizes: dict[str, np.ndarray]) -> np.ndarray | None:
        """Return the logarithm of what a class's best hypothesis gives at larger sizes, or None."""
        ranking, rows = self.ranking, len(self.observed)
        mine = np.array([g == growth for g in ranking.layout.growths])
        scores = np.where(mine, ranking.scores, np.inf)
        best = int(np.argmin(scores))
        if not np.isfinite(scores[best]):
            return None
        columns = ranking.layout.hypotheses[best].columns
        scaled = ranking.problem.scaled(ranking.solution, best)[0]
        return np.logaddexp.reduce(
            [
                math.log(k) + logarithm(c.term, sizes) - ranking.layout.scales[c.term]
                for c, k in zip(columns, scaled, strict=True)
                if c.high == rows
            ]
        )

    def _support(self) -> str:
        rivals = [g for g in self.fit.scores if g != self.predicted]
        next_best = f"; next best {rivals[0]}" if rivals else ""
        shape = SHAPE_WORDS.get(self.fit.shape, "")
        return (
            f"fits with residual {self.fit.residual:.1%} from {self._start()} on, chosen in "
            f"{self.fit.shares.get(self.predicted, 0):.0%} of bootstrap draws{next_best}{shape}"
        )

    def _refutation(self) -> str:
        share = self.fit.shares.get(self.predicted, 0)
        return (
            f"{self.fit.growth} fits with residual {self.fit.residual:.1%} from {self._start()} on; "
            f"{self.predicted} is chosen in {share:.0%} of bootstrap draws"
        )

    def _start(self) -> str:
        return ", ".join(f"{n} = {v}" for n, v in self.fit.starts_at.items())

    def _names(self) -> str:
        return ", ".join(self.observed.names)
