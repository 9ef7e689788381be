"""The choice that data makes while an algorithm runs: every case is computed, and one of them is taken."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from workdepth.errors import GraphError
from workdepth.graph.calling import declared_inputs
from workdepth.graph.deciding import Undecided
from workdepth.graph.nodes import Branch, Enclosed, Shape
from workdepth.graph.ops import Op
from workdepth.graph.scope import Operand, Step, read_scope

if TYPE_CHECKING:
    from workdepth.graph.algorithm import Algorithm


def selection(step: Step, kind: Branch, noted: Undecided | None = None) -> Step:
    """Return the step that takes, for each result, the case that the condition names, and notes which, if asked."""
    graph = selector(step.shapes, len(kind.cases), noted)
    operands = [step.operands[0]]
    for k in range(len(kind.cases)):
        operands += [Operand(f"{step.name}#{k}", out, ()) for out in range(len(step.shapes))]
    ports = {k.name: number for number, k in enumerate(declared_inputs(graph))}
    body = read_scope(graph, step.path, None, ports)
    return replace(step, kind=Enclosed(graph, ()), operands=tuple(operands), body=body)


def selector(shapes: tuple[Shape, ...], cases: int, noted: Undecided | None = None) -> Algorithm:
    """Return the algorithm that takes one of several sets of arrays, by number."""
    from workdepth.graph.algorithm import Algorithm

    graph = Algorithm("choice")
    op = Op("choose", cases + 1, _selected)
    which = graph.input("which") if noted is None else graph.apply(noted.op, graph.input("which"))
    given = [[graph.input(f"case{k}_{out}", *s) for out, s in enumerate(shapes)] for k in range(cases)]
    for out, shape in enumerate(shapes):
        arrays = [row[out] for row in given]
        if shape:
            graph.output(
                graph.map(
                    list(shape), lambda *at, arrays=arrays: graph.apply(op, which, *(a[at] for a in arrays))
                ),
                str(out),
            )
        else:
            graph.output(graph.apply(op, which, *arrays), str(out))
    return graph


def _selected(which: Any, *cases: Any) -> Any:
    import numpy as np

    number = np.asarray(which)
    at = (number != 0).astype(np.int64) if len(cases) == 2 else number.astype(np.int64)
    if at.size and (at.min() < 0 or at.max() >= len(cases)):
        wrong = int(at.min()) if at.min() < 0 else int(at.max())
        raise GraphError(
            f"a switch of {len(cases)} cases is given the number {wrong}",
            next_step="let the condition name a case",
        )
    at, *arrays = np.broadcast_arrays(at, *cases)
    return np.take_along_axis(np.stack(arrays), at[None], 0)[0]
