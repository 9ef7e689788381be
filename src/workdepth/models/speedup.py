"""The kind of a speed-up: what more threads buy, as the sizes grow together."""

from __future__ import annotations

from workdepth.symbolic import Growth, as_expr, growth, ratio_bounded

CONSTANT = growth(as_expr(1))
KINDS = ("constant", "unbounded", "polynomial", "exponential")


def speedup_kind(ram: Growth, gpu: Growth) -> str:
    """Return the first kind that holds of RAM time ``ram`` against GPU time ``gpu``.

    ``constant``: the ratio is bounded.  ``unbounded``: the GPU's time is bounded, the ratio is not.
    ``polynomial``: the RAM's time is bounded by a polynomial in the GPU's.  ``exponential``: it is not.

    Examples
    --------
    >>> from workdepth.symbolic import parse_growth
    >>> speedup_kind(parse_growth("n"), parse_growth("log(n)"))
    'exponential'
    >>> speedup_kind(parse_growth("n**3"), parse_growth("n*log(n)"))
    'polynomial'
    """
    many, few = ram.together(), gpu.together()
    if ratio_bounded(many, few):
        return "constant"
    if ratio_bounded(few, CONSTANT):
        return "unbounded"
    return "polynomial" if _rank(many) <= _rank(few) else "exponential"


def _rank(g: Growth) -> int:
    """Return how steep the scale is that a class lives on: 0 constant, 1 log log, 2 log, 3 a power, 4 exponential."""
    ranks = {"loglog": 1, "log": 2, "size": 3, "rate": 4}
    return max((ranks.get(factor[0], 4) for term in g.terms for factor, _ in term.factors), default=0)
