"""Ranges, shapes, reads and writes of an algorithm: in bounds at every size, so far as that can be told.

What is not proved in symbols is tried at the smallest sizes.  What is neither proved nor refuted passes: unrolling
looks at each element, and refuses in the same words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from workdepth.errors import GraphError, SymbolicError
from workdepth.graph.alike import Alike
from workdepth.graph.calling import above_base, base_graph, base_of, called
from workdepth.graph.choosing import call_values
from workdepth.graph.distinct import clash
from workdepth.graph.nodes import (
    COMPOSITES,
    Branch,
    Call,
    Choice,
    Composite,
    Constant,
    Empty,
    Fold,
    Gather,
    Input,
    Map,
    Port,
    Position,
    Range,
    Repeat,
    Scatter,
    Shape,
    ranges_of,
)
from workdepth.graph.scope import Operand, Scope, Step, read_scope
from workdepth.graph.smallest import note, smallest_copies, whole
from workdepth.symbolic import Domain, Expr, nonnegative
from workdepth.symbolic.functions import is_integer_form

if TYPE_CHECKING:
    from workdepth.graph.algorithm import Algorithm

_LARGER = "declare the size with a larger low"
_DIVIDES = "use floor or ceiling, or declare the sizes so that it divides"


def check_ranges(graph: Algorithm, alike: Alike | None = None) -> None:
    """Raise for a range, shape, read or write that is out of bounds at a small size; nothing is changed.

    Parameters
    ----------
    graph : Algorithm
        A well-formed one, see :func:`~workdepth.graph.wellformed.check_graph`.
    alike : Alike, optional
        Where it is noted which nodes are alike.

    Raises
    ------
    GraphError
        Naming the node, the array, the expression, its value and the sizes and indices there.

    Examples
    --------
    >>> import workdepth as wd
    >>> n = wd.size("n")
    >>> g = wd.Algorithm("pairs")
    >>> x = g.input("x", n)
    >>> g.output(g.map(n, lambda i: x[i] + x[i + 1]))
    >>> check_ranges(g)
    Traceback (most recent call last):
    ...
    workdepth.errors.GraphError: x[i + 1] is out of bounds: index i + 1 of dimension 0 is 1, the extent is 1 \
