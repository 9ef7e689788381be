"""Counts against the analyzer's figures: equal at every size, or of the same growth."""

from __future__ import annotations

from collections.abc import Sequence
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
    rows = list(zip(counts.sizes, values, strict=True))
    if claim.relation == "equals":
        outcome, reason = _equality(predicted, claim.granule, counts.sizes, values, name)
        every = _exact(predicted, rows, witness.blocks, name)
    else:
        verdict = judge_counts(predicted.expression, counts.sizes, values, blocks=witness.blocks, name=name)
        outcome, reason, every = verdict.outcome, verdict.reason, verdict.fit
    return Comparison(
        witness.kernel,
        claim.figure,
        witness.machine,
        claim.predicted,
        claim.relation,
        str(predicted),
        str(predicted.growth),
        claim.granule,
        tuple(str(one) for one in _fits(predicted, every, rows, witness.blocks, name)),
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
    predicted: Figure,
    every: ExactFit | None,
    rows: Sequence[tuple[int, int]],
    blocks: tuple[int, ...],
    name: str,
) -> tuple[ExactFit, ...]:
    """Return the exact formula over all sizes, and the one over powers of two where that is shorter."""
    powers = [(n, value) for n, value in rows if n & (n - 1) == 0]
    shorter = _exact(predicted, powers, blocks, name) if every is None or len(every.terms) > 1 else None
    if every is None or shorter is None:
        return tuple(one for one in (every, shorter) if one is not None)
    return (every, shorter) if len(shorter.terms) < len(every.terms) else (every,)


def _exact(
    predicted: Figure, rows: Sequence[tuple[int, int]], blocks: tuple[int, ...], name: str
) -> ExactFit | None:
    if len(rows) < LEAST_COUNTS:
        return None
    sizes, values = zip(*rows, strict=True)
    return exact_fit(sizes, values, predicted.expression, blocks=blocks, name=name)
