"""Comparison and selection: setp, set, selp, slct.

Source: NVIDIA, PTX ISA 9.0, section 9.7.6.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workdepth.ptx.layout import GENERIC_WINDOW
from workdepth.ptx.rules.operation import Maker, Modifiers, Operation
from workdepth.ptx.syntax import Vector
from workdepth.ptx.types import TYPES, PtxType, unsigned

PRED = TYPES["pred"]

_ORDERED: dict[str, tuple[Callable[..., np.ndarray], str]] = {
    "eq": (np.equal, "=="),
    "ne": (np.not_equal, "!="),
    "lt": (np.less, "<"),
    "le": (np.less_equal, "<="),
    "gt": (np.greater, ">"),
    "ge": (np.greater_equal, ">="),
}
_UNSIGNED = {"lo": "lt", "ls": "le", "hi": "gt", "hs": "ge"}
_JOIN: dict[str, tuple[Callable[..., np.ndarray], str]] = {
    "and": (np.logical_and, "and"),
    "or": (np.logical_or, "or"),
    "xor": (np.not_equal, "!="),
}


def _either_nan(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.isnan(a) | np.isnan(b)


def comparison(name: str, kind: PtxType) -> tuple[Callable[..., np.ndarray], str] | None:
    """Return the comparison of that name for a type, as a function and as Python.

    On floats the plain comparisons are false where an operand is NaN (``ne`` too), those ending in ``u``
    true.

    Examples
    --------
    >>> comparison("lo", TYPES["u32"])[1]
    '{0} < {1}'
    """
    name = _UNSIGNED.get(name, name) if kind.kind in "ub" else name
    if name in _ORDERED and not (name == "ne" and kind.kind == "f"):
        function, sign = _ORDERED[name]
        return function, f"{{0}} {sign} {{1}}"
    if kind.kind != "f":
        return None
    if name == "ne":
        return lambda a, b: (a != b) & ~_either_nan(a, b), ""
    if name == "num":
        return lambda a, b: ~_either_nan(a, b), ""
    if name == "nan":
        return _either_nan, ""
    if name[:-1] in _ORDERED and name.endswith("u"):
        plain = _ORDERED[name[:-1]][0]
        return lambda a, b: plain(a, b) | _either_nan(a, b), ""
    return None


def _compared(modifiers: Modifiers, kind: PtxType) -> tuple[Callable[..., np.ndarray], str]:
    for name in modifiers.left:
        found = comparison(name, kind)
        if found is not None:
            modifiers.left.remove(name)
            return found
    raise modifiers.unknown()


def set_predicate(modifiers: Modifiers) -> Operation:
    """setp: a comparison, perhaps joined with a predicate; perhaps its opposite as a second result."""
    modifiers.take("ftz")
    kind = modifiers.type()
    join = modifiers.take("and", "or", "xor")
    function, python = _compared(modifiers, kind)
    two = isinstance(next(iter(modifiers.instruction.operands), None), Vector)
    operands: tuple[PtxType, ...] = (kind, kind)
    whole: Callable[..., np.ndarray] = function
    if join:
        joined, word = _JOIN[join]
        operands += (PRED,)
        python = f"({python}) {word} {{2}}" if python else ""

        def whole(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
            return joined(function(a, b), c)

    if not two:
        return Operation((PRED,), operands, whole, python)

    def both(a: np.ndarray, b: np.ndarray, *rest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if not join:
            return function(a, b), ~function(a, b)
        return joined(function(a, b), rest[0]), joined(~function(a, b), rest[0])

    return Operation((PRED, PRED), operands, both)


def set_value(modifiers: Modifiers) -> Operation:
    """set: all ones (or 1.0) where the comparison holds."""
    modifiers.take("ftz")
    result, kind = modifiers.type(), modifiers.type()
    join = modifiers.take("and", "or", "xor")
    function, _ = _compared(modifiers, kind)
    true = np.array(1.0, np.float32) if result.kind == "f" else np.array(-1).astype(result.view)
    zero = np.zeros(1, result.view)
    if not join:
        return Operation((result,), (kind, kind), lambda a, b: np.where(function(a, b), true, zero))
    joined = _JOIN[join][0]
    return Operation(
        (result,), (kind, kind, PRED), lambda a, b, c: np.where(joined(function(a, b), c), true, zero)
    )


def select(modifiers: Modifiers) -> Operation:
    """selp: one of two values by a predicate."""
    kind = unsigned(modifiers.type().bits)
    return Operation((kind,), (kind, kind, PRED), lambda a, b, p: np.where(p, a, b), "{0} if {2} else {1}")


def select_by_sign(modifiers: Modifiers) -> Operation:
    """slct: the first value where the third is not negative."""
    modifiers.take("ftz")
    kind, sign = unsigned(modifiers.type().bits), modifiers.type()
    return Operation((kind,), (kind, kind, sign), lambda a, b, c: np.where(c >= 0, a, b))


def in_space(modifiers: Modifiers) -> Operation:
    """isspacep: whether a generic address lies in a space; arrays are global, constants too."""
    space = modifiers.take("global", "const", "shared", "local", "param")
    address = TYPES["u64"]
    if space in GENERIC_WINDOW:
        window = np.uint64(GENERIC_WINDOW[space])
        return Operation((PRED,), (address,), lambda a: a >> np.uint64(56) == window >> np.uint64(56))
    if space != "global":
        raise modifiers.unknown()
    lowest = np.uint64(min(GENERIC_WINDOW.values()))
    return Operation((PRED,), (address,), lambda a: a < lowest)


RULES: dict[str, Maker] = {
    "setp": set_predicate,
    "set": set_value,
    "selp": select,
    "slct": select_by_sign,
    "isspacep": in_space,
}
