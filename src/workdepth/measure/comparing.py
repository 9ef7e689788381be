"""Counts against the analyzer's figures: equal at every size, or of the same growth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workdepth.measure.counts import LEAST_COUNTS, judge_counts
from workdepth.measure.exact import ExactFit, domain_words, exact_fit
from workdepth.measure.subjects import Claim, Witness
from workdepth.measure.sweep import KernelCounts
from workdepth.measure.verdict import CONSISTENT, INCONCLUSIVE, INCONSISTENT
from workdepth.models.analysis import Analysis
from workdepth.models.figure import Figure


@dataclass(frozen=True)
class Comparison:
    """One figure of one kernel beside what the analyzer predicts.

    Attributes
    ----------
    kernel, figure : str
        What was counted or timed.
    machine, predicted : str
        Which figure of which machine it is held to: ``GPU``, ``time``.
    relation : str
        ``equals`` or ``grows like``.
    prediction, growth : str
        The predicted formula and its growth class.
    granule : int
        What the prediction is rounded up to a multiple of.
    formulas : tuple of str
        Formulas that give every count exactly, each with the sizes for which it was verified.
    outcome, reason : str
        The verdict, and the numbers it rests on.
    """

    kernel: str
    figure: str
    machine: str
    predicted: str
    relation: str
    prediction: str
    growth: str
    granule: int
    formulas: tuple[str, ...]
    outcome: str
    reason: str


def compare_counts(analysis: Analysis, witness: Witness, counts: KernelCounts) -> tuple[Comparison, ...]:
    """Return a comparison for every claim on a kernel."""
    return tuple(_compare(analysis, witness, counts, claim) for claim in witness.claims)


def _compare(analysis: Analysis, witness: Witness, counts: KernelCounts, claim: Claim) -> Comparison:
    name = analysis.sizes[0].name
    predicted: Figure = getattr(analysis[witness.machine], claim.predicted)
    values = counts.figures[claim.figure]
    fitted = _fits(predicted, counts.sizes, values, witness.blocks, name)
    if claim.relation == "equals":
        outcome, reason = _equality(predicted, claim.granule, counts.sizes, values, name)
    else:
        verdict = judge_counts(predicted.expression, counts.sizes, values, blocks=witness.blocks, name=name)
        outcome, reason = verdict.outcome, verdict.reason
    return Comparison(
        witness.kernel,
        claim.figure,
        witness.machine,
        claim.predicted,
        claim.relation,
        str(predicted),
        str(predicted.growth),
        claim.granule,
        tuple(str(one) for one in fitted),
        outcome,
        reason,
    )


def _equality(
    predicted: Figure, granule: int, sizes: tuple[int, ...], values: tuple[int, ...], name: str
) -> tuple[str, str]:
    rounded = f", rounded up to a multiple of {granule}" if granule > 1 else ""
    for n, value in zip(sizes, values, strict=True):
        bound = _up(predicted.at(**{name: n}), granule)
        if not _holds(predicted.relation, value, bound):
            told = f"{value} at {name} = {n}, predicted {predicted.relation} {bound}{rounded}"
            return INCONSISTENT, told
    where = domain_words([{name: n} for n in sizes]) if sizes else "no size"
    if len(sizes) < LEAST_COUNTS:
        return INCONCLUSIVE, f"held for {where}; count at least {LEAST_COUNTS} sizes"
    return CONSISTENT, f"{predicted.relation} {predicted}{rounded}, held for {where}"


def _up(value: Any, granule: int) -> Any:
    return value if granule == 1 else -(-value // granule) * granule


def _holds(relation: str, value: int, bound: Any) -> bool:
    """Tell whether a count stands to the prediction as the analyzer says it does."""
    return {"=": value == bound, "<=": value <= bound, ">=": value >= bound, "~": True}[relation]


def _fits(
    predicted: Figure, sizes: tuple[int, ...], values: tuple[int, ...], blocks: tuple[int, ...], name: str
) -> list[ExactFit]:
    """Return the exact formula over all sizes, and the one over powers of two where that is shorter."""
    powers = [(n, value) for n, value in zip(sizes, values, strict=True) if n & (n - 1) == 0]
    tried = [list(zip(sizes, values, strict=True)), powers]
    found = [
        exact_fit([n for n, _ in rows], [v for _, v in rows], predicted.expression, blocks=blocks, name=name)
        for rows in tried
        if len(rows) >= LEAST_COUNTS
    ]
    kept = [one for one in found if one is not None]
    return kept[:1] if len(kept) == 2 and len(kept[1].terms) >= len(kept[0].terms) else kept
