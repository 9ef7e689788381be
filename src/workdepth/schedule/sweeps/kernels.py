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
    lasting: Any,
    ready: Any,
    finish: Any,
) -> None:
    """Let each node start as soon as what it reads and waits for is done; sources are finished already."""
    for v in range(sources):
        ready[v] = finish[v]
    for v in range(sources, len(finish)):
        start = 0
        for k in range(operand_start[v], operand_start[v + 1]):
            start = max(start, ready[operands[k]])
        for k in range(order_start[v], order_start[v + 1]):
            start = max(start, finish[order[k]])
        finish[v] = start + lasting[v]
        for value in range(first_value[v], first_value[v + 1]):
            ready[value] = finish[v]


def last_reads(operand_start: Any, operands: Any, finish: Any, death: Any) -> None:
    """Note the last finish of those that read each value."""
    for v in range(len(finish)):
        end = finish[v]
        for k in range(operand_start[v], operand_start[v + 1]):
            value = operands[k]
            if death[value] < end:
                death[value] = end


def count_words(
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
) -> None:
    """Add every value where it begins to live and take it away where it ends; the caller sums up.

    ``keep_until`` is where outputs end, 0 if they are streamed: see the note Boundaries in ``profile``.
    """
    for v in range(len(finish)):
        birth = finish[v]
        for value in range(first_value[v], first_value[v + 1]):
            words = value_words[value]
            if v >= sources and work[v] > 0:
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


def count_busy(work: Any, finish: Any, busy: Any) -> None:
    """Add every operation in the step that it begins in and take it away after its last; the caller sums up."""
    for v in range(len(finish)):
        if work[v] > 0:
            busy[finish[v] - work[v] + 1] += 1
            busy[finish[v] + 1] -= 1


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
