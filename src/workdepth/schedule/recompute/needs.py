"""What an operation needs in memory to run, and to run again: its operands, and any array that it gathers from."""

from __future__ import annotations

from workdepth.errors import ModelError
from workdepth.graph.unit import JOIN, LITERAL, OP, UnitGraph
from workdepth.models.conventions import Conventions


def needs_of(unit: UnitGraph) -> dict[int, list[int]]:
    """Return the values that each operation needs, by node, literals left out.

    The joins of a gather only hold its array until the last position is read; here each of its steps needs all of
    the array, which comes to the same.

    Raises
    ------
    ModelError
        Where the graph has what cannot be run again: order edges, scatters, operations of no work.
    """
    _check(unit)
    arrays = _arrays(unit)
    return {
        v: [x for x in dict.fromkeys([*_operands(unit, v), *arrays.get(v, ())]) if not _is_literal(unit, x)]
        for v in range(unit.sources, len(unit))
        if unit.kind[v] == OP
    }


def check_inputs(unit: UnitGraph, conventions: Conventions) -> None:
    """Refuse an output that is streamed before there is any step."""
    named = set(unit.output_values().tolist())
    streamed = conventions.outputs == "streamed" and conventions.inputs == "resident"
    if streamed and named & set(range(unit.sources)):
        raise ModelError(
            "an output that is an input's element is streamed before the first step",
            where=unit.name,
            next_step="choose outputs=kept, or inputs=loaded",
        )


def _operands(unit: UnitGraph, v: int) -> list[int]:
    return unit.operands[unit.operand_start[v] : unit.operand_start[v + 1]].tolist()


def _arrays(unit: UnitGraph) -> dict[int, list[int]]:
    moves = unit.moves
    found = {}
    for opened, first, steps in zip(
        moves.opened.tolist(), moves.first.tolist(), moves.steps.tolist(), strict=True
    ):
        array = _operands(unit, opened)
        found |= dict.fromkeys(range(first, first + steps), array)
    return found


def _is_literal(unit: UnitGraph, value: int) -> bool:
    return value < unit.sources and bool(unit.kind[value] == LITERAL)


def _check(unit: UnitGraph) -> None:
    what = _obstacle(unit)
    if what:
        raise ModelError(
            f"{what}, so that it cannot be run again in parts",
            where=unit.name,
            next_step="ask for least_memory, which runs everything once",
        )


def _obstacle(unit: UnitGraph) -> str:
    if (unit.moves.cell >= 0).any():
        return "it scatters into an array"
    steps = {
        v
        for first, n in zip(unit.moves.first, unit.moves.steps, strict=True)
        for v in range(first, first + n)
    }
    for v in range(unit.sources, len(unit)):
        path = unit.paths[int(unit.origin[v])]
        if unit.kind[v] == OP and unit.work[v] == 0:
            return f"{path} takes no step"
        for u in unit.order[unit.order_start[v] : unit.order_start[v + 1]].tolist():
            if unit.kind[u] != JOIN and u >= unit.sources and u not in steps:
                return f"{path} waits for {unit.paths[int(unit.origin[u])]} without reading it"
    return ""
