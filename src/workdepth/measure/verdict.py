"""Judge a predicted growth by measured values: consistent, inconsistent, or inconclusive with the reason.

A finite sweep proves nothing for all n; so every sentence ends in the range that was measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from workdepth.measure.fit import fit_ranked
from workdepth.measure.observations import observe
from workdepth.measure.prediction import Prediction, check_names, only_name, predicted_terms
from workdepth.measure.ranking import rank
from workdepth.measure.reasons import CONSISTENT, INCONCLUSIVE, INCONSISTENT, Case, Thresholds, too_little
from workdepth.measure.solve import Scoring
from workdepth.measure.terms import growth_text

__all__ = ["CONSISTENT", "INCONCLUSIVE", "INCONSISTENT", "Thresholds", "Verdict", "judge"]


@dataclass(frozen=True)
class Verdict:
    """What measured values say about a prediction.

    Attributes
    ----------
    outcome : str
        ``consistent``, ``inconsistent`` or ``inconclusive``.
    reason : str
        One sentence that names the numbers it rests on.
    prediction : str
        The predicted growth class.
    span : str
        The range of sizes measured; nothing is claimed beyond it.
    fit : object
        The fit behind it, or None where there was too little to fit.
    """

    outcome: str
    reason: str
    prediction: str
    span: str
    fit: object = field(default=None, repr=False)

    @property
    def exit_code(self) -> int:
        """1 where the measurement goes against the prediction, else 0."""
        return 1 if self.outcome == INCONSISTENT else 0

    def __str__(self) -> str:
        joint = "on" if self.outcome == INCONCLUSIVE else "with"
        return f"{self.outcome} {joint} {self.prediction} for {self.span}: {self.reason}"


def judge(
    prediction: Prediction,
    sizes: Sequence[int] | Mapping[str, Sequence[int]],
    samples: Iterable,
    *,
    scoring: Scoring | None = None,
    thresholds: Thresholds | None = None,
) -> Verdict:
    """Judge a predicted growth class by measured values.

    Parameters
    ----------
    prediction : str, Growth, Expr, or an iterable of them
        The predicted class, or all predicted terms; the leading ones are judged, the others help the fit:
        ``"n + log(n)"``.
    sizes : sequence of int, or mapping of names to sequences
        The size (or the sizes) of each row of samples.
    samples : array-like
        Sizes x repeats, or sizes x processes x repeats; positive.
    scoring, thresholds : optional
        Other prices and limits than the measured ones.

    Returns
    -------
    Verdict

    Raises
    ------
    SampleError, SizeError
        When a sample or a size is not what it should be.

    Examples
    --------
    >>> sizes = [2**k for k in range(8, 21)]
    >>> print(judge("n", sizes, [[n * 1e-9, n * 1.01e-9, n * 1.02e-9] for n in sizes]).outcome)
    consistent
    """
    terms = predicted_terms(prediction)
    observed = observe(sizes, samples, name=only_name(terms))
    check_names(terms, observed.names)
    predicted = growth_text(terms)
    if (why := too_little(observed)) is not None:
        return Verdict(INCONCLUSIVE, why, predicted, observed.span())
    # What is judged gets no head start over its rivals.
    scoring, limits = scoring or Scoring(known=0.0), thresholds or Thresholds()
    ranking = rank(observed, terms, scoring)
    found = fit_ranked(observed, ranking, scoring, also=predicted)
    outcome, reason = Case(observed, ranking, found, terms, limits).decide()
    return Verdict(outcome, reason, predicted, observed.span(), found)
