"""The values of an expression at whole arrays of sizes and indices, exact in int64 or refused.

A value is a pair (numerator, denominator) of arrays or Python ints; each product is preceded by a bound on
its size, so an overflow is an error and never a wrap.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from workdepth.errors import SymbolicError
from workdepth.symbolic.atoms import Atom
from workdepth.symbolic.expr import Expr
from workdepth.symbolic.values import value_at

Pair = tuple[Any, Any]
LARGEST = 2**63 - 1


class _OneByOne(Exception):  # noqa: N818 - a signal inside this file, not an error
    """No rule for whole arrays; evaluate each point."""


def evaluate(x: Expr, values: Mapping[str, Any]) -> Any:
    """Return the values of x at arrays, see :meth:`Expr.evaluate`."""
    import numpy as np

    arrays = {k: v for k, v in values.items() if isinstance(v, np.ndarray) and v.ndim}
    if not arrays:
        return value_at(x, {k: int(v) if isinstance(v, np.ndarray) else v for k, v in values.items()})
    given = {k: _checked(k, v) for k, v in values.items()}
    shape = np.broadcast_shapes(*(a.shape for a in arrays.values()))
    try:
        top, bottom = _sum(x, given)
    except _OneByOne:
        return _one_by_one(x, given, shape)
    return np.broadcast_to(_settled(top, bottom), shape).copy()


def _checked(key: str, value: Any) -> Any:
    import numpy as np

    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "iu":
            raise SymbolicError(
                f"'{key}' has values of type {value.dtype}", next_step="give an integer array"
            )
        return value.astype(np.int64)
    if isinstance(value, (bool, float)) or not hasattr(value, "__index__"):
        raise SymbolicError(f"'{key}' = {value!r} is not an integer", next_step="give whole numbers")
    return int(value.__index__())


def _one_by_one(x: Expr, values: Mapping[str, Any], shape: tuple[int, ...]) -> Any:
    import numpy as np

    wide = {k: np.broadcast_to(v, shape).ravel().tolist() for k, v in values.items() if k in x.names}
    missing = x.names - values.keys()
    points = range(int(np.prod(shape))) if not missing else range(1)
    found: list[Any] = [value_at(x, {k: v[p] for k, v in wide.items()}) for p in points]
    if all(isinstance(v, int) for v in found):
        if any(abs(v) > LARGEST for v in found):
            raise _overflow()
        return np.array(found, dtype=np.int64).reshape(shape)
    return np.array([float(v) for v in found]).reshape(shape)


def _settled(top: Any, bottom: Any) -> Any:
    import numpy as np

    if isinstance(bottom, int) and bottom == 1:
        return np.asarray(top, dtype=np.int64) if _bound(top) <= LARGEST else _raise_overflow()
    if np.all(np.remainder(top, bottom) == 0):
        return np.floor_divide(top, bottom)
    return np.true_divide(top, bottom)


def _overflow() -> SymbolicError:
    return SymbolicError(
        "a value does not fit into 64 bits", next_step="use smaller sizes, or at() for one point"
    )


def _raise_overflow() -> Any:
    raise _overflow()


def _bound(a: Any) -> int:
    if isinstance(a, int):
        return abs(a)
    return max(abs(int(a.min())), abs(int(a.max()))) if a.size else 0


def _times(a: Any, b: Any) -> Any:
    if isinstance(a, int) and a == 1:
        return b
    if isinstance(b, int) and b == 1:
        return a
    if not (isinstance(a, int) and isinstance(b, int)) and _bound(a) * _bound(b) > LARGEST:
        raise _overflow()
    return a * b


def _plus(a: Any, b: Any) -> Any:
    if isinstance(a, int) and isinstance(b, int):
        return a + b
    if _bound(a) + _bound(b) > LARGEST:
        raise _overflow()
    return a + b


def _add(a: Pair, b: Pair) -> Pair:
    if isinstance(a[1], int) and isinstance(b[1], int) and a[1] == b[1]:
        return _plus(a[0], b[0]), a[1]
    return _plus(_times(a[0], b[1]), _times(b[0], a[1])), _times(a[1], b[1])


def _multiply(a: Pair, b: Pair) -> Pair:
    return _times(a[0], b[0]), _times(a[1], b[1])


def _sum(x: Expr, values: Mapping[str, Any]) -> Pair:
    from math import lcm

    common = lcm(*(Fraction(c).denominator for c in x.terms.values()))
    out: Pair = (0, 1)
    for monomial, c in x.terms.items():
        part: Pair = (int(c * common), 1)
        for atom, e in monomial:
            if not isinstance(e, int) or abs(e) > 64:
                raise _OneByOne
            part = _multiply(part, _raised(_value(atom, values), e))
        out = _add(out, part)
    return _multiply(out, (1, common))


def _raised(pair: Pair, e: int) -> Pair:
    import numpy as np

    if e < 0:
        top, bottom = pair
        if np.any(np.equal(top, 0)):
            raise SymbolicError("division by zero at these sizes", next_step="check the divisor")
        sign = np.sign(top) if not isinstance(top, int) else (1 if top > 0 else -1)
        pair = (_times(bottom, sign), _times(top, sign))
    out: Pair = (1, 1)
    for _ in range(abs(e)):
        out = _multiply(out, pair)
    return out


def _value(atom: Atom, values: Mapping[str, Any]) -> Pair:
    import numpy as np

    kind, args = atom.kind, atom.args
    if kind == "name":
        if args[0] not in values:
            raise SymbolicError(f"'{args[0]}' has no value", next_step=f"give one: {args[0]}=...")
        return values[args[0]], 1
    if kind in ("floor", "ceiling"):
        return _rounded(kind, args[0], values), 1
    if kind == "power":
        return _power(args[0], args[1], values)
    if kind == "group":
        return _sum(args[0], values)
    if kind in ("max", "min"):
        sides = [_whole(a, values) for a in args]
        out = sides[0]
        for side in sides[1:]:
            out = np.maximum(out, side) if kind == "max" else np.minimum(out, side)
        return _plain(out), 1
    if kind in _BITS:
        return _plain(getattr(np, _BITS[kind])(_whole(args[0], values), _whole(args[1], values))), 1
    raise _OneByOne


_BITS = {"xor": "bitwise_xor", "and": "bitwise_and", "or": "bitwise_or"}


def _plain(a: Any) -> Any:
    return a if getattr(a, "ndim", 0) else int(a)


def _whole(x: Expr, values: Mapping[str, Any]) -> Any:
    top, bottom = _sum(x, values)
    if isinstance(bottom, int) and bottom == 1:
        return top
    import numpy as np

    if not np.all(np.remainder(top, bottom) == 0):
        raise _OneByOne
    return _plain(np.floor_divide(top, bottom))


def _rounded(kind: str, x: Expr, values: Mapping[str, Any]) -> Any:
    import numpy as np

    lone = next(iter(x.terms.items())) if len(x.terms) == 1 else None
    if lone and lone[1] == 1 and len(lone[0]) == 1 and lone[0][0][1] == 1 and lone[0][0][0].kind == "log2":
        inside = _whole(lone[0][0][0].args[0], values)
        return floor_log2_of(inside) if kind == "floor" else ceiling_log2_of(inside)
    top, bottom = _sum(x, values)
    return _plain(np.floor_divide(top, bottom) if kind == "floor" else -np.floor_divide(-top, bottom))


def floor_log2_of(a: Any) -> Any:
    """floor(log2(a)) of positive int64 values."""
    import numpy as np

    wide = np.atleast_1d(np.asarray(a, dtype=np.int64))
    if np.any(wide < 1):
        raise SymbolicError("a logarithm of something below 1", next_step="check the sizes")
    guess = np.frexp(wide.astype(np.float64))[1].astype(np.int64) - 1
    # Rounding to a double can reach the next power of two, never pass it.
    guess = np.minimum(guess, 62)
    guess -= (np.int64(1) << guess) > wide
    return _plain(guess.reshape(np.shape(a)))


def ceiling_log2_of(a: Any) -> Any:
    """ceiling(log2(a)) of positive int64 values."""
    import numpy as np

    wide = np.asarray(a, dtype=np.int64)
    down = np.asarray(floor_log2_of(a))
    return _plain(down + ((np.int64(1) << down) < wide))


def _power(base: Any, exponent: Expr, values: Mapping[str, Any]) -> Pair:
    import numpy as np

    if not isinstance(base, int):
        raise _OneByOne
    e = _whole(exponent, values)
    if isinstance(e, int):
        found = Fraction(value_at(Expr(base) ** e, {}))
        return found.numerator, found.denominator
    if base ** max(_bound(e), 1) > LARGEST if _bound(e) < 64 else True:
        raise _overflow()
    up, down = np.maximum(e, 0), np.maximum(-e, 0)
    one = np.int64(base)
    return one**up, (one**down if np.any(down) else 1)
