"""Sizes of a sweep and whole numbers of a launch, read from text; nothing is evaluated but arithmetic.

A sweep is ``2^4..2^12`` (powers of one base), ``1..64`` (every integer), ``4,8,15``, or a mix; with several
sizes each is named, ``n=2^4..2^8``, and all pairs are taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import NoReturn

from workdepth.errors import SizeError, SymbolicError
from workdepth.symbolic import parse

MOST_POINTS = 256
LARGEST = 2**40
_NUMBER = re.compile(r"\s*([0-9]{1,13})\s*(?:(?:\^|\*\*)\s*([0-9]{1,3}))?\s*")
_NAMED = re.compile(r"\s*([^\W\d]\w*)\s*=(.*)", re.DOTALL)
_STEP = "write it like 2^4..2^12 (powers), 1..64 (every integer) or 4,8,15"


def sweep(text: str) -> tuple[str, tuple[int, ...]]:
    """Read the values of one size.

    Parameters
    ----------
    text : str
        ``2^4..2^12``, ``1..64``, ``4,8,15``, after an optional name and ``=``; the name is n where none is.

    Returns
    -------
    tuple
        The name and the values, ascending.

    Raises
    ------
    SizeError
        Where the text is something else, a value is outside 1 to 2**40, or there are more than 256.

    Examples
    --------
    >>> sweep("2^4..2^7"), sweep("m=3..5,9")
    (('n', (16, 32, 64, 128)), ('m', (3, 4, 5, 9)))
    """
    named = _NAMED.fullmatch(text)
    name, values = (named.group(1), named.group(2)) if named else ("n", text)
    found = sorted({value for part in values.split(",") for value in _part(part, text)})
    return name, tuple(_limited(found, text))


def _part(part: str, text: str) -> Sequence[int]:
    low, dots, high = part.partition("..")
    (base, first), (other, last) = _number(low, text), _number(high if dots else low, text)
    if not dots:
        return [base**first]
    if base == other and base > 1 and (first, last) != (1, 1):
        found: Sequence[int] = [base**k for k in range(first, last + 1)]
    else:
        found = range(base**first, other**last + 1)
    return _limited(found, text)


def _number(text: str, whole: str) -> tuple[int, int]:
    """Return base and exponent; the power is known to be small enough to be worked out."""
    match = _NUMBER.fullmatch(text)
    if not match:
        _wrong(whole, "is no sweep of sizes")
    base, exponent = int(match.group(1)), int(match.group(2) or 1)
    if base < 1 or (base > 1 and exponent * (base.bit_length() - 1) > LARGEST.bit_length()):
        _wrong(whole, f"has a size outside 1 to {LARGEST}")
    return base, exponent


def _limited(values: Sequence[int], text: str) -> Sequence[int]:
    if not values:
        _wrong(text, "is empty")
    if values[-1] > LARGEST:
        _wrong(text, f"has a size outside 1 to {LARGEST}")
    if len(values) > MOST_POINTS:
        _wrong(text, f"has {len(values)} sizes, more than {MOST_POINTS}")
    return values


def _wrong(text: str, what: str) -> NoReturn:
    shown = text if len(text) <= 40 else text[:37] + "..."
    raise SizeError(f"{shown!r} {what}", where="the sweep", next_step=_STEP)


def points(swept: Mapping[str, Sequence[int]], fixed: Mapping[str, int]) -> tuple[dict[str, int], ...]:
    """Return every combination of sizes.

    Raises
    ------
    SizeError
        Where a size is both swept and fixed, is not an integer of at least 1, or there are too many.

    Examples
    --------
    >>> points({"n": [4, 8]}, {"m": 3})
    ({'m': 3, 'n': 4}, {'m': 3, 'n': 8})
    """
    twice = sorted(set(swept) & set(fixed))
    if twice:
        raise SizeError(
            f"the size {twice[0]} is swept and fixed", where="the sizes", next_step="give it once"
        )
    for name, values in (*swept.items(), *((name, [value]) for name, value in fixed.items())):
        for value in values:
            if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LARGEST:
                raise SizeError(
                    f"the size {name} = {value!r}", where="the sizes", next_step=f"choose 1 to {LARGEST}"
                )
    found = [dict(zip(swept, values, strict=True)) for values in product(*swept.values())]
    if not found or len(found) > MOST_POINTS:
        raise SizeError(
            f"{len(found)} combinations of sizes",
            where="the sizes",
            next_step=f"choose 1 to {MOST_POINTS} of them",
        )
    return tuple({**fixed, **one} for one in found)


def value_of(text: str, sizes: Mapping[str, int], where: str) -> int | Fraction | float:
    """Return the value of an expression at some sizes.

    Parameters
    ----------
    text : str
        An expression in the names of ``sizes``; a power is written ``**``.
    sizes : mapping
    where : str
        What is read, for messages.

    Raises
    ------
    SizeError
        Where a name has no value, or ``^`` is written, which would be exclusive or.
    SymbolicError
        Where the text is no expression, or has no value at these sizes.

    Examples
    --------
    >>> value_of("(n + 255)//256", {"n": 1000}, "the grid")
    4
    """
    if "^" in text:
        raise SizeError(f"{text!r} has a '^'", where=where, next_step="write a power as 2**20")
    try:
        expression = parse(text)
        missing = sorted(expression.names - set(sizes))
        if not missing:
            return expression.at(sizes)
    except SymbolicError as error:
        raise SymbolicError(
            error.what, where=f"{where}: {error.where or text}", next_step=error.next_step
        ) from error
    raise SizeError(
        f"size {missing[0]!r} has no value",
        where=where,
        next_step=f"give one, --at {missing[0]}=1024, or a sweep, --sizes {missing[0]}=2^4..2^12",
    )


def whole_of(text: str, sizes: Mapping[str, int], where: str) -> int:
    """Return the value of an expression, which must be an integer.

    Raises
    ------
    SizeError
        Where it is not.

    Examples
    --------
    >>> whole_of("n/2", {"n": 8}, "the block")
    4
    """
    value = value_of(text, sizes, where)
    if isinstance(value, int):
        return value
    told = ", ".join(f"{name} = {number}" for name, number in sizes.items())
    raise SizeError(
        f"{text.strip()} is {value}, no integer",
        where=f"{where}, {told}" if told else where,
        next_step="round it: n//2, ceil(n/2), ceil(log2(n))",
    )


def parts(text: str) -> list[str]:
    """Split at the commas outside parentheses.

    Examples
    --------
    >>> parts("max(1, n//16), 2")
    ['max(1, n//16)', ' 2']
    """
    found, depth = [""], 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            found.append("")
        else:
            found[-1] += character
    return found
