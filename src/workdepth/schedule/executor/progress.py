"""How far a run is, on stderr: in place on a screen, a line now and then in a file."""

from __future__ import annotations

import sys
from typing import TextIO


class Progress:
    """A count of what is done.

    Parameters
    ----------
    total, done : int
        How many cells there are, and how many were done before.
    to : text stream, optional
        Where it is told; stderr if left out.
    """

    def __init__(self, total: int, done: int, to: TextIO | None = None) -> None:
        self.total, self.done = total, done
        self._to = sys.stderr if to is None else to
        self._in_place = self._to.isatty()
        self._told = -1
        if done:
            self._say(f"{done} of {total} cells were done before")

    def step(self) -> None:
        """Count one more."""
        self.done += 1
        tenth = 10 * self.done // self.total
        if self._in_place:
            self._to.write(f"\r{self.done} of {self.total} cells" + ("\n" if self.done == self.total else ""))
            self._to.flush()
        elif tenth > self._told or self.done == self.total:
            self._told = tenth
            self._say(f"{self.done} of {self.total} cells")

    def stopped(self, kept: str) -> None:
        """Say what is done and kept when a run ends before its time."""
        if self._in_place:
            self._to.write("\n")
        self._say(f"stopped after {self.done} of {self.total} cells; {kept}")

    def _say(self, text: str) -> None:
        self._to.write(text + "\n")
        self._to.flush()
