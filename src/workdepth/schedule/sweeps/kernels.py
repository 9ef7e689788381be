"""The loops over nodes and edges, each written once: run as they stand, or compiled by ``engine``.

They take arrays alone, write into arrays that they are given, and use nothing but integers, so that both ways
give the same answers.  Ids are in topological order; rows of edges are compressed, as in a unit graph.
"""

from __future__ import annotations

from typing import Any


def earliest(
    sources: int,
    operand_start: Any,
    operands: Any,
    order_start: Any,
    order: Any,
    first_value: Any,
    one_each: bool,
    lasting: Any,
    ready: Any,
    finish: Any,
    death: Any,
) -> None:
    """Let each node start as soon as what it reads and waits for is done; sources are finished already.

    ``ready`` is when each value is there; it is ``finish`` itself where every node yields ``one_each``.  ``death``, of
    zeros, becomes the last finish of those that read each value.
    """
    for v in range(sources):
        ready[v] = finish[v]
    for v in range(sources, len(finish)):
        first, last = operand_start[v], operand_start[v + 1]
        end = 0
        for k in range(first, last):
            end = max(end, ready[operands[k]])
        for k in range(order_start[v], order_start[v + 1]):
            end = max(end, finish[order[k]])
        end += lasting[v]
        finish[v] = end
        for k in range(first, last):
            if death[operands[k]] < end:
                death[operands[k]] = end
        if not one_each:
            for value in range(first_value[v], first_value[v + 1]):
                ready[value] = end


def generations(start: Any, before: Any, level: Any) -> int:
    """Write for each node how many nodes its longest path has before it; return how many levels there are."""
    most = -1
    for v in range(len(level)):
        found = 0
        for k in range(start[v], start[v + 1]):
            found = max(found, level[before[k]] + 1)
        level[v] = found
        most = max(most, found)
    return most + 1


def yields_one_each(first_value: Any) -> bool:
    """Whether every node yields one value, so that values bear the numbers of their nodes."""
    for v in range(len(first_value)):  # noqa: SIM110
        if first_value[v] != v:
            return False
    return True


def count(
    sources: int,
    work: Any,
    first_value: Any,
    value_words: Any,
    finish: Any,
    death: Any,
    named: Any,
    keep_until: int,
    live: Any,
    leaving: Any,
    results: Any,
    busy: Any,
) -> None:
    """Add values and operations where they begin and take them away where they end; the caller sums up.

    ``keep_until`` is where outputs end, 0 if they are streamed: see the note Boundaries in ``profile``.
    """
    for v in range(len(finish)):
        birth = finish[v]
        steps = work[v]
        if steps > 0:
            busy[birth - steps + 1] += 1
            busy[birth + 1] -= 1
        for value in range(first_value[v], first_value[v + 1]):
            words = value_words[value]
            if v >= sources and steps > 0:
                results[birth] += words
            end = max(birth, death[value])
            if named[value]:
                if keep_until > 0:
                    end = keep_until
                elif end == birth and v < sources:
                    end = birth + 1
                elif end == birth:
                    leaving[birth] += words
            if end > birth:
                live[birth] += words
                live[end] -= words


def sum_up(live: Any, busy: Any) -> None:
    """Turn changes into what there is, in place."""
    words, operations = 0, 0
    for step in range(len(live)):
        words += live[step]
        operations += busy[step]
        live[step] = words
        busy[step] = operations


def followers(start: Any, before: Any, after_start: Any, after: Any) -> None:
    """Turn rows of what nodes wait for into rows of who waits for them; ``after_start`` begins as zeros."""
    count = len(start) - 1
    for k in range(len(before)):
        after_start[before[k] + 1] += 1
    for v in range(count):
        after_start[v + 1] += after_start[v]
    for v in range(count):
        for k in range(start[v], start[v + 1]):
            after[after_start[before[k]]] = v
            after_start[before[k]] += 1
    for v in range(count, 0, -1):
        after_start[v] = after_start[v - 1]
    after_start[0] = 0


def latest(after_start: Any, after: Any, work: Any, end: int, finish: Any) -> None:
    """Let each node finish as late as its followers allow, all by ``end``."""
    for v in range(len(finish) - 1, -1, -1):
        last = end
        for k in range(after_start[v], after_start[v + 1]):
            w = after[k]
            last = min(last, finish[w] - work[w])
        finish[v] = last


def rows(keys: Any, values: Any, start: Any, row: Any) -> None:
    """Sort values into rows by their keys, in the order given; ``start`` begins as zeros."""
    count = len(start) - 1
    for k in range(len(keys)):
        start[keys[k] + 1] += 1
    for v in range(count):
        start[v + 1] += start[v]
    for k in range(len(keys)):
        row[start[keys[k]]] = values[k]
        start[keys[k]] += 1
    for v in range(count, 0, -1):
        start[v] = start[v - 1]
    start[0] = 0
