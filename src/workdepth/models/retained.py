"""What has been found of bodies is remembered for the next analysis: up to a bounded number of them.

Note [Retained].  What a model tells of copies of a body follows from values that never change: the switches, the
structure of the body (see Note [Alike]), what is handed to it and what is known of the names in it.  So it may be
kept under these values whoever asks, and an algorithm that is analysed again, or one that shares blocks with it,
finds it.  It is kept with whether a branch in it had one case that is the worst in every figure, which the model
notes beside the result.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Found = TypeVar("Found")
#: More than so many results are forgotten, all at once.
MOST = 2000


class Retained(Generic[Found]):
    """Results by what they follow from.

    Examples
    --------
    >>> squares: Retained[int] = Retained()
    >>> squares.of(3, lambda: 3 * 3), squares.of(3, lambda: 0)
    (9, 9)
    """

    def __init__(self) -> None:
        self._found: dict[Hashable, Found] = {}

    def of(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """Return what is remembered, or found now."""
        found = self._found.get(key)
        if found is None:
            found = find()
            if len(self._found) >= MOST:
                self._found.clear()
            self._found[key] = found
        return found

    def forget(self) -> None:
        """Forget everything."""
        self._found.clear()
