"""Unroll an algorithm at given sizes: every unit operation, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from workdepth.errors import GraphError, SizeError, WorkdepthError
from workdepth.graph.choosing import Numbers, read_at
from workdepth.graph.deciding import Undecided
from workdepth.graph.emit import Emitter
from workdepth.graph.frames import DEFAULT_LIMIT, MOST_BITS, Budget, Frame, Style, bound_note
from workdepth.graph.ledger import Ledger, settle, settled_values
from workdepth.graph.move_ops import unit_op
from workdepth.graph.naming import check_is_graph
from workdepth.graph.nodes import MOVES, Apply, Constant, Fold, Gather, Input, Scan
from workdepth.graph.opening import check_opened, measure, opened
from workdepth.graph.ops import Op
from workdepth.graph.placing import Labels, place
from workdepth.graph.scope import Scope
from workdepth.graph.unit import CONSTANT, INPUT, OP, UnitGraph
from workdepth.graph.views import UNWRITTEN, Batch, element_text, read
from workdepth.graph.wellformed import check_graph

if TYPE_CHECKING:
    from workdepth.graph.algorithm import Algorithm

_ALL_USED = "every operation reaches an output and every input is read: {}"
PHASES = ("barrier", "sequence", "dataflow")


def unroll(
    graph: Any,
    /,
    *,
    phases: str = "barrier",
    limit: int = DEFAULT_LIMIT,
    cases: Mapping[str, Any] | None = None,
    **sizes: int,
) -> UnitGraph:
    """Return the unit graph of an algorithm at given sizes.

    Parameters
    ----------
    graph : Algorithm or networkx DAG
        A plain DAG is taken as it is, and has no sizes.
    phases : {"barrier", "sequence", "dataflow"}
        Whether composite nodes are phases, phases that also wait for each other, or neither.
    limit : int
        How many bytes the arrays may take, about.
    cases : mapping, optional
        The number of the case that each branch takes, in all its copies, by the path of the branch; or a
        mapping to a number from each trail of calls that leads to it, ``""`` for the whole.  For a choice among
        a range also an expression in the sizes that hold there, such as ``"n - 1"``.
    **sizes : int
        A value for each declared size.

    Returns
    -------
    UnitGraph

    Raises
    ------
    SizeError
        When a size is outside its domain, or the graph would not fit in memory.
    GraphError
        When the graph is not well formed, reads or writes out of bounds, writes a position twice, reads what
        is not written, or has an operation that reaches no output or an input that nobody reads.

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm("multiply-n")
    >>> g.output(g.fold(wd.MULTIPLY, g.input("x", wd.size("n"))))
    >>> unroll(g, n=8).operations
    7
    """
    check_is_graph(graph)
    if phases not in PHASES:
        raise GraphError(f"phases is {phases!r}", next_step=f"use one of: {', '.join(PHASES)}")
    from workdepth.graph.algorithm import Algorithm

    if not isinstance(graph, Algorithm):
        from workdepth.graph.plain import as_unit_graph

        return as_unit_graph(graph, phases=phases, **sizes)
    return _at(graph, sizes, phases, limit, cases or {})


def count_opened(graph: Algorithm, sizes: Mapping[str, int], phases: str = "barrier") -> int:
    """Return how many calls and branches unrolling would open at these sizes, each at a price of its own.

    Examples
    --------
    >>> from workdepth.library.recursive import fibonacci_naive, strassen
    >>> [count_opened(fibonacci_naive(), {"n": n}) for n in (1, 5, 10)]
    [0, 14, 176]
    >>> [count_opened(strassen(), {"n": n}) for n in (1, 2, 64)]
    [0, 1, 6]
    """
    values = graph.domain.check(sizes)
    return opened(read_at(graph, values, None, waiting=[]), Style(phases), {})


def unroll_for_values(
    graph: Algorithm,
    sizes: Mapping[str, int],
    numbers: Numbers | None = None,
    waiting: list[Undecided] | None = None,
    noting: list[Undecided] | None = None,
) -> UnitGraph:
    """Return the unit graph that computes an algorithm: every case of each branch, and a choice by its condition.

    Of a choice among a range it has the case that ``numbers`` tell, else a stand-in, which ``waiting`` takes;
    ``noting`` takes the branches, which are told their cases when it is computed.
    """
    undecided = [] if waiting is None else waiting
    return _at(graph, sizes, "dataflow", DEFAULT_LIMIT, None, numbers, undecided, noting)


def _at(
    graph: Algorithm,
    sizes: Mapping[str, int],
    phases: str,
    limit: int,
    cases: Mapping[str, Any] | None,
    numbers: Numbers | None = None,
    waiting: list[Undecided] | None = None,
    noting: list[Undecided] | None = None,
) -> UnitGraph:
    check_graph(graph)
    values = graph.domain.check(sizes)
    for text, value in values.items():
        if value.bit_length() > MOST_BITS:
            raise SizeError(
                f"{text} has {value.bit_length()} bits, too many to unroll",
                where=str(graph.name or "algorithm"),
                next_step="unroll it at smaller sizes; the formulas need no unrolling",
            )
    name = str(graph.name or "algorithm")
    try:
        scope = read_at(graph, values, cases, numbers, waiting, noting)
        return _unrolled(scope, name, phases, limit, values, partly=bool(waiting))
    except WorkdepthError as error:
        if error.where == name:
            raise
        # Below, places are paths inside the graph; here the name of the graph is put before them.
        where = f"{name}/{error.where}" if error.where else name
        raise type(error)(error.what, where=where, next_step=error.next_step) from error


def _unrolled(
    scope: Scope, name: str, phases: str, limit: int, sizes: dict[str, int], partly: bool
) -> UnitGraph:
    style, budget = Style(phases), Budget(name, limit)
    top = Frame(scope, 1, None, np.zeros(1, dtype=np.int64), dict(sizes))
    _check_sources(scope, top, budget)
    check_opened(scope, style)
    measure(top, style, budget)
    count = int(np.asarray(top.count).sum())
    budget.check(count + budget.sources)
    ops, labels, paths = _labels(scope, count)
    place(top, style, labels)
    ledger = _ledger(labels, ops)
    batch = Batch(top, 1, None, None, None, None)
    Emitter(ledger, labels, style).scope(batch)
    unit = settle(ledger, name, ops, labels.origin, paths)
    check_written(unit, scope, top)
    unit = replace(unit, outputs=_outputs(batch, ledger, unit))
    if not partly:  # what an undecided choice will read, nobody reads yet
        check_use(unit, top)
    return unit


def _check_sources(scope: Scope, top: Frame, budget: Budget) -> None:
    """Refuse inputs that would not fit, before anything is made."""
    for step in scope.steps.values():
        if isinstance(step.kind, Input | Constant):
            words = 1
            for extent in step.kind.shape:
                found = extent.at(top.own)
                if not isinstance(found, int) or found < 0:
                    raise GraphError(
                        f"the extent {extent} of {step.name} is {found}{bound_note(top, 0)}",
                        where=step.path,
                        next_step="declare the size with a larger low, or mend the shape",
                    )
                words *= found
            budget.sources += words
            budget.check(budget.sources, "at least ")


def _labels(scope: Scope, count: int) -> tuple[tuple[Op, ...], Labels, tuple[str, ...]]:
    ops: dict[Op, int] = {}
    codes: dict[str, int] = {}
    origins: dict[str, int] = {}
    for step in scope.walk():
        origins[step.path] = len(origins)
        if isinstance(step.kind, Apply | Fold | Scan):
            codes[step.path] = ops.setdefault(step.kind.op, len(ops))
        elif isinstance(step.kind, MOVES):
            codes[step.path] = ops.setdefault(unit_op(step.kind), len(ops))
    labels = Labels(np.full(count, -1, dtype=np.int32), np.full(count, -1, dtype=np.int32), codes, origins)
    return tuple(ops), labels, tuple(origins)


def _ledger(labels: Labels, ops: tuple[Op, ...]) -> Ledger:
    arity = np.array([*(op.arity for op in ops), 0], dtype=np.int64)[labels.op_code]
    for ids, counts in labels.held:
        arity[ids] = counts
    start = np.concatenate([[0], np.cumsum(arity)])
    width = max((op.results for op in ops), default=1)
    return Ledger(labels.op_code, start, np.full(int(start[-1]), UNWRITTEN, dtype=np.int64), width)


def _outputs(batch: Batch, ledger: Ledger, unit: UnitGraph) -> dict[str, Any]:
    found = {}
    for name, operand in batch.frame.scope.outputs:
        ids = settled_values(ledger, np.asarray(read(batch, operand, None).dense(1)[0]), unit.first_value)
        if np.any(ids == UNWRITTEN):
            at = [int(x) for x in np.argwhere(np.atleast_1d(ids) == UNWRITTEN)[0]]
            raise GraphError(
                f"output {name!r} has an element that is never written: {operand.node}{at}",
                where=unit.name,
                next_step="write every element, or output a part",
            )
        found[name] = ids
    return found


def check_written(unit: UnitGraph, scope: Scope, top: Frame) -> None:
    """Refuse a read of an element that nothing has been written to.

    Raises
    ------
    GraphError
        Naming who reads what, and in which copy.
    """
    bad = np.flatnonzero(unit.operands == UNWRITTEN)
    if not len(bad):
        return
    node = int(np.searchsorted(unit.operand_start, bad[0], side="right")) - 1
    path = unit.paths[unit.origin[node]]
    step = next(s for s in scope.walk() if s.path == path)
    position = int(bad[0] - unit.operand_start[node])
    frame, row = _copy_of(top, node - unit.sources)
    what = "what its body yields"
    if isinstance(step.kind, Apply):
        what = element_text(frame, step.operands[position])
    elif isinstance(step.kind, MOVES):
        held = unit.op_code[node] < 0 or (isinstance(step.kind, Gather) and position == 1)
        what = f"an element of {element_text(frame, step.operands[0 if held else position + 1])}"
    raise GraphError(
        f"{path} reads {what} before it is written{bound_note(frame, row)}",
        where=unit.name,
        next_step="write it first with map(..., into=...), or read a written element",
    )


def check_use(unit: UnitGraph, top: Frame) -> None:
    """Refuse an operation that reaches no output, and an input that nobody reads.

    A value that is read is read by a later operation; so all operations reach an output as soon as each has a
    value that is read or named by an output.

    Raises
    ------
    GraphError
        Naming the operation or the element.
    """
    used = np.zeros(len(unit.value_words), dtype=bool)
    used[unit.operands] = True
    used[unit.output_values()] = True
    reached = np.zeros(len(unit), dtype=bool)
    reached[unit.producers()[used]] = True
    reached[unit.moves.writing()] = True
    idle = ~reached & (unit.kind == OP)
    if idle.any():
        node = int(np.flatnonzero(idle)[-1])
        path, copy = unit.paths[unit.origin[node]], bound_note(*_copy_of(top, node - unit.sources))
        raise GraphError(
            f"the result of {path} is never used{copy}",
            where=unit.name,
            next_step=_ALL_USED.format("drop it, or output it"),
        )
    idle = ~reached & ((unit.kind == INPUT) | (unit.kind == CONSTANT))
    if idle.any():
        node = int(np.flatnonzero(idle)[0])
        name, at = _element(unit, node)
        raise GraphError(
            f"{name}{at} is never read{bound_note(top, 0)}",
            where=unit.name,
            next_step=_ALL_USED.format("make it smaller, or read it"),
        )


def _element(unit: UnitGraph, node: int) -> tuple[str, str]:
    for name, ids in unit.inputs.items():
        if ids.size and ids.flat[0] <= node <= ids.flat[-1]:
            at = np.unravel_index(node - int(ids.flat[0]), ids.shape)
            return name, str([int(x) for x in at]) if at else ""
    raise AssertionError(node)


def _copy_of(frame: Frame, node: int) -> tuple[Frame, int]:
    """Return the innermost copy that an id belongs to: a frame and a row of it."""
    row = 0
    while True:
        for copies in frame.copies.values():
            inner = copies.frame
            at = int(np.searchsorted(inner.start, node, side="right")) - 1
            if at >= 0 and inner.rows:
                count = inner.count[at] if isinstance(inner.count, np.ndarray) else inner.count
                if node < inner.start[at] + count:
                    frame, row = inner, at
                    break
        else:
            return frame, row
