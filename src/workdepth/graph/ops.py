"""Operations: what one unit node may compute, and the table of the standard ones.

An :class:`Op` is plain data.  A user makes an own one and hands it to the builder; nothing has to be
registered, unless a file that names it is to be loaded (see :func:`register`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from workdepth.errors import GraphError

if TYPE_CHECKING:
    from workdepth.symbolic import Expr

MOST_WORK = 10**9  # steps of one operation: sums over all of them stay within 64 bits
MOST_VALUES = 1000  # operands or results of one operation


@dataclass(frozen=True)
class Op:
    """One unit operation.

    Parameters
    ----------
    name : str
        How tables, files and drawings call it.
    arity : int
        The number of operands.
    function : str or callable
        What it computes, elementwise on arrays; a string names a NumPy function, so that NumPy is imported
        only when something is run.  With ``results`` above one it returns that many arrays.
    results : int
        How many values it yields; it is one operation all the same.
    work : int or Expr
        Steps it takes, at least 0; or a price, an expression of sizes that is at least 1: declared, not derived.
    associative, commutative : bool
        Facts: a tree fold asks for the first.
    neutral : int or float, optional
        The element that changes nothing.

    Examples
    --------
    >>> gcd = Op("gcd", 2, "gcd", associative=True, commutative=True, neutral=0)
    >>> int(gcd(12, 18))
    6
    """

    name: str
    arity: int
    function: str | Callable[..., Any]
    results: int = 1
    work: int | Expr = 1
    associative: bool = False
    commutative: bool = False
    neutral: float | int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name:
            raise GraphError(f"an op is called {self.name!r}", next_step="name it, by a text")
        for field, low, high in (
            ("arity", 1, MOST_VALUES),
            ("results", 1, MOST_VALUES),
            ("work", 0, MOST_WORK),
        ):
            value = getattr(self, field)
            if field == "work" and not isinstance(value, int | float | str | type(None)):
                object.__setattr__(self, field, _price(value, self.name))
                continue
            if not isinstance(value, int) or isinstance(value, bool) or value < low:
                raise GraphError(
                    f"op {self.name!r}: {field} is {value!r}",
                    next_step=f"give an integer of at least {low}",
                )
            if value > high:
                raise GraphError(f"op {self.name!r}: {field} is above {high}", next_step="give a smaller one")
        if not callable(self.function) and not (
            isinstance(self.function, str) and self.function.isidentifier()
        ):
            raise GraphError(
                f"op {self.name!r}: the function is {self.function!r}",
                next_step="give a function, or the name of one of NumPy's",
            )

    @property
    def priced(self) -> bool:
        """Whether its work is an expression of sizes."""
        return not isinstance(self.work, int)

    @property
    def works(self) -> bool:
        """Whether it takes any step."""
        return not isinstance(self.work, int) or self.work > 0

    def at(self, sizes: Mapping[str, int]) -> Op:
        """Return the op with its price as a number.

        Raises
        ------
        GraphError
            When the price has no value there, is no integer or is below 1.
        """
        if isinstance(self.work, int):
            return self
        missing = self.work.names - set(sizes)
        found = None if missing else self.work.at(dict(sizes))
        if not isinstance(found, int) or found < 1:
            told = f"names {min(missing)!r}, which is no size here" if missing else f"is {found}"
            given = ", ".join(f"{k} = {v}" for k, v in sizes.items())
            raise GraphError(
                f"the price {self.work} of op {self.name!r} {told} (with {given})",
                next_step="let it be a whole number of at least 1 at every size",
            )
        return replace(self, work=found)

    def __call__(self, *operands: Any) -> Any:
        """Compute it on numbers or arrays."""
        if callable(self.function):
            return self.function(*operands)
        import numpy

        function = getattr(numpy, self.function, None)
        if not callable(function):
            raise GraphError(
                f"op {self.name!r}: NumPy has no function {self.function!r}",
                next_step="name one that it has, or give a function of your own",
            )
        return function(*operands)


def _price(value: Any, name: str) -> Any:
    from workdepth.errors import SymbolicError
    from workdepth.symbolic import as_expr

    try:
        price = as_expr(value)
    except SymbolicError as error:
        raise GraphError(
            f"op {name!r}: work is {value!r}", next_step="give an integer, or an expression of sizes"
        ) from error
    if not price.is_number:
        return price
    if price.number.denominator != 1 or not 0 <= price.number <= MOST_WORK:
        raise GraphError(f"op {name!r}: work is {price}", next_step="give an integer of at least 0")
    return int(price.number)


def _compare_exchange(a: Any, b: Any) -> tuple[Any, Any]:
    import numpy

    return numpy.minimum(a, b), numpy.maximum(a, b)


def _counted(a: Any) -> Any:
    """Return truth values as the numbers 0 and 1: to NumPy their sum would be "or"."""
    import numpy

    return numpy.asarray(a, dtype=numpy.int64) if numpy.asarray(a).dtype.kind == "b" else a


def _add(a: Any, b: Any) -> Any:
    import numpy

    both = numpy.result_type(a, b).kind == "b"
    return numpy.add(_counted(a), b) if both else numpy.add(a, b)


def _subtract(a: Any, b: Any) -> Any:
    import numpy

    both = numpy.result_type(a, b).kind == "b"
    return numpy.subtract(_counted(a), _counted(b)) if both else numpy.subtract(a, b)


def _negate(a: Any) -> Any:
    import numpy

    return numpy.negative(_counted(a))


def _copy(a: Any) -> Any:
    import numpy

    return numpy.array(a)  # not +a, which refuses booleans


def _select(condition: Any, a: Any, b: Any) -> Any:
    import numpy

    return numpy.where(condition, a, b)


def _before(a: Any, i: Any, b: Any, j: Any) -> Any:
    import numpy

    a, b = numpy.asarray(a), numpy.asarray(b)
    return numpy.where((a < b) | ((a == b) & (numpy.asarray(i) < numpy.asarray(j))), 1, 0)


ADD = Op("add", 2, _add, associative=True, commutative=True, neutral=0)
SUBTRACT = Op("subtract", 2, _subtract)
MULTIPLY = Op("multiply", 2, "multiply", associative=True, commutative=True, neutral=1)
DIVIDE = Op("divide", 2, "divide")
FLOOR_DIVIDE = Op("floor-divide", 2, "floor_divide")
REMAINDER = Op("remainder", 2, "remainder")
POWER = Op("power", 2, "power")
MAXIMUM = Op("maximum", 2, "maximum", associative=True, commutative=True)
MINIMUM = Op("minimum", 2, "minimum", associative=True, commutative=True)
AND = Op("and", 2, "bitwise_and", associative=True, commutative=True)
OR = Op("or", 2, "bitwise_or", associative=True, commutative=True, neutral=0)
XOR = Op("xor", 2, "bitwise_xor", associative=True, commutative=True, neutral=0)
LESS = Op("less", 2, "less")
LESS_EQUAL = Op("less-equal", 2, "less_equal")
EQUAL = Op("equal", 2, "equal")
NOT_EQUAL = Op("not-equal", 2, "not_equal")
NEGATE = Op("negate", 1, _negate)
ABSOLUTE = Op("absolute", 1, "absolute")
SQRT = Op("sqrt", 1, "sqrt")
EXP = Op("exp", 1, "exp")
LOG = Op("log", 1, "log")
COPY = Op("copy", 1, _copy)
SELECT = Op("select", 3, _select)
BEFORE = Op("before", 4, _before)  # (a, i, b, j): 1 if a at place i goes before b at place j in stable order
COMPARE_EXCHANGE = Op("compare-exchange", 2, _compare_exchange, results=2)

STANDARD: tuple[Op, ...] = tuple(value for value in dict(globals()).values() if isinstance(value, Op))

_table: dict[str, Op] = {op.name: op for op in STANDARD}


def check_op(op: object, where: str) -> None:
    """Refuse what is no op: a name, a function of NumPy.

    Raises
    ------
    GraphError
        Naming what was given.

    Examples
    --------
    >>> check_op("add", "g")
    Traceback (most recent call last):
    ...
    workdepth.errors.GraphError: 'add' is not an op (at g); give workdepth.op_named('add')
    """
    if isinstance(op, Op):
        return
    if isinstance(op, str):
        what, step = repr(op), f"give workdepth.op_named({op!r})"
    else:
        what = str(getattr(op, "__name__", repr(op)))
        step = "give an Op: a standard one such as workdepth.ADD, or workdepth.Op(name, arity, function)"
    raise GraphError(f"{what} is not an op", where=where, next_step=step)


def register(op: Op) -> Op:
    """Make ``op`` known by name, so that a file that uses it can be loaded.

    Raises
    ------
    GraphError
        When another op has the name already.

    Examples
    --------
    >>> register(Op("hypot", 2, "hypot")).name
    'hypot'
    """
    if _table.get(op.name, op) != op:
        raise GraphError(f"another op is called {op.name!r}", next_step="choose another name")
    _table[op.name] = op
    return op


def op_named(name: str) -> Op:
    """Return the op of that name.

    Raises
    ------
    GraphError
        When there is none: an unknown op has no cost, so it is never guessed.

    Examples
    --------
    >>> op_named("multiply").neutral
    1
    """
    if name not in _table:
        raise GraphError(
            f"unknown op {name!r}",
            next_step=f"register it, or use one of: {', '.join(sorted(_table))}",
        )
    return _table[name]
