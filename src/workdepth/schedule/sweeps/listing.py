"""The loop of list scheduling over ranks, for the compiler.

Note [Set of ranks].  Who is ready is a set of small integers of which the least is wanted: a tree of words of 32
bits, a bit in a word above standing for a word below that is not empty.  A set of a million ranks has four
storeys, so that adding and taking touch a few words where a heap touches twenty.  The lowest bit of a word is
found by a multiplication (Leiserson, Prokop, Randall: Using de Bruijn Sequences to Index a 1 in a Computer Word,
1998), which needs nothing that plain integers lack.

Note [Records].  A schedule hops about the graph, and each hop into another array is a wait for memory.  So all
that is asked of a node stands side by side in one short row: what it still waits for (later, the node behind it
in its bucket), its rank, its work, and where the row of its followers begins.
"""

from __future__ import annotations

from typing import Any

DE_BRUIJN = 0x077CB531
WAITING, RANK, WORK, FIRST = range(4)


def record(start: Any, work: Any, by_rank: Any, after_start: Any, rows: Any, open_: Any) -> int:
    """Write the records; write and count the nodes that wait for nothing.

    Without ``by_rank`` ranks are ids.  The last record only says where the last row of followers ends.
    """
    count = len(work)
    opened = 0
    for v in range(count):
        rows[v, WAITING] = start[v + 1] - start[v]
        rows[v, RANK] = v
        rows[v, WORK] = min(work[v], 1 << 30)
        rows[v, FIRST] = after_start[v]
        if start[v + 1] == start[v]:
            open_[opened] = v
            opened += 1
    rows[count, FIRST] = after_start[count]
    for rank in range(len(by_rank)):
        rows[by_rank[rank], RANK] = rank
    return opened


def list_schedule(
    rows: Any,
    after: Any,
    work: Any,
    by_rank: Any,
    threads: int,
    bits: Any,
    storey: Any,
    lowest: Any,
    open_: Any,
    opened: int,
    ring: Any,
    heap: Any,
    start: Any,
) -> None:
    """Start the ready nodes of the lowest ranks whenever threads are free.

    ``open_`` holds ``opened`` nodes that wait for nothing.  ``bits`` and ``storey`` are the set of ranks.  Those
    that run stand in the bucket of ``ring`` in which they finish; where works are long, the ring has no bucket
    and they stand in ``heap``.
    """
    storeys, buckets, mask = len(storey), len(ring), len(ring) - 1  # so many buckets are a power of two
    time, free, ready, running = 0, threads, 0, 0
    ranked = len(by_rank) > 0
    while True:
        # Settle: nodes of no work are done at once; the others stay in open_, packed to its front.
        fresh, looked = 0, 0
        while looked < opened:
            v = open_[looked]
            looked += 1
            if rows[v, WORK] > 0:
                open_[fresh] = v
                fresh += 1
                continue
            start[v] = time
            for k in range(rows[v, FIRST], rows[v + 1, FIRST]):
                w = after[k]
                rows[w, WAITING] -= 1
                if rows[w, WAITING] == 0:
                    open_[opened] = w
                    opened += 1
        # Where threads are plenty all start, and their order is of no account.
        plenty = ready + fresh <= free
        if not plenty:
            for k in range(fresh):
                at = rows[open_[k], RANK]
                for s in range(storeys):
                    word = storey[s] + (at >> 5)
                    old = bits[word]
                    bits[word] = old | (1 << (at & 31))
                    if old != 0:
                        break
                    at >>= 5
            ready += fresh
            fresh = 0
        # The least is sought from the root; the next one from the lowest storey that is not empty yet.
        high, at = storeys - 1, 0
        while (ready > 0 and free > 0) or fresh > 0:
            if ready > 0:
                for s in range(high, -1, -1):
                    held = bits[storey[s] + at]
                    at = (at << 5) + lowest[(((held & -held) * DE_BRUIJN) & 0xFFFFFFFF) >> 27]
                v = by_rank[at] if ranked else at
                for s in range(storeys):
                    word = storey[s] + (at >> 5)
                    left = bits[word] & ~(1 << (at & 31))
                    bits[word] = left
                    high, at = s, at >> 5
                    if left != 0:
                        break
                ready -= 1
            else:
                fresh -= 1
                v = open_[fresh]
            start[v] = time
            free -= 1
            if buckets > 0:
                bucket = (time + rows[v, WORK]) & mask
                rows[v, WAITING] = ring[bucket]
                ring[bucket] = v
            else:
                end = time + work[v]
                place = running
                while place > 0:
                    above = (place - 1) >> 1
                    other = heap[above]
                    if start[other] + work[other] <= end:
                        break
                    heap[place] = other
                    place = above
                heap[place] = v
            running += 1
        opened = 0
        if running == 0:
            return
        if buckets > 0:
            time += 1
            while ring[time & mask] < 0:
                time += 1
        else:
            time = start[heap[0]] + work[heap[0]]
        while running > 0:
            if buckets > 0:
                bucket = time & mask
                v = ring[bucket]
                if v < 0:
                    break
                ring[bucket] = rows[v, WAITING]
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
            for k in range(rows[v, FIRST], rows[v + 1, FIRST]):
                w = after[k]
                rows[w, WAITING] -= 1
                if rows[w, WAITING] == 0:
                    open_[opened] = w
                    opened += 1
