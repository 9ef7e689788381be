"""What a method found: a formula, and the sizes it is proved for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from workdepth.errors import SymbolicError
from workdepth.symbolic.domain import Domain, Size
from workdepth.symbolic.expr import Expr
from workdepth.symbolic.functions import floor
from workdepth.symbolic.recurrences.evaluating import exactly
from workdepth.symbolic.recurrences.recurrence import Recurrence
from workdepth.symbolic.recurrences.shapes import exponent_of
from workdepth.symbolic.signs import nonnegative
from workdepth.symbolic.simplifying import simplify

#: A formula is compared with no more sizes of the base.
LONGEST_BASE = 256


@dataclass(frozen=True)
class Found:
    """A formula that equals T, or bounds it from above, at some sizes.

    Parameters
    ----------
    value : Expr
    low : int
        From this size on.
    power_of : int, optional
        At powers of this number only.
    exact : bool
        False: an upper bound.
    """

    value: Expr
    low: int
    power_of: int | None = None
    exact: bool = True

    def domain(self, of: Recurrence) -> Domain:
        """Return the part of the recurrence's domain where the formula holds."""
        old = of.domain.size(of.size)
        assert old is not None
        kept = old.power_of if self.holds_at_all(of) else self.power_of
        low = max(self.low, old.low, 1 if kept else 0)
        return of.domain.with_size(Size(old.name, low, old.high, kept))

    def holds_at_all(self, of: Recurrence) -> bool:
        """Tell whether every size of the domain, from some on, is one of the formula's."""
        old = of.domain.size(of.size)
        assert old is not None
        return self.power_of is None or bool(old.power_of and exponent_of(old.power_of, self.power_of))

    def where(self, of: Recurrence) -> str:
        """Say in words which sizes that are, if not all of the recurrence's domain."""
        parts = []
        if not self.holds_at_all(of):
            parts.append(f"{of.size} a power of {self.power_of}")
        if self.low > of.low and not (parts and self.low <= 1):
            parts.append(f"{of.size} >= {self.low}")
        return ", ".join(parts)


def reaching_down(of: Recurrence, value: Expr, low: int, power_of: int | None = None) -> Found:
    """Return a formula that is exact from a size on, with the smaller sizes where it happens to be exact as well.

    Parameters
    ----------
    of : Recurrence
    value : Expr
    low : int
    power_of : int, optional

    Returns
    -------
    Found
    """
    for _ in range(LONGEST_BASE):
        smaller = low - 1 if power_of is None else low // power_of
        if smaller < max(of.low, 1 if power_of else 0) or not fits(of, value, smaller):
            break
        low = smaller
    return Found(value, low, power_of)


def lowered(of: Recurrence, found: Found) -> Found:
    """Return an upper bound with the smaller sizes at which it happens to hold as well.

    Parameters
    ----------
    of : Recurrence
    found : Found

    Returns
    -------
    Found
    """
    low = found.low
    for _ in range(LONGEST_BASE):
        if low <= of.low or not _is_above(of, found.value, low - 1):
            break
        low -= 1
    return replace(found, low=low)


def _is_above(of: Recurrence, value: Expr, n: int) -> bool:
    if of.declared.power_of is not None and not _is_power(n, of.declared.power_of):
        return True
    try:
        rest = value.substitute({of.size: n}) - exactly(of, n)
        return nonnegative(rest, of.domain)
    except SymbolicError:
        return False


def stretched(of: Recurrence, found: Found) -> Found:
    """Return a formula that holds from some size on, written so that it holds below as well: n/2 as floor(n/2).

    Parameters
    ----------
    of : Recurrence
    found : Found

    Returns
    -------
    Found
        The same where no rounding helps.
    """
    base = found.power_of or of.declared.power_of
    low = max(of.low, 1 if base else 0)
    below = [m for m in range(low, min(found.low, low + LONGEST_BASE)) if base is None or _is_power(m, base)]
    if not below or found.low > low + LONGEST_BASE:
        return found
    for value in _rounded(of, found.value, base):
        same = simplify(value, found.domain(of)) == simplify(found.value, found.domain(of))
        if same and all(fits(of, value, m) for m in below):
            return Found(value, low, found.power_of)
    return found


def _rounded(of: Recurrence, value: Expr, base: int | None) -> list[Expr]:
    if base is None:
        return [floor(value)]
    return [floor(value), value.substitute({of.size: base * floor(of.n / base)})]


def _is_power(value: int, base: int) -> bool:
    return value == 1 or exponent_of(value, base) > 0


def fits(of: Recurrence, value: Expr, n: int) -> bool:
    """Tell whether a formula gives T at one size."""
    try:
        found = value.substitute({of.size: n})
        wanted = exactly(of, n)
        return found == wanted or (not found.names and not wanted.names and found.at({}) == wanted.at({}))
    except SymbolicError:
        return False
