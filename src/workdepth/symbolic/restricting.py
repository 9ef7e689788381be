"""The part of a domain that some names depend on.

A question about n asks nothing of the other ninety sizes, nor of the loops around it that only say n >= 1.  Asked
in the smaller domain it is decided faster, and once for all places that differ in the rest only.
"""

from __future__ import annotations

from dataclasses import replace

from workdepth.symbolic.bounds import lows
from workdepth.symbolic.domain import Domain, Index
from workdepth.symbolic.expr import Expr
from workdepth.symbolic.structure import affine


def about(domain: Domain, names: frozenset[str]) -> Domain:
    """Return what a domain says of some names: it holds for them wherever the domain does.

    Parameters
    ----------
    domain : Domain
    names : frozenset of str

    Returns
    -------
    Domain
        With the smallest sizes raised, so that the loops that do no more than that are not needed.

    Examples
    --------
    >>> from workdepth.symbolic import Domain, Size, name
    >>> n = Size("n")
    >>> inside = Domain((n, Size("m"))).with_index("i", 2, name("n")).with_index("j", 0, name("m"))
    >>> print(about(inside, frozenset({"n"})))
    n >= 3
    """
    found = domain.parts.get(names)
    if found is None:
        found = domain.parts[names] = _about(domain, names)
    return found


def _about(domain: Domain, names: frozenset[str]) -> Domain:
    smallest = lows(domain)
    wanted, kept = _closure(domain, names, smallest)
    if any(s.high is not None and s.high < smallest[s.name] for s in domain.sizes):
        return domain  # nothing is inside: leave what says so
    sizes = tuple(
        s if smallest[s.name] == s.low else replace(s, low=smallest[s.name])
        for s in domain.sizes
        if s.name in wanted
    )
    indices = tuple(i for i in domain.indices if i.name in kept)
    if len(indices) == len(domain.indices) and sizes == domain.sizes:
        return domain
    return Domain(sizes, indices)


def _closure(
    domain: Domain, names: frozenset[str], smallest: dict[str, int]
) -> tuple[set[str], dict[str, Expr]]:
    """Return the names that some names depend on, and the loops that say something of them."""
    wanted: set[str] = set(names)
    kept: dict[str, Expr] = {}
    rest = list(domain.indices)
    while True:
        more = [i for i in rest if i.name in wanted or _tells(i, wanted, smallest, kept)]
        if not more:
            return wanted, kept
        index = more[-1]
        rest.remove(index)
        kept[index.name] = index.length
        wanted |= {index.name} | index.low.names | index.high.names


def _tells(index: Index, wanted: set[str], smallest: dict[str, int], kept: dict[str, Expr]) -> bool:
    """Say whether it matters that a loop has a round: not if the smallest sizes or a loop alike say it."""
    length = index.length
    if length.is_number or length.names.isdisjoint(wanted) or length in kept.values():
        return False
    if len(length.names) == 1 and length.names <= smallest.keys():
        (text,) = length.names
        line = affine(length, text)
        if line is not None and line[0].is_number and line[0].number > 0:
            return bool(length.at({text: smallest[text]}) < 1)
    return True
