"""What is declared, not derived: opaque blocks and prices of ops, which somebody wrote down."""

from __future__ import annotations

from collections.abc import Iterator

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.calling import base_of, called
from workdepth.graph.nodes import COMPOSITES, Apply, Block, Branch, Fold, Scan, Scatter
from workdepth.models.choices import kinds_within
from workdepth.models.scope import Scope


def declared(algorithm: Algorithm) -> tuple[str, ...]:
    """Return a line for each opaque block and priced op of an algorithm, of its base case and of what it calls.

    Parameters
    ----------
    algorithm : Algorithm

    Returns
    -------
    tuple of str
        Without repetitions; the sizes in a line are those of the algorithm in which the block stands.

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm("sorted")
    >>> n = wd.size("n")
    >>> g.output(g.block("sort", g.input("x", n), shape=n, work=n * 20, span=100, threads=n))
    >>> declared(g)
    ('block1 (sort): work 20*n, span 100, threads n, memory n',)
    """
    found = [f"{path} ({block.name}): {_costs(block)}" for path, block in _blocks(algorithm, "")]
    ops = (
        kind.op for kind in kinds_within(Scope(algorithm)) if isinstance(kind, Apply | Fold | Scan | Scatter)
    )
    found += [f"op {op.name}: work {op.work}" for op in ops if op is not None and op.priced]
    for callee in called(algorithm):
        found += [f"{callee.name or 'a call'}: {line}" for line in declared(callee)]
    return tuple(dict.fromkeys(found))


def _costs(block: Block) -> str:
    alone = "" if block.on_one == block.memory else f" ({block.on_one} on one thread)"
    costs = {"work": block.work, "span": block.span, "threads": block.threads, "memory": block.memory}
    told = [f"{text} {'' if block.exact(text) else '<= '}{e}" for text, e in costs.items()]
    return ", ".join(told) + alone


def _blocks(graph: Algorithm, path: str) -> Iterator[tuple[str, Block]]:
    base = base_of(graph) if not path else None
    for node, data in graph.nodes(data=True):
        kind, at = data["kind"], f"{path}{node}"
        if isinstance(kind, Block):
            yield at, kind
        elif isinstance(kind, COMPOSITES):
            yield from _blocks(kind.body, f"{at}/")
        elif isinstance(kind, Branch):
            for k, case in enumerate(kind.cases):
                yield from _blocks(case, f"{at}/{k}/")
    if base is not None:
        yield from _blocks(base.body, "base/")
