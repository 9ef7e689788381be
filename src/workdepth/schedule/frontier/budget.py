"""How long a search may take, in seconds and in what it must remember."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


class OutOfBudget(Exception):  # noqa: N818  not an error: a search that ends early
    """A search has reached its limit; it says which."""


@dataclass
class Budget:
    """Seconds from now, and a number of things to remember.

    Parameters
    ----------
    seconds : float
    most : int
        How many states may be remembered.

    Examples
    --------
    >>> Budget(0.0).left()
    0.0
    """

    seconds: float
    most: int = 400_000
    _until: float = field(init=False)

    def __post_init__(self) -> None:
        self._until = time.monotonic() + self.seconds

    def left(self) -> float:
        """Return the seconds that are left."""
        return max(0.0, self._until - time.monotonic())

    def check(self, remembered: int) -> None:
        """Raise OutOfBudget where time or room is used up."""
        if remembered > self.most:
            raise OutOfBudget(f"more than {self.most} states")
        if time.monotonic() > self._until:
            raise OutOfBudget(f"{self.seconds:g} s are over")
