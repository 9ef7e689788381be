"""The memory of one thread: of any order, and the least over all orders."""

from workdepth.schedule.sequential.least import LeastMemory, least_memory, least_of_unit
from workdepth.schedule.sequential.order import in_order, witness_in_order

__all__ = ["LeastMemory", "in_order", "least_memory", "least_of_unit", "witness_in_order"]
