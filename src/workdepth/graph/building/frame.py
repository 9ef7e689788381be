"""A body while its function runs; see Note [Scopes]."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workdepth.graph.value import Value

if TYPE_CHECKING:
    from workdepth.graph.algorithm import Algorithm


@dataclass
class Frame:
    """A body under construction and what it has captured so far."""

    body: Algorithm
    operands: list[Value] = field(default_factory=list)
    ports: dict[tuple[str, int], Value] = field(default_factory=dict)
