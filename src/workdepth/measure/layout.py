"""All hypotheses of a sweep as arrays: what depends on the sizes and the prediction, but not on the samples.

Building it takes far longer than solving it, so layouts are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from workdepth.measure.hypotheses import hypotheses
from workdepth.measure.hypothesis import SHAPES, Hypothesis
from workdepth.measure.observations import Observations
from workdepth.measure.terms import ONE, Term, growth_text, logarithm

#: How much a term's price may rise in all beyond caches; the constant's, for which it is the whole growth.
MOST_RISE, CONSTANT_RISE = 7.0, 0.4


@dataclass(frozen=True)
class Group:
    """All hypotheses of one number of columns; the first axis is the hypothesis.

    Attributes
    ----------
    chosen : array
        The places of the hypotheses in the whole list.
    matrix : array
        Hypotheses x columns x rows: each term, scaled to at most 1, where it is active.
    lead, raises : array
        Hypotheses x columns: whether the term is a leading one; whether it raises the price of the first.
    most : array
        How much the price may rise in all.
    shape : array
        The place of the shape in `SHAPES`.
    below, above : array
        The leading term on the rows before and after the change of regime.
    """

    chosen: np.ndarray
    matrix: np.ndarray
    lead: np.ndarray
    raises: np.ndarray
    most: np.ndarray
    shape: np.ndarray
    below: np.ndarray
    above: np.ndarray


@dataclass(frozen=True)
class Layout:
    """Every hypothesis, its growth class as text, its arrays, and what its price is made of.

    ``counts`` has a row a hypothesis: terms, a constant beside others, rows dropped, a change of regime,
    all terms predicted, an unusual class.  ``scales`` is the logarithm of what each term was divided by.
    """

    hypotheses: tuple[Hypothesis, ...]
    growths: tuple[str, ...]
    groups: tuple[Group, ...]
    counts: np.ndarray
    starts: np.ndarray
    scales: dict[Term, float]

    def find(self, chosen: int) -> tuple[int, int]:
        """Return the group of a hypothesis and its place there."""
        for number, group in enumerate(self.groups):
            place = np.flatnonzero(group.chosen == chosen)
            if len(place):
                return number, int(place[0])
        raise IndexError(chosen)


def layout_of(observed: Observations, predicted: tuple[Term, ...]) -> Layout:
    """Return the layout of a sweep; the same sizes and prediction give the same object."""
    sizes = tuple((name, tuple(values.tolist())) for name, values in observed.sizes.items())
    return _layout(sizes, observed.order, predicted)


@lru_cache(maxsize=64)
def _layout(
    sizes: tuple[tuple[str, tuple[float, ...]], ...], order: tuple[float, ...], predicted: tuple[Term, ...]
) -> Layout:
    named = {name: np.array(values) for name, values in sizes}
    tried = tuple(hypotheses(tuple(named), predicted, order))
    logs = {t: logarithm(t, named) for t in dict.fromkeys(c.term for h in tried for c in h.columns)}
    scales = {term: float(np.max(log)) for term, log in logs.items()}
    columns = {term: np.exp(log - scales[term]) for term, log in logs.items()}
    numbers = sorted({len(h.columns) for h in tried})
    places = [[i for i, h in enumerate(tried) if len(h.columns) == k] for k in numbers]
    classes = {lead: growth_text(lead) for lead in {h.lead for h in tried}}
    return Layout(
        hypotheses=tried,
        growths=tuple(classes[h.lead] for h in tried),
        groups=tuple(_group([tried[i] for i in p], p, columns, np.array(order)) for p in places),
        counts=np.array([_counts(h) for h in tried], dtype=float),
        starts=np.array([h.start for h in tried]),
        scales=scales,
    )


def _group(
    some: Sequence[Hypothesis], places: list[int], columns: dict[Term, np.ndarray], order: np.ndarray
) -> Group:
    index, plain = np.arange(len(order)), np.array(list(columns.values()))
    where = {term: j for j, term in enumerate(columns)}
    which = np.array([[where[c.term] for c in h.columns] for h in some])
    lows = np.array([[c.low for c in h.columns] for h in some])[..., None]
    highs = np.array([[c.high for c in h.columns] for h in some])[..., None]
    bent = _waves(some, order) * _missed(some, order)
    matrix = np.where((index >= lows) & (index < highs), plain[which] * bent, 0.0)
    first, at = plain[which[:, 0]], np.maximum(lows[:, 0], 1)
    return Group(
        chosen=np.array(places),
        matrix=matrix,
        lead=np.array([[c.term in h.lead for c in h.columns] for h in some]),
        raises=np.array([[c.beyond > 0 for c in h.columns] for h in some]),
        most=np.array([CONSTANT_RISE if h.lead == (ONE,) else MOST_RISE for h in some]),
        shape=np.array([SHAPES.index(h.shape) for h in some]),
        below=np.take_along_axis(first, at - 1, 1)[:, 0],
        above=np.take_along_axis(first, at, 1)[:, 0],
    )


def _waves(some: Sequence[Hypothesis], order: np.ndarray) -> np.ndarray:
    """How much a size grows by rounding it up to whole waves; 1 where there is no width."""
    widths = np.array([[c.width for c in h.columns] for h in some])[..., None]
    width = np.where(widths > 0, widths, 1.0)
    return np.where(widths > 0, np.ceil(order / width) * width / order, 1.0)


def _missed(some: Sequence[Hypothesis], order: np.ndarray) -> np.ndarray:
    """Return the part of the data that does not fit in a level of memory; 1 where there is none."""
    sizes = np.array([[c.beyond * c.smooth for c in h.columns] for h in some])[..., None]
    return np.where(sizes > 0, np.clip(1 - sizes / order, 0, 1), 1.0)


def _counts(hypothesis: Hypothesis) -> tuple[float, ...]:
    """Tell what the price is made of, in the order of `Scoring.prices`."""
    terms = [c.term for c in hypothesis.columns]
    lowered = len(terms) > 1 and ONE in terms
    return (
        len(terms) - lowered,
        lowered,
        hypothesis.start,
        0 if hypothesis.shape == "sum" else max(1, hypothesis.raises),
        -hypothesis.predicted,
        hypothesis.unusual,
    )
