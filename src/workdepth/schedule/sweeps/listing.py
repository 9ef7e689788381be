"""The loop of list scheduling over ranks, for the compiler.

Note [Set of ranks].  Who is ready is a set of small integers of which the least is wanted: a tree of words of 32
bits, a bit in a word above standing for a word below that is not empty.  A set of a million ranks has four
storeys, so that adding and taking touch a few words where a heap touches twenty.  The lowest bit of a word is
found by a multiplication (Leiserson, Prokop, Randall: Using de Bruijn Sequences to Index a 1 in a Computer Word,
1998), which needs nothing that plain integers lack.
"""

from __future__ import annotations

from typing import Any

DE_BRUIJN = 0x077CB531


def list_schedule(
    after_start: Any,
    after: Any,
    waiting: Any,
    work: Any,
    rank: Any,
    by_rank: Any,
    threads: int,
    bits: Any,
    storey: Any,
    lowest: Any,
    open_: Any,
    opened: int,
    ring: Any,
    following: Any,
    heap: Any,
    start: Any,
) -> None:
    """Start the ready nodes of the lowest ranks whenever threads are free.

    ``waiting`` counts what each node still waits for; ``open_`` holds ``opened`` nodes that wait for nothing.
    ``bits`` and ``storey`` are the set of ranks.  Those that run stand in the bucket of ``ring`` in which they
    finish, chained by ``following``; where works are long, the ring has no bucket and they stand in ``heap``.
    """
    storeys, buckets = len(storey), len(ring)
    time, free, ready, running = 0, threads, 0, 0
    while True:
        while opened > 0:
            opened -= 1
            v = open_[opened]
            if work[v] > 0:
                ready += 1
                at = rank[v]
                for s in range(storeys):
                    word = storey[s] + (at >> 5)
                    old = bits[word]
                    bits[word] = old | (1 << (at & 31))
                    if old != 0:
                        break
                    at >>= 5
                continue
            start[v] = time
            for k in range(after_start[v], after_start[v + 1]):
                w = after[k]
                waiting[w] -= 1
                if waiting[w] == 0:
                    open_[opened] = w
                    opened += 1
        while free > 0 and ready > 0:
            at = 0
            for s in range(storeys - 1, -1, -1):
                word = bits[storey[s] + at]
                at = (at << 5) + lowest[(((word & -word) * DE_BRUIJN) & 0xFFFFFFFF) >> 27]
            v = by_rank[at]
            for s in range(storeys):
                place = storey[s] + (at >> 5)
                bits[place] &= ~(1 << (at & 31))
                if bits[place] != 0:
                    break
                at >>= 5
            start[v] = time
            free -= 1
            ready -= 1
            end = time + work[v]
            if buckets > 0:
                following[v] = ring[end % buckets]
                ring[end % buckets] = v
            else:
                at = running
                while at > 0:
                    above = (at - 1) >> 1
                    other = heap[above]
                    if start[other] + work[other] <= end:
                        break
                    heap[at] = other
                    at = above
                heap[at] = v
            running += 1
        if running == 0:
            return
        if buckets > 0:
            time += 1
            while ring[time % buckets] < 0:
                time += 1
        else:
            time = start[heap[0]] + work[heap[0]]
        while running > 0:
            if buckets > 0:
                v = ring[time % buckets]
                if v < 0:
                    break
                ring[time % buckets] = following[v]
            else:
                v = heap[0]
                if start[v] + work[v] > time:
                    break
                last = heap[running - 1]
                end = start[last] + work[last]
                at, below = 0, 1
                while below < running - 1:
                    one = heap[below]
                    if below + 1 < running - 1:
                        two = heap[below + 1]
                        if start[two] + work[two] < start[one] + work[one]:
                            below, one = below + 1, two
                    if start[one] + work[one] >= end:
                        break
                    heap[at] = one
                    at = below
                    below = 2 * at + 1
                heap[at] = last
            free += 1
            running -= 1
            for k in range(after_start[v], after_start[v + 1]):
                w = after[k]
                waiting[w] -= 1
                if waiting[w] == 0:
                    open_[opened] = w
                    opened += 1
