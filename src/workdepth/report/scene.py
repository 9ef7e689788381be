"""What a drawing shows: the operations of a unit graph step by step, and what each step needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workdepth.graph.unit import UnitGraph
    from workdepth.schedule.profile import Profile

SYMBOLS = {
    "add": "+",
    "subtract": "−",
    "multiply": "×",
    "divide": "÷",
    "floor-divide": "//",
    "remainder": "mod",
    "power": "^",
    "maximum": "max",
    "minimum": "min",
    "and": "&",
    "or": "|",
    "xor": "xor",
    "less": "<",
    "less-equal": "≤",
    "equal": "=",
    "negate": "−",
    "absolute": "abs",
    "sqrt": "√",
    "copy": "cp",
    "select": "?",
    "compare-exchange": "⇅",
}
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Mark:
    """An input or an operation of a drawing.

    Attributes
    ----------
    node : int
        Its number in the unit graph.
    kind : {"input", "constant", "op"}
    first, last : int
        The steps it is in progress; inputs are in step 0.
    label, tip : str
        What stands in it, and what is said of it at length.
    output : bool
        Whether an output names its value.
    """

    node: int
    kind: str
    first: int
    last: int
    label: str
    tip: str
    output: bool


@dataclass(frozen=True)
class Scene:
    """A schedule on the GPU, ready to be laid out.

    Attributes
    ----------
    title : str
    marks : tuple of Mark
    reads, waits : tuple of (int, int)
        Pairs of nodes: who reads whose value, who waits for whom.
    time, memory, threads, work : int
    threads_of, words_of : tuple of int
        For each step from 0, the start.
    """

    title: str
    marks: tuple[Mark, ...]
    reads: tuple[tuple[int, int], ...]
    waits: tuple[tuple[int, int], ...]
    time: int
    memory: int
    threads: int
    work: int
    threads_of: tuple[int, ...]
    words_of: tuple[int, ...]

    @property
    def figures(self) -> str:
        """The four figures in words."""
        return figures_text(self)


def figures_text(found: Scene | Profile) -> str:
    """Write time, memory, threads and work in words."""
    time, memory = _many(found.time, "step"), _many(found.memory, "word")
    return f"time {time}, memory {memory}, {_many(found.threads, 'thread')}, work {found.work}"


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def title_of(name: str, sizes: Mapping[str, int]) -> str:
    """Return the name with its sizes."""
    return ", ".join([name, *(f"{size} = {value}" for size, value in sizes.items())])


def scene(unit: UnitGraph, found: Profile, sizes: Mapping[str, int]) -> Scene:
    """Gather what is drawn of a unit graph: sources that hold words, and operations; joins are not seen."""
    from workdepth.graph.unit import KIND_NAMES

    steps = range(found.time + 1)
    live = _filled(found.boundaries.tolist(), found.live.tolist(), found.time)
    busy = _filled(found.boundaries.tolist(), found.busy.tolist(), found.time)
    names = _source_names(unit)
    seen = [v for v in range(len(unit)) if KIND_NAMES[unit.kind[v]] in ("input", "constant", "op")]
    outputs = set(unit.producers()[unit.output_values()].tolist())
    marks = tuple(_mark(unit, found, v, names.get(v, ""), v in outputs) for v in seen)
    reads, waits = _edges(unit, set(seen))
    return Scene(
        title_of(unit.name, sizes),
        marks,
        reads,
        waits,
        found.time,
        found.memory,
        found.threads,
        found.work,
        tuple(0 if s == 0 else busy[s] for s in steps),
        tuple(live[0] if s == 0 else max(live[s - 1], live[s]) for s in steps),
    )


def _filled(boundaries: list[int], values: list[int], time: int) -> list[int]:
    """Return a value for every boundary; between those given nothing changes."""
    out: list[int] = []
    for position, value in enumerate(values):
        end = boundaries[position + 1] if position + 1 < len(boundaries) else time + 1
        out += [value] * (end - len(out))
    return out


def _mark(unit: UnitGraph, found: Profile, v: int, name: str, output: bool) -> Mark:
    from workdepth.graph.unit import KIND_NAMES

    kind = KIND_NAMES[unit.kind[v]]
    last = int(found.finish[v])
    first = last - int(unit.work[v]) + 1 if unit.work[v] else last
    if kind != "op":
        return Mark(v, kind, 0, 0, name, f"{kind} {name}", output)
    path = unit.paths[unit.origin[v]]
    op = unit.ops[unit.op_code[v]].name if unit.op_code[v] >= 0 else ""
    when = f"step {last}" if first >= last else f"steps {first} to {last}"
    label = SYMBOLS.get(op, op) if op else path
    return Mark(v, kind, first, last, label, f"{op or path}, {when}{f', of {path}' if op else ''}", output)


def _source_names(unit: UnitGraph) -> dict[int, str]:
    import numpy as np

    found = {}
    for name, ids in unit.inputs.items():
        plain = unit.op_code.size and not unit.ops and ids.size == 1
        for position, v in np.ndenumerate(ids):
            found[int(v)] = name if plain else name + _subscript(position)
    return found


def _subscript(position: tuple[Any, ...]) -> str:
    digits = [str(int(p)) for p in position]
    return ("" if all(len(d) == 1 for d in digits) else ",").join(digits).translate(_SUBSCRIPTS)


def _edges(unit: UnitGraph, seen: set[int]) -> tuple[tuple[tuple[int, int], ...], ...]:
    import numpy as np

    producer = unit.producers()[unit.operands].tolist()
    reader = np.repeat(np.arange(len(unit)), np.diff(unit.operand_start)).tolist()
    before = unit.order.tolist()
    after = np.repeat(np.arange(len(unit)), np.diff(unit.order_start)).tolist()
    return tuple(
        tuple(dict.fromkeys((a, b) for a, b in zip(tails, heads, strict=True) if a in seen and b in seen))
        for tails, heads in ((producer, reader), (before, after))
    )
