"""The harmonic numbers H_n = 1 + 1/2 + ... + 1/n: exactly, and to many digits.

H_n = ln(n) + gamma + 1/(2n) - sum of B_2j/(2j*n**2j) for j = 1, 2, ...; what is left out after some terms is smaller
than the next one: Graham, Knuth and Patashnik, *Concrete Mathematics*, second edition, equation 9.89. Euler's gamma
by modified Bessel functions: Brent and McMillan, "Some new algorithms for high-precision computation of Euler's
constant", Mathematics of Computation 34 (1980), algorithm B1.
"""

from __future__ import annotations

from decimal import Decimal, getcontext, localcontext
from fractions import Fraction
from functools import lru_cache
from math import comb

#: Up to here a harmonic number is a fraction; beyond it has more digits than anyone reads.
LARGEST_EXACT = 2_000
#: So many decimals of gamma serve almost every question.
GAMMA = Decimal("0.57721566490153286060651209008240243104215933593992359880576723488486772677766467")
GAMMA_DIGITS = 75
#: Digits more than are asked for, against rounding.
GUARD = 12


@lru_cache(maxsize=4096)
def exact(n: int) -> Fraction:
    """Return H_n as a fraction.

    Parameters
    ----------
    n : int
        At least 0.

    Returns
    -------
    Fraction

    Examples
    --------
    >>> exact(4)
    Fraction(25, 12)
    """
    return _between(0, n)


def _between(low: int, high: int) -> Fraction:
    """Return the sum of 1/i for low < i <= high, by halves: the numbers stay short for long."""
    if high - low <= 8:
        return sum((Fraction(1, i) for i in range(low + 1, high + 1)), Fraction(0))
    middle = (low + high) // 2
    return _between(low, middle) + _between(middle, high)


@lru_cache(maxsize=1024)
def to_digits(n: int, digits: int) -> Decimal:
    """Return H_n to some significant digits.

    Parameters
    ----------
    n : int
        Above ``LARGEST_EXACT``, so that the series ends soon.
    digits : int

    Returns
    -------
    Decimal

    Examples
    --------
    >>> print(to_digits(10**6, 20))
    14.392726722865723631
    """
    with localcontext() as context:
        context.prec = digits + GUARD
        size = Decimal(n)
        found = size.ln() + _gamma(digits + GUARD) + 1 / (2 * size)
        smallest, j = Decimal(10) ** -(digits + GUARD), 1
        while True:
            part = _decimal(_bernoulli(2 * j)) / (2 * j * size ** (2 * j))
            found -= part
            if abs(part) < smallest:
                break
            j += 1
        context.prec = digits
        return +found


def _decimal(x: Fraction) -> Decimal:
    return Decimal(x.numerator) / Decimal(x.denominator)


@lru_cache(maxsize=1024)
def _bernoulli(m: int) -> Fraction:
    """Return a Bernoulli number: the sum of C(m + 1, j)*B_j for j = 0..m is 0."""
    if m == 0:
        return Fraction(1)
    if m > 1 and m % 2:
        return Fraction(0)
    return -sum((comb(m + 1, j) * _bernoulli(j) for j in range(m)), Fraction(0)) / (m + 1)


@lru_cache(maxsize=16)
def _gamma(digits: int) -> Decimal:
    """Return Euler's constant: a quotient of two sums of (x**k/k!)**2, less ln(x); wrong by about exp(-4x)."""
    if digits <= GAMMA_DIGITS:
        return GAMMA
    with localcontext() as context:
        context.prec = digits + GUARD
        x = digits * 3 // 5 + GUARD
        term, harmonic, above, below, k = Decimal(1), Decimal(0), Decimal(0), Decimal(1), 0
        while term * harmonic > below * Decimal(10) ** -getcontext().prec or k <= x:
            k += 1
            term = term * x * x / (k * k)
            harmonic += 1 / Decimal(k)
            above += term * harmonic
            below += term
        return above / below - Decimal(x).ln()
