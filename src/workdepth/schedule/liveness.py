"""How many words live at each boundary of a schedule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workdepth.graph.unit import CONSTANT, UnitGraph
from workdepth.schedule.levels import Times, entries
from workdepth.schedule.sweeps.engine import compiles, kernel

Ids = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Words:
    """Words at each boundary.

    Attributes
    ----------
    live : int64
        Words that live there, streamed outputs left out.
    streamed : int64
        Words of outputs that are made there and leave at once.
    results : int64
        Words of results of operations of some work, and of loads, that finish there.
    busy : int64, optional
        Operations in progress in the step that ends there: where the loop over words has counted them too.
    """

    live: Ids
    streamed: Ids
    results: Ids
    busy: Ids | None = None


@dataclass(frozen=True, eq=False)
class Lives:
    """From when to when the words live: one entry a value, a loaded one word by word.

    Attributes
    ----------
    value, words : int64
        Which value, and how many words of it.
    birth, death : int64
        It counts at boundary b where birth <= b < death.
    leaving : bool
        Streamed outputs that leave at once: they count at the boundary of their birth alone.
    """

    value: Ids
    words: Ids
    birth: Ids
    death: Ids
    leaving: NDArray[np.bool_]

    def at(self, boundary: int) -> Ids:
        """Return the entries that live at a boundary, those that leave at once included."""
        born = (self.birth <= boundary) & (boundary < self.death)
        return np.flatnonzero(born | (self.leaving & (self.birth == boundary)))


def lives_of(unit: UnitGraph, times: Times, streamed: bool) -> Lives:
    """Return the life of every value; the definitions are in the note Boundaries of ``profile``."""
    value, birth, words = _births(unit, times)
    death = _deaths(unit, times)[value]
    death = np.maximum(death, birth)
    named = np.zeros(len(unit.value_words), dtype=bool)
    named[unit.output_values()] = True
    leaving = named[value] & (death == birth) if streamed else np.zeros(len(value), dtype=bool)
    if streamed:
        resident = leaving & (value < unit.sources) & ~np.isin(value, times.loads)
        death[resident] = birth[resident] + 1
        leaving &= ~resident
    else:
        death[named[value]] = times.time + 1
    return Lives(value, words, birth, death, leaving)


def words_of(unit: UnitGraph, times: Times, boundaries: Ids, streamed: bool, engine: str = "auto") -> Words:
    """Count the words at each boundary; in a large graph by compiled loops (``engine``)."""
    # The loops count by boundary and know no loads: where either fails, the arrays serve at any size.
    every = int(boundaries[-1]) == len(boundaries) - 1
    if every and not len(times.loads) and compiles(entries(unit), engine):
        return _compiled(unit, times, streamed)
    found = lives_of(unit, times, streamed)
    words, birth, leaving = found.words, found.birth, found.leaving
    stay = found.death > birth
    live = _at(boundaries, birth[stay], words[stay]) - _at(boundaries, found.death[stay], words[stay])
    return Words(
        live=np.cumsum(live[:-1]),
        streamed=_at(boundaries, birth[leaving], words[leaving])[:-1],
        results=_results(unit, times, boundaries),
    )


def _compiled(unit: UnitGraph, times: Times, streamed: bool) -> Words:
    death = _deaths(unit, times)
    named = np.zeros(len(unit.value_words), dtype=bool)
    named[unit.output_values()] = True
    # Where times are long it is fresh memory that costs, and large pieces of it come cheaper.
    live, results, busy = np.zeros((3, times.time + 2), dtype=np.int64)
    leaving = np.zeros(times.time + 1 if streamed else 1, dtype=np.int64)
    columns = (unit.work, unit.first_value, unit.value_words, times.finish, death, named)
    until = 0 if streamed else times.time + 1
    kernel("count", True)(unit.sources, *columns, until, live, leaving, results, busy)
    kernel("sum_up", True)(live, busy)
    return Words(live[:-1], np.broadcast_to(leaving, times.time + 1), results[:-1], busy[:-1])


def _births(unit: UnitGraph, times: Times) -> tuple[Ids, Ids, Ids]:
    """Return value, boundary of birth and words of every value; a loaded one word by word."""
    value = np.flatnonzero(unit.value_words > 0)
    if len(times.loads):
        loaded = np.zeros(len(unit.value_words), dtype=bool)
        loaded[times.loads] = True
        value = value[~loaded[value]]
    birth = times.finish[unit.producers()[value]]
    words = unit.value_words[value]
    ones = np.ones(len(times.loads), dtype=np.int64)
    return (
        np.concatenate([value, times.loads]),
        np.concatenate([birth, times.load_finish]),
        np.concatenate([words, ones]),
    )


def _deaths(unit: UnitGraph, times: Times) -> Ids:
    """Return the finish of the last reader of every value; 0 where there is none."""
    if times.death is not None:
        return times.death
    death = np.zeros(len(unit.value_words), dtype=np.int64)
    np.maximum.at(death, unit.operands, np.repeat(times.finish, np.diff(unit.operand_start)))
    return death


def _results(unit: UnitGraph, times: Times, boundaries: Ids) -> Ids:
    producer = unit.producers()
    made = (unit.work[producer] > 0) & (unit.kind[producer] > CONSTANT)
    found = _at(boundaries, times.finish[producer[made]], unit.value_words[made])
    return (found + _at(boundaries, times.load_finish, np.ones(len(times.loads), dtype=np.int64)))[:-1]


def _at(boundaries: Ids, when: Ids, words: Ids) -> Ids:
    """Sum words by boundary; one place more than there are boundaries, for what never dies."""
    where = when if int(boundaries[-1]) == len(boundaries) - 1 else np.searchsorted(boundaries, when)
    return np.bincount(where, weights=words, minlength=len(boundaries) + 1).astype(np.int64)
