"""Actions bound to NumPy: each becomes a function that carries it out for a whole group of lanes.

A register's value is an array with an element for each lane of the group, or a single element where all
lanes agree; values are never changed in place, so that a move costs nothing.
"""

from __future__ import annotations

import numpy as np

from workdepth.ptx.checker import Checker
from workdepth.ptx.context import Context, Step, constants, on
from workdepth.ptx.memory import place as place_of
from workdepth.ptx.memory_steps import atomic_access, load, store, taking_part
from workdepth.ptx.program import Action
from workdepth.ptx.services import Reader, lanes_of, serve
from workdepth.ptx.tally import Tally
from workdepth.ptx.values import Frame, fitted
from workdepth.ptx.warp_steps import warp_step


def bind(action: Action, context: Context, dead_end: bool) -> Step:
    """Return an action as a function on frames.

    ``dead_end`` says that nothing later in the block uses the result, so that its depth must be noted.
    """
    if action.kind == "warp":
        return _met(warp_step(action, context.tally, constants(context.program)), context.checker)
    if action.kind == "fence" and context.checker is not None:
        return (
            _counted(action, context.tally, _fenced(action, context.checker), dead_end)
            if context.tally
            else _nothing
        )
    maker = {"pure": _pure, "load": load, "store": store, "atomic": atomic_access, "service": _service}.get(
        action.kind
    )
    if maker is None:
        return _counted(action, context.tally, _nothing, dead_end) if context.tally else _nothing
    step = maker(action, context)
    if context.tally is not None and action.kind in ("pure", "service"):
        return _counted(action, context.tally, step, dead_end)
    return step


def _nothing(frame: Frame) -> None:
    """Do nothing: control is the scheduler's, and a fence orders what is in order already."""


def _met(step: Step, checker: Checker | None) -> Step:
    """Return a warp instruction that also tells the checker that the lanes met."""
    if checker is None:
        return step

    def met(frame: Frame) -> None:
        step(frame)
        checker.warp_met(frame.group)

    return met


def _fenced(action: Action, checker: Checker) -> Step:
    def step(frame: Frame) -> None:
        if action.variant in ("membar", "fence"):
            checker.fence(frame.group)

    return step


# -- registers -----------------------------------------------------------------------------------


def _pure(action: Action, context: Context) -> Step:
    if action.guard is not None:
        return _guarded(action)
    rule = action.operation
    assert rule is not None
    compute, sources = rule.compute, action.sources
    if len(action.results) > 1:
        return _several(action)
    ((slot, kind, held),) = action.results
    plain = all(source.view is None and source.narrow is None for source in sources)
    if plain and kind.bits == held.bits and kind.view == held.raw and len(sources) <= 2:
        if len(sources) == 1:
            (one,) = (source.slot for source in sources)

            def unary(frame: Frame) -> None:
                frame.values[slot] = compute(frame.values[one])

            return unary
        a, b = (source.slot for source in sources)

        def binary(frame: Frame) -> None:
            values = frame.values
            values[slot] = compute(values[a], values[b])

        return binary

    def general(frame: Frame) -> None:
        values = frame.values
        values[slot] = fitted(compute(*[source.of(values) for source in sources]), kind, held)

    return general


def _several(action: Action) -> Step:
    rule = action.operation
    assert rule is not None

    def step(frame: Frame) -> None:
        found = rule.compute(*[source.of(frame.values) for source in action.sources])
        for value, (slot, kind, held) in zip(found, action.results, strict=True):
            frame.values[slot] = fitted(value, kind, held)

    return step


def _guarded(action: Action) -> Step:
    rule = action.operation
    assert rule is not None

    def step(frame: Frame) -> None:
        mask = on(action, frame)
        found = rule.compute(*[source.of(frame.values) for source in action.sources])
        for value, (slot, kind, held) in zip(_tuple(found), action.results, strict=True):
            frame.values[slot] = np.where(mask, fitted(value, kind, held), frame.values[slot])

    return step


def _tuple(found: object) -> tuple:
    return found if isinstance(found, tuple) else (found,)


def _counted(action: Action, tally: Tally, step: Step, dead_end: bool) -> Step:
    constant = constants(tally.program)
    reads = tuple(slot for slot in action.reads if slot not in constant)
    writes = action.writes

    def counted(frame: Frame) -> None:
        depths = frame.depths
        if not reads:
            depth = _ONE
        elif len(reads) == 1:
            depth = depths[reads[0]] + _ONE
        else:
            depth = np.maximum(depths[reads[0]], depths[reads[1]])
            for slot in reads[2:]:
                depth = np.maximum(depth, depths[slot])
            depth = depth + _ONE
        step(frame)
        for slot in writes:
            depths[slot] = depth
        if dead_end:
            tally.chain(depth)

    return counted


_ONE = np.ones(1, np.uint32)


def _service(action: Action, context: Context) -> Step:
    where = place_of(context.program, action, context.files)

    def step(frame: Frame) -> None:
        group, _ = taking_part(action, frame)
        places = [int(source.of(frame.values)[0]) for source in action.sources]
        for lane in lanes_of(group.lanes, group.count):
            reader = Reader(context.memory, group.chunk, lane)
            serve(action.variant, reader, places, f"{where}, {group.chunk.place(lane)}")

    return step
