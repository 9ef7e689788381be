"""Prefix networks: right for every number of leaves, and as large, deep and wide as the books say."""

from __future__ import annotations

from dataclasses import fields
from math import ceil
from typing import Any

import numpy as np
import pytest

from workdepth.graph import prefix
from workdepth.graph.prefix import METHODS, NEUTRAL, Network, network

UPTO = 300


def fibonacci(k: int) -> int:
    a, b = 0, 1
    for _ in range(k):
        a, b = b, a + b
    return a


def up(n: int) -> int:
    """ceil(log2 n)"""
    return (n - 1).bit_length()


def down(n: int) -> int:
    """floor(log2 n)"""
    return n.bit_length() - 1


def sklansky_size(n: int) -> int:
    return 0 if n < 2 else sklansky_size(-(-n // 2)) + sklansky_size(n // 2) + n // 2


def thin_size(n: int, k: int = 0) -> int:
    """Size of Ladner and Fischer's P_k."""
    if n < 2:
        return 0
    if k == 0:
        return thin_size(-(-n // 2), 1) + thin_size(n // 2) + n // 2
    return thin_size(-(-n // 2)) + 2 * (n // 2) - 1


def regular_size(n: int) -> int:
    return 2 * n - 1 - down(n) - n.bit_count()


def regular_depth(n: int) -> int:
    return max(down(m) + m.bit_count() - 1 for m in range(1, n + 1))


# At n = 2**k: size, depth, widest level.
POWERS: dict[str, Any] = {
    "sequential": lambda n, k: (n - 1, n - 1, 1),
    "hillis-steele": lambda n, k: (n * k - n + 1, k, n - 1),
    "sklansky": lambda n, k: (n * k // 2, k, n // 2),
    "brent-kung": lambda n, k: (2 * n - 2 - k, 2 * k - 2 if k > 1 else 1, n // 2),
    "blelloch": lambda n, k: (2 * n - 1 - 2 * k, 2 * k - 1, n // 2 - 1 if k > 1 else 1),
    "ladner-fischer": lambda n, k: (4 * n - fibonacci(k + 5) + 1, k, (2 * n + 1 - ceil(3 * k / 2)) // 3),
}

# At every n >= 2; None where no form is known.
EVERY: dict[str, Any] = {
    "sequential": lambda n: (n - 1, n - 1, 1),
    "hillis-steele": lambda n: (n * up(n) - 2 ** up(n) + 1, up(n), n - 1),
    "sklansky": lambda n: (sklansky_size(n), up(n), n // 2),
    "brent-kung": lambda n: (regular_size(n), regular_depth(n), n // 2),
    "blelloch": lambda n: (
        regular_size(n - 1) + 1,
        max(regular_depth(n - 1), down(n - 1) + (n - 1).bit_count()),
        max((n - 1) // 2, 1),
    ),
    "ladner-fischer": lambda n: (thin_size(n), up(n), None),
}


@pytest.mark.parametrize("method", METHODS)
def test_figures_at_powers_of_two(method: str) -> None:
    for k in range(1, 13):
        found = network(method, 2**k)
        assert (found.size, found.depth, found.widest) == POWERS[method](2**k, k), k


@pytest.mark.parametrize("method", METHODS)
def test_figures_at_every_n(method: str) -> None:
    for n in range(2, UPTO):
        found = network(method, n)
        size, depth, widest = EVERY[method](n)
        assert (found.size, found.depth) == (size, depth), n
        assert widest in (None, found.widest), n


@pytest.mark.parametrize("method", METHODS)
def test_exclusive_is_inclusive_of_one_less(method: str) -> None:
    same = {"blelloch": "brent-kung"}.get(method, method)
    for n in range(2, UPTO):
        found, other = network(method, n, inclusive=False), network(same, n - 1)
        if method != "ladner-fischer":
            assert found.target.tolist() == other.target.tolist()
            assert found.level.tolist() == other.level.tolist()
        else:
            assert found.size <= network(method, n).size
            assert found.depth <= up(n)


def test_thin_circuits_as_published() -> None:
    assert [network("ladner-fischer", 2**k).size for k in range(2, 8)] == [4, 12, 31, 74, 168, 369]
    assert [thin_size(2**k, 1) for k in range(2, 8)] == [4, 11, 27, 62, 137, 295]


def exclusive_of_the_book(n: int) -> int:
    """Count Blelloch's combines as he writes them: up to the root, then down from a cleared root."""
    count, half = 0, 1
    while half < n:
        count += 2 * (n // (2 * half))
        half *= 2
    return count


def test_blelloch_counts_less_than_the_book() -> None:
    for k in range(1, 10):
        n = 2**k
        assert exclusive_of_the_book(n) == 2 * (n - 1)
        assert network("blelloch", n, inclusive=False).size == 2 * (n - 1) - 2 * k


@pytest.mark.parametrize("method", METHODS)
def test_snir(method: str) -> None:
    """Size + depth >= 2n - 2 (Snir, Depth-size trade-offs for parallel prefix computation, 1986)."""
    for n in range(1, UPTO):
        found = network(method, n)
        assert found.size + found.depth >= 2 * n - 2


Span = tuple[int, int]  # from which leaf to which, both included


def joined(a: Span, b: Span) -> Span:
    assert a[1] + 1 == b[0]  # neighbours, in order: the operation need not commute
    return a[0], b[1]


def by_places(found: Network) -> list[Span]:
    """Carry it out in place, level by level."""
    y = [(i, i) for i in range(found.leaves)]
    for target, left, right in found.levels():
        made = [joined(y[a], y[b]) for a, b in zip(left, right, strict=True)]
        assert len(set(target.tolist())) == len(target)
        for i, span in zip(target, made, strict=True):
            y[i] = span
    return y


def by_slots(found: Network) -> list[Span]:
    """Carry it out by the numbers of its values, in order."""
    values = [(i, i) for i in range(found.leaves)]
    for a, b in zip(found.left_slot, found.right_slot, strict=True):
        values.append(joined(values[a], values[b]))
    return [values[s] if s != NEUTRAL else (0, -1) for s in found.results]


@pytest.mark.parametrize("method", METHODS)
def test_it_computes_prefixes(method: str) -> None:
    for n in range(80):
        every = [(0, i) for i in range(n)]
        assert by_places(network(method, n)) == by_slots(network(method, n)) == every
        found = network(method, n, inclusive=False)
        assert by_slots(found) == [(0, i - 1) for i in range(n)]
        assert by_places(found)[: max(n - 1, 0)] == every[: max(n - 1, 0)]


@pytest.mark.parametrize("method", METHODS)
def test_in_program_order(method: str) -> None:
    for n in (1, 2, 7, 33, 100):
        for inclusive in (True, False):
            found = network(method, n, inclusive)
            order = list(zip(found.level.tolist(), found.target.tolist(), strict=True))
            assert order == sorted(order)


def test_the_chain_is_what_its_levels_make() -> None:
    for n in range(40):
        one, other = network("sequential", n), prefix._levelled(n, prefix.sequential(n))
        for field in fields(one):
            assert np.array_equal(getattr(one, field.name), getattr(other, field.name)), (n, field.name)
