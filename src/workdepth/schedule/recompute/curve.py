"""Store or recompute: how much time fewer words cost one thread, as a staircase."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from workdepth.models.conventions import Conventions

SHOWN = 24


@dataclass(frozen=True)
class Point:
    """A corner of the staircase.

    Attributes
    ----------
    memory : int
        Words.
    time : int
        Steps that a schedule found takes in them.
    lower_bound : int
        No schedule of as many words takes fewer steps.
    again : int
        Steps that are spent on what has run before.
    copies : int, optional
        No schedule is faster in which each operation runs at most so often; None where this is not shown.
    """

    memory: int
    time: int
    lower_bound: int
    again: int
    copies: int | None = None

    @property
    def status(self) -> str:
        """Return "exact" where no schedule of as many words is faster, else "bounds"."""
        return "exact" if self.time == self.lower_bound else "bounds"


@dataclass(frozen=True)
class Recomputation:
    """The store-or-recompute curve of one thread.

    Attributes
    ----------
    algorithm : str
    sizes : dict
    conventions : Conventions
    work : int
        The time when everything runs once.
    points : tuple of Point
        From the fewest words, and most time, on.
    least : int
        No schedule at all takes fewer words.
    status : str
        "exact" where every corner is proved and none is missing, else "bounds".
    method : str
        "search" or "closed form".
    notes : tuple of str
        What was not tried, and why.
    """

    algorithm: str
    sizes: dict[str, int]
    conventions: Conventions
    work: int
    points: tuple[Point, ...]
    least: int
    status: str
    method: str
    play: Callable[[int], tuple[int, ...]] = field(repr=False, compare=False)
    notes: tuple[str, ...] = ()

    def at(self, memory: int) -> Point | None:
        """Return the fastest corner found that fits into so many words; None where none does."""
        fitting = [point for point in self.points if point.memory <= memory]
        return fitting[-1] if fitting else None

    def nodes(self, memory: int) -> tuple[int, ...]:
        """Return what runs, in order, at the corner of so many words: ids of the unit graph, loads included.

        Raises
        ------
        ModelError
            When there is no such corner.
        """
        from workdepth.errors import ModelError

        if memory not in [point.memory for point in self.points]:
            raise ModelError(
                f"no corner of the curve has {memory} words",
                where=self.algorithm,
                next_step=f"choose one of: {', '.join(str(p.memory) for p in self.points[:SHOWN])}",
            )
        return self.play(memory)

    def __str__(self) -> str:
        sizes = "".join(f", {name}={value}" for name, value in self.sizes.items())
        changed = "".join(f", {k}={v}" for k, v in self.conventions.changed().items())
        head = f"{self.algorithm}{sizes}: store or recompute, on one thread{changed}"
        width = max(5, *(len(str(v)) for p in self.points for v in (p.memory, p.time)))
        rows = [f"  {'words':>{width}}  {'time':>{width}}  {'again':>{width}}"]
        for point in self._shown():
            if point is None:
                rows.append(f"  {'...':>{width}}  {'...':>{width}}  {'...':>{width}}")
                continue
            note = _note(point)
            rows.append(f"  {point.memory:>{width}}  {point.time:>{width}}  {point.again:>{width}}{note}")
        return "\n".join([head, *rows, f"  {self._said()}", *(f"  note: {note}" for note in self.notes)])

    def _shown(self) -> list[Point | None]:
        """Return the corners to print, None where some are left out."""
        if len(self.points) <= SHOWN:
            return list(self.points)
        half = SHOWN // 2
        return [*self.points[:half], None, *self.points[-half:]]

    def _said(self) -> str:
        if self.status == "exact":
            return f"exact, by {self.method}: no schedule is better at any corner, none takes fewer words"
        return f"bounds, by {self.method}: no schedule takes fewer than {self.least} words"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "schema": "workdepth.recomputation/1",
            "algorithm": self.algorithm,
            "sizes": self.sizes,
            "conventions": self.conventions.as_dict(),
            "work": self.work,
            "least_memory": self.least,
            "status": self.status,
            "method": self.method,
            "points": [
                {
                    "memory": p.memory,
                    "time": p.time,
                    "lower_bound": p.lower_bound,
                    "again": p.again,
                    "status": p.status,
                    "best_with_copies": p.copies,
                }
                for p in self.points
            ],
            "notes": list(self.notes),
        }


def _note(point: Point) -> str:
    """Return what is to be said beside a corner that is not proved."""
    if point.status == "exact":
        return ""
    best = "" if point.copies is None else f", none faster with at most {point.copies} copies"
    return f"  at least {point.lower_bound}{best}"
