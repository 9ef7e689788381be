"""Variants of one problem side by side: what each costs, which is beaten by another, and when to choose which.

A variant is beaten where another takes no more time, no more memory and no more threads, and less of one: for all
sizes where that is proved, else at the sizes that were given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workdepth.errors import ModelError, SizeError
from workdepth.models import Conventions
from workdepth.models.figure import Figure
from workdepth.report.compare import conventions_of, graph_of
from workdepth.symbolic import Domain, Size
from workdepth.symbolic.signs import dominates

FIGURES = ("time", "memory", "threads")
RATED = (*FIGURES, "space", "spacetime")
AT_MOST, AT_LEAST = ("=", "<="), ("=", ">=")


@dataclass(frozen=True)
class Variant:
    """One way to do it.

    Attributes
    ----------
    name : str
    time, memory, threads : Figure
    choose_when : str
        What a person knows of it; else it is told by what it has least of.
    """

    name: str
    time: Figure
    memory: Figure
    threads: Figure
    choose_when: str = ""

    @property
    def space(self) -> Figure:
        """Memory + threads."""
        return self.memory.plus(self.threads)

    @property
    def spacetime(self) -> Figure:
        """Space x time."""
        return self.space.times(self.time)

    @property
    def sizes(self) -> tuple[Size, ...]:
        """The sizes that its figures speak of."""
        return self.time.domain.sizes


@dataclass(frozen=True)
class TradeOffs:
    """Variants with what beats what; prints itself.

    Attributes
    ----------
    variants : tuple of Variant
    sizes : dict or None
        Where values are shown; formulas otherwise.
    conventions : Conventions
    """

    variants: tuple[Variant, ...]
    sizes: Mapping[str, int] | None = None
    conventions: Conventions = field(default_factory=Conventions)

    def at(self, **sizes: int) -> TradeOffs:
        """Return the table with values; each variant takes the sizes that it has.

        Raises
        ------
        SizeError
            When a size is missing, unknown or outside its domain.
        """
        known = {s.name for v in self.variants for s in v.sizes}
        for name in sizes:
            if name not in known:
                raise SizeError(
                    f"no variant has the size {name!r}",
                    next_step=f"the sizes are: {', '.join(sorted(known))}",
                )
        found = replace(self, sizes=sizes)
        for variant in self.variants:
            found.value(variant, "time")
        return found

    def value(self, variant: Variant, figure: str) -> Any:
        """Return the value of a figure at the sizes."""
        assert self.sizes is not None
        own = {s.name: self.sizes[s.name] for s in variant.sizes if s.name in self.sizes}
        return getattr(variant, figure).at(**own)

    def beaten(self, variant: Variant) -> Variant | None:
        """Return a variant that is as good in all and better in something, or None; of equal ones the first."""
        others = [other for other in self.variants if other is not variant]
        for other in others:
            if self._as_good(other, variant) and not self._as_good(variant, other):
                return other
        return None

    def same(self, variant: Variant) -> Variant | None:
        """Return an earlier variant that costs the same, or None."""
        for other in self.variants:
            if other is variant:
                return None
            if self._as_good(other, variant) and self._as_good(variant, other):
                return other
        return None

    def _as_good(self, a: Variant, b: Variant) -> bool:
        """Whether ``a`` takes no more of anything: at the sizes, or else proved for all."""
        if self.sizes is not None:
            return all(self.value(a, f) <= self.value(b, f) for f in FIGURES)
        return all(_at_most(getattr(a, f), getattr(b, f)) for f in FIGURES)

    def least(self, variant: Variant) -> list[str]:
        """Return the figures of which no variant has less, but some more: at the sizes, or else in growth."""
        rivals = [v for v in self.variants if self.beaten(v) is None]
        best = [f for f in RATED if self._best(f, variant)]
        return [f for f in best if not all(self._best(f, v) for v in rivals)]

    def _best(self, figure: str, variant: Variant) -> bool:
        return all(self._no_more(variant, other, figure) for other in self.variants)

    def _no_more(self, a: Variant, b: Variant, figure: str) -> bool:
        if self.sizes is not None:
            return bool(self.value(a, figure) <= self.value(b, figure))
        mine, other = getattr(a, figure), getattr(b, figure)
        return mine.relation in AT_MOST and other.relation in AT_LEAST and mine.growth <= other.growth

    def choose_when(self, variant: Variant) -> str:
        """Return when to choose a variant: what beats it, what is known of it, or what it has least of."""
        other = self.beaten(variant)
        if other is not None:
            return f"never: {other.name} beats it"
        twin = self.same(variant)
        if twin is not None:
            return f"as good as {twin.name}"
        least = self.least(variant)
        rated = f"least {', '.join(least)}" if least else ""
        return "; ".join(text for text in (variant.choose_when, rated) if text) or "between"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data, for JSON."""
        return {
            "schema": "workdepth.trade-offs/1",
            "conventions": self.conventions.as_dict(),
            "sizes": None if self.sizes is None else dict(self.sizes),
            "rows": [self._row(v) for v in self.variants],
        }

    def _row(self, variant: Variant) -> dict[str, Any]:
        from workdepth.report.document import number

        found: dict[str, Any] = {"variant": variant.name}
        for name in RATED:
            f: Figure = getattr(variant, name)
            found[name] = {"exact": str(f), "relation": f.relation, "growth": str(f.growth)}
            if self.sizes is not None:
                found[name]["value"] = number(self.value(variant, name))
        other = self.beaten(variant)
        return found | {
            "choose_when": self.choose_when(variant),
            "dominated_by": None if other is None else other.name,
        }

    def __str__(self) -> str:
        from workdepth.report.frontier_variants_text import text

        return text(self)


