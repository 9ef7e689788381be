"""Costs of recursions: T(n) from T at smaller sizes, in closed form, as a bound, as a growth class."""

from workdepth.symbolic.recurrences.evaluating import at
from workdepth.symbolic.recurrences.expected import mean
from workdepth.symbolic.recurrences.history import Split, SplitSolution, split
from workdepth.symbolic.recurrences.history_values import mean_at, worst_at
from workdepth.symbolic.recurrences.recurrence import Call, Case, Recurrence, recurrence
from workdepth.symbolic.recurrences.solving import Solution, solve
from workdepth.symbolic.recurrences.worst import worst

__all__ = [
    "Call",
    "Case",
    "Recurrence",
    "Solution",
    "Split",
    "SplitSolution",
    "at",
    "mean",
    "mean_at",
    "recurrence",
    "solve",
    "split",
    "worst",
    "worst_at",
]
