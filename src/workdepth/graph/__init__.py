"""The dataflow graph: algorithm, nodes, ops, builder, rules, unrolling, running, files."""

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.ops import Op, op_named, register
from workdepth.graph.value import Value

__all__ = ["Algorithm", "Op", "Value", "op_named", "register"]
