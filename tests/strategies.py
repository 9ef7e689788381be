"""Random nested algorithms: well formed, no dead code, every input read; for models, unrolling, files.

How it stays free of dead code: whoever makes an array owes that all of it is read, and pays by
:meth:`_Maker.consume` or by handing it on; a scalar that is made is used by the expression around it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from workdepth.graph import ops
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.nodes import SOURCES
from workdepth.graph.op_rules import METHOD_NAMES
from workdepth.graph.ops import Op
from workdepth.graph.value import Value
from workdepth.symbolic import Expr, as_expr, ceiling, floor


def _latest(a: Any, i: Any, b: Any, j: Any) -> tuple[Any, Any]:
    return np.where(a >= b, a, b), np.where(a >= b, i, j)


FREE = Op("free", 2, "add", work=0, associative=True)
SLOW = Op("slow", 2, "maximum", work=2, associative=True)
SLOWER = Op("slower", 1, ops.COPY.function, work=3)
PAIR = Op("pair", 4, _latest, results=2, associative=True)
LATE = Op("late", 2, "bitwise_xor", work=2, associative=True, neutral=0)
UNARY = (ops.COPY, SLOWER)
BINARY = (ops.ADD, ops.MAXIMUM, ops.SUBTRACT, SLOW, FREE)
ASSOCIATIVE = (ops.ADD, ops.MAXIMUM, SLOW, FREE)
WITH_NEUTRAL = (ops.ADD, ops.MULTIPLY, LATE)


def summed() -> Algorithm:
    """Return an algorithm that adds up the multiples of a word."""
    g = Algorithm("summed")
    n = g.size("n")
    x = g.input("x")
    g.output(g.fold(ops.ADD, n, lambda i: x * i))
    return g


def falling() -> Algorithm:
    """Return an algorithm that calls itself at the next smaller size."""
    g = Algorithm("falling")
    n = g.size("n", low=0)
    x = g.input("x")
    g.base(n, 0, lambda: x)
    g.output(g.call(g, x + n, n=n - 1) * 2)
    return g


def halved() -> Algorithm:
    """Return an algorithm that calls itself twice at half its size."""
    g = Algorithm("halved")
    n = g.size("n", low=0)
    x = g.input("x")
    g.base(n, 1, lambda: x)
    low = floor(n / 2)
    g.output(g.call(g, x, n=low) + g.call(g, x - 1, n=ceiling(n / 2)))
    return g


@dataclass(frozen=True)
class Features:
    """What a random algorithm may have in it."""

    triangular: bool = True  # ranges that depend on an outer index
    order: bool = True  # order edges
    work: bool = True  # ops of work 0, 2 and 3
    several: bool = True  # ops of several results
    into: bool = True  # maps that write into an array
    repeat: bool = True
    scan: bool = False
    gather: bool = False
    choice: bool = False  # branches, and calls of another algorithm and of one that calls itself
    depth: int = 3


@dataclass(frozen=True)
class Loop:
    """An index and what is known of it: ``below <= index < extent - above``."""

    index: Expr
    extent: Expr
    below: int = 0
    above: int = 0


@dataclass
class _Maker:
    draw: Callable[[Any], Any]
    g: Algorithm
    features: Features
    extents: list[Expr]
    lows: dict[Expr, int]
    arrays: list[Value] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    depth: int = 0

    def pick(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def deeper(self, *loops: Loop, arrays: tuple[Value, ...] = ()) -> _Maker:
        """Return the maker for a body, with indices and arrays that are known inside."""
        return replace(
            self, loops=[*self.loops, *loops], arrays=[*self.arrays, *arrays], depth=self.depth + 1
        )

    @property
    def shallow(self) -> bool:
        return self.depth < self.features.depth

    def _ops(self, table: tuple[Op, ...]) -> tuple[Op, ...]:
        return tuple(op for op in table if self.features.work or op.work == 1)

    # Words

    def word(self, size: int = 2) -> Value | Any:
        """Make a scalar of the current scope; ``size`` bounds how much goes into it."""
        kinds = ["element", "element", "number"]
        if size:
            kinds += ["operation", "twice"]
            kinds += ["several"] if self.features.several else []
            kinds += ["ordered"] if self.features.order else []
            kinds += ["reduced", "array"] if self.shallow else []
            kinds += ["rounds"] if self.shallow and self.features.repeat else []
            kinds += ["chosen", "called"] if self.shallow and self.features.choice else []
            kinds += ["found"] if self.shallow and self.features.gather and self._tables() else []
        match self.pick(*kinds):
            case "element":
                return self.element(self.pick(*self.arrays)) if self.arrays else self.number()
            case "number":
                return self.number()
            case "operation":
                return self.combine(self.word(size - 1), self.word(size - 1))
            case "twice":
                value = self.some(size - 1)
                return self.combine(value, self.combine(value, self.word(size - 1)))
            case "several":
                both = self.g.apply(ops.COMPARE_EXCHANGE, self.some(size - 1), self.word(size - 1))
                which = self.pick(0, 1, 2)
                return self.combine(*both) if which == 2 else both[which]
            case "ordered":
                return self.ordered(size)
            case "reduced":
                return self.reduce_new()
            case "array":
                return self.consume(self.array())
            case "rounds":
                return self.rounds()
            case "chosen":
                return self.chosen()
            case "called":
                return self.called()
            case "found":
                table = self.pick(*self._tables())
                return self.consume(self.g.gather(table, self.place_in(table)))

    def chosen(self) -> Value:
        """Branch to one of two or three bodies."""
        if self.draw(st.booleans()):
            return self.g.branch(self.some(1), lambda: self.deeper().some(1), lambda: self.deeper().some(1))
        return self.g.switch(self.some(0), *(lambda: self.deeper().some(1) for _ in range(3)))

    def called(self) -> Value:
        """Call an algorithm on two words, or one that calls itself, at a size that no index decides."""
        n = self.pick(*self.extents)
        if self.draw(st.booleans()):
            return self.g.call(summed(), self.some(1), n=n)
        return self.g.call(self.pick(falling(), halved()), self.some(1), n=n)

    def _tables(self) -> list[Value]:
        """Return what can be read at a position that data decides."""
        return [a for a in self.arrays if a.shape]

    def place_in(self, array: Value) -> Value:
        """Make a position in an array, by data."""
        return self.g.apply(ops.REMAINDER, self.some(1), array.shape[0])

    def number(self) -> Any:
        if self.loops and self.draw(st.booleans()):
            return self.pick(*self.loops).index
        return self.draw(st.integers(0, 3))

    def some(self, size: int) -> Value:
        """Make a scalar that is a value, not a number."""
        found = self.word(size)
        return found if isinstance(found, Value) else self.g.apply(ops.COPY, found)

    def combine(self, a: Any, b: Any) -> Value:
        """Use both values in one operation or two; maybe let the second wait for the first."""
        self.wait(b, a)
        op = self.pick(*self._ops(BINARY), *(self._ops(UNARY) if self.features.work else ()))
        if op.arity == 1:
            return self.g.apply(ops.ADD, self.g.apply(op, a), b)
        return self.g.apply(op, a, b)

    def wait(self, later: Any, earlier: Any) -> None:
        """Add an order edge, where it makes no cycle."""
        if not self.features.order or not isinstance(later, Value) or not isinstance(earlier, Value):
            return
        if later.scope is not earlier.scope or later.node == earlier.node or not self.draw(st.booleans()):
            return
        nodes, scope = list(later.scope), later.scope
        sources = [isinstance(scope.nodes[v.node]["kind"], SOURCES) for v in (later, earlier)]
        if not any(sources) and nodes.index(earlier.node) < nodes.index(later.node):
            self.g.after(later, earlier)

    def ordered(self, size: int) -> Value:
        """Let an operation, or a fold, wait for another that it does not read."""
        first = self.g.apply(self.pick(*self._ops(UNARY)), self.word(size - 1))
        second = self.pick(self.reduce_new, lambda: self.g.apply(ops.COPY, self.word(size - 1)))
        found = second() if self.shallow else self.g.apply(ops.COPY, self.word(size - 1))
        if found.node in list(found.scope)[list(first.scope).index(first.node) + 1 :]:
            self.g.after(found, first)
        return self.combine(first, found)

    # Elements

    def element(self, array: Value) -> Value:
        """Read somewhere in an array, within its bounds."""
        return array[tuple(self.position(e) for e in array.shape)] if array.shape else array

    def position(self, extent: Expr) -> Any:
        """Make an index expression that is within an extent, whatever the sizes."""
        choices: list[Any] = [0, extent - 1]
        for loop in self.loops:
            if loop.extent == extent:
                choices += [loop.index + k for k in range(-loop.below, loop.above + 1)] * 2
                choices.append(extent - 1 - loop.index)
            elif extent == 2:
                choices.append(loop.index % 2)
        return self.pick(*choices)

    # Loops

    def span(self, extent: Expr) -> tuple[Any, Callable[[Expr], Loop]]:
        """Make a range that covers an extent, or part of it, and what is then known of its index."""
        choices: list[tuple[Any, int, int]] = [(extent, 0, 0)]
        if self.lows.get(extent, 1) >= 2:
            choices += [((0, extent - 1), 0, 1), ((1, extent), 1, 0)]
        spec, below, above = self.pick(*choices)
        return spec, lambda i: Loop(i, extent, below, above)

    def extent(self) -> Expr:
        choices = list(self.extents)
        if self.features.triangular:
            choices += [loop.index + 1 for loop in self.loops]
        return as_expr(self.pick(*choices))

    def reduce_new(self) -> Value:
        """Fold what a body makes over some range."""
        spec, loop = self.span(self.extent())
        if self.features.several and self.draw(st.integers(0, 4)) == 0:
            pair = self.g.fold(
                PAIR, spec, lambda i: (self.deeper(loop(i)).some(1), self.deeper(loop(i)).number())
            )
            return self.combine(*pair)
        return self._fold(spec, lambda i: self.deeper(loop(i)).word(1))

    def _fold(self, spec: Any, body: Callable[[Expr], Any]) -> Value:
        order = self.pick("tree", "left")
        table = ASSOCIATIVE if order == "tree" else (*ASSOCIATIVE, ops.SUBTRACT)
        return self.g.fold(self.pick(*self._ops(table)), spec, body, order=order)

    def rounds(self) -> Value:
        """Repeat with a scalar state, maybe two, and maybe an array beside it."""
        times = self.extent()
        if self.features.into and self.draw(st.booleans()):
            return self.consume(self.g.repeat(times, self._renewing(times), self.array()))
        if self.draw(st.booleans()):
            return self.g.repeat(
                times,
                lambda k, s: self._round(k, times).combine(s, self._round(k, times).word(1)),
                self.word(1),
            )

        def two(k: Expr, s: Value, t: Value) -> tuple[Value, Value]:
            inner = self._round(k, times)
            return inner.combine(t, inner.word(1)), inner.combine(s, t)

        return self.combine(*self.g.repeat(times, two, self.word(1), self.word(1)))

    def _round(self, k: Expr, times: Expr) -> _Maker:
        return self.deeper(Loop(k, times))

    def _renewing(self, times: Expr) -> Callable[[Expr, Value], Value]:
        return lambda k, state: self._round(k, times).renew(state)

    # Arrays: all that is made is owed

    def shape(self) -> list[Expr]:
        return [self.extent() for _ in range(self.pick(1, 1, 2))]

    def array(self) -> Value:
        """Make an array of one or two dimensions."""
        shape = self.shape()
        kinds = ["fresh", "fresh"] + (["empty"] if self.features.into else [])
        rows = [a for a in self.arrays if len(a.shape) == 2]
        kinds += ["prefixes"] if self.features.scan else []
        kinds += ["gathered"] if self.features.gather and self._tables() else []
        match self.pick(*kinds, *(["rows"] if rows else [])):
            case "gathered":
                table = self.pick(*self._tables())
                inner = shape[:1] if len(table.shape) > 1 else shape
                return self.g.gather(table, self._map(inner, lambda *i: self._in(i, inner).place_in(table)))
            case "prefixes":
                return self.prefixes(shape)
            case "fresh":
                return self._map(shape, lambda *i: self._in(i, shape).word(1))
            case "empty":
                reverse = self.draw(st.booleans())
                return self._map(
                    shape,
                    lambda *i: self._in(i, shape).word(1),
                    into=self.g.empty(*shape),
                    at=lambda *i: tuple(e - 1 - j if reverse else j for e, j in zip(shape, i, strict=True)),
                )
            case "rows":
                source = self.pick(*rows)
                extent = source.shape[0]
                return self.g.map(extent, lambda i: source[self.deeper(Loop(i, extent)).position(extent)])

    def prefixes(self, shape: list[Expr]) -> Value:
        """Scan what a body makes; in two dimensions, row by row inside a map."""
        if len(shape) == 2:
            rows, inner = shape[:1], self.shallow
            return self._map(rows, lambda i: self._in((i,), rows)._scan(shape[1]) if inner else self.number())
        return self._scan(shape[0])

    def _scan(self, extent: Expr) -> Value:
        low = self.pick(0, 0, 1)
        return self.scanned((low, extent + low), lambda i: self.deeper(Loop(i - low, extent)).word(1))

    def scanned(self, over: Any, body: Callable[[Expr], Any]) -> Value:
        """Scan by any method; an op of several results gives one of its arrays, the other is consumed."""
        method, inclusive = self.pick(*METHOD_NAMES), self.draw(st.booleans())
        if self.features.several and inclusive and self.draw(st.integers(0, 5)) == 0:
            best, where = self.g.scan(PAIR, over, lambda i: (body(i), self.number()), method=method)
            spare = (
                self.deeper().consume(where)
                if self.shallow
                else self._fold(where.shape[0], lambda i: where[i])
            )
            return self.g.map(best.shape[0], lambda i: self.combine(best[i], spare))
        table = ASSOCIATIVE if inclusive else WITH_NEUTRAL
        table = (*table, ops.SUBTRACT) if method == "sequential" and inclusive else table
        return self.g.scan(self.pick(*self._ops(table)), over, body, method=method, inclusive=inclusive)

    def _in(self, indices: tuple[Expr, ...], shape: list[Expr]) -> _Maker:
        return self.deeper(*(Loop(i, e) for i, e in zip(indices, shape, strict=True)))

    def _map(self, over: list[Any], body: Callable[..., Any], **where: Any) -> Value:
        """Give map a function of as many parameters as there are ranges."""
        one = lambda i: body(i)  # noqa: E731
        two = lambda i, j: body(i, j)  # noqa: E731
        at = where.pop("at", None)
        if at is not None:
            where["at"] = (lambda i: at(i)) if len(over) == 1 else (lambda i, j: at(i, j))
        return self.g.map(list(over), one if len(over) == 1 else two, **where)

    def renew(self, base: Value) -> Value:
        """Write into an array; what is overwritten is read just there, so nothing is lost."""
        extents = list(base.shape)
        if self.features.gather and self.draw(st.integers(0, 2)) == 0:
            return self.scattered(base)
        if self.draw(st.integers(0, 4)) == 0:
            spot = tuple(self.position(e) for e in extents)
            return self.g.map([], lambda: self.combine(base[spot], self.word(1)), into=base, at=lambda: spot)
        spans = [self.span(e) for e in extents]
        over: list[Any] = [s for s, _ in spans]
        known = [k for _, k in spans]
        triangle = len(extents) == 2 and extents[0] == extents[1] and self.features.triangular
        if triangle and self.draw(st.booleans()):
            over = [extents[0], lambda i: (0, i + 1)]
            known = [lambda i: Loop(i, extents[0]), lambda j: Loop(j, extents[0])]

        def body(*i: Expr) -> Value:
            inner = self.deeper(*(k(x) for k, x in zip(known, i, strict=True)), arrays=(base,))
            return inner.combine(base[i], inner.word(1))

        return self._map(over, body, into=base)

    def scattered(self, base: Value) -> Value:
        """Scatter into an array: everywhere in some order, or anywhere by an operation."""
        extent, rest = base.shape[0], list(base.shape[1:])
        op, conflicts = self.pick(
            (None, "distinct"), (ops.ADD, "distinct"), (ops.ADD, "serial"), (SLOW, "serial")
        )
        op = op if op is None or op.work == 1 or self.features.work else ops.MAXIMUM
        if conflicts == "distinct":
            count, back = extent, self.draw(st.booleans())
            index = self.g.map(count, lambda i: extent - 1 - i if back else i)
        else:
            count = self.extent()
            index = self._map([count], lambda i: self._in((i,), [count]).place_in(base))
        over = [count, *rest]
        values = self._map(over, lambda *i: self._in(i, over).word(1))
        return self.g.scatter(base, index, values, op, conflicts=conflicts)

    def transform(self, array: Value) -> Value:
        """Make a new array from all of an array: as it is, transposed or reversed."""
        extents = list(array.shape)
        if len(extents) == 1 and self.features.scan and self.draw(st.booleans()):
            extent = extents[0]
            return self.scanned(extent, lambda i: self.deeper(Loop(i, extent)).maybe(array[i]))
        turned = len(extents) == 2 and self.draw(st.booleans())
        over = extents[::-1] if turned else extents
        back = self.draw(st.booleans())

        def body(*i: Expr) -> Value:
            at = i[::-1] if turned else i
            if back:
                at = (extents[0] - 1 - at[0], *at[1:])
            inner = self._in(i, over)
            return inner.combine(array[at], inner.word(1))

        return self._map(over, body)

    def maybe(self, value: Value) -> Value:
        """Return a value as it is, or used."""
        return self.combine(value, self.word(1)) if self.draw(st.booleans()) else value

    def consume(self, array: Value) -> Value:
        """Read all of an array, and return one word."""
        if not array.shape:
            return array
        extent = array.shape[0]
        if len(array.shape) == 1:
            if self.features.repeat and self.draw(st.integers(0, 3)) == 0:
                return self.g.repeat(extent, lambda k, s: self._round(k, extent).combine(s, array[k]), 0)
            return self._fold(
                extent, lambda i: self.g.apply(ops.COPY, array[i]) if self.draw(st.booleans()) else array[i]
            )
        other = array.shape[1]
        match self.pick("rows", "columns", "array"):
            case "rows":
                return self._fold(extent, lambda i: self.deeper(Loop(i, extent)).consume(array[i]))
            case "columns":
                return self._fold(other, lambda j: self._fold(extent, lambda i: array[i, j]))
            case _:
                return self.consume(
                    self.g.map(extent, lambda i: self.deeper(Loop(i, extent)).consume(array[i]))
                )


@st.composite
def algorithms(draw: Callable[[Any], Any], features: Features = Features()) -> Algorithm:  # noqa: B008
    """Random nested algorithms in the sizes ``n`` and ``m``, at least 1 or 2."""
    g = Algorithm("random")
    lows = {k: draw(st.integers(1, 2)) for k in ("n", "m")}
    sizes = {k: g.size(k, low=low) for k, low in lows.items()}
    extents = [*sizes.values(), as_expr(2)]
    make = _Maker(draw, g, features, extents, {**{sizes[k]: low for k, low in lows.items()}, as_expr(2): 2})
    owed: list[Value] = []
    for k in range(draw(st.integers(1, 3))):
        shape = [make.pick(*extents) for _ in range(draw(st.integers(0, 2)))]
        declare = g.constant if draw(st.integers(0, 3)) == 0 else g.input
        owed.append(declare(f"x{k}", *shape))
    make.arrays = list(owed)
    for _ in range(draw(st.integers(0, 4))):
        _pay(make, owed)
    for array in owed[1:]:
        if draw(st.booleans()):
            del owed[next(k for k, other in enumerate(owed) if other is array)]
            owed[0] = make.combine(make.consume(owed[0]), make.consume(array))
    for k, array in enumerate(owed):
        g.output(array, f"y{k}")
    return g


def _pay(make: _Maker, owed: list[Value]) -> None:
    """Replace one array that is owed by what is made of it."""
    k = make.draw(st.integers(0, len(owed) - 1))
    array = owed[k]
    kinds = ["consume", "word", "after"]
    if array.shape:
        kinds += ["transform", "transform"]
        kinds += ["renew"] if make.features.into else []
        kinds += ["rounds"] if make.features.repeat and make.features.into else []
    match make.pick(*kinds):
        case "consume":
            owed[k] = make.consume(array)
        case "word":
            owed.append(make.some(2))
        case "after":
            owed[k] = make.combine(make.consume(array), make.word(2))
        case "transform":
            owed[k] = make.transform(array)
        case "renew":
            owed[k] = make.renew(array)
        case "rounds":
            times = make.extent()
            owed[k] = make.g.repeat(times, make._renewing(times), array)
    make.wait(owed[k], owed[make.draw(st.integers(0, len(owed) - 1))])
    make.arrays.append(owed[k])


SIZES = st.integers(1, 4)
