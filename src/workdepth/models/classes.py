"""The class NC: polylogarithmic time with polynomially many threads, where that follows from the growth classes."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.nodes import Constant, Input
from workdepth.models.access import whole
from workdepth.models.analysis import Analysis
from workdepth.models.bounded import ZERO
from workdepth.models.scope import Scope
from workdepth.symbolic import Growth, growth


def nc_class(algorithm: Algorithm, analysis: Analysis) -> str | None:
    """Return ``NC1``, ``NC2``, ...: the span is O(log(n)**k) with polynomial work; None where that does not follow.

    It speaks of PRAM programs of unit-cost words (JaJa, An Introduction to Parallel Algorithms, 1992, section
    10.1); as circuits the exponent may be one more (Karp and Ramachandran, Parallel algorithms for shared-memory
    machines, 1990, section 3.5).  It is one algorithm's class, so a problem may be in a smaller one.

    Parameters
    ----------
    algorithm : Algorithm
    analysis : Analysis
        Its analysis.

    Returns
    -------
    str or None
        ``NC0`` where the span is bounded.  None where the span is no power of a logarithm, the work no
        polynomial, or the sizes no polynomial of the words of the input.

    Examples
    --------
    >>> from workdepth.models import analyze_algorithm
    >>> from workdepth.library import entry_named
    >>> graphs = [entry_named(text).build() for text in ("matmul", "vector-add", "horner")]
    >>> [nc_class(g, analyze_algorithm(g)) for g in graphs]
    ['NC1', 'NC0', None]
    """
    cost = analysis["GPU"]
    if any(found.relation not in ("=", "<=") for found in (cost.time, cost.work, cost.threads)):
        return None
    span, work = cost.time.growth.together(), cost.work.growth.together()
    k = _logarithms(span)
    if k is None or not _polynomial(work) or not _polynomial(cost.threads.growth.together()):
        return None
    if algorithm.sizes and not _by_input(algorithm):
        return None
    return f"NC{k}"


def _logarithms(span: Growth) -> int | None:
    """Return the least whole k with span = O(log(n)**k), or None."""
    found: Fraction = Fraction(0)
    for term in span.terms:
        exponents = {factor[0]: e for factor, e in term.factors}
        if exponents.keys() - {"log", "loglog"} or not all(_plain(e) for e in exponents.values()):
            return None
        log = Fraction(exponents.get("log", 0))
        # A further log log makes it a little more than this power.
        found = max(
            found, log + Fraction(1, 2) if exponents.get("loglog", 0) > 0 and log == int(log) else log
        )
    return max(0, ceil(found))


def _plain(e: object) -> bool:
    return isinstance(e, int | Fraction)


def _polynomial(g: Growth) -> bool:
    return all(factor[0] in ("size", "log", "loglog") for term in g.terms for factor, _ in term.factors)


def _by_input(algorithm: Algorithm) -> bool:
    """Say whether the words of the input grow at least like a power of the sizes."""
    scope = Scope(algorithm)
    arrays = [v for v, kind in scope.kinds.items() if isinstance(kind, Input | Constant)]
    words = sum((whole(scope.shape((v, 0))).words for v in arrays), ZERO)
    if not words.names >= {s.name for s in algorithm.sizes}:
        return False
    return any(factor[0] == "size" for term in growth(words).together().terms for factor, _ in term.factors)
