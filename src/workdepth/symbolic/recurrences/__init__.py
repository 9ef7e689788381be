"""Costs of recursions: T(n) from T at smaller sizes, in closed form, as a bound, as a growth class."""

from workdepth.symbolic.recurrences.evaluating import at
from workdepth.symbolic.recurrences.recurrence import Call, Case, Recurrence, recurrence
from workdepth.symbolic.recurrences.solving import Solution, solve

__all__ = ["Call", "Case", "Recurrence", "Solution", "at", "recurrence", "solve"]
