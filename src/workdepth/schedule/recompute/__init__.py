"""Store or recompute: the least time of one thread with a given number of words."""

from workdepth.schedule.recompute.curve import Point, Recomputation
from workdepth.schedule.recompute.recomputation import carried_out, recomputation

__all__ = ["Point", "Recomputation", "carried_out", "recomputation"]
