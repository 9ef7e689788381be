"""Sizes, sums, maxima and growth: the exact algebra of costs; knows no graph."""

from workdepth.symbolic.domain import Domain, Size
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.extremes import Closed, maximize, maximum, minimize, minimum
from workdepth.symbolic.functions import ceiling, floor, harmonic, log2, maximum_of, minimum_of
from workdepth.symbolic.growth import Growth, growth, ratio_bounded
from workdepth.symbolic.growth_text import parse_growth
from workdepth.symbolic.making import name
from workdepth.symbolic.reading import parse
from workdepth.symbolic.signs import dominates, nonnegative, positive
from workdepth.symbolic.simplifying import simplify
from workdepth.symbolic.structure import affine, coefficients, maxima_of
from workdepth.symbolic.sums import summation, summation_bound
from workdepth.symbolic.sympy_bridge import from_sympy, symbol, to_sympy
from workdepth.symbolic.text import latex, pretty

__all__ = [
    "Closed",
    "Domain",
    "Expr",
    "Growth",
    "Size",
    "affine",
    "as_expr",
    "ceiling",
    "coefficients",
    "dominates",
    "floor",
    "from_sympy",
    "growth",
    "harmonic",
    "latex",
    "log2",
    "maxima_of",
    "maximize",
    "maximum",
    "maximum_of",
    "minimize",
    "minimum",
    "minimum_of",
    "name",
    "nonnegative",
    "parse",
    "parse_growth",
    "positive",
    "pretty",
    "ratio_bounded",
    "simplify",
    "summation",
    "summation_bound",
    "symbol",
    "to_sympy",
]
