"""Ready sets of variants: problems that can be done in several ways, by name.

The variants of a set speak of the same sizes, so that they can be compared for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from workdepth.errors import ModelError
from workdepth.models import Conventions
from workdepth.models.bounded import Bounded
from workdepth.models.figure import Figure, figure
from workdepth.report.compare import graph_of
from workdepth.report.frontier_variants import FIGURES, Variant
from workdepth.symbolic import Domain, Size, parse


@dataclass(frozen=True)
class VariantSet:
    """A problem and its variants.

    Attributes
    ----------
    says : str
        What is compared, in a line.
    at : str
        Sizes to begin with, as the command line takes them.
    rows : callable
        Makes the variants under some conventions.
    """

    says: str
    at: str
    rows: Callable[[Conventions], Iterable[Variant]]


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
    chunks = "ceiling(n/p) - 1 + ceiling(log2(p))"
    return (
        _formulas("one thread", "n - 1", "1"),
        # Of chunks of one and of two, where n < 2p, those of two are at work, and then the tree.
        _formulas("p chunks, then a tree", chunks, "max(min(p, n - p), floor(p/2))", "n", "p"),
        _formulas("the best tree for p threads", best, "min(p, floor(n/2))", "n", "p"),
        _formulas("balanced tree", "ceiling(log2(n))", "floor(n/2)"),
    )


def _formulas(name: str, time: str, threads: str, *sizes: str) -> Variant:
    """Return a variant of n inputs that stay, from formulas."""
    domain = Domain(tuple(Size(s) for s in sizes or ("n",)))

    def made(formula: str) -> Figure:
        return figure(Bounded(parse(formula)), domain)

    return Variant(name, made(time), made("n"), made(threads), at_most=(("p", "n"),) if "p" in sizes else ())


def _multiply(conventions: Conventions) -> Iterable[Variant]:
    if conventions.changed():
        raise ModelError(
            "the formulas of chunks are those of the default switches",
            where="multiply",
            next_step="leave the switches out, or compare graphs: multiply-n",
        )
    return multiply_variants()


SCANS = {
    "hillis-steele": "reads=exclusive",
    "sklansky": "",
    "ladner-fischer": "few threads: linear work",
    "brent-kung": "few threads: linear work",
    "blelloch": "few threads: linear work",
}


def _scans(conventions: Conventions) -> Iterator[Variant]:
    yield _of("scan-sequential", "RAM", conventions, "sequential")
    for method, known in SCANS.items():
        graph = (
            "scan-hillis-steele" if method == "hillis-steele" else scan(method)
        )  # the first has closer bounds
        yield _of(graph, "GPU", conventions, method, known)


def scan(method: str) -> Any:
    """Return the inclusive prefix sums of n = 2**k numbers by a method.

    Examples
    --------
    >>> import workdepth as wd
    >>> print(wd.compare(scan("sklansky"))["GPU"].time)
    log2(n)
    """
    from workdepth.graph.algorithm import Algorithm
    from workdepth.graph.ops import ADD

    g = Algorithm(method)
    g.output(g.scan(ADD, g.input("x", g.size("n", power_of=2)), method=method))
    return g


def matmul_in_blocks() -> Any:
    """Return the product of an n x k and a k x m matrix, k = t*b: t blocks in sequence, of b products at once.

    Examples
    --------
    >>> import numpy
    >>> import workdepth as wd
    >>> left, right = numpy.arange(8).reshape(2, 4), numpy.arange(12).reshape(4, 3)
    >>> bool((wd.run(matmul_in_blocks(), x=left, y=right, t=2, b=2) == left @ right).all())
    True
    """
    from workdepth.graph.algorithm import Algorithm
    from workdepth.graph.ops import ADD

    g = Algorithm("matmul-in-blocks")
    t, b, n, m = (g.size(text) for text in "tbnm")
    x, y = g.input("x", n, t * b), g.input("y", t * b, m)

    def block(i: Any, j: Any, r: Any) -> Any:
        return g.fold(ADD, b, lambda at: x[i, b * r + at] * y[b * r + at, j])

    g.output(g.map([n, m], lambda i, j: g.repeat(t, lambda r, c: c + block(i, j, r), 0)))
    return g


def _matmuls(conventions: Conventions) -> Iterator[Variant]:
    blocks = _of(matmul_in_blocks(), "GPU", conventions, "blocks of b, k = t*b")
    inner = {"k": "t*b"}
    yield _with(_of("matmul", "RAM", conventions, "one thread"), inner, blocks.time.domain)
    yield _with(_of("matmul-serial-inner", "GPU", conventions, "one at a time"), inner, blocks.time.domain)
    yield blocks
    yield _with(_of("matmul", "GPU", conventions, "all at once"), inner, blocks.time.domain)


def _attentions(conventions: Conventions) -> Iterator[Variant]:
    blocked = "blocks of b keys, n = t*b"
    rows = [_of("attention-blocked", m, conventions, blocked) for m in ("RAM", "GPU")]
    domain = rows[0].time.domain
    for machine, row in zip(("RAM", "GPU"), rows, strict=True):
        suffix = ", one thread" if machine == "RAM" else ""
        plain = _of("attention", machine, conventions, f"plain{suffix}")
        yield _with(plain, {"n": "t*b"}, domain)
        yield replace(row, name=row.name + suffix)


def _fibonacci(conventions: Conventions) -> Iterator[Variant]:
    for name in ("naive", "memoised"):
        yield _of(f"fibonacci-{name}", "RAM", conventions, f"{name}, one thread")
        yield _of(f"fibonacci-{name}", "GPU", conventions, name)


def _of(graph: Any, machine: str, conventions: Conventions, name: str, choose_when: str = "") -> Variant:
    """Return the row of a graph on one machine."""
    from workdepth.schedule.analyze import analyze

    cost = analyze(graph_of(graph), conventions).models[machine]
    return Variant(name, cost.time, cost.memory, cost.threads, choose_when)


def _with(variant: Variant, sizes: Mapping[str, str], domain: Domain) -> Variant:
    """Return a variant in other sizes, for each that it had a formula in these."""
    formulas = {name: parse(text) for name, text in sizes.items()}

    def told(f: Figure) -> Figure:
        return figure(Bounded(f.numerator.substitute(formulas)), domain, f.relation)

    return replace(variant, **{f: told(getattr(variant, f)) for f in FIGURES})


SETS: dict[str, VariantSet] = {
    "multiply": VariantSet(
        "the product of n numbers: one thread, p chunks, any tree", "n=1000,p=30", _multiply
    ),
    "scans": VariantSet("prefix sums by method", "n=1024", _scans),
    "matmuls": VariantSet(
        "the product of matrices: how many products of an inner sum at once", "n=32,m=32,t=4,b=8", _matmuls
    ),
    "attentions": VariantSet("attention plain, or over blocks of keys", "t=8,b=8,d=8", _attentions),
    "fibonacci": VariantSet("the n-th Fibonacci number, by calls naive or memoised", "n=30", _fibonacci),
}


def listed() -> dict[str, Any]:
    """Return the sets as plain data, for JSON."""
    rows = [{"name": name, "says": found.says, "at": found.at} for name, found in SETS.items()]
    return {"schema": "workdepth.trade-off-sets/1", "rows": rows}
