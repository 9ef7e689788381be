"""Sizes from the shapes of arrays: extents that are a bare size, or affine in one."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from workdepth.errors import GraphError
from workdepth.graph.nodes import Shape
from workdepth.symbolic import Domain, Expr, affine


def infer_sizes(
    where: str,
    domain: Domain,
    declared: Mapping[str, Shape],
    shapes: Mapping[str, tuple[int, ...]],
    given: Mapping[str, int],
) -> dict[str, int]:
    """Return a value for each size, from the shapes of arrays and what is given by keyword.

    Parameters
    ----------
    where : str
        The algorithm, for messages.
    domain : Domain
    declared : mapping
        The symbolic shape of each array.
    shapes : mapping
        Its shape.
    given : mapping
        Sizes that are given by keyword.

    Returns
    -------
    dict

    Raises
    ------
    GraphError
        When a rank or an extent does not fit, or a size does not follow from the shapes.
    SizeError
        When a size is outside its domain.

    Examples
    --------
    >>> from workdepth.symbolic import Size, name
    >>> infer_sizes("g", Domain((Size("n"),)), {"x": (2 * name("n") + 1,)}, {"x": (9,)}, {})
    {'n': 4}
    """
    pairs = [pair for name in declared for pair in _pairs(where, name, declared[name], shapes[name])]
    known = dict(given)
    wanted = {s.name for s in domain.sizes}
    found = True
    while found and not wanted <= known.keys():
        found = False
        for name, expression, extent in pairs:
            unknown = expression.names - known.keys()
            if len(unknown) == 1:
                (text,) = unknown
                value = _solve(expression, text, extent, known)
                if isinstance(value, Fraction):
                    raise GraphError(
                        f"{name} has an extent of {extent}, but {expression} is that for no integer {text}",
                        where=where,
                        next_step="give an array of another length",
                    )
                if value is not None:
                    known[text], found = value, True
    missing = sorted(wanted - known.keys())
    if missing:
        raise GraphError(
            f"size {missing[0]!r} does not follow from the shapes of {', '.join(declared) or 'no inputs'}",
            where=where,
            next_step=f"give it by name: {missing[0]}=...",
        )
    values = domain.check(known)
    for name, expression, extent in pairs:
        if expression.at(values) != extent:
            raise GraphError(
                f"{name} has an extent of {extent} where {expression} = {expression.at(values)} is declared"
                f" ({', '.join(f'{k} = {v}' for k, v in values.items())})",
                where=where,
                next_step="give arrays whose shapes agree",
            )
    return values


def _pairs(where: str, name: str, shape: Shape, actual: tuple[int, ...]) -> list[tuple[str, Expr, int]]:
    if len(shape) != len(actual):
        raise GraphError(
            f"{name} has {len(actual)} dimensions where {len(shape)} are declared",
            where=where,
            next_step=f"give an array of shape ({', '.join(map(str, shape))})",
        )
    return [(name, expression, extent) for expression, extent in zip(shape, actual, strict=True)]


def _solve(expression: Expr, text: str, extent: int, known: Mapping[str, int]) -> int | Fraction | None:
    """Return the value of one size, or None where the expression does not tell it."""
    parts = affine(expression, text)
    if parts is None:
        return None
    slope, rest = (part.at(known) for part in parts)
    if isinstance(slope, float) or isinstance(rest, float) or slope == 0:
        return None
    value = Fraction(extent - rest) / slope
    return value.numerator if value.denominator == 1 else value
