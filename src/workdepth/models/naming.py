"""Which arrays name words of which storage: looked up from both sides, as it changes."""

from __future__ import annotations

from workdepth.models.scope import Array
from workdepth.symbolic import Expr

Held = tuple[tuple[object, Expr], ...]


class Holds(dict[Array, Held]):
    """The storages that each array names words of, and the arrays of each storage.

    Examples
    --------
    >>> from workdepth.symbolic import as_expr
    >>> holds = Holds()
    >>> holds["a", 0] = (("key", as_expr(1)),)
    >>> holds["b", 0] = (("key", as_expr(1)),)
    >>> holds["a", 0] = ()
    >>> holds.of("key"), holds.changed()
    ([('b', 0)], ['key'])
    """

    def __init__(self) -> None:
        self._arrays: dict[object, set[Array]] = {}
        self._position: dict[Array, int] = {}
        self._changed: dict[object, None] = {}

    def __setitem__(self, array: Array, held: Held) -> None:
        for key, _ in self.get(array, ()):
            self._arrays[key].discard(array)
            self._changed[key] = None
        super().__setitem__(array, held)
        self._position.setdefault(array, len(self._position))
        for key, _ in held:
            self._arrays.setdefault(key, set()).add(array)
            self._changed[key] = None

    def of(self, key: object) -> list[Array]:
        """Return the arrays that name words of a storage, in the order in which they came."""
        found = self._arrays.get(key, ())
        return list(found) if len(found) < 2 else sorted(found, key=self._position.__getitem__)

    def has_changed(self, key: object) -> bool:
        """Say whether the arrays of a storage have changed since that was last asked."""
        return key in self._changed

    def changed(self) -> list[object]:
        """Return the storages whose arrays have changed since this was last asked."""
        found = list(self._changed)
        self._changed.clear()
        return found
