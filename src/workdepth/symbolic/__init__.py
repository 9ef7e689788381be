"""Sizes, sums, maxima and growth: the exact algebra of costs; knows no graph."""

from workdepth.symbolic.domain import Domain, Size
from workdepth.symbolic.expr import Expr, as_expr, name
from workdepth.symbolic.functions import ceiling, floor, log2, maximum_of, minimum_of
from workdepth.symbolic.reading import parse
from workdepth.symbolic.sympy_bridge import from_sympy, to_sympy
from workdepth.symbolic.text import latex, pretty

__all__ = [
    "Domain",
    "Expr",
    "Size",
    "as_expr",
    "ceiling",
    "floor",
    "from_sympy",
    "latex",
    "log2",
    "maximum_of",
    "minimum_of",
    "name",
    "parse",
    "pretty",
    "to_sympy",
]
