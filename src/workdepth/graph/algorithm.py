"""The algorithm: a networkx graph that a person builds in a few lines.

Note [Scopes].  While the function given to ``map``, ``fold`` or ``repeat`` runs, the builder's current scope
is that node's body.  A value of an outer scope that is used there becomes a ``Port`` of the body and an
operand of the node, through as many levels as needed and once for each captured array: closure conversion.
The index expressions stand on the innermost edge, port to reader, where all indices that they name are known.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from numbers import Integral, Rational, Real
from typing import Any

import networkx as nx

from workdepth.errors import GraphError
from workdepth.graph import calling
from workdepth.graph.bodies import check_at, check_body
from workdepth.graph.naming import FUNCTIONS, check_input_name, check_size_name
from workdepth.graph.nodes import (
    SOURCES,
    Apply,
    Constant,
    Empty,
    Fold,
    Gather,
    Index,
    Input,
    Literal,
    Map,
    Node,
    Output,
    Port,
    Position,
    Range,
    Repeat,
    Scan,
    Scatter,
    Shape,
    Steps,
)
from workdepth.graph.op_rules import wrong_scan, wrong_scatter
from workdepth.graph.ops import Op, check_op
from workdepth.graph.value import Value, exact
from workdepth.symbolic import Domain, Expr, Size, as_expr, name


@dataclass
class _Frame:
    """A body under construction and what it has captured so far."""

    body: Algorithm
    operands: list[Value] = field(default_factory=list)
    ports: dict[tuple[str, int], Value] = field(default_factory=dict)


class Algorithm(nx.MultiDiGraph):  # type: ignore[misc]
    """An algorithm as a dataflow graph; every networkx function that takes a MultiDiGraph works on it.

    Each node has the attribute ``kind`` (see :mod:`workdepth.graph.nodes`) and ``shapes``, one for each
    result. A value edge has ``position`` (which operand), ``out`` (which result) and ``index`` (the element
    read); an order edge has ``order=True`` and only makes its consumer wait.

    Parameters
    ----------
    name : str
        What tables call it.

    Examples
    --------
    >>> import workdepth as wd
    >>> n = wd.size("n")
    >>> g = wd.Algorithm("dot")
    >>> x, y = g.input("x", n), g.input("y", n)
    >>> g.output(g.fold(wd.ADD, n, lambda i: x[i] * y[i]))
    >>> list(g)
    ['x', 'y', 'fold1', 'out:result']
    """

    def __init__(self, name: Any = "", multigraph_input: bool | None = None, **attributes: Any) -> None:
        # networkx itself calls the class with no argument, or with a graph to read: so all else has defaults.
        data = None if isinstance(name, str) else name
        if data is not None and not isinstance(data, Iterable):
            raise GraphError(f"an algorithm is called {name!r}", next_step="name it, by a text")
        super().__init__(data, multigraph_input, **attributes)
        if isinstance(name, str):
            self.graph["name"] = name
        self.graph.setdefault("sizes", ())
        self.graph.setdefault("indices", ())
        self._frames: list[_Frame] = []

    # What a person declares

    def size(self, text: str, low: int = 1, high: int | None = None, power_of: int | None = None) -> Expr:
        """Declare a size and its domain; without a declaration a size is an integer of at least 1.

        Examples
        --------
        >>> g = Algorithm("scan")
        >>> g.size("n", power_of=2)
        n
        """
        if not isinstance(text, str):
            raise GraphError(f"a size is called {text!r}", where=self.name, next_step="name it, by a text")
        check_size_name(text, self._arrays, self.name)
        declared = Size(text, low, high, power_of)
        if text in self.graph["indices"]:
            raise GraphError(
                f"{text!r} is a size and a loop index",
                where=self.name,
                next_step="rename the parameter of the function, or the size",
            )
        known = {s.name: s for s in self.sizes}
        if known.get(text, declared) != declared:
            raise GraphError(
                f"size {text!r} is declared twice, differently",
                where=self.name,
                next_step="declare it once, before its first use",
            )
        self.graph["sizes"] = tuple({**known, text: declared}.values())
        return name(text)

    @property
    def sizes(self) -> tuple[Size, ...]:
        """The declared sizes, in order of appearance."""
        return tuple(self.graph["sizes"])

    @property
    def domain(self) -> Domain:
        """What is known of the sizes."""
        return Domain(self.sizes)

    def input(self, text: str, *shape: Any) -> Value:
        """Add an input array; no extents for one word."""
        check_input_name(text, self.graph["indices"], self.name)
        return self._named(Input(text, self._shape(shape)))

    def constant(self, text: str, *shape: Any) -> Value:
        """Add a table of words that is there at the start; ``run`` takes its values by this name."""
        check_input_name(text, self.graph["indices"], self.name)
        return self._named(Constant(text, self._shape(shape)))

    def empty(self, *shape: Any) -> Value:
        """Add an array not yet written; it takes no words until a map writes into it."""
        extents = self._shape(shape)
        return self._value(self._add(Empty(extents), "empty", (extents,)))

    def output(self, value: Any, text: str | None = None) -> None:
        """Declare a result; the first may go without a name and is called "result"."""
        if self._frames:
            raise GraphError(
                "an output is declared inside a body", where=self.name, next_step="return the value instead"
            )
        taken = self.output_names
        if text is not None and (not isinstance(text, str) or not text):
            raise GraphError(f"an output is called {text!r}", where=self.name, next_step="name it, by a text")
        text = text if text is not None or taken else "result"
        if text is None or text in taken:
            raise GraphError(
                f"the output needs a name of its own, not {text!r}",
                where=self.name,
                next_step=f"name it; taken: {', '.join(taken)}",
            )
        node = f"out:{text}"
        self.add_node(node, kind=Output(text), shapes=())
        self._connect(self._local(value), node, 0)

    @property
    def output_names(self) -> tuple[str, ...]:
        """The outputs, in order."""
        return tuple(d["kind"].name for _, d in self.nodes(data=True) if isinstance(d.get("kind"), Output))

    # What a person computes

    def apply(self, op: Op, *operands: Any) -> Any:
        """Add one operation on scalars; several results come as a tuple."""
        self._check_op(op)
        if len(operands) != op.arity:
            raise GraphError(
                f"op {op.name!r} takes {op.arity} operands, not {len(operands)}",
                where=self._where,
                next_step="give one value for each operand",
            )
        local = [self._local(x) for x in operands]
        for value in local:
            if value.shape:
                raise GraphError(
                    f"op {op.name!r} takes scalars, not an array of {len(value.shape)} dimensions",
                    where=f"{self._where}, operand {value.node}",
                    next_step="apply it to elements, inside map",
                )
        node = self._add(Apply(op), op.name, ((),) * op.results)
        for position, value in enumerate(local):
            self._connect(value, node, position)
        return self._results(node)

    def map(self, over: Any, body: Callable[..., Any], *, into: Value | None = None, at: Any = None) -> Any:
        """Add independent copies of what ``body`` builds, over one or several index ranges.

        Parameters
        ----------
        over : extent, (low, high), or a list of these
            The ranges, last index fastest; a range may be a function of the indices before it.
        body : callable
            Takes the indices, returns a value or a tuple of values.
        into : Value, optional
            The array that the results are written into; the result is that array renewed.
        at : callable, optional
            Takes the indices, returns the position to write (a tuple, or a list with one for each value that
            ``body`` returns); by default the indices themselves.

        Returns
        -------
        Value or tuple of Value
            One array for each value that ``body`` returns, or the renewed base.
        """
        ranges, indices = self._ranges(over, body)
        if at is not None:
            check_at(at, into, len(indices), self._where)
        base = self._base(into) if into is not None else None
        frame = self._open()
        if base is not None:
            self._port(frame, base)  # the first that is captured: operand 0
        results = self._body(body, *indices)
        if base is None:
            shapes = tuple(tuple(r.extent for r in ranges) + v.whole for v in results)
            return self._composite("map", Map(frame.body, ranges), frame, shapes)
        positions = self._positions(at, indices, len(results))
        return self._composite("map", Map(frame.body, ranges, 0, positions), frame, (base.whole,))

    def fold(
        self, op: Op, over: Any, body: Callable[[Any], Any] | None = None, *, order: str = "tree"
    ) -> Any:
        """Reduce an array, or what ``body`` yields over a range, by ``op``; ``order`` is "tree" or "left".

        Raises
        ------
        GraphError
            When a tree is asked of an op that is not associative.
        """
        self._check_op(op)
        if order not in ("tree", "left"):
            raise GraphError(
                f"the order of a fold is {order!r}", where=self._where, next_step="use one of: tree, left"
            )
        if order == "tree" and not op.associative:
            raise GraphError(
                f"op {op.name!r} is not associative, so a tree would change the result",
                where=self._where,
                next_step='use order="left", or declare the op associative',
            )
        frame, over, results = self._leaves("fold", op, over, body)
        node = Fold(frame.body, op, over, order)
        return self._composite("fold", node, frame, ((),) * len(results))

    def scan(
        self,
        op: Op,
        over: Any,
        body: Callable[[Any], Any] | None = None,
        *,
        method: str = "hillis-steele",
        inclusive: bool = True,
    ) -> Any:
        """Compute the prefixes of an array, or of what ``body`` yields over a range, by ``op``.

        Parameters
        ----------
        op : Op
            Associative, unless the method is sequential; with a neutral element, if the scan is exclusive.
        over : Value, extent or (low, high)
        body : callable, optional
            Takes the index, returns a value, or one for each result of ``op``.
        method : str
            "sequential", "hillis-steele", "sklansky", "brent-kung", "blelloch" or "ladner-fischer".
        inclusive : bool
            Whether prefix i has leaf i in it; if not, prefix 0 is the neutral element.

        Returns
        -------
        Value or tuple of Value
            An array of as many prefixes as leaves, for each result of ``op``.

        Examples
        --------
        >>> import workdepth as wd
        >>> g = Algorithm("starts")
        >>> g.output(g.scan(wd.ADD, g.input("lengths", wd.size("n")), method="blelloch", inclusive=False))
        >>> wd.run(g, lengths=[3, 1, 4]).tolist()
        [0, 3, 4]
        """
        self._check_op(op)
        wrong = wrong_scan(op, method, inclusive)
        if wrong is not None:
            raise GraphError(wrong[0], where=self._where, next_step=wrong[1])
        frame, over, results = self._leaves("scan", op, over, body)
        node = Scan(frame.body, op, over, method, inclusive)
        return self._composite("scan", node, frame, ((over.extent,),) * len(results))

    def repeat(self, times: Any, body: Callable[..., Any], *state: Any) -> Any:
        """Add ``times`` rounds in sequence; ``body`` takes the round and the state, returns the new state.

        ``times`` may be a loop that doubles or halves (:func:`workdepth.doubling`, :func:`workdepth.halving`);
        then ``body`` takes the value that changes instead of the number of the round.
        """
        loop = times if isinstance(times, Steps) else Steps(as_expr(0), lambda k: k)
        count = self._expression(loop.times if loop is times else times)
        check_body(body, 1 + len(state), "the round, then each value of the state", self._where)
        (index,) = self._new_indices(body, 1)
        initial = [self._local(s) for s in state]
        frame = self._open()
        ports = [self._port(frame, value, fresh=True) for value in initial]
        results = self._body(body, self._expression(loop.value(name(index))), *ports)
        if len(results) != len(ports):
            raise GraphError(
                f"a round returns {len(results)} values for a state of {len(ports)}",
                where=self._where,
                next_step="return one value for each that the function takes after the index",
            )
        shapes = tuple(v.shape for v in initial)
        return self._composite("repeat", Repeat(frame.body, count, index, len(ports)), frame, shapes)

    def gather(self, array: Value, index: Value) -> Any:
        """Read an array at positions that data decides: ``array[index[i]]`` for each position i of ``index``.

        Each word read is one step, a copy; all of the array counts as read until the last.

        Parameters
        ----------
        array : Value
            Of one dimension or more; with more, whole rows are read.
        index : Value
            Integers, an array of any shape or one word.

        Returns
        -------
        Value
            An array of the shape of ``index``, then that of a row.

        Examples
        --------
        >>> import workdepth as wd
        >>> g = Algorithm("two hops")
        >>> n = wd.size("n")
        >>> following = g.input("following", n)
        >>> g.output(g.gather(following, following))
        >>> wd.run(g, following=[1, 2, 3, 3]).tolist()
        [2, 3, 3, 3]
        """
        return self._move("gather", Gather(), array, index)

    def scatter(
        self, base: Value, index: Value, values: Value, op: Op | None = None, *, conflicts: str | None = None
    ) -> Any:
        """Write values into an array at positions that data decides; the result is the array renewed.

        Each word written is one step.

        Parameters
        ----------
        base : Value
            Of one dimension or more; with more, whole rows are written.
        index : Value
            Integers, an array of any shape or one word.
        values : Value
            What is written: of the shape of ``index``, then that of a row.
        op : Op, optional
            Combines what stands there with each value, in the order of ``index``; without it a value takes the
            place of what stands there, and positions must be distinct.
        conflicts : {"serial", "distinct"}, optional
            Whether values may meet at a position, in the worst case all at one, or never do. By default they
            may where there is an op.

        Returns
        -------
        Value

        Examples
        --------
        >>> import workdepth as wd
        >>> g = Algorithm("histogram")
        >>> n, m = wd.size("n"), wd.size("m")
        >>> x = g.input("x", n)
        >>> g.output(g.scatter(g.map(m, lambda j: 0), x, g.map(n, lambda i: 1), wd.ADD))
        >>> wd.run(g, x=[1, 0, 1, 3], m=4).tolist()
        [1, 2, 0, 1]
        """
        conflicts = conflicts if conflicts is not None else "distinct" if op is None else "serial"
        if op is not None:
            self._check_op(op)
        wrong = wrong_scatter(op, conflicts)
        if wrong is not None:
            raise GraphError(wrong[0], where=self._where, next_step=wrong[1])
        return self._move("scatter", Scatter(op, conflicts), base, index, values)

    def branch(
        self,
        condition: Value,
        then: Callable[[], Any],
        otherwise: Callable[[], Any],
        *,
        probabilities: Any = None,
    ) -> Any:
        """Do what ``then`` builds where the condition is not 0, what ``otherwise`` builds where it is.

        Parameters
        ----------
        condition : Value
            One word.
        then, otherwise : callable
            Take nothing, return values of the same shapes.
        probabilities : pair of numbers, optional
            Of ``then`` and of ``otherwise``; they sum to 1.  With them time and work are expectations, else
            every figure is that of its worst case.

        Examples
        --------
        >>> import workdepth as wd
        >>> g = Algorithm("distance")
        >>> x, y = g.input("x"), g.input("y")
        >>> g.output(g.branch(g.apply(wd.LESS, x, y), lambda: y - x, lambda: x - y))
        >>> int(wd.run(g, x=3, y=8))
        5
        """
        if probabilities is not None:
            probabilities = calling.listed(probabilities, self._where)[::-1]
        return self._choose("branch", condition, calling.in_order(then, otherwise), probabilities)

    def switch(self, which: Value, *cases: Callable[[], Any], probabilities: Any = None) -> Any:
        """Do what the case of the number ``which`` builds; as :meth:`branch`, for any number of cases."""
        return self._choose("switch", which, cases, probabilities)

    def base(self, size: Any, until: int, body: Callable[[], Any]) -> None:
        """Say where a recursion ends: for ``size <= until`` the algorithm is what ``body`` builds.

        Declared before the first :meth:`call` of the algorithm to itself, whose results have the shapes of
        what ``body`` returns; it may use inputs only.

        Examples
        --------
        >>> import workdepth as wd
        >>> g = Algorithm("sum-recursive")
        >>> n = g.size("n", power_of=2)
        >>> x = g.input("x", n)
        >>> g.base(n, 1, lambda: x[0])
        >>> left = g.call(g, g.map(n / 2, lambda i: x[i]), n=n / 2)
        >>> right = g.call(g, g.map(n / 2, lambda j: x[j + n / 2]), n=n / 2)
        >>> g.output(left + right)
        >>> int(wd.run(g, x=[2, 3, 5, 7]))
        17
        """
        if self._frames or calling.base_of(self) is not None:
            raise GraphError(
                "a base case stands inside a body, or twice",
                where=self._where,
                next_step="declare it once, first",
            )
        text = str(self._expression(size))
        if text not in {s.name for s in self.sizes} or isinstance(until, bool) or not isinstance(until, int):
            raise GraphError(
                f"a base case for {text} <= {until!r}",
                where=self._where,
                next_step="give a size and a whole number",
            )
        check_body(body, 0, "nothing", self._where)
        frame = self._open()
        self._body(body)
        self.graph["base"] = calling.as_base(self, frame.body, frame.operands, text, until)

    def call(self, algorithm: Algorithm, /, *arrays: Any, memoised: bool = False, **sizes: Any) -> Any:
        """Use another algorithm, or this one at smaller sizes: a recursion.

        Parameters
        ----------
        algorithm : Algorithm
            What is called; for a recursion the graph itself, after :meth:`base`.
        *arrays : Value
            Its inputs and constants, in order.
        memoised : bool
            Whether each distinct call, told by its sizes, is made once and its result kept.  Then all calls
            take the same inputs.
        **sizes : Expr
            A value for each of its sizes; a recursion hands on those that are not given.

        Returns
        -------
        Value or tuple of Value
            Its outputs.
        """
        if not isinstance(algorithm, Algorithm):
            raise GraphError(
                f"{algorithm!r} is not an algorithm", where=self._where, next_step="call an Algorithm"
            )
        local = [self._local(x) for x in arrays]
        given = {text: self._expression(e) for text, e in sizes.items()}
        kind, shapes = calling.call(self, algorithm, local, memoised, given, self._where)
        node = self._add(kind, "call", shapes)
        for position, value in enumerate(local):
            self._connect(value, node, position)
        return self._results(node)

    def block(
        self,
        text: str,
        *operands: Any,
        shape: Any = (),
        work: Any,
        span: Any,
        threads: Any,
        memory: Any = None,
        on_one: Any = None,
    ) -> Value:
        """Add something opaque, of which only the costs are known: expressions of sizes, taken as declared.

        Parameters
        ----------
        text : str
            What tables call it.
        *operands : Value
            Arrays and words that it reads, whole.
        shape : extent or tuple of extents
            Of its one result.
        work, span, threads : Expr
            Its steps in all, its steps on the longest chain, the most operations in one step.
        memory : Expr, optional
            The most words that it holds beside its operands, the result among them; by default the result.
        on_one : Expr, optional
            The same on one thread; by default the same.

        Examples
        --------
        >>> import workdepth as wd
        >>> g = Algorithm("sorted sum")
        >>> n = wd.size("n")
        >>> x = g.input("x", n)
        >>> y = g.block("sort", x, shape=n, work=n * 20, span=100, threads=n)
        >>> g.output(g.fold(wd.ADD, y))
        >>> str(wd.analyze(g)["GPU"].time)
        'ceiling(log2(n)) + 100'
        """
        extents = self._shape(shape if isinstance(shape, tuple | list) else (shape,))
        local = [self._local(x) for x in operands]
        kind = calling.block(text, (work, span, threads, memory, on_one), extents, self._expression)
        node = self._add(kind, "block", (extents,))
        for position, value in enumerate(local):
            self._connect(value, node, position)
        return self._value(node)

    def _choose(self, what: str, condition: Any, cases: Any, probabilities: Any) -> Any:
        local = self._local(condition)
        if local.shape or len(cases) < 2:
            raise GraphError(
                f"a {what} of {len(cases)} cases by an array"
                if local.shape
                else f"a {what} of {len(cases)} cases",
                where=self._where,
                next_step="give one word, and two functions or more",
            )
        bodies, captured = [], []
        for case in cases:
            check_body(case, 0, "nothing", self._where)
            frame = self._open()
            self._body(case)
            bodies.append(frame.body)
            captured.append(frame.operands)
        kind, operands, shapes = calling.branch(bodies, captured, probabilities, self._where)
        node = self._add(kind, what, shapes)
        for position, value in enumerate([local, *operands]):
            self._connect(value, node, position)
        return self._results(node)

    def after(self, later: Any, *earlier: Any) -> None:
        """Make the node of ``later`` wait for the nodes of ``earlier``, without reading them."""
        for value in (later, *earlier):
            if not isinstance(value, Value):
                raise GraphError(
                    f"{value!r} is not a value, and only values wait for each other",
                    where=self._where,
                    next_step="give what an operation, a map, a fold or a repeat returned",
                )
        for value in earlier:
            if value.scope is not later.scope:
                raise GraphError(
                    "an order edge crosses scopes", where=self._where, next_step="order nodes of one body"
                )
            later.scope.add_edge(value.node, later.node, order=True)

    # For networkx

    def simple(self) -> nx.DiGraph:
        """Return the graph with parallel edges merged, for functions that refuse a MultiDiGraph.

        Examples
        --------
        >>> g = Algorithm()
        >>> x = g.input("x")
        >>> g.output(x * x)
        >>> g.simple().edges["x", "multiply1"]["operands"]
        2
        """
        simple = nx.DiGraph(**self.graph)
        simple.add_nodes_from(self.nodes(data=True))
        for u, v in self.edges():
            operands = simple.edges[u, v]["operands"] + 1 if simple.has_edge(u, v) else 1
            simple.add_edge(u, v, operands=operands)
        return simple

    # How it is done

    @property
    def _scope(self) -> Algorithm:
        return self._frames[-1].body if self._frames else self

    @property
    def _arrays(self) -> list[str]:
        """The names of inputs and constants."""
        kinds = (d.get("kind") for _, d in self.nodes(data=True))
        return [kind.name for kind in kinds if isinstance(kind, Input | Constant)]

    @property
    def _where(self) -> str:
        return (self.name or "algorithm") + "".join("/body" for _ in self._frames)

    def _expression(self, x: Any) -> Expr:
        """Read an expression of sizes and indices, and declare the sizes in it that nobody has declared.

        An index used outside its loop is left for the rules of a well-formed graph to name.
        """
        expression = exact(x, self._where)
        known = {*self.graph["indices"], *(s.name for s in self.sizes)}
        for text in sorted(expression.names - known):
            self.size(text)
        return expression

    def _check_op(self, op: Op) -> None:
        """Refuse what is no op, and declare the sizes that its price names."""
        check_op(op, self._where)
        if op.priced:
            self._expression(op.work)

    def _shape(self, shape: Iterable[Any]) -> Shape:
        return tuple(self._expression(s) for s in shape)

    def _named(self, kind: Input | Constant) -> Value:
        if self._frames:
            raise GraphError(
                f"input {kind.name!r} is declared inside a body",
                where=self.name,
                next_step="declare it before, and use it there",
            )
        if kind.name in {s.name for s in self.sizes}:
            check_size_name(kind.name, [kind.name], self.name)
        if kind.name in self:
            raise GraphError(
                f"the name {kind.name!r} is taken", where=self.name, next_step="give each input its own name"
            )
        self.add_node(kind.name, kind=kind, shapes=(kind.shape,))
        return self._value(kind.name)

    def _add(self, kind: Node, prefix: str, shapes: tuple[Shape, ...]) -> str:
        scope = self._scope
        number = scope.graph.get("count", 0) + 1
        while f"{prefix}{number}" in scope:
            number += 1
        scope.graph["count"] = number
        node = f"{prefix}{number}"
        scope.add_node(node, kind=kind, shapes=shapes)
        return node

    def _value(self, node: str, out: int = 0) -> Value:
        scope = self._scope
        return Value(self, scope, node, out, scope.nodes[node]["shapes"][out])

    def _results(self, node: str) -> Any:
        values = tuple(self._value(node, k) for k in range(len(self._scope.nodes[node]["shapes"])))
        return values[0] if len(values) == 1 else values

    def _connect(self, value: Value, node: str, position: int) -> None:
        self._scope.add_edge(value.node, node, position=position, out=value.out, index=value.index)

    def _local(self, x: Any) -> Value:
        """Bring ``x`` into the current scope: a value by capture, a number or an index as a source."""
        if isinstance(x, Value):
            return self._capture(x)
        if isinstance(x, Expr) and not x.is_number:
            return self._value(self._add(Index(self._expression(x)), "index", ((),)))
        if isinstance(x, Expr):
            x = x.number if x.number.denominator != 1 else int(x.number)
        if isinstance(x, Integral) and not isinstance(x, bool):
            x = int(x)  # a NumPy scalar as well
        elif isinstance(x, Real) and not isinstance(x, Rational):
            x = float(x)
        if isinstance(x, bool) or not isinstance(x, int | float):
            raise GraphError(
                f"{x!r} is not a value of this graph",
                where=self._where,
                next_step="use inputs, results, loop indices or numbers",
            )
        return self._value(self._add(Literal(x), "literal", ((),)))

    def _capture(self, value: Value) -> Value:
        if value.root is not self:
            raise GraphError(
                f"{value.node} belongs to another algorithm",
                where=self._where,
                next_step="use values of one graph together",
            )
        scopes = [self, *(f.body for f in self._frames)]
        level = next((k for k, scope in enumerate(scopes) if scope is value.scope), None)
        if level is None:
            raise GraphError(
                f"{value.node} belongs to a body that has ended",
                where=self._where,
                next_step="return it from that body, and use the result of the map, fold or repeat",
            )
        for frame in self._frames[level:]:
            value = self._port(frame, value)
        return value

    def _port(self, frame: _Frame, value: Value, fresh: bool = False) -> Value:
        """Give ``frame`` a port for the array of ``value``; a ``fresh`` one (a state) is read as indexed."""
        key = (value.node, value.out)
        if fresh or key not in frame.ports:
            whole = value.shape if fresh else value.whole
            node = f"port{len(frame.operands)}"
            frame.body.add_node(node, kind=Port(len(frame.operands)), shapes=(whole,))
            frame.operands.append(
                value if fresh else Value(self, value.scope, value.node, value.out, value.whole)
            )
            port = Value(self, frame.body, node, 0, whole)
            if fresh:
                return port
            frame.ports[key] = port
        port = frame.ports[key]
        return Value(self, frame.body, port.node, 0, port.whole, value.index)

    def _open(self) -> _Frame:
        frame = _Frame(Algorithm())
        self._frames.append(frame)
        return frame

    def _body(self, function: Callable[..., Any], *arguments: Any) -> tuple[Value, ...]:
        """Let a body's function build it; an error in there leaves the scope as well."""
        outside = len(self._frames) - 1
        try:
            return self._close(function(*arguments))
        finally:
            del self._frames[outside:]

    def _close(self, results: Any) -> tuple[Value, ...]:
        """Make what a body's function returned its outputs, and leave its scope."""
        values = tuple(results) if isinstance(results, tuple | list) else (results,)
        frame = self._frames[-1]
        if not values:
            raise GraphError("a body returns nothing", where=self._where, next_step="return a value")
        finished = []
        for k, value in enumerate(values):
            local = self._local(value)
            node = f"out:{k}"
            frame.body.add_node(node, kind=Output(str(k)), shapes=())
            self._connect(local, node, 0)
            finished.append(Value(self, frame.body, node, 0, local.shape))
        self._frames.pop()
        return tuple(finished)

    def _composite(self, prefix: str, kind: Node, frame: _Frame, shapes: tuple[Shape, ...]) -> Any:
        node = self._add(kind, prefix, shapes)
        for position, value in enumerate(frame.operands):
            self._connect(value, node, position)
        return self._results(node)

    def _leaves(
        self, what: str, op: Op, over: Any, body: Callable[[Any], Any] | None
    ) -> tuple[_Frame, Range, tuple[Value, ...]]:
        """Read what a fold or a scan takes: the range, and the body that yields a leaf for each index."""
        if body is None:
            if not isinstance(over, Value) or len(over.shape) != 1:
                raise GraphError(
                    f"{what} of {op.name!r} needs an array of one dimension or a range and a body",
                    where=self._where,
                    next_step=f"{what} rows inside map, or give a function of the index",
                )
            array = over
            over, body = array.shape[0], lambda i: array[i]
        ranges, indices = self._ranges(over, body)
        if len(ranges) != 1:
            raise GraphError(f"{what} takes one range", where=self._where, next_step=f"nest {what}s")
        frame = self._open()
        results = self._body(body, *indices)
        if any(v.whole for v in results):
            raise GraphError(
                f"{what} of {op.name!r} combines scalars", where=self._where, next_step=f"{what} inside map"
            )
        return frame, ranges[0], results

    def _move(self, what: str, kind: Gather | Scatter, *operands: Value) -> Any:
        local = [self._local(x) for x in operands]
        base, index = local[:2]
        if not base.shape:
            raise GraphError(
                f"{what} needs an array, and {base.node} is one word",
                where=self._where,
                next_step="read or write it as it is",
            )
        words = (*index.shape, *base.shape[1:])
        if len(local) > 2 and local[2].shape != words:
            raise GraphError(
                f"{what} takes values of shape ({', '.join(map(str, words))}),"
                f" not ({', '.join(map(str, local[2].shape))})",
                where=self._where,
                next_step="give one value for each word that is written",
            )
        node = self._add(kind, what, (words if isinstance(kind, Gather) else base.shape,))
        for position, value in enumerate(local):
            self._connect(value, node, position)
        return self._value(node)

    def _base(self, base: Value) -> Value:
        """Bring the array that a map writes into to the current scope."""
        if not isinstance(base, Value):
            raise GraphError(
                f"{base!r} is no array to write into",
                where=self._where,
                next_step="give a value: an input, a result, or what empty(...) returns",
            )
        local = self._capture(base)
        if local.index or not local.shape:
            raise GraphError(
                "a map writes into part of an array, or into a scalar",
                where=self._where,
                next_step="write into the whole array, with `at` naming the part",
            )
        return local

    def _ranges(self, over: Any, body: Callable[..., Any]) -> tuple[tuple[Range, ...], list[Expr]]:
        specs = over if isinstance(over, list) else [over]
        check_body(body, len(specs), "one index for each range", self._where)
        names = self._new_indices(body, len(specs))
        ranges: list[Range] = []
        indices: list[Expr] = []
        for text, spec in zip(names, specs, strict=True):
            bounds = spec
            if callable(spec) and not isinstance(spec, Expr):
                check_body(spec, len(indices), "the indices before its own", self._where)
                bounds = spec(*indices)
            if isinstance(bounds, tuple) and len(bounds) != 2:
                raise GraphError(
                    f"{bounds!r} is not a range",
                    where=self._where,
                    next_step="give an extent, (low, high), or a list of these, one for each index",
                )
            low, high = bounds if isinstance(bounds, tuple) else (0, bounds)
            ranges.append(Range(text, self._expression(low), self._expression(high)))
            indices.append(name(text))
        return tuple(ranges), indices

    def _new_indices(self, body: Callable[..., Any], count: int) -> list[str]:
        """Name indices after the function's parameters; a name serves once in the whole graph."""
        wanted = [p.name for p in inspect.signature(body).parameters.values()][:count]
        wanted += [f"i{k}" for k in range(len(wanted), count)]
        taken = {*self.graph["indices"], *(s.name for s in self.sizes), *self._arrays, *FUNCTIONS}
        fresh = []
        for text in wanted:
            text, base, number = text.lstrip("_") or "i", text.lstrip("_") or "i", 1
            while text in taken:
                number += 1
                text = f"{base}{number}"
            taken.add(text)
            fresh.append(text)
        self.graph["indices"] = (*self.graph["indices"], *fresh)
        return fresh

    def _positions(self, at: Any, indices: list[Expr], count: int) -> tuple[Position, ...]:
        chosen = at(*indices) if at is not None else tuple(indices)
        positions = chosen if isinstance(chosen, list) else [chosen]
        if len(positions) != count:
            raise GraphError(
                f"{len(positions)} positions for {count} values",
                where=self._where,
                next_step="let `at` return a list with one position for each value of the body",
            )
        return tuple(
            tuple(self._expression(e) for e in (p if isinstance(p, tuple) else (p,))) for p in positions
        )


def is_source(kind: Node) -> bool:
    """Say whether a node of this kind has no place in program order."""
    return isinstance(kind, SOURCES)
