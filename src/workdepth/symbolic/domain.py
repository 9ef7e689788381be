"""What the names stand for: sizes with a declared range, loop indices with their bounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from workdepth.errors import SizeError
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.making import name


@dataclass(frozen=True)
class Size:
    """A size and the integers it may be.

    Parameters
    ----------
    name : str
    low : int
        The smallest value, at least 0.
    high : int, optional
        The largest value.
    power_of : int, optional
        Only powers of this number.

    Raises
    ------
    SizeError
        When no integer fits.

    Examples
    --------
    >>> from workdepth.symbolic import Size
    >>> print(Size("n", low=2, power_of=2))
    n >= 2, a power of 2
    """

    name: str
    low: int = 1
    high: int | None = None
    power_of: int | None = None

    def __post_init__(self) -> None:
        name(self.name)
        for field_ in ("low", "high", "power_of"):
            value: Any = getattr(self, field_)
            if value is None and field_ != "low":
                continue
            if isinstance(value, bool) or not hasattr(value, "__index__"):
                raise SizeError(f"'{self.name}': {field_} is {value!r}", next_step="give an integer")
            object.__setattr__(self, field_, int(value.__index__()))  # a NumPy scalar as well
        if self.low < 0 or (self.high is not None and self.high < self.low):
            raise SizeError(
                f"no size '{self.name}' between {self.low} and {self.high}", next_step="use 0 <= low <= high"
            )
        if self.power_of is not None and (self.power_of < 2 or self.low < 1):
            raise SizeError(
                f"'{self.name}' cannot be a power of {self.power_of} from {self.low} on",
                next_step="use power_of >= 2 and low >= 1",
            )
        if self.power_of is not None and self.high is not None:
            power = 1
            while power < self.low:
                power *= self.power_of
            if power > self.high:
                raise SizeError(
                    f"there is no power of {self.power_of} between {self.low} and {self.high} for '{self.name}'",
                    next_step="widen the range",
                )

    def __str__(self) -> str:
        text = f"{self.name} >= {self.low}"
        if self.high is not None:
            text = f"{self.low} <= {self.name} <= {self.high}"
        return text if self.power_of is None else f"{text}, a power of {self.power_of}"

    @property
    def expr(self) -> Expr:
        """The size as an expression."""
        return name(self.name)

    def check(self, value: Any) -> int:
        """Return the value as an int, or raise a :class:`SizeError` that names the size and its domain."""
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            raise self._wrong(value, "is not an integer")
        number = int(value.__index__())
        if number < self.low or (self.high is not None and number > self.high):
            raise self._wrong(value, "is outside its domain")
        if self.power_of is not None and not _is_power(number, self.power_of):
            raise self._wrong(value, f"is not a power of {self.power_of}")
        return number

    def _wrong(self, value: Any, why: str) -> SizeError:
        return SizeError(f"{self.name} = {value!r} {why}", next_step=f"choose an integer with {self}")


def _is_power(number: int, base: int) -> bool:
    while number % base == 0 and number:
        number //= base
    return number == 1


@dataclass(frozen=True)
class Index:
    """A loop index: low <= name < high, in sizes and outer indices; there is at least one value."""

    name: str
    low: Expr
    high: Expr

    @cached_property
    def length(self) -> Expr:
        """How many values it has."""
        return self.high - self.low


@dataclass(frozen=True)
class Domain:
    """What is known of every name: declared sizes, then loop indices from the outermost in.

    Parameters
    ----------
    sizes : tuple of Size
    indices : tuple of Index

    Examples
    --------
    >>> from workdepth.symbolic import Domain, Size, name, nonnegative
    >>> inside = Domain((Size("n"),)).with_index("i", 0, name("n"))
    >>> nonnegative(name("n") - 1 - name("i"), inside)
    True
    """

    sizes: tuple[Size, ...] = ()
    indices: tuple[Index, ...] = ()
    _by_name: dict[str, Size] = field(init=False, repr=False, compare=False, hash=False)
    _index_by_name: dict[str, Index] = field(init=False, repr=False, compare=False, hash=False)
    _hash: int = field(init=False, repr=False, compare=False, hash=False)
    #: What it says of some names, once asked; see :mod:`workdepth.symbolic.restricting`.
    parts: dict[frozenset[str], Domain] = field(init=False, repr=False, compare=False, hash=False)

    #: The same inside a loop, once asked: who asks again shares what is known there.
    inner: dict[Index, Domain] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "inner", {})
        object.__setattr__(self, "sizes", tuple(self.sizes))
        object.__setattr__(self, "_by_name", {s.name: s for s in self.sizes})
        object.__setattr__(self, "_index_by_name", {i.name: i for i in self.indices})
        object.__setattr__(self, "parts", {})
        object.__setattr__(self, "_hash", hash((self.sizes, self.indices)))
        count = len(self.sizes) + len(self.indices)
        if len({*self._by_name, *self._index_by_name}) != count:
            raise SizeError(
                "a name is declared twice", next_step="give each size and index a name of its own"
            )

    def __hash__(self) -> int:
        return self._hash

    def __str__(self) -> str:
        inside = [f"{i.low} <= {i.name} < {i.high}" for i in self.indices]
        return "; ".join([*map(str, self.sizes), *inside]) or "no sizes"

    @property
    def names(self) -> frozenset[str]:
        """Every declared name."""
        return frozenset(self._by_name) | frozenset(self._index_by_name)

    def size(self, text: str) -> Size | None:
        """Return the size of a name, or None."""
        return self._by_name.get(text)

    def index(self, text: str) -> Index | None:
        """Return the index of a name, or None."""
        return self._index_by_name.get(text)

    def with_index(self, text: str, low: Any, high: Any) -> Domain:
        """Return this domain inside a loop: low <= text < high, known to be nonempty.

        Parameters
        ----------
        text : str
        low, high : Expr or int
            In sizes and outer indices.

        Returns
        -------
        Domain
        """
        index = Index(text, as_expr(low), as_expr(high))
        found = self.inner.get(index)
        if found is None:
            found = self.inner[index] = Domain(self.sizes, (*self.indices, index))
        return found

    def with_size(self, size: Size) -> Domain:
        """Return this domain with a size added or declared anew.

        Parameters
        ----------
        size : Size

        Returns
        -------
        Domain
        """
        others = tuple(s for s in self.sizes if s.name != size.name)
        return replace(self, sizes=(*others, size))

    def check(self, values: Mapping[str, Any]) -> dict[str, int]:
        """Check sizes that a person gave.

        Parameters
        ----------
        values : mapping
            Name to value.

        Returns
        -------
        dict
            Name to int, one for each declared size.

        Raises
        ------
        SizeError
            For a missing, unknown, non-integer or impossible size; the message names it and its domain.
        """
        known = _listed(self._by_name)
        for text in values:
            if text not in self._by_name:
                raise SizeError(f"unknown size '{text}'", next_step=f"the sizes are: {known}")
        for size in self.sizes:
            if size.name not in values:
                raise SizeError(
                    f"size '{size.name}' has no value", next_step=f"give {size.name}=..., with {size}"
                )
        return {s.name: s.check(values[s.name]) for s in self.sizes}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
