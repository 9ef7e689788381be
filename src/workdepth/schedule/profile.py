"""What a unit graph costs, by carrying it out: the oracle that every formula is checked against.

Note [Boundaries].  Boundaries are 0..T; step s goes from boundary s - 1 to s.

- RAM: operations one after the other in program order, each of ``work`` steps.  GPU: an operation starts at
  the latest finish of its operands' producers and of the nodes it waits for; it finishes ``work`` steps
  later; joins likewise, with no work.
- A value lives from the finish of its producer (an input or constant: from 0) to the finish of the last
  operation that reads it: it counts at boundary b where birth <= b < death.  One that an output names lives
  to the end, T included.  One that nobody reads and no output names dies at its birth.  So an operation of
  several steps holds its operands until it finishes, and operations of no work settle within a boundary.
- L(b) is the number of words that live at b.  The memory of step s is max(L(s - 1), L(s)) under ``reuse``,
  and L(s - 1) + the words of the results of operations of some work that finish at s under ``separate``; the
  memory of the whole is the largest of these and of all L(b).
- Threads: 1 on the RAM; on the GPU the most operations of some work in progress in one step, 0 if there are
  none.
- ``outputs="streamed"``: a value that an output names and that nobody reads later than the boundary at which
  it is made counts only after the step that makes it, not before the next; one that is read later dies like
  any other; an input's element that is only named counts in L(0) alone.
- ``spawn="fork-join"``: the start of a map of k points that do work, and of a tree fold of k leaves, takes
  ceil(log2 k) steps: all that waits for it starts later.  A delay, no work.
- ``reads="exclusive"``: a step in which at most k operations read one word lasts ceil(log2 k) steps more; an
  operation of several steps reads in its first.  Every step is as long for all, so only the time changes.
- ``inputs="loaded"``: each word of an input or constant that is read or named is made by a load of work 1.
  GPU: all in step 1.  RAM: just before the first operation that reads it, in operand order; those that only
  outputs name at the very end, in the order of the outputs.  Loads count in time, work and threads, and are
  results for ``separate``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workdepth.errors import ModelError
from workdepth.graph.unit import OP, UnitGraph
from workdepth.schedule.levels import Times, ceil_log2, gpu_times, ram_times
from workdepth.schedule.liveness import Words, words_of
from workdepth.schedule.sweeps.room import check_room

Ids = NDArray[np.int64]

# Up to so many steps a node every boundary is told; where operations are longer, those where something happens.
STEPS_A_NODE = 8
BYTES_A_NODE, BYTES_A_STEP = 60, 56

SWITCHES = {
    "machine": ("RAM", "GPU"),
    "cells": ("reuse", "separate"),
    "inputs": ("resident", "loaded"),
    "outputs": ("kept", "streamed"),
    "reads": ("concurrent", "exclusive"),
    "spawn": ("free", "fork-join"),
}


@dataclass(frozen=True, eq=False)
class Profile:
    """The figures of one schedule, and what they come from.

    Attributes
    ----------
    time, memory, threads, work : int
        The figures.
    finish : int64
        The boundary at which each node finishes.
    boundaries : int64
        The boundaries that the arrays below stand for: all of 0..T, or only those where something happens.
    live : int64
        L(b) at each of them; streamed outputs count at the boundary at which they are made.
    busy : int64
        Operations in progress in the step that ends at each of them.
    """

    time: int
    memory: int
    threads: int
    work: int
    finish: Ids
    boundaries: Ids
    live: Ids
    busy: Ids


def profile(
    unit: UnitGraph | Any,
    machine: str = "GPU",
    cells: str = "reuse",
    inputs: str = "resident",
    outputs: str = "kept",
    reads: str = "concurrent",
    spawn: str = "free",
    engine: str = "auto",
) -> Profile:
    """Carry out a unit graph on one machine and count.

    Parameters
    ----------
    unit : UnitGraph or networkx DAG
    machine : {"RAM", "GPU"}
    cells : {"reuse", "separate"}
    inputs : {"resident", "loaded"}
    outputs : {"kept", "streamed"}
    reads : {"concurrent", "exclusive"}
    spawn : {"free", "fork-join"}
    engine : {"auto", "plain", "compiled"}
        Large graphs are swept by compiled loops where the extra ``fast`` is installed; the answers are the same.

    Returns
    -------
    Profile

    Raises
    ------
    ModelError
        For an unknown setting.
    MissingError
        When compiled loops are asked for and the extra ``fast`` is not installed.
    SizeError
        When it would not fit in memory; it says how much it needs.

    Examples
    --------
    >>> import workdepth as wd
    >>> from workdepth.graph.unroll import unroll
    >>> g = wd.Algorithm("multiply-n")
    >>> g.output(g.fold(wd.MULTIPLY, g.input("x", wd.size("n"))))
    >>> p = profile(unroll(g, n=8), "GPU")
    >>> p.time, p.memory, p.threads, p.work
    (3, 8, 4, 7)

    Notes
    -----
    The definitions are in this module's note Boundaries.  Cost: a few passes over nodes and edges.
    """
    given = {"machine": machine, "cells": cells, "inputs": inputs, "outputs": outputs}
    given |= {"reads": reads, "spawn": spawn}
    for switch, value in given.items():
        if value not in SWITCHES[switch]:
            raise ModelError(f"{switch} is {value!r}", next_step=f"use one of: {', '.join(SWITCHES[switch])}")
    if not isinstance(unit, UnitGraph):
        from workdepth.graph.plain import read_plain

        unit = read_plain(unit)
    loaded = inputs == "loaded"
    check_room(f"the profile of {len(unit)} nodes", BYTES_A_NODE * len(unit))
    if machine == "RAM":
        times = ram_times(unit, loaded)
    else:
        times = gpu_times(unit, loaded, spawn == "fork-join", engine)
    steps = min(times.time, STEPS_A_NODE * len(unit) + 1000)
    check_room(f"the profile of {steps} steps", BYTES_A_STEP * steps)
    boundaries = _boundaries(unit, times)
    words = words_of(unit, times, boundaries, outputs == "streamed", engine)
    busy = _busy(unit, times, boundaries) if words.busy is None else words.busy
    threads = 1 if machine == "RAM" else int(busy.max(initial=0))
    work = int(unit.work.sum()) + len(times.loads)
    after = words.live + words.streamed if outputs == "streamed" else words.live
    time = times.time
    if machine == "GPU" and reads == "exclusive":
        time += read_delays(unit, times)
    return Profile(time, _memory(words, after, cells), threads, work, times.finish, boundaries, after, busy)


def read_delays(unit: UnitGraph, times: Times) -> int:
    """Return how many steps longer all steps together last where k reads of one word take ceil(log2 k) more."""
    reader = np.repeat(np.arange(len(unit), dtype=np.int64), np.diff(unit.operand_start))
    reading = (unit.work[reader] > 0) & (unit.value_words[unit.operands] > 0)
    reader, value = reader[reading], unit.operands[reading]
    if not len(reader):
        return 0
    # Rows are by reader, so that within a step and a value a reader that reads twice stands beside itself.
    steps = times.finish[reader] - unit.work[reader]
    in_order = np.lexsort((value, steps))
    reader, value, steps = reader[in_order], value[in_order], steps[in_order]
    next_step, same = np.diff(steps, prepend=-1) != 0, np.zeros(len(steps), dtype=bool)
    same[1:] = ~next_step[1:] & (value[1:] == value[:-1])
    groups = np.flatnonzero(~same)
    again = np.zeros(len(steps), dtype=bool)
    again[1:] = same[1:] & (reader[1:] == reader[:-1])
    counts = np.add.reduceat((~again).astype(np.int64), groups)
    most = np.maximum.reduceat(counts, np.flatnonzero(next_step[groups]))
    return int(ceil_log2(most).sum())


def _boundaries(unit: UnitGraph, times: Times) -> Ids:
    """Return all boundaries, or, where operations are long, those at which something happens."""
    if times.time <= STEPS_A_NODE * len(unit) + 1000:
        return np.arange(times.time + 1, dtype=np.int64)
    ends = times.finish
    begun = ends - unit.work
    every = [ends, np.maximum(ends - 1, 0), begun, np.minimum(begun + 1, times.time), times.load_finish]
    every += [np.maximum(times.load_finish - 1, 0), np.array([0, 1, times.time])]
    # The step after an end has one operation less at work.
    every += [np.minimum(e + 1, times.time) for e in (ends, times.load_finish)]
    found = np.sort(np.concatenate(every))  # np.unique hashes, which takes many times as long
    return found[np.append(True, found[1:] != found[:-1])]


def _busy(unit: UnitGraph, times: Times, boundaries: Ids) -> Ids:
    working = unit.work > 0
    ends = np.concatenate([times.finish[working], times.load_finish])
    begun = ends - np.concatenate([unit.work[working], np.ones(len(times.loads), dtype=np.int64)])
    count = len(boundaries) + 1
    first, last = np.searchsorted(boundaries, begun + 1), np.searchsorted(boundaries, ends)
    change = np.bincount(first, minlength=count) - np.bincount(last + 1, minlength=count)
    return np.cumsum(change)[: len(boundaries)]


def _memory(words: Words, after: Ids, cells: str) -> int:
    most = int(after.max(initial=0))
    if cells == "reuse" or len(words.live) < 2:
        return most
    # Where boundaries are left out nothing changes, so the one before is as good as s - 1.
    return max(most, int((words.live[:-1] + words.results[1:]).max()))


__all__ = ["OP", "Profile", "profile"]
