"""The conventions under which a figure is true: one frozen record, printed wherever a switch is not at its default."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import product

from workdepth.errors import ModelError

CHOICES: dict[str, tuple[str, ...]] = {
    "phases": ("barrier", "sequence", "dataflow"),
    "cells": ("reuse", "separate"),
    "inputs": ("resident", "loaded"),
    "outputs": ("kept", "streamed"),
    "reads": ("concurrent", "exclusive"),
    "spawn": ("free", "fork-join"),
}


@dataclass(frozen=True)
class Conventions:
    """The switches of the model; see the explanation "The model" for a worked example of each.

    Parameters
    ----------
    phases : {"barrier", "sequence", "dataflow"}
        Whether composite nodes are phases (default), wait for each other in program order too, or melt.
    cells : {"reuse", "separate"}
        Whether a result may take a word that dies in the same step.
    inputs : {"resident", "loaded"}
        Whether inputs are there at the start, or each word is loaded by an operation of work 1.
    outputs : {"kept", "streamed"}
        Whether outputs stay to the end, or leave after the step that makes them if nobody reads them later.
    reads : {"concurrent", "exclusive"}
        Whether many operations may read one word in a step, or k of them make it ceil(log2 k) steps longer.
    spawn : {"free", "fork-join"}
        Whether a phase of k points starts at once, or after ceil(log2 k) steps.

    Examples
    --------
    >>> Conventions(cells="separate").changed()
    {'cells': 'separate'}
    >>> Conventions(cells="shared")
    Traceback (most recent call last):
        ...
    workdepth.errors.ModelError: cells cannot be 'shared'; choose one of: reuse, separate
    """

    phases: str = "barrier"
    cells: str = "reuse"
    inputs: str = "resident"
    outputs: str = "kept"
    reads: str = "concurrent"
    spawn: str = "free"

    def __post_init__(self) -> None:
        for field in fields(self):
            value, allowed = getattr(self, field.name), CHOICES[field.name]
            if value not in allowed:
                raise ModelError(
                    f"{field.name} cannot be {value!r}", next_step=f"choose one of: {', '.join(allowed)}"
                )

        if self.phases == "dataflow" and self.spawn == "fork-join":
            raise ModelError(
                "spawn=fork-join has no meaning under phases=dataflow: without phases nothing is spawned",
                next_step="leave one of them at its default",
            )

    def changed(self) -> dict[str, str]:
        """Return the switches that are not at their default."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}

    def of_schedule(self) -> dict[str, str]:
        """Return the switches that speak of the schedule; ``phases`` speaks of the graph."""
        return {k: v for k, v in self.as_dict().items() if k != "phases"}

    def as_dict(self) -> dict[str, str]:
        """Return all switches."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


def every_convention() -> tuple[Conventions, ...]:
    """Return every setting of the switches that has a meaning.

    Examples
    --------
    >>> len(every_convention())
    80
    """
    names = tuple(CHOICES)
    settings = (dict(zip(names, values, strict=True)) for values in product(*CHOICES.values()))
    return tuple(Conventions(**s) for s in settings if (s["phases"], s["spawn"]) != ("dataflow", "fork-join"))
