"""Copies of a body one after the other: what the whole run costs, from the first, a middle and the last copy.

The words held change by the same net amount in each middle copy, so the running peak is linear in the number of
the copy and sits at the first, at the last middle or at the last copy.  Short runs lack some of these; a
candidate that needs k copies is guarded by [count >= k], and the guard is dropped where it is provably idle.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from workdepth.errors import SymbolicError
from workdepth.models.bounded import NOTHING, ZERO, Bounded, most
from workdepth.models.guards import at_least, guarded, short_sizes
from workdepth.symbolic import Domain, Expr, affine, maximum_of, nonnegative, simplify


@dataclass(frozen=True)
class Holding:
    """Words over a stretch of time, relative to its start: the highest (at least 0), and the change at its end."""

    peak: Bounded = NOTHING
    net: Bounded = NOTHING

    def loosened(self, exact: bool = False) -> Holding:
        """Return the same bounds, exact only where ``exact`` holds too."""
        return self if exact else Holding(self.peak.loosened(), self.net.loosened())

    def settled(self, told: bool) -> Holding:
        """Return the same, its peak exact only where it is told when in it words end; see Note [Doubts]."""
        return Holding(self.peak.loosened(told), self.net)


@lru_cache(maxsize=4096)
def run_of(
    count: Expr, first: Holding, middle: Holding, last: Holding, only: Holding, domain: Domain
) -> Holding:
    """Return the holding of ``count`` copies in sequence; ``only`` is the copy of a run of one."""
    if first == middle == last == only:
        return _alike(count, middle, domain)
    f, m = first.net, middle.net
    peak = _guarded_most(count, _candidates(count, first, middle, last, only, domain), domain)
    net = f + m.times(count - 2) + last.net
    if not at_least(count, 2, domain):
        net = _net_of_short_runs(count, net, only, f.expr + last.net.expr - m.expr, domain)
    return Holding(peak, net)


def _candidates(
    count: Expr, first: Holding, middle: Holding, last: Holding, only: Holding, domain: Domain
) -> list[tuple[int, Bounded]]:
    """Return where the peak may sit, each with the number of copies that it needs."""
    f, m = first.net, middle.net
    rising, falling = nonnegative(m.expr, domain), nonnegative(-m.expr, domain)
    alone = [] if at_least(count, 2, domain) else [(1, only.peak)]
    if first == middle:
        end = m.times(count - 1) + last.peak
        found = [(1, end)] if only == last else [*alone, (2, end)]
        found += [(2, middle.peak)] if falling or not rising else []
        return found + ([] if falling else _last(count, Bounded(ZERO), m, middle.peak, 2, domain))
    found = [*alone, (2, first.peak)]
    found += _last(count, f, m, last.peak, 2, domain)
    found += [(3, f + middle.peak)] if falling or not rising else []
    return found + ([] if falling else _last(count, f, m, middle.peak, 3, domain))


def _alike(count: Expr, copy: Holding, domain: Domain) -> Holding:
    """Return the holding of copies that are all alike: the first or the last is the worst."""
    end = copy.net.times(count - 1) + copy.peak
    peak = most([copy.peak, end], domain)
    if not at_least(count, 1, domain):
        peak = Bounded(guarded(peak.expr, count, 1, domain), peak.exact)
    return Holding(peak, copy.net.times(count))


def _last(
    count: Expr, f: Bounded, m: Bounded, peak: Bounded, k: int, domain: Domain
) -> list[tuple[int, Bounded]]:
    """Return the candidate of a copy that has ``count - k`` middle copies behind it, in a form easy to unguard."""
    behind = count - k
    if nonnegative(m.expr, domain) or at_least(count, k, domain):
        return [(k, f + m.times(behind) + peak)]
    # Clipped at 0, it is in shorter runs what an earlier copy holds.
    return [(k, f + m.times(simplify(maximum_of(0, behind), domain)) + peak)]


def _net_of_short_runs(count: Expr, net: Bounded, only: Holding, one: Expr, domain: Domain) -> Bounded:
    """Mend the net of a run that may have one copy or none."""
    exact = net.exact and only.net.exact
    if one != only.net.expr:
        # The loads and releases of the first and last copy add up, so the two agree; where they do not, the
        # larger is a bound.
        return Bounded(maximum_of(net.expr, net.expr + only.net.expr - one), False)
    if at_least(count, 1, domain):
        return Bounded(net.expr, exact)
    at_none = net.expr - count * _slope(net.expr, count)
    return Bounded(net.expr, exact and at_none == 0)


def _slope(e: Expr, count: Expr) -> Expr:
    for text in sorted(count.names):
        parts = affine(e, text)
        if parts is not None:
            own = affine(count, text)
            if own is not None and own[0].is_number:
                return parts[0] / own[0]
    return ZERO


def _guarded_most(count: Expr, candidates: list[tuple[int, Bounded]], domain: Domain) -> Bounded:
    """Return the largest candidate, each counted only where the run is long enough for it."""
    kept: dict[Bounded, int] = {}
    for needs, value in candidates:
        kept[value] = min(kept.get(value, needs), needs)
    fixed = count.number if count.is_number else None
    if fixed is not None:
        kept = {v: k for v, k in kept.items() if k <= fixed}
    firm = [(v, k) for v, k in kept.items() if at_least(count, k, domain)]
    loose = [(v, k) for v, k in kept.items() if not at_least(count, k, domain)]
    values = [v for v, _ in firm]
    for value, k in sorted(loose, key=lambda pair: pair[1]):
        if _idle(count, k, value, values, domain):
            values.append(value)
        else:
            values.append(Bounded(guarded(value.expr, count, k, domain), value.exact))
    return most([*values, NOTHING], domain)


def _idle(count: Expr, k: int, value: Bounded, others: list[Bounded], domain: Domain) -> bool:
    """Say whether ``value`` may stand unguarded: in every shorter run it is not above the others."""
    shorter = short_sizes(count, k, domain)
    if shorter is None:
        return False
    for size in shorter:
        try:
            here = value.expr.substitute(size)
            bound = maximum_of(0, *(o.expr.substitute(size) for o in others))
        except SymbolicError:
            return False
        if not nonnegative(bound - here, domain):
            return False
    return True
