"""The algorithms that a graph calls, in files: a list, in which each stands once and after those that it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from workdepth.errors import FileError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.files.fields import Part, shown


@dataclass
class Written:
    """The algorithms that have been met while a graph is written; ``write`` writes one."""

    write: Callable[[Algorithm], dict[str, Any]]
    written: list[dict[str, Any]] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)

    def number(self, callee: Algorithm | None) -> int | None:
        """Return the number of an algorithm in the list, None for the graph itself."""
        if callee is None:
            return None
        if id(callee) not in self.numbers:
            found = self.write(callee)  # first what it calls
            self.numbers[id(callee)] = len(self.written)
            self.written.append(found)
        return self.numbers[id(callee)]


@dataclass
class Read:
    """The algorithms that have been read so far: those that may be called."""

    found: list[Algorithm] = field(default_factory=list)
    called: set[int] = field(default_factory=set)

    def add(self, callee: Algorithm) -> None:
        """Add the next algorithm of the list."""
        self.found.append(callee)

    def numbered(self, part: Part) -> Algorithm | None:
        """Return the algorithm that a call names, None for the graph itself."""
        if part.value is None:
            return None
        number = part.natural()
        if number >= len(self.found):
            raise part.wrong(
                f"a call names algorithm {shown(number)}, and {len(self.found)} stand before it",
                "list each algorithm after those that it calls, and count from 0",
            )
        self.called.add(number)
        return self.found[number]

    def check_all_called(self, where: str) -> None:
        """Refuse an algorithm that nothing calls: no rule would look at it.

        Raises
        ------
        FileError
            Naming its number.
        """
        idle = next((k for k in range(len(self.found)) if k not in self.called), None)
        if idle is not None:
            raise FileError(
                f"algorithm {idle} of the list is never called", where=where, next_step="leave it out"
            )


__all__ = ["Read", "Written"]
