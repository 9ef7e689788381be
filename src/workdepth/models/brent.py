"""Time on p threads: the bounds that hold for every greedy schedule.

max(work/p, span) <= T_p <= (work - span)/p + span: Brent, The parallel evaluation of general arithmetic
expressions, Journal of the ACM 21(2), 1974, lemma 2; Graham, Bounds for certain multiprocessing anomalies, Bell
System Technical Journal 45, 1966; CLRS, 4th ed., theorem 26.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from workdepth.errors import ModelError
from workdepth.models.analysis import Analysis
from workdepth.models.bounded import Bounded
from workdepth.models.figure import Figure, figure
from workdepth.symbolic import Domain, Expr, Size, as_expr, maximum, name

THREADS = "p"


@dataclass(frozen=True)
class OnThreads:
    """Bounds of the time on p threads.

    Attributes
    ----------
    lower : Figure
        max(work/p, span), with relation ``>=``: no schedule is faster.
    upper : Figure
        (work - span)/p + span, with relation ``<=``: no greedy schedule is slower.
    threads : str or int
        The name of p in the formulas, or its value.
    """

    lower: Figure
    upper: Figure
    threads: str | int

    def at(self, **sizes: int) -> tuple[int | Fraction | float, int | Fraction | float]:
        """Return both bounds at given sizes; p is one of them where it is a symbol."""
        return self.lower.at(**sizes), self.upper.at(**sizes)

    def __str__(self) -> str:
        return f"{self.lower} <= T_{self.threads} <= {self.upper}"


def on_threads(analysis: Analysis, p: int | None = None) -> OnThreads:
    """Bound the time on p threads, from work and span.

    Parameters
    ----------
    analysis : Analysis
        Under conventions without delays: these are no work, so the bounds are claimed without them.
    p : int, optional
        How many threads; a symbol otherwise, ``p``, or ``p_threads`` where that is a size of the algorithm.

    Returns
    -------
    OnThreads

    Raises
    ------
    ModelError
        When p is no positive integer, or the conventions have delays.

    Examples
    --------
    >>> from workdepth.models import analyze_algorithm
    >>> from workdepth.library import entry_named
    >>> bounds = on_threads(analyze_algorithm(entry_named("sum").build()))
    >>> print(bounds.upper)
    n/p + ceiling(log2(n)) - 1/p - ceiling(log2(n))/p
    >>> bounds.at(n=1024, p=4)
    (Fraction(1023, 4), Fraction(1053, 4))
    """
    _check(analysis, p)
    domain, threads = _with_threads(Domain(analysis.sizes), p)
    work, span = analysis["GPU"].work, analysis["GPU"].time
    w, s = work.numerator, span.numerator
    below = [x for x, source in ((w / threads, work), (s, span)) if source.relation == "="]
    lower = maximum(below or [w / threads, s], domain)
    symbol = str(threads) if p is None else p
    return OnThreads(
        figure(Bounded(lower.value), domain, ">=" if below and lower.exact else "~"),
        figure(Bounded((w - s) / threads + s), domain, "<="),
        symbol,
    )


def _check(analysis: Analysis, p: int | None) -> None:
    if p is not None and (isinstance(p, bool) or not hasattr(p, "__index__") or p < 1):
        raise ModelError(f"the number of threads is {p!r}", next_step="give an integer of at least 1")
    for switch in ("reads", "spawn"):
        if switch in analysis.conventions.changed():
            raise ModelError(
                f"{switch}={analysis.conventions.as_dict()[switch]} adds delays, which are no work",
                where=analysis.algorithm,
                next_step=f"bound the time on p threads with {switch} at its default",
            )


def _with_threads(domain: Domain, p: int | None) -> tuple[Domain, Expr]:
    if p is not None:
        return domain, as_expr(int(p))
    symbol = THREADS if THREADS not in domain.names else f"{THREADS}_threads"
    return Domain((*domain.sizes, Size(symbol))), name(symbol)
