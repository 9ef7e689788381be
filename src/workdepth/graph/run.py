"""Run an algorithm on real numbers, by walking its unrolled graph wave by wave."""

from __future__ import annotations

from typing import Any

import numpy as np

from workdepth.errors import GraphError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.choosing import Numbers
from workdepth.graph.deciding import Undecided, untouched
from workdepth.graph.inferring import infer_sizes
from workdepth.graph.move_ops import MoveOp, unit_op
from workdepth.graph.moving import gather, scatter
from workdepth.graph.naming import check_is_graph
from workdepth.graph.nodes import Constant, Gather, Input
from workdepth.graph.ops import Op
from workdepth.graph.store import Store
from workdepth.graph.unit import OP, UnitGraph
from workdepth.graph.unroll import unroll_for_values
from workdepth.graph.waves import widest_waves

# Below this many nodes a wave, finding wider waves pays.
NODES_A_WAVE = 10


def run(graph: Algorithm, /, **arrays: Any) -> Any:
    """Return what an algorithm computes.

    Parameters
    ----------
    graph : Algorithm
    **arrays : array_like
        Every input and constant by name; sizes follow from their shapes, those that do not are given by name.

    Returns
    -------
    numpy.ndarray, NumPy scalar, or dict of these by name of output
        One output alone comes without a dict.

    Raises
    ------
    GraphError
        When an input is missing or unknown, has the wrong shape, or a type that an operation refuses.

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm("multiply-n")
    >>> g.output(g.fold(wd.MULTIPLY, g.input("x", wd.size("n"))))
    >>> int(run(g, x=[2, 3, 5, 7]))
    210

    Notes
    -----
    Literals and loop indices are weak scalars, as Python's numbers are to NumPy: they take the type of the
    other operands.  Inputs are not changed.
    """
    values, given = _taken(graph, arrays)
    _, unit, store = _decided(graph, values, given)
    found = {name: store.output(unit.outputs[name]) for name in graph.output_names}
    return next(iter(found.values())) if len(found) == 1 else found


def decided(graph: Algorithm, /, **arrays: Any) -> dict[str, dict[str, int]]:
    """Return which cases data takes, as :func:`workdepth.unroll` takes them.

    A branch whose copies in a loop take different cases is left out: no one unrolled graph shows them.

    Parameters
    ----------
    graph : Algorithm
    **arrays : array_like
        As for :func:`run`.

    Returns
    -------
    dict
        For the path of each branch and choice the number for each trail of calls, ``""`` for the whole.

    Examples
    --------
    >>> import workdepth as wd
    >>> from workdepth.library import entry_named
    >>> sorts = entry_named("quicksort").build()
    >>> decided(sorts, x=[20, 30, 10, 40])
    {'choose3': {'': 1, 'call9': 0}}
    >>> unrolled = wd.unroll(sorts, n=4, cases=decided(sorts, x=[20, 30, 10, 40]))
    >>> wd.profile(unrolled, "RAM").time
    24
    """
    values, given = _taken(graph, arrays)
    numbers, _, _ = _decided(graph, values, given)
    found: dict[str, dict[str, int]] = {}
    for (path, trail), number in numbers.items():
        found.setdefault(path, {})[trail] = number
    noted: list[Undecided] = []
    compute(unroll_for_values(graph, values, numbers, noting=noted), given)
    for branch in noted:
        cases = {int(k != 0) if branch.high == 2 else int(k) for k in branch.told}
        if len(cases) == 1:
            found.setdefault(branch.key, {})[branch.trail] = cases.pop()
    return found


def _taken(graph: Algorithm, arrays: dict[str, Any]) -> tuple[dict[str, int], dict[str, Any]]:
    """Return the sizes and the inputs that arrays by name give to an algorithm."""
    check_is_graph(graph)
    if not isinstance(graph, Algorithm):
        raise GraphError(
            f"a {type(graph).__name__} names no operations, so there is nothing to compute",
            next_step="run an Algorithm",
        )
    where = str(graph.name or "algorithm")
    declared = {
        d["kind"].name: d["kind"].shape
        for _, d in graph.nodes(data=True)
        if isinstance(d.get("kind"), Input | Constant)
    }
    given = {name: _array(name, arrays[name], where) for name in declared if name in arrays}
    sizes = _sizes_by_name(graph, arrays, declared, where)
    missing = [name for name in declared if name not in given]
    if missing:
        raise GraphError(f"input {missing[0]!r} is missing", where=where, next_step=f"give {missing[0]}=...")
    values = infer_sizes(where, graph.domain, declared, {k: a.shape for k, a in given.items()}, sizes)
    return values, given


def _decided(
    graph: Algorithm, values: dict[str, int], given: dict[str, Any]
) -> tuple[Numbers, UnitGraph, Store]:
    """Compute an algorithm until data has decided all its choices; see Note [Deciding]."""
    numbers: dict[tuple[str, str], int] = {}
    while True:
        waiting: list[Undecided] = []
        unit = unroll_for_values(graph, values, numbers, waiting)
        if not waiting:
            return numbers, unit, compute(unit, given)
        try:
            compute(unit, given)
        except GraphError:  # of values that stand in for others, perhaps; of true ones it comes again
            if not any(u.told for u in waiting):
                raise
        told = [u for u in untouched(unit, waiting) if u.told]
        numbers |= {(u.key, u.trail): u.number for u in told}


def compute(unit: UnitGraph, given: dict[str, Any]) -> Store:
    """Walk a unit graph wave by wave; return the values of all its nodes."""
    if len(unit) < NODES_A_WAVE * len(unit.wave_start):
        unit = widest_waves(unit)
    store = Store(unit)
    for name, ids in unit.inputs.items():
        store.put(ids.ravel(), given[name].ravel())
    for begin, end in zip(unit.wave_start[:-1].tolist(), unit.wave_start[1:].tolist(), strict=True):
        ids = unit.waves[begin:end].astype(np.int64)
        if unit.kind[ids[0]] == OP:
            _carry_out(store, unit.ops[unit.op_code[ids[0]]], ids)
        else:
            scatter(store, ids)
    return store


def _carry_out(store: Store, op: Op, ids: Any) -> None:
    if not isinstance(op, MoveOp):
        store.apply(op, ids)
    elif op == unit_op(Gather()):
        gather(store, ids)
    # The steps of a scatter are carried out together, by the cells of the array that it renews.


def _array(name: str, value: Any, where: str) -> Any:
    try:
        return np.asarray(value)
    except (ValueError, TypeError) as error:
        raise GraphError(
            f"{name} is no array: {error}", where=where, next_step="give numbers in rows of equal length"
        ) from error


def _sizes_by_name(graph: Algorithm, arrays: dict[str, Any], declared: Any, where: str) -> dict[str, int]:
    known = {s.name: s for s in graph.sizes}
    others = {name: value for name, value in arrays.items() if name not in declared}
    for name in others:
        if name not in known:
            raise GraphError(
                f"there is no input {name!r}",
                where=where,
                next_step=f"the inputs are: {', '.join(declared)}; the sizes: {', '.join(known) or 'none'}",
            )
    return {name: known[name].check(value) for name, value in others.items()}