def _at_most(a: Figure, b: Figure) -> bool:
    """Whether ``a <= b`` is proved for all sizes, whatever their relations leave open."""
    if a.relation not in AT_MOST or b.relation not in AT_LEAST:
        return False
    domain = joint_domain(a.domain, b.domain)
    return dominates(b.numerator, a.numerator, domain)


def joint_domain(*domains: Domain) -> Domain:
    """Return the sizes of all, each with the narrowest range that is declared.

    Examples
    --------
    >>> print(joint_domain(Domain((Size("n"),)), Domain((Size("n", low=2, power_of=2),))))
    n >= 2, a power of 2
    """
    found: dict[str, Size] = {}
    for size in (s for d in domains for s in d.sizes):
        other = found.get(size.name, size)
        highs = [s.high for s in (size, other) if s.high is not None]
        found[size.name] = Size(
            size.name,
            low=max(size.low, other.low),
            high=min(highs, default=None),
            power_of=size.power_of or other.power_of,
        )
    return Domain(tuple(found.values()))


def trade_offs(*variants: Any, conventions: Conventions | None = None, **switches: str) -> TradeOffs:
    """Set variants of one problem side by side: a row on one thread and a row on the GPU for each graph.

    Parameters
    ----------
    *variants : Algorithm, networkx DAG, str or Variant
        A graph, the name of a library algorithm, or a variant with figures of its own.
    conventions : Conventions, optional
        The switches; single ones may be given by name instead.

    Returns
    -------
    TradeOffs

    Raises
    ------
    ModelError
        When there is nothing to compare, or conventions are given twice.

    Examples
    --------
    >>> import workdepth as wd
    >>> table = wd.trade_offs("scan-sequential", "scan-hillis-steele").at(n=1024)
    >>> [(v.name, table.choose_when(v)) for v in table.variants][2:]
    [('scan-hillis-steele, one thread', 'never: scan-sequential, one thread beats it'), \
('scan-hillis-steele', 'least time, spacetime')]
    """
    if not variants:
        raise ModelError("there is nothing to compare", next_step="give one or more algorithms")
    if conventions is not None and switches:
        raise ModelError("conventions are given twice", next_step="give a record or single switches")
    chosen = conventions or conventions_of(switches)
    found = [row for v in variants for row in ([v] if isinstance(v, Variant) else _rows(v, chosen))]
    return TradeOffs(tuple(found), None, chosen)


def _rows(graph: Any, conventions: Conventions) -> list[Variant]:
    from workdepth.schedule.analyze import analyze

    analysis = analyze(graph_of(graph), conventions)
    labels = {"RAM": f"{analysis.algorithm}, one thread", "GPU": analysis.algorithm}
    return [Variant(labels[m], c.time, c.memory, c.threads) for m, c in analysis.models.items()]


def multiply_variants() -> tuple[Variant, ...]:
    """Return four ways to multiply n numbers, two of them with p threads, 1 <= p <= n.

    The time in p chunks is exactly ceil(n/p) - 1 + ceil(log2 p).  No tree at all is faster with p threads than
    k + ceil(log2(n - k p)), with k = max(0, ceil(n/p) - 2): each of the first k steps combines p pairs at most, and
    what is left then is halved at best.

    Examples
    --------
    >>> [str(v.time) for v in multiply_variants()][:2]
    ['n - 1', 'ceiling(log2(p)) + ceiling(n/p) - 1']
    """
    rounds = "max(0, ceiling(n/p) - 2)"
    best = f"{rounds} + ceiling(log2(n - {rounds}*p))"
    return (
        _formulas("one thread", "n - 1", "1"),
        _formulas("p chunks, then a tree", "ceiling(n/p) - 1 + ceiling(log2(p))", "p"),
        _formulas("the best tree for p threads", best, "p"),
        _formulas("balanced tree", "ceiling(log2(n))", "floor(n/2)"),
    )


def _formulas(name: str, time: str, threads: str) -> Variant:
    """Return a variant of n inputs that stay, from formulas; p threads are the most that it keeps busy."""
    from workdepth.models.bounded import Bounded
    from workdepth.models.figure import figure
    from workdepth.symbolic import parse

    domain = Domain((Size("n"), Size("p")) if "p" in threads.split() or "p" in time else (Size("n"),))

    def made(formula: str, relation: str = "=") -> Figure:
        return figure(Bounded(parse(formula)), domain, relation)

    return Variant(name, made(time), made("n"), made(threads, "<=" if threads == "p" else "="))
