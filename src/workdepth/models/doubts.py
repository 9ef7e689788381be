"""When the words of a scope are in doubt: from which group on they may be fewer than told, and until when.

Note [Doubts].  What cannot be told exactly is kept too long.  A storage that is kept too long, or that counts
more words than it has, makes the words told too many from some group on; but when it and all whose names it
may share are told to have ended, they have ended in truth as well, since each word is kept until the last
reader of every array that may name it.  What is left then is told exactly again.  So a doubt lasts from a group
to the end of some storages, and only words that nothing lets go in the scope stay in doubt to its end.  The
words that a node changes by, its ``net``, are those of the storages that end or come in it, whenever within it
that is: a node that tells the moment of a death too late has a peak that is a bound, but a net that is exact.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from workdepth.models.storage import NEVER, Doubt


class Doubts:
    """The doubts of one scope, and which storages have ended, in which group.

    Examples
    --------
    >>> doubts = Doubts()
    >>> doubts.add([(1, ("x",)), (3, ())])
    >>> doubts.end("x", 2)
    >>> [doubts.sure(group) for group in (0, 1, 2, 2.5, 3)]
    [True, False, False, True, False]
    """

    def __init__(self) -> None:
        self._found: list[Doubt] = []
        self._ended: dict[object, float] = {}
        self._passed: dict[object, object] = {}
        self._lasting: list[tuple[float, float]] | None = None  # until something is noted

    def add(self, doubts: Iterable[Doubt]) -> None:
        """Note some doubts."""
        self._found += doubts
        self._lasting = None

    def end(self, key: object, group: float) -> None:
        """Note that a storage has ended in a group."""
        self._ended[key] = group
        self._lasting = None

    def passed(self, key: object, successor: object) -> None:
        """Note that the words of a storage have become those of another."""
        self._passed[key] = successor
        self._lasting = None

    def _until(self, key: object) -> float:
        while key in self._passed:
            key = self._passed[key]
        return self._ended.get(key, NEVER)

    def sure(self, group: float) -> bool:
        """Say whether no doubt lasts in a group."""
        if self._lasting is None:
            self._lasting = self._stretches()
        k = bisect_right(self._lasting, (group, NEVER))
        return not k or self._lasting[k - 1][1] < group

    def _stretches(self) -> list[tuple[float, float]]:
        """Return from which group to which there is a doubt, in stretches apart, in their order."""
        ends = [(since, max(map(self._until, until), default=NEVER)) for since, until in self._found]
        apart: list[tuple[float, float]] = []
        for since, until in sorted((since, until) for since, until in ends if since <= until):
            if apart and since <= apart[-1][1]:
                apart[-1] = apart[-1][0], max(until, apart[-1][1])
            else:
                apart.append((since, until))
        return apart
