"""What branches and calls become when sizes and cases are known: bodies in one copy.

Note [Choosing].  A chosen case, or an algorithm that is called, is a body in one copy (``Enclosed``): a phase
like any other.  A recursion is opened level by level until its base case, so the scope that is read is as
deep as the recursion.  Memoised calls stand side by side at the top instead, each once, before the rest;
whatever calls one reads its result, and each result is an output, so it stays to the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from workdepth.errors import GraphError, SizeError
from workdepth.graph.calling import base_graph, base_of, declared_inputs
from workdepth.graph.deciding import Undecided, number_given, stand_in, whole
from workdepth.graph.decisions import choices_of
from workdepth.graph.nodes import (
    Apply,
    Block,
    Branch,
    Call,
    Choice,
    Enclosed,
    Fold,
    Node,
    Port,
    Range,
    Scan,
    Scatter,
)
from workdepth.graph.scope import Scope, Step, read_scope
from workdepth.graph.selecting import selection
from workdepth.symbolic import as_expr

if TYPE_CHECKING:
    from workdepth.graph.algorithm import Algorithm

DEEPEST_CALLS = 150
MOST_CALLS = 100_000
EVERY = "every"
Cases = Mapping[
    str, Any
]  # to the number of a case; of a choice among a range also an expression, or by trails
Numbers = Mapping[tuple[str, str], int]


@dataclass
class Counted:
    """How many bodies have been read, and those of calls, by their paths; shared by all choosers of one reading.

    Calls at the same sizes are one body, which is read once: a recursion has few sizes and many calls.
    """

    calls: int = 0
    bodies: dict[str, Scope] = field(default_factory=dict)


@dataclass(frozen=True)
class Choosing:
    """Chooses cases by their paths, and bases by sizes.

    Attributes
    ----------
    algorithm : Algorithm
        What a call to "itself" means here.
    sizes : mapping
        The values of its sizes.
    cases : mapping or None
        The number of the case for each branch, by its path in the algorithm; None computes all of them and
        lets the condition decide, as running does.
    path : str
        Where branches are looked up: calls to itself lead back to the same paths.
    """

    algorithm: Algorithm
    sizes: Mapping[str, int]
    cases: Cases | None
    path: str = ""
    home: str = ""
    root: str = ""  # before the paths of calls of the algorithm to itself
    depth: int = 0
    counted: Counted = field(default_factory=Counted)
    kept: Mapping[str, str] = field(default_factory=dict)  # memoised calls of this level: node -> operand
    trail: str = ""  # the calls that lead here, from the whole
    apart: bool = False  # whether calls at the same sizes may choose differently
    numbers: Numbers = field(default_factory=dict)  # what is decided so far, by path and trail
    waiting: list[Undecided] | None = None  # takes the choices that nothing decides yet
    noting: list[Undecided] | None = None  # takes the branches, to be told by their conditions

    def ended(self) -> Choosing:
        """Return the chooser for the base case."""
        return replace(self, path=f"{self.home}/base" if self.home else "base")

    def priced(self, kind: Node) -> Node:
        """Return a kind with the price of its op as a number, at the sizes that hold here."""
        if isinstance(kind, Apply | Fold | Scan | Scatter) and kind.op is not None and kind.op.priced:
            return replace(kind, op=kind.op.at(self.sizes))
        return kind

    def inside(self, node: str) -> Choosing:
        """Return the chooser for the body that a node owns."""
        return replace(self, path=self._at(node))

    def _at(self, node: str) -> str:
        return f"{self.path}/{node}" if self.path else node

    def steps(self, step: Step) -> Iterator[Step]:
        """Yield what a branch or call becomes."""
        self.counted.calls += 1
        if self.counted.calls > MOST_CALLS:
            raise GraphError(
                f"more than {MOST_CALLS} calls and branches",
                where=step.path,
                next_step="unroll it at smaller sizes; the formulas need no unrolling",
            )
        if isinstance(step.kind, Block):
            raise GraphError(
                f"{step.name} is an opaque block: its costs are declared, it has no operations",
                where=step.path,
                next_step="analyse the graph, which takes the costs as declared; or write the block as a graph",
            )
        if isinstance(step.kind, Branch):
            yield from self._branch(step, step.kind)
        elif isinstance(step.kind, Choice):
            yield self._choice(step, step.kind)
        elif isinstance(step.kind, Call):
            yield self._call(step, step.kind)

    # Branches

    def _branch(self, step: Step, kind: Branch) -> Iterator[Step]:
        key = self._at(step.name)
        if self.cases is None:
            for number in range(len(kind.cases)):
                beside = replace(step, name=f"{step.name}#{number}", path=f"{step.path}#{number}")
                yield self._case(beside, kind, key, number)
            yield selection(step, kind, self._noted(key, len(kind.cases)))
            return
        k: Any = self.cases.get(key)
        if isinstance(k, Mapping):
            k = k.get(self.trail)
        if k is None:
            raise GraphError(
                f"no case is chosen for {key}",
                where=step.path,
                next_step=f"give cases={{{key!r}: k}}, with k below {len(kind.cases)}",
            )
        if isinstance(k, bool) or not isinstance(k, int) or not 0 <= k < len(kind.cases):
            raise GraphError(
                f"case {k!r} of {key}, which has {len(kind.cases)}",
                where=step.path,
                next_step=f"give a whole number below {len(kind.cases)}",
            )
        yield replace(self._case(step, kind, key, k), kind=Enclosed(kind.cases[k], (), decides=True))

    def _noted(self, key: str, cases: int) -> Undecided | None:
        """Return what notes the case that a condition names, where that is asked."""
        if self.noting is None:
            return None
        self.noting.append(Undecided(key, self.trail, 0, cases))
        return self.noting[-1]

    def _case(self, step: Step, kind: Branch, key: str, k: int) -> Step:
        body = read_scope(kind.cases[k], step.path, replace(self, path=f"{key}/{k}"))
        return replace(step, kind=Enclosed(kind.cases[k], ()), body=body)

    # Choices among a range

    def _choice(self, step: Step, kind: Choice) -> Step:
        key, index = self._at(step.name), kind.over.index
        number = self._number(key, kind.over, step.path)
        if number is None:
            return self._undecided(step, kind, key)
        inside = replace(self, path=key, sizes={**self.sizes, index: number})
        chosen = Enclosed(kind.body, (), sizes=((index, as_expr(number)),), decides=True)
        return replace(step, kind=chosen, body=read_scope(kind.body, step.path, inside))

    def _number(self, key: str, over: Range, where: str) -> int | None:
        given = self.numbers.get((key, self.trail))
        if given is not None:
            return given
        told = self.cases is not None and key in self.cases
        if self.waiting is not None and not told:
            return None
        if self.cases is None or not told:
            raise GraphError(
                f"no case is chosen for {key}",
                where=where,
                next_step=f"give cases={{{key!r}: k}}, with {over.low} <= k < {over.high}",
            )
        return number_given(self.cases[key], key, self.trail, over, self.sizes, where)

    def _undecided(self, step: Step, kind: Choice, key: str) -> Step:
        low, high = (whole(e, self.sizes, step.path) for e in (kind.over.low, kind.over.high))
        undecided = Undecided(key, self.trail, low, high)
        assert self.waiting is not None
        self.waiting.append(undecided)
        graph = stand_in(undecided, step.shapes)
        body = read_scope(graph, step.path, None, {"which": 0})
        return replace(step, kind=Enclosed(graph, ()), operands=step.operands[:1], body=body)

    # Calls

    def _call(self, step: Step, kind: Call) -> Step:
        if step.name in self.kept and self.path == self.home:
            return replace(step, kind=Port(int(self.kept[step.name])), operands=(), body=None)
        if kind.memoised:
            raise GraphError(
                f"{step.name} is memoised, but stands in the body of another node",
                where=step.path,
                next_step="call it at the top of the algorithm, or leave memoised out",
            )
        callee = kind.algorithm or self.algorithm
        values = call_values(step.path, kind, callee, self.sizes, self.algorithm)
        graph = at_base(callee, values)
        path = step.path if kind.algorithm is not None else f"{self.root}call({_with(values)})"
        if self.apart and kind.algorithm is None:
            path += f" of {self.trail or 'the whole'}/{step.name}"
        if path not in self.counted.bodies:
            ports = {k.name: number for number, k in enumerate(declared_inputs(callee))}
            into = self._into(step, kind, callee, values, path)
            self.counted.bodies[path] = read_scope(graph, path, into, ports)
        body = self.counted.bodies[path]
        return replace(step, kind=Enclosed(graph, (), sizes=kind.sizes), body=body)

    def _into(
        self, step: Step, kind: Call, callee: Algorithm, values: Mapping[str, int], path: str
    ) -> Choosing:
        if self.depth >= DEEPEST_CALLS:
            raise GraphError(
                f"calls are nested more than {DEEPEST_CALLS} deep",
                where=_short(step.path),
                next_step="unroll it at smaller sizes; the formulas need no unrolling",
            )
        home = self.home if kind.algorithm is None else self._at(step.name)
        root = self.root if kind.algorithm is None else f"{path}/"
        deeper = replace(self, algorithm=callee, sizes=values, home=home, root=root, kept={})
        trail = f"{self.trail}/{step.name}" if self.trail else step.name
        deeper = replace(deeper, depth=self.depth + 1, trail=trail)
        return replace(deeper, path=home) if at_base(callee, values) is callee else deeper.ended()


def call_values(
    path: str, kind: Call, callee: Algorithm, sizes: Mapping[str, int], caller: Algorithm
) -> dict[str, int]:
    """Return the sizes of a call as numbers.

    Raises
    ------
    GraphError
        When a size depends on a loop index, is no integer, or a recursion does not shrink.
    SizeError
        When a size is outside its domain.
    """
    found: dict[str, int] = {}
    for text, e in kind.sizes:
        if not e.names <= set(sizes):
            raise GraphError(
                f"the size {text} = {e} of a call depends on a loop index",
                where=_short(path),
                next_step="let the sizes of a call depend on sizes only",
            )
        value = e.at(dict(sizes))
        if not isinstance(value, int):
            raise GraphError(
                f"the size {text} = {e} of a call is no integer: {value} (with {_with(sizes)})",
                where=_short(path),
                next_step="use floor or ceiling, or declare the size as a power",
            )
        found[text] = value
    base = base_of(callee)
    if kind.algorithm is None and base is not None and found[base.size] >= sizes[base.size]:
        raise GraphError(
            f"{caller.name or 'the algorithm'} at {base.size} = {sizes[base.size]} calls itself at"
            f" {base.size} = {found[base.size]}: it does not shrink",
            where=_short(path),
            next_step=f"call it at a smaller size, or let the base case reach to {sizes[base.size]}",
        )
    try:
        return dict(callee.domain.check(found))
    except SizeError as error:
        called = "itself" if kind.algorithm is None else callee.name or "another"
        raise SizeError(
            f"{caller.name or 'the algorithm'} calls {called}: {error.what}",
            where=_short(path),
            next_step="mend the size of the call, or declare the size to have such values, as with low=0",
        ) from error


def _with(sizes: Mapping[str, int]) -> str:
    return ", ".join(f"{k} = {v}" for k, v in sizes.items())


def _short(path: str) -> str:
    return path if len(path) < 80 else f"{path[:30]}...{path[-30:]}"


def at_base(algorithm: Algorithm, sizes: Mapping[str, int]) -> Algorithm:
    """Return what an algorithm is at these sizes: its base case, or itself."""
    base = base_of(algorithm)
    return base_graph(algorithm, base) if base is not None and sizes[base.size] <= base.until else algorithm


def read_at(
    algorithm: Algorithm,
    sizes: Mapping[str, int],
    cases: Cases | None,
    numbers: Numbers | None = None,
    waiting: list[Undecided] | None = None,
    noting: list[Undecided] | None = None,
) -> Scope:
    """Read an algorithm with every branch and call chosen.

    Parameters
    ----------
    algorithm : Algorithm
    sizes : mapping
        A value for each of its sizes.
    cases : mapping or None
        The case of each branch, by its path; None for all cases and a choice by the condition.
    numbers : mapping, optional
        The numbers of choices among ranges that are decided already, by path and trail.
    waiting : list, optional
        Takes those that nothing decides; without it that is an error.
    noting : list, optional
        Takes the branches, whose conditions then tell them the cases.
    """
    by_trail = noting is not None or any(isinstance(k, Mapping) for k in (cases or {}).values())
    apart = by_trail or (waiting is not None and bool(choices_of(algorithm)))
    here = Choosing(
        algorithm, sizes, cases, numbers=numbers or {}, waiting=waiting, noting=noting, apart=apart
    )
    graph = at_base(algorithm, sizes)
    if graph is not algorithm:
        here = here.ended()
    if graph is algorithm and _memoised(algorithm):
        from workdepth.graph.memoising import read_memoised

        return read_memoised(algorithm, here)
    return read_scope(graph, "", here)


def _memoised(algorithm: Algorithm) -> bool:
    kinds = (d["kind"] for _, d in algorithm.nodes(data=True))
    return any(isinstance(k, Call) and k.memoised for k in kinds)
