"""Sizes, sums, maxima and growth: the exact algebra of costs; knows no graph."""

from workdepth.symbolic.domain import Domain, Size
from workdepth.symbolic.expr import Expr, as_expr, name
from workdepth.symbolic.functions import ceiling, floor, log2, maximum_of, minimum_of
from workdepth.symbolic.reading import parse
from workdepth.symbolic.signs import dominates, nonnegative, positive
from workdepth.symbolic.structure import affine, coefficients
from workdepth.symbolic.sympy_bridge import from_sympy, to_sympy
from workdepth.symbolic.text import latex, pretty

__all__ = [
    "Domain",
    "Expr",
    "Size",
    "affine",
    "as_expr",
    "ceiling",
    "coefficients",
    "dominates",
    "floor",
    "from_sympy",
    "latex",
    "log2",
    "maximum_of",
    "minimum_of",
    "name",
    "nonnegative",
    "parse",
    "positive",
    "pretty",
    "to_sympy",
]
