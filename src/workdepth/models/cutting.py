"""Dividing the words that die in a loop among its copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workdepth.graph.nodes import Composite, Range
from workdepth.models.access import Slice, covered, references_of, sliced_by


def cut(
    kind: Composite, parts: Mapping[int, Slice], loop: Range
) -> tuple[dict[int, Slice], dict[int, Slice], bool]:
    """Divide parts by a loop: those that fall into slices, one a copy; the rest; and whether the rest is exact.

    The rest goes with the last copy (or comes with the first), exactly so where each copy reads all of it.
    """
    sliced: dict[int, Slice] = {}
    rest: dict[int, Slice] = {}
    told = True
    for operand, part in parts.items():
        refs = references_of(kind, operand)
        dimension = sliced_by(loop, part, refs)
        if dimension is not None:
            sliced[operand] = replace(part, free=part.free - {dimension})
            continue
        rest[operand] = part
        inner = [replace(r, loops=_inside(r.loops, loop)) for r in refs]
        told = told and covered(part, inner)
    return sliced, rest, told


def _inside(loops: tuple[Range, ...], loop: Range) -> tuple[Range, ...]:
    """Return the loops within ``loop``: what one of its copies runs through."""
    after = [k for k, q in enumerate(loops) if q.index == loop.index]
    return loops[after[0] + 1 :] if after else loops
