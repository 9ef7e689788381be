"""What a drawing marks: a critical path, or the step of a peak with what makes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workdepth.errors import ModelError

if TYPE_CHECKING:
    from workdepth.graph.unit import UnitGraph
    from workdepth.schedule.carried import Carried

MARKS = ("span", "memory", "threads")


@dataclass(frozen=True)
class Marking:
    """Marked nodes of a unit graph, and a marked step.

    Attributes
    ----------
    nodes : frozenset of int
        Ids of the unit graph.
    chain : tuple of int
        Those that follow each other in a critical path.
    step : int or None
        The step of a peak; 0 is the start.
    caption : str
        What is marked, in words.
    """

    nodes: frozenset[int] = frozenset()
    chain: tuple[int, ...] = ()
    step: int | None = None
    caption: str = ""


NOTHING = Marking()


def marking(unit: UnitGraph, what: str | None) -> Marking:
    """Return what is marked on the drawing of a unit graph: of the GPU, under the default conventions.

    Parameters
    ----------
    unit : UnitGraph
    what : {"span", "memory", "threads"} or None

    Raises
    ------
    ModelError
        For anything else.

    Examples
    --------
    >>> from workdepth.graph.unroll import unroll
    >>> from workdepth.library import entry_named
    >>> unit = unroll(entry_named("multiply-n").build(), n=8)
    >>> len(marking(unit, "span").chain), marking(unit, "threads").step
    (3, 1)
    """
    if what is None:
        return NOTHING
    if what not in MARKS:
        raise ModelError(f"{what!r} cannot be marked", next_step=f"choose one of: {', '.join(MARKS)}")
    from workdepth.models import Conventions
    from workdepth.schedule.carried import carried

    run = carried(unit, "GPU", Conventions())
    return {"span": _span, "memory": _memory, "threads": _threads}[what](run)


def _span(run: Carried) -> Marking:
    from workdepth.schedule.path import path_of

    path = path_of(run)
    return Marking(frozenset(path.nodes), path.nodes, None, f"marked: a critical path, {path.amount} steps")


def _memory(run: Carried) -> Marking:
    from workdepth.schedule.steps import peak_of_memory

    peak = peak_of_memory(run)
    values = run.lives.value[run.lives.at(peak.step)]
    words = "word lives" if peak.amount == 1 else "words live"
    return Marking(
        frozenset(run.producer[values].tolist()), (), peak.step, f"marked: where most {words}, {peak.amount}"
    )


def _threads(run: Carried) -> Marking:
    from workdepth.schedule.steps import peak_of_threads, running

    peak = peak_of_threads(run)
    if not peak.amount:
        return Marking(caption="marked: nothing, there is no operation")
    return Marking(
        frozenset(running(run, peak.step)), (), peak.step, f"marked: where most threads work, {peak.amount}"
    )
