"""The roots of x**d = c1*x**(d-1) + ... + cd: exact where rational or quadratic, and the largest as a number."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from math import lcm

from workdepth.symbolic.recurrences.surds import Surd, square_root

#: Larger coefficients are not searched for rational roots.
LARGEST_COEFFICIENT = 10**7
MOST_DEGREE = 24

Polynomial = tuple[Fraction, ...]


def exact_roots(counts: Mapping[int, Fraction]) -> dict[Surd, int] | None:
    """Return the roots with their multiplicities, or None where they are not all real and quadratic.

    Parameters
    ----------
    counts : mapping
        Step i to the coefficient of T(n - i), none of them 0.

    Returns
    -------
    dict or None
        In one field: with one D only.
    """
    return _roots(tuple(sorted(counts.items())))


@lru_cache(maxsize=256)
def _roots(counts: tuple[tuple[int, Fraction], ...]) -> dict[Surd, int] | None:
    degree = max(i for i, _ in counts)
    if degree > MOST_DEGREE:
        return None
    # Highest power first.
    polynomial = [Fraction(1)] + [Fraction(0)] * degree
    for i, c in counts:
        polynomial[i] -= c
    out: dict[Surd, int] = {}
    rest = tuple(polynomial)
    while len(rest) > 3 or len(rest) == 2:
        root = _rational_root(rest)
        if root is None:
            return None
        out[Surd(root)] = out.get(Surd(root), 0) + 1
        rest = _divided(rest, root)
    if len(rest) == 3:
        pair = _quadratic(rest)
        if pair is None:
            return None
        for x in pair:
            out[x] = out.get(x, 0) + 1
    return out


def _quadratic(p: Polynomial) -> tuple[Surd, Surd] | None:
    a, b, c = p
    discriminant = b * b - 4 * a * c
    if discriminant < 0:
        return None
    root = square_root(discriminant)
    half = Surd(1 / (2 * a))
    return (Surd(-b) + root) * half, (Surd(-b) - root) * half


def _rational_root(p: Polynomial) -> Fraction | None:
    scale = lcm(*(c.denominator for c in p))
    first, last = int(p[0] * scale), int(p[-1] * scale)
    if len(p) == 2:
        return -p[1] / p[0]
    if max(abs(first), abs(last)) > LARGEST_COEFFICIENT:
        return None
    for bottom in _divisors(abs(first)):
        for top in _divisors(abs(last)):
            for root in (Fraction(top, bottom), Fraction(-top, bottom)):
                if not _value(p, root):
                    return root
    return None


def _divisors(n: int) -> list[int]:
    small = [d for d in range(1, int(n**0.5) + 1) if n % d == 0]
    return sorted({*small, *(n // d for d in small)})


def _value(p: Polynomial, x: Fraction) -> Fraction:
    out = Fraction(0)
    for c in p:
        out = out * x + c
    return out


def _divided(p: Polynomial, root: Fraction) -> Polynomial:
    out: list[Fraction] = []
    for c in p[:-1]:
        out.append((out[-1] * root if out else Fraction(0)) + c)
    return tuple(out)


def largest_root(counts: Mapping[int, Fraction]) -> float:
    """Return the one positive root, for coefficients that are not negative: no other root is larger in size.

    Parameters
    ----------
    counts : mapping

    Returns
    -------
    float
    """

    def excess(x: float) -> float:
        return sum(float(c) * x**-i for i, c in counts.items()) - 1

    low, high = 1e-9, 1.0
    while excess(high) > 0:
        low, high = high, high * 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return high
