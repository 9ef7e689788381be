"""The numbers of a running graph: one array for each data type, and weak literals."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workdepth.errors import GraphError
from workdepth.graph.ops import Op
from workdepth.graph.unit import LITERAL, UnitGraph

Ids = NDArray[np.int64]
# What a function that a person wrote may raise, when it is wrong.
_FAILURES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NameError,
    RuntimeError,
    TypeError,
    ValueError,
)
UNKNOWN, WEAK_INT, WEAK_FLOAT = -1, -2, -3


@dataclass
class Store:
    """The value of every node so far; ``slot`` says in which table each value is."""

    unit: UnitGraph
    tables: list[Any] = field(default_factory=list)
    slots: dict[Any, int] = field(default_factory=dict)
    slot: NDArray[np.int16] = field(init=False)

    def __post_init__(self) -> None:
        self.slot = np.full(len(self.unit.value_words), UNKNOWN, dtype=np.int16)
        for v, number in self.unit.literals.items():
            self.slot[v] = WEAK_FLOAT if isinstance(number, float) else WEAK_INT
        assert all(self.unit.kind[v] == LITERAL for v in self.unit.literals)

    def put(self, values: Ids, numbers: Any) -> None:
        """Keep numbers, in the table of their type."""
        if numbers.dtype not in self.slots:
            self.slots[numbers.dtype] = len(self.tables)
            self.tables.append(np.empty(len(self.slot), dtype=numbers.dtype))
        k = self.slots[numbers.dtype]
        self.tables[k][values] = numbers
        self.slot[values] = k

    def apply(self, op: Op, ids: Ids) -> None:
        """Carry out one op for many nodes, those of the same operand types together."""
        start = self.unit.operand_start[ids]
        columns = [self.unit.operands[start + position] for position in range(op.arity)]
        kinds = [self.slot[c] for c in columns]
        self.check_known(ids, kinds)
        if all((k == k[0]).all() for k in kinds):
            self._apply_alike(op, ids, columns)
            return
        groups, which = np.unique(np.stack(kinds, axis=1), axis=0, return_inverse=True)
        for g in range(len(groups)):
            rows = np.flatnonzero(which.ravel() == g)
            self._apply_alike(op, ids[rows], [c[rows] for c in columns])

    def check_known(self, ids: Ids, kinds: list[NDArray[np.int16]]) -> None:
        """Refuse to read what a scatter into an empty array has not written."""
        for kind in kinds:
            if (kind == UNKNOWN).any():
                where = self._origin(ids[np.flatnonzero(kind == UNKNOWN)])
                raise GraphError(
                    f"{where} reads an element that no scatter has written",
                    where=where,
                    next_step="scatter to every position that is read, or start from an array that is written",
                )

    def numbers(self, values: Ids, where: str) -> Any:
        """Return the numbers of values in one array, of the type that holds them all."""
        kinds = np.unique(self.slot[values]).tolist()
        types = [self.type_of(k) for k in kinds if k != UNKNOWN]
        try:
            found = np.zeros(values.shape, dtype=np.result_type(*types) if types else float)
            for k in kinds:
                here = self.slot[values] == k
                if k >= 0:
                    found[here] = self.tables[k][values[here]]
                elif k != UNKNOWN:
                    found[here] = [self.unit.literals[int(v)] for v in values[here]]
        except (TypeError, OverflowError) as error:
            raise GraphError(
                f"the numbers of one array have no type in common: {error}",
                where=where,
                next_step="give inputs of another type",
            ) from error
        return found

    def type_of(self, kind: int) -> Any:
        """Return the type of a slot; a weak one as a Python number."""
        return {WEAK_INT: 0, WEAK_FLOAT: 0.0}[kind] if kind < 0 else self.tables[kind].dtype

    def _apply_alike(self, op: Op, ids: Ids, columns: list[Ids]) -> None:
        kinds = [int(self.slot[c[0]]) for c in columns]
        types = [self.tables[k].dtype for k in kinds if k >= 0]
        operands = [
            self.tables[k][c] if k >= 0 else self._weak(c, k, types, op)
            for k, c in zip(kinds, columns, strict=True)
        ]
        try:
            results = op(*operands)
        except _FAILURES as error:
            raise _refused(op, operands, self._origin(ids), error) from error
        several = results if op.results > 1 else (results,)
        if not isinstance(several, tuple | list | np.ndarray):
            raise _refused(
                op, operands, self._origin(ids), f"a {type(results).__name__} for {op.results} results"
            )
        if len(several) != op.results:
            raise _refused(op, operands, self._origin(ids), f"{len(several)} results for {op.results}")
        first = self.unit.first_value[ids]
        for out, result in enumerate(several):
            found = _numbers(result)
            if found is None or found.dtype.kind not in {
                *"biufc",
                *(np.asarray(x).dtype.kind for x in operands),
            }:
                what = f"a {type(result).__name__}, no numbers"
                raise _refused(op, operands, self._origin(ids), what)
            if found.shape not in ((), ids.shape):
                raise _refused(op, operands, self._origin(ids), f"a result of shape {found.shape}")
            self.put(first + out, np.broadcast_to(found, ids.shape))

    def _weak(self, column: Ids, kind: int, types: list[Any], op: Op) -> Any:
        """Return literals as one Python number, or as an array of the type that NumPy would give them."""
        distinct = np.unique(column)
        numbers = [self.unit.literals[int(v)] for v in distinct]
        if len(numbers) == 1:
            return numbers[0]
        weak: Any = 0 if kind == WEAK_INT else 0.0
        try:
            wanted = np.result_type(*types, weak) if types else np.asarray(weak).dtype
            return np.array(numbers, dtype=wanted)[np.searchsorted(distinct, column)]
        except (TypeError, OverflowError) as error:
            raise _refused(op, [np.empty(0, dtype=t) for t in types], "", error) from error

    def _origin(self, ids: Ids) -> str:
        return self.unit.paths[int(self.unit.origin[ids[0]])]

    def output(self, values: Ids) -> Any:
        """Return the numbers of an output, in the type that holds them all."""
        kinds = np.unique(self.slot[values]).tolist()
        if UNKNOWN in kinds:
            at = [int(x) for x in np.argwhere(np.atleast_1d(self.slot[values] == UNKNOWN))[0]]
            raise GraphError(
                f"an output has an element that no scatter has written: {at}",
                where=self.unit.name,
                next_step="scatter to every position, or start from an array that is written",
            )
        types = [self.type_of(k) for k in kinds] or [*self.slots][:1]
        found = np.empty(values.shape, dtype=np.result_type(*types) if types else float)
        for k in kinds:
            here = self.slot[values] == k
            if k < 0:
                found[here] = [self.unit.literals[int(v)] for v in np.asarray(values)[here]]
            else:
                found[here] = self.tables[k][np.asarray(values)[here]]
        return found[()]


def _numbers(result: Any) -> Any:
    try:
        return np.asarray(result)
    except (TypeError, ValueError):
        return None  # rows of unequal length


def _refused(op: Op, operands: list[Any], where: str, why: Any) -> GraphError:
    types = ", ".join(str(x.dtype) if isinstance(x, np.ndarray) else type(x).__name__ for x in operands)
    return GraphError(
        f"op {op.name!r} refuses operands of type {types}: {why}",
        where=where,
        next_step="give inputs of another type, or an op that takes these",
    )
