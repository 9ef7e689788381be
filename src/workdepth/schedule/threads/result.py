"""What is known of the best schedule on p threads: the best one found, and how much shorter another could be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workdepth.graph.unit import UnitGraph
from workdepth.models.conventions import Conventions
from workdepth.schedule.threads.bounds import Bounds
from workdepth.schedule.witness import Replay, Witness

SCHEMA = "workdepth.schedule/1"
_STATUS = {
    "optimal": "no schedule is shorter",
    "feasible": "a shorter one may exist",
    "infeasible": "there is no schedule within so few words",
    "unknown": "no schedule was found, and it is not known whether there is one",
}


@dataclass(frozen=True, eq=False)
class Schedule:
    """The best schedule that was found, between proven bounds.

    Attributes
    ----------
    algorithm : str
        Its name.
    sizes : dict
        The sizes.
    conventions : Conventions
        The switches.
    threads : int
        How many there are.
    memory : int or None
        The most words that any step may hold; None where there is no limit.
    makespan : int or None
        The time of the best schedule found.
    lower_bound : int
        No schedule takes less time.
    status : {"optimal", "feasible", "infeasible", "unknown"}
    found_by : str
        The priority of the greedy schedule, or ``exact``; empty where there is none.
    bounds : Bounds
        Where the lower bound comes from, as far as no search was needed.
    least_memory : int
        Every schedule needs so many words, on any number of threads.
    uses : Replay or None
        Time, threads and words of the schedule, as the simulator counts them.
    notes : tuple of str
        What else is to be said of the search.
    interrupted : bool
        Whether the search was stopped from outside.
    unit : UnitGraph
    witness : Witness or None
        When everything starts.
    """

    algorithm: str
    sizes: dict[str, int]
    conventions: Conventions
    threads: int
    memory: int | None
    makespan: int | None
    lower_bound: int
    status: str
    found_by: str
    bounds: Bounds
    least_memory: int
    uses: Replay | None
    notes: tuple[str, ...]
    interrupted: bool
    unit: UnitGraph
    witness: Witness | None

    @property
    def gap(self) -> float | None:
        """How much longer the schedule may be than the shortest, as a share of the lower bound; None without one."""
        if self.makespan is None:
            return None
        return self.makespan / self.lower_bound - 1 if self.lower_bound else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the document of schema ``workdepth.schedule/1``, without the witness."""
        uses = self.uses
        return {
            "schema": SCHEMA,
            "algorithm": self.algorithm,
            "sizes": self.sizes,
            "conventions": self.conventions.as_dict(),
            "threads": self.threads,
            "memory": self.memory,
            "makespan": self.makespan,
            "lower_bound": self.lower_bound,
            "gap": self.gap,
            "status": self.status,
            "found_by": self.found_by or None,
            "bounds": {"span": self.bounds.span, "work": self.bounds.work, "interval": self.bounds.interval},
            "least_memory": self.least_memory,
            "uses": uses and {"time": uses.time, "threads": uses.threads, "memory": uses.memory},
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        limit = "" if self.memory is None else f", at most {_count(self.memory, 'word')}"
        at = "".join(f", {name}={value}" for name, value in self.sizes.items())
        changed = ", ".join(f"{k}={v}" for k, v in self.conventions.changed().items())
        lines = [f"{self.algorithm}{at}: {_count(self.threads, 'thread')}{limit}"]
        lines += [f"  conventions  {changed}"] if changed else []
        lines += self._time()
        b = self.bounds
        lines.append(
            f"  bound        {self.lower_bound} (span {b.span}, work/p {b.work}, interval load {b.interval})"
        )
        if self.uses is not None:
            lines.append(
                f"  uses         {_count(self.uses.threads, 'thread')}, {_count(self.uses.memory, 'word')}"
            )
        if self.memory is not None:
            lines.append(f"  memory       every schedule needs at least {_count(self.least_memory, 'word')}")
        return "\n".join([*lines, *(f"  note         {note}" for note in self.notes)])

    def _time(self) -> list[str]:
        status = f"  status       {self.status}: {_STATUS[self.status]}"
        if self.makespan is None:
            return [status]
        gap = f", gap {self.gap:.1%}" if self.gap else ""
        return [f"  time         {self.makespan}, by {self.found_by}{gap}", status]


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
