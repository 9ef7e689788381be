"""Sums over halving and doubling loops, and of logarithms: exact ones equal brute force, bounds are never crossed."""

from __future__ import annotations

import pytest

from workdepth.symbolic import Domain, Size, growth, parse, summation, summation_bound

D = Domain((Size("n"), Size("m")))
LEVELS = "ceiling(log2(n))"

# term, index, low, high, closed form or None
EXACT = [
    ("ceiling(log2(i))", "i", "1", "n + 1", "n*ceiling(log2(n + 1)) - 2**ceiling(log2(n + 1)) + 1"),
    ("floor(log2(i))", "i", "1", "n + 1", "(n + 1)*floor(log2(n + 1)) - 2*2**floor(log2(n + 1)) + 2"),
    ("floor(ceiling(n/2**d)/2)", "d", "0", LEVELS, None),
    ("ceiling(floor(n/2**d)/2)", "d", "0", LEVELS, None),
    ("floor(n/2**(d + 1) + 1/2)", "d", "0", LEVELS, None),
    ("2**d", "d", "0", LEVELS, "2**ceiling(log2(n)) - 1"),
    ("n/2**d", "d", "0", LEVELS, None),
    ("n - 2**d", "d", "0", LEVELS, None),
    ("m*i*ceiling(log2(i))", "i", "1", "n + 1", None),
    ("i*ceiling(log2(i + 1))", "i", "0", "n", None),
    ("i**2*floor(log2(i))", "i", "1", "n", None),
    ("ceiling(log2(i))**2", "i", "1", "n", None),
    ("(i + m)*floor(log2(i + m))**2", "i", "0", "n", None),
    ("ceiling(log2(i))", "i", "2**d", "2**(d + 1)", None),
    ("ceiling(log2(n/2**d))", "d", "0", LEVELS, None),
    ("i", "i", "2**d", "2**(d + 1)", "3*2**(2*d)/2 - 2**d/2"),
]


def brute(term, index, low, high, values):
    x, first, end = parse(term), parse(low).at(values), parse(high).at(values)
    return sum(x.at(values | {index: i}) for i in range(first, end))


@pytest.mark.parametrize(("term", "index", "low", "high", "closed"), EXACT)
def test_exact_sums(term, index, low, high, closed):
    inside = D.with_size(Size("d", low=0)) if index == "i" else D
    found = summation(parse(term), index, parse(low), parse(high), inside)
    assert found is not None
    assert found.exact
    assert closed is None or found.value == parse(closed)
    assert index not in found.value.names
    for n in (*range(1, 40), 64, 65):
        values = {"n": n, "m": 3, "d": n % 7}
        values = {k: v for k, v in values.items() if k != index}
        assert found.value.at(values) == brute(term, index, low, high, values), n


# term, index, low, high, class of the bound
BOUNDED = [
    ("log2(i)", "i", "1", "n + 1", "n*log(n)"),
    ("i*log2(i)", "i", "1", "n + 1", "n**2*log(n)"),
    ("floor(n/2**(d + 1))", "d", "0", LEVELS, "n"),
    ("ceiling(n/2**d)", "d", "0", LEVELS, "n"),
    ("m*floor(n/2**d)", "d", "0", LEVELS, "m*n"),
    ("floor(n/2**d)**2", "d", "0", LEVELS, "n**2"),
    ("max(i, m)", "i", "0", "n", "m*n + n**2"),
]


@pytest.mark.parametrize(("term", "index", "low", "high", "wanted"), BOUNDED)
def test_bounded_sums(term, index, low, high, wanted):
    assert summation(parse(term), index, parse(low), parse(high), D) is None
    found = summation_bound(parse(term), index, parse(low), parse(high), D)
    assert not found.exact
    assert str(growth(found.value)) == wanted
    for n in (*range(1, 40), 64, 65):
        values = {"n": n, "m": 3}
        assert float(found.value.at(values)) >= float(brute(term, index, low, high, values)) - 1e-9
