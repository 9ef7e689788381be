"""Arguments of a kernel as short text: ``f32[4*n]=random``, ``i32:n``, ``@data.npy``.

Note [The notation].  An array is ``TYPE[LENGTH]=FILLER``, a scalar ``TYPE:VALUE``, a file ``@FILE.npy`` (its own
type and length) or ``TYPE[LENGTH]=@FILE.npy`` (its first LENGTH elements).  TYPE is one of `TYPES`; LENGTH and
VALUE are expressions in the sizes, a VALUE may also be a decimal number.  FILLER is one of `FILLERS` or a value;
without one the array is zeros, as an output is.  Random numbers are the same in every run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

import numpy as np

from workdepth.errors import FileError, SizeError
from workdepth.measure.own_sizes import value_of, whole_of
from workdepth.plans.shape import LaunchError

TYPES: Mapping[str, type[np.generic]] = {
    "f16": np.float16,
    "f32": np.float32,
    "f64": np.float64,
    **{f"i{bits}": getattr(np, f"int{bits}") for bits in (8, 16, 32, 64)},
    **{f"u{bits}": getattr(np, f"uint{bits}") for bits in (8, 16, 32, 64)},
}
MOST_BYTES = 2**31
_ARRAY = re.compile(r"\s*(\w+)\s*\[([^\[\]]*)\]\s*(?:=(.*))?", re.DOTALL)
_SCALAR = re.compile(r"\s*(\w+)\s*:(.*)", re.DOTALL)
_DECIMAL = re.compile(
    r"\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?\s*|\s*[-+]?(?:inf|nan)\s*"
)
_STEP = "write it like f32[n]=random, u32[n]=odd, i32[n]=range, f32[n], i32:n, f32:0.5 or @file.npy"


def _random(length: int, kind: np.dtype, random: np.random.Generator) -> np.ndarray:
    if kind.kind == "f":
        return random.random(length).astype(kind)
    limits = np.iinfo(kind)
    return random.integers(limits.min, limits.max, length, kind, endpoint=True)


def _odd(length: int, kind: np.dtype, random: np.random.Generator) -> np.ndarray:
    if kind.kind == "f":
        return (random.integers(0, 1024, length) * 2 + 1).astype(kind)
    return _random(length, kind, random) | kind.type(1)


FILLERS: Mapping[str, Callable[[int, np.dtype, np.random.Generator], np.ndarray]] = {
    "random": _random,
    "odd": _odd,
    "range": lambda length, kind, random: np.arange(length).astype(kind),
    "zeros": lambda length, kind, random: np.zeros(length, kind),
    "ones": lambda length, kind, random: np.ones(length, kind),
}


def argument(text: str, sizes: Mapping[str, int], number: int = 0) -> np.ndarray | np.generic:
    """Make one argument.

    Parameters
    ----------
    text : str
        As Note [The notation] says.
    sizes : mapping
        Values of the sizes.
    number : int
        The argument's position; random fillers of different arguments differ.

    Returns
    -------
    numpy.ndarray or NumPy scalar

    Raises
    ------
    LaunchError
        Where the text is nothing of the notation, or a value does not fit its type.
    SizeError
        Where a size has no value, or an array would be too large.
    FileError
        Where a file is no one-array ``.npy`` file of that type and length.

    Examples
    --------
    >>> argument("u32[2*n]=range", {"n": 3}), argument("i32:n", {"n": 3}), argument("f64:0.5", {})
    (array([0, 1, 2, 3, 4, 5], dtype=uint32), np.int32(3), np.float64(0.5))
    """
    where = f"argument {number}, {_short(text)}"
    if text.strip().startswith("@"):
        return _file(text.strip()[1:], where)
    array, scalar = _ARRAY.fullmatch(text), _SCALAR.fullmatch(text)
    if array:
        kind = _type(array.group(1), where)
        return _filled(
            kind, _length(array.group(2), kind, sizes, where), array.group(3), sizes, number, where
        )
    if scalar:
        return _value(scalar.group(2), _type(scalar.group(1), where), sizes, where)
    raise LaunchError(f"{_short(text)!r} is no argument", where=f"argument {number}", next_step=_STEP)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."


def _type(name: str, where: str) -> np.dtype:
    if name not in TYPES:
        raise LaunchError(
            f"unknown type {_short(name)!r}", where=where, next_step=f"use one of: {', '.join(TYPES)}"
        )
    return np.dtype(TYPES[name])


def _length(text: str, kind: np.dtype, sizes: Mapping[str, int], where: str) -> int:
    length = whole_of(text, sizes, where)
    if not 1 <= length * kind.itemsize <= MOST_BYTES:
        raise SizeError(
            f"an array of {length} elements of {kind.itemsize} bytes",
            where=where,
            next_step=f"choose 1 element to {MOST_BYTES} bytes",
        )
    return length


def _filled(
    kind: np.dtype, length: int, filler: str | None, sizes: Mapping[str, int], number: int, where: str
) -> np.ndarray:
    word = "zeros" if filler is None else filler.strip()
    if word in FILLERS:
        return FILLERS[word](length, kind, np.random.default_rng([number, length]))
    if word.startswith("@"):
        return _first(_file(word[1:], where), kind, length, where)
    if word.isalpha() and word not in sizes and word not in ("inf", "nan"):
        raise LaunchError(
            f"unknown filler {_short(word)!r}",
            where=where,
            next_step=f"use one of: {', '.join(FILLERS)}, a number, or @file.npy",
        )
    return np.full(length, _value(word, kind, sizes, where), kind)


def _value(text: str, kind: np.dtype, sizes: Mapping[str, int], where: str) -> np.generic:
    value = float(text) if _DECIMAL.fullmatch(text) and not text.strip("+- ").isdecimal() else None
    if kind.kind == "f":
        return _floating(text, value_of(text, sizes, where) if value is None else value, kind, where)
    if value is not None:
        raise LaunchError(
            f"{text.strip()} for the integer type {kind}", where=where, next_step="write an integer"
        )
    number, limits = whole_of(text, sizes, where), np.iinfo(kind)
    if not limits.min <= number <= limits.max:
        raise _unfit(number, kind, where)
    return kind.type(number)


def _floating(text: str, value: int | Fraction | float, kind: np.dtype, where: str) -> np.generic:
    try:
        with np.errstate(over="ignore"):
            found = kind.type(float(value))
    except OverflowError as error:
        raise _unfit(value, kind, where) from error
    if not np.isfinite(found) and text.strip("+- ") not in ("inf", "nan"):
        raise _unfit(text.strip(), kind, where)
    return found


def _unfit(number: object, kind: np.dtype, where: str) -> LaunchError:
    shown = str(number)
    return LaunchError(
        f"{shown if len(shown) <= 30 else shown[:27] + '...'} does not fit in {kind}",
        where=where,
        next_step="choose a smaller value or a wider type",
    )


def _file(name: str, where: str) -> np.ndarray:
    """Read an array; pickled objects are refused, as they could run code."""
    _small(name, where)
    try:
        with Path(name).open("rb") as stream:
            found = np.lib.format.read_array(stream, allow_pickle=False)
    except (OSError, ValueError, MemoryError) as error:
        raise FileError(
            f"cannot read {name} as one array: {error}",
            where=where,
            next_step="write it with numpy.save, without objects in it",
        ) from error
    return np.ascontiguousarray(found).reshape(-1)


def _small(name: str, where: str) -> None:
    if Path(name).is_file() and Path(name).stat().st_size > MOST_BYTES + 2**16:
        raise FileError(
            f"{name} is larger than {MOST_BYTES} bytes", where=where, next_step="give a smaller array"
        )


def _first(found: np.ndarray, kind: np.dtype, length: int, where: str) -> np.ndarray:
    if found.dtype != kind or len(found) < length:
        raise FileError(
            f"the file has {len(found)} elements of {found.dtype}, not {length} of {kind}",
            where=where,
            next_step="write @file.npy alone to take its own type and length",
        )
    return found[:length].copy()