(with n = 1, i = 0) (at pairs/map1/add1); mend the index expression or the range, or declare the size with a \
larger low
    """
    _check(graph, set(), alike or Alike())


def _check(graph: Algorithm, seen: set[int], alike: Alike) -> None:
    name, base = str(graph.name or "algorithm"), base_of(graph)
    seen.add(id(graph))
    _Inside(name, graph, read_scope(graph, deep=False), above_base(graph), _Known(alike)).check()
    if base is not None:
        ended = base_graph(graph, base)
        _Inside(name, graph, read_scope(ended, deep=False), ended.domain, _Known(alike)).check()
    for callee in called(graph):
        if id(callee) not in seen:
            _check(callee, seen, alike)


@dataclass(frozen=True)
class _Known:
    """Which nodes need no second look: one alike, in the same loops, is in bounds."""

    alike: Alike
    seen: set[object] = field(default_factory=set)

    def holds(self, kind: Composite, loops: tuple[Range, ...], chosen: frozenset[str]) -> bool:
        """Say whether a node is one of them, and note it."""
        key = self.alike.of(kind), loops, chosen
        if key in self.seen:
            return True
        self.seen.add(key)
        return False


@dataclass(frozen=True)
class _Inside:
    """A body, with the loops around it, outermost first, and what is known there."""

    name: str
    root: Algorithm
    scope: Scope
    domain: Domain
    known: _Known
    loops: tuple[Range, ...] = ()
    outer: _Inside | None = None
    owner: Step | None = None
    chosen: frozenset[str] = frozenset()  # the numbers of choices around it

    def check(self) -> None:
        for step in self.scope.steps.values():
            if isinstance(step.kind, Input | Constant | Empty):
                self._extents(step)
            for operand in step.operands:
                self._read(operand, step.path)
            self._price(step)
            if isinstance(step.kind, COMPOSITES):
                if not self.known.holds(step.kind, self.loops, self.chosen):
                    self._composite(step, step.kind)
            elif isinstance(step.kind, Branch):
                for k, case in enumerate(step.kind.cases):
                    body = read_scope(case, f"{step.path}/{k}", deep=False)
                    replace(self, scope=body, outer=self, owner=step).check()
            elif isinstance(step.kind, Call):
                self._call(step, step.kind)
            elif isinstance(step.kind, Gather | Scatter):
                self._move(step)
        for _, operand in self.scope.outputs:
            self._read(operand, "/".join(filter(None, (self.scope.path, "output"))))

    def _composite(self, step: Step, kind: Composite) -> None:
        inner = self
        for r in ranges_of(kind):
            inner._range(step, kind, r)
            domain = inner.domain.with_index(r.index, r.low, r.high)
            chosen = self.chosen | {r.index} if isinstance(kind, Choice) else self.chosen
            inner = replace(inner, domain=domain, loops=(*inner.loops, r), chosen=chosen)
        if isinstance(kind, Map) and kind.into is not None:
            for position in kind.at:
                inner._write(step, position)
            self._distinct(step, kind)
        body = read_scope(kind.body, step.path, deep=False)
        replace(inner, scope=body, outer=self, owner=step).check()

    def _call(self, step: Step, kind: Call) -> None:
        """Try the sizes of a call at the smallest sizes: in their domains, and smaller where it is a recursion."""
        used = frozenset[str]().union(*(e.names for _, e in kind.sizes))
        for point in self._points(used | {s.name for s in self.domain.sizes}):
            values = self._sizes(point)
            call_values(f"{self.name}/{step.path}", kind, kind.algorithm or self.root, values, self.root)

    def _sizes(self, point: Mapping[str, int]) -> dict[str, int]:
        """Return what a call or a price may name: sizes, and the numbers of choices."""
        return {text: point[text] for text in (*(s.name for s in self.domain.sizes), *self.chosen)}

    def _move(self, step: Step) -> None:
        """Refuse to move a word in an array that is empty at a small size."""
        array, index = (self._shape_of(operand) for operand in step.operands[:2])
        names = frozenset[str]().union(*(e.names for e in (array[0], *index)))
        for point in self._points(names):
            moved = [whole(e, point) for e in index]
            if whole(array[0], point) == 0 and all(moved):
                does = "gathers from" if isinstance(step.kind, Gather) else "scatters into"
                raise self._error(
                    f"{step.path} {does} an empty array{note(point)}",
                    step.path,
                    "declare the size with a larger low, or let the index be empty too",
                )

    def _shape_of(self, operand: Operand) -> Shape:
        shape: Shape = self.scope.steps[operand.node].shapes[operand.out][len(operand.index) :]
        return shape

    def _price(self, step: Step) -> None:
        """Try the price of an op at the smallest sizes: a whole number of at least 1."""
        op = getattr(step.kind, "op", None)
        if op is None or not op.priced:
            return
        for point in self._points(op.work.names):
            op.at(self._sizes(point))

    # What is asked

    def _extents(self, step: Step) -> None:
        low = 0 if isinstance(step.kind, Empty) else 1
        for extent in step.shapes[0]:
            self._integral(extent, f"the extent of {step.name}", step.path)
            if nonnegative(extent - low, self.domain):
                continue
            for value, point in self._values(extent):
                if value < 0 or (value < low and all(point[s] for s in extent.names)):
                    raise self._error(
                        f"the extent {extent} of {step.name} is {value}{note(point)}",
                        step.path,
                        f"a size is at least 1: {_LARGER}, or mend the shape",
                    )

    def _range(self, step: Step, kind: Composite, r: Range) -> None:
        self._integral(r.low, f"the lower bound of {r.index}", step.path)
        self._integral(r.high, f"the upper bound of {r.index}", step.path)
        least = int(isinstance(kind, Fold | Choice))
        length = r.high - r.low
        if nonnegative(length - least, self.domain):
            return
        for value, point in self._values(length, r.low.names):
            if value >= least:
                continue
            if value == 0:
                folds = isinstance(kind, Fold)
                what = "a fold over nothing" if folds else "a choice among nothing"
                raise self._error(
                    f"{what}: {r.index} runs from {r.low} to {r.high}{note(point)}",
                    step.path,
                    f"{_LARGER}, or {'let repeat start from a value' if folds else 'mend the bounds'}",
                )
            what = "the number of rounds" if isinstance(kind, Repeat) else f"the range of {r.index}"
            low = r.low.at(point)
            raise self._error(
                f"{what} is negative: from {low} to {r.high.at(point)}{note(point)}",
                step.path,
                f"{_LARGER}, or mend the bounds",
            )

    def _read(self, operand: Operand, path: str) -> None:
        extents = self.scope.steps[operand.node].shapes[operand.out]
        for axis, expression in enumerate(operand.index):
            found = self._outside(expression, extents[axis], path, "the index")
            if found is not None:
                value, limit, point = found
                raise self._error(
                    f"{self._text(operand)} is out of bounds: index {expression} of dimension {axis}"
                    f" is {value}, the extent is {limit}{note(point)}",
                    path,
                    f"mend the index expression or the range, or {_LARGER}",
                )

    def _write(self, step: Step, position: Position) -> None:
        for axis, expression in enumerate(position):
            found = self._outside(expression, step.shapes[0][axis], step.path, "the position")
            if found is not None:
                value, limit, point = found
                raise self._error(
                    f"{step.path} writes out of bounds: position {expression} of dimension {axis}"
                    f" is {value}, the extent is {limit}{note(point)}",
                    step.path,
                    f"mend `at` or the range, or {_LARGER}",
                )

    def _distinct(self, step: Step, kind: Map) -> None:
        found = clash(kind, self.loops, self.domain)
        if found is not None:
            position, one, other = found
            raise self._error(
                f"two copies of {step.path} write position {list(position)}:{note(one)} and{note(other)}",
                step.path,
                "let `at` give each copy a position of its own",
            )

    # How it is answered

    def _outside(self, x: Expr, extent: Expr, path: str, what: str) -> tuple[int, int, dict[str, int]] | None:
        """Return a value of ``x`` that is not in [0, extent), the extent, and where; None where none is found."""
        self._integral(x, what, path)
        if nonnegative(x, self.domain) and nonnegative(extent - 1 - x, self.domain):
            return None
        for value, point in self._values(x, extent.names):
            limit = whole(extent, point)
            if limit is not None and not 0 <= value < limit:
                return value, limit, point
        return None

    def _integral(self, x: Expr, what: str, path: str) -> None:
        if is_integer_form(x):
            return
        for point in self._points(x.names):
            found = self._at(x, what, point, path)
            if not isinstance(found, int):
                raise self._error(f"{what} {x} is not an integer: {found}{note(point)}", path, _DIVIDES)

    def _at(self, x: Expr, what: str, point: dict[str, int], path: str) -> int | Fraction | float:
        try:
            return x.at(point)
        except SymbolicError as error:
            raise self._error(f"{what} {x} has no value: {error.what}{note(point)}", path, _LARGER) from error

    def _values(self, x: Expr, others: frozenset[str] = frozenset()) -> Iterator[tuple[int, dict[str, int]]]:
        for point in self._points(x.names | others):
            found = whole(x, point)
            if found is not None:
                yield found, point

    def _points(self, used: frozenset[str]) -> Iterator[dict[str, int]]:
        return smallest_copies(self.domain.sizes, self.loops, used)

    def _error(self, what: str, path: str, next_step: str) -> GraphError:
        return GraphError(what, where=f"{self.name}/{path}", next_step=next_step)

    def _text(self, operand: Operand) -> str:
        """Return a read as a person would write it: by the array outside that a port stands for."""
        node, index, at = operand.node, [str(e) for e in operand.index], self
        while isinstance(port := at.scope.steps[node].kind, Port) and at.outer is not None and at.owner:
            kind = at.owner.kind
            if isinstance(kind, Repeat) and port.number < kind.carried:
                node = f"(state {port.number} of {at.owner.name})"
                break
            outside = at.owner.operands[port.number]
            node, index, at = outside.node, [*map(str, outside.index), *index], at.outer
        return f"{node}[{', '.join(index)}]" if index else node
