"""Variants of one problem side by side: what each costs, which is beaten by another, and when to choose which.

A variant is beaten where another takes no more time, no more memory and no more threads, and less of one: for all
sizes where that is proved, else at the sizes that were given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile
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
    at_most : tuple of (str, str)
        Sizes of which the first is at most the second.
    """

    name: str
    time: Figure
    memory: Figure
    threads: Figure
    choose_when: str = ""
    at_most: tuple[tuple[str, str], ...] = ()

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

    def check(self, sizes: Mapping[str, int]) -> None:
        """Refuse sizes of which one is more than it may be.

        Raises
        ------
        SizeError
        """
        for small, large in self.at_most:
            if sizes[small] > sizes[large]:
                raise SizeError(
                    f"{small} = {sizes[small]} is more than {large} = {sizes[large]}",
                    where=self.name,
                    next_step=f"choose {small} <= {large}",
                )


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
            variant.check(sizes)
        return found

    def value(self, variant: Variant, figure: str) -> Any:
        """Return the value of a figure at the sizes."""
        assert self.sizes is not None
        own = {s.name: self.sizes[s.name] for s in variant.sizes if s.name in self.sizes}
        return getattr(variant, figure).at(**own)

    def beaten(self, variant: Variant) -> Variant | None:
        """Return a variant that is shown to be as good in all and better in something, or None."""
        return next((v for v in self._others(variant) if self._beats(v, variant, self._as_good)), None)

    def beaten_in_bounds(self, variant: Variant) -> Variant | None:
        """Return a variant that would beat it if all bounds at the sizes were reached, or None."""
        if self.sizes is None:
            return None
        return next((v for v in self._others(variant) if self._beats(v, variant, self._valued_as_good)), None)

    def same(self, variant: Variant) -> Variant | None:
        """Return an earlier variant that is shown to be as good, or None."""
        return next((v for v in self._earlier(variant) if self._as_good(v, variant)), None)

    def _bounded_like(self, variant: Variant) -> Variant | None:
        """Return an earlier variant with the same values, or None."""
        if self.sizes is None:
            return None

        def like(v: Variant) -> bool:
            return all(self.value(v, f) == self.value(variant, f) for f in FIGURES)

        return next(filter(like, self._earlier(variant)), None)

    def _earlier(self, variant: Variant) -> Iterable[Variant]:
        return takewhile(lambda v: v is not variant, self.variants)

    def _others(self, variant: Variant) -> list[Variant]:
        return [other for other in self.variants if other is not variant]

    def _beats(self, a: Variant, b: Variant, as_good: Callable[[Variant, Variant], bool]) -> bool:
        if not as_good(a, b):
            return False
        if self.sizes is None:
            return not as_good(b, a)
        return any(self.value(a, f) < self.value(b, f) for f in FIGURES)

    def _as_good(self, a: Variant, b: Variant) -> bool:
        """Whether ``a`` is shown to take no more of anything: at the sizes, or else for all."""
        if self.sizes is not None:
            return all(self._no_more(a, b, f) for f in FIGURES)
        return all(_at_most(getattr(a, f), getattr(b, f)) for f in FIGURES)

    def _valued_as_good(self, a: Variant, b: Variant) -> bool:
        return all(self.value(a, f) <= self.value(b, f) for f in FIGURES)

    def least(self, variant: Variant) -> list[str]:
        """Return the figures of which no variant has less, but some more: at the sizes, or else in growth."""
        return self._leading(variant, self._no_more)

    def least_in_bounds(self, variant: Variant) -> list[str]:
        """Return the further figures of which it would have least if all bounds at the sizes were reached."""
        if self.sizes is None:
            return []
        shown = self.least(variant)
        return [f for f in self._leading(variant, self._valued_no_more) if f not in shown]

    def _leading(self, variant: Variant, no_more: Callable[[Variant, Variant, str], bool]) -> list[str]:
        rivals = [v for v in self.variants if self.beaten(v) is None and self.beaten_in_bounds(v) is None]

        def leads(one: Variant, f: str) -> bool:
            return all(no_more(one, other, f) for other in self._others(one))

        shared = [f for f in RATED if len(rivals) > 1 and all(leads(v, f) for v in rivals)]
        return [f for f in RATED if f not in shared and leads(variant, f)]

    def _no_more(self, a: Variant, b: Variant, figure: str) -> bool:
        mine, other = getattr(a, figure), getattr(b, figure)
        if self.sizes is not None:
            return bool(mine.relation in AT_MOST and self.value(a, figure) <= self._floor(b, figure))
        return mine.relation in AT_MOST and other.relation in AT_LEAST and mine.growth <= other.growth

    def _valued_no_more(self, a: Variant, b: Variant, figure: str) -> bool:
        return bool(self.value(a, figure) <= self.value(b, figure))

    def _floor(self, variant: Variant, figure: str) -> Any:
        """Return what a figure is at least, at the sizes: whoever takes time has a thread."""
        if getattr(variant, figure).relation in AT_LEAST:
            return self.value(variant, figure)
        match figure:
            case "threads":
                return min(1, self._floor(variant, "time"))
            case "space":
                return self._floor(variant, "memory") + self._floor(variant, "threads")
            case "spacetime":
                return self._floor(variant, "space") * self._floor(variant, "time")
            case _:
                return 0

    def choose_when(self, variant: Variant) -> str:
        """Return when to choose a variant: what beats it, what is known of it, or what it has least of."""
        known = variant.choose_when
        other = self.beaten(variant)
        if other is not None:
            return f"{other.name} beats it; {known}" if known else f"never: {other.name} beats it"
        twin = self.same(variant)
        if twin is not None:
            return f"as good as {twin.name}"
        return "; ".join(text for text in (known, *self._ratings(variant)) if text) or "between"

    def _ratings(self, variant: Variant) -> list[str]:
        """Return what a variant that nothing is shown to beat has least of, as far as is known."""
        twin, other = self._bounded_like(variant), self.beaten_in_bounds(variant)
        if twin is not None:
            return [f"bounded like {twin.name}"]
        if other is not None:
            return [f"{other.name} beats its bounds"]
        least, known = ", ".join(self.least(variant)), ", ".join(self.least_in_bounds(variant))
        return [least and f"least {least}", known and f"least known {known}"]

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
        other, perhaps = self.beaten(variant), self.beaten_in_bounds(variant)
        return found | {
            "choose_when": self.choose_when(variant),
            "dominated_by": None if other is None else other.name,
            "bounds_dominated_by": None if perhaps is None else perhaps.name,
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

    What is said to beat or to be least is shown: where a figure is a bound only, that is told apart.

    Parameters
    ----------
    *variants : Algorithm, networkx DAG, str or Variant
        A graph, the name of a library algorithm or of a ready set of variants (``scans``; see
        :data:`workdepth.report.frontier_variants_sets.SETS`), or a variant with figures of its own.
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
    [('scan-hillis-steele, one thread', 'scan-sequential, one thread beats its bounds'), \
('scan-hillis-steele', 'least time; least known spacetime')]
    """
    if not variants:
        raise ModelError("there is nothing to compare", next_step="give one or more algorithms")
    if conventions is not None and switches:
        raise ModelError("conventions are given twice", next_step="give a record or single switches")
    chosen = conventions or conventions_of(switches)
    return TradeOffs(tuple(row for v in variants for row in _rows(v, chosen)), None, chosen)


def _rows(graph: Any, conventions: Conventions) -> Iterable[Variant]:
    from workdepth.report.frontier_variants_sets import SETS
    from workdepth.schedule.analyze import analyze

    if isinstance(graph, Variant):
        return [graph]
    if isinstance(graph, str) and graph in SETS:
        return SETS[graph].rows(conventions)
    analysis = analyze(graph_of(graph), conventions)
    labels = {"RAM": f"{analysis.algorithm}, one thread", "GPU": analysis.algorithm}
    return [Variant(labels[m], c.time, c.memory, c.threads) for m, c in analysis.models.items()]
