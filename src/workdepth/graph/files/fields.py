"""A part of a file's data with its place, so that every complaint can say where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from workdepth.errors import FileError, WorkdepthError
from workdepth.symbolic import Expr, parse

LARGEST = 2**62


@dataclass(frozen=True)
class Part:
    """Some JSON data, and where in the file it stands: ``nodes[3]/body/edges[0]``."""

    value: Any
    where: str

    def wrong(self, what: str, step: str = "mend the file, or save the graph again") -> FileError:
        """Return the error that says what is wrong here."""
        return FileError(what, where=self.where, next_step=step)

    def fields(self, needed: Iterable[str], other: Iterable[str] = ()) -> dict[str, Part]:
        """Return the named parts of an object; one that is missing or unknown is an error."""
        if not isinstance(self.value, dict):
            raise self.wrong(f"{shown(self.value)} stands where an object with named fields belongs")
        wanted = tuple(needed)
        for name in wanted:
            if name not in self.value:
                raise self.wrong(f"the field {name!r} is missing")
        known = dict.fromkeys((*wanted, *other))
        for name in self.value:
            if name not in known:
                raise self.wrong(f"unknown field {name!r:.60}", f"the fields here are: {', '.join(known)}")
        return {name: Part(value, f"{self.where}/{name}") for name, value in self.value.items()}

    def items(self) -> list[Part]:
        """Return the parts of a list."""
        if not isinstance(self.value, list):
            raise self.wrong(f"{shown(self.value)} stands where a list belongs")
        return [Part(value, f"{self.where}[{k}]") for k, value in enumerate(self.value)]

    def text(self) -> str:
        """Return a text."""
        if not isinstance(self.value, str):
            raise self.wrong(f"{shown(self.value)} stands where a text belongs")
        return self.value

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise self.wrong(f"{shown(self.value)} stands where true or false belongs")
        return self.value

    def natural(self) -> int:
        """Return an integer of at least 0."""
        good = isinstance(self.value, int) and not isinstance(self.value, bool) and 0 <= self.value < LARGEST
        if not good:
            raise self.wrong(f"{shown(self.value)} stands where an integer of at least 0 belongs")
        return int(self.value)

    def number(self) -> int | float:
        """Return a number; ``"nan"``, ``"inf"`` and ``"-inf"`` are spelled, JSON has none of them."""
        if isinstance(self.value, str) and self.value in SPELLED:
            return SPELLED[self.value]
        if isinstance(self.value, int | float) and not isinstance(self.value, bool):
            return self.value
        raise self.wrong(f"{shown(self.value)} stands where a number belongs")

    def expression(self) -> Expr:
        """Return an expression of sizes and indices, read by the whitelist."""
        try:
            return _parsed(self.text())
        except WorkdepthError as error:
            raise placed(error, self.where) from error


SPELLED = {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}


def spelled(value: int | float) -> int | float | str:
    """Return a number as JSON can hold it."""
    if isinstance(value, float):
        text = repr(float(value))
        return text if text in SPELLED else float(value)
    return int(value)


def placed(error: WorkdepthError, where: str) -> WorkdepthError:
    """Return an error of the same kind that also names the place in the file."""
    if error.where.startswith(where):
        return error
    return type(error)(
        error.what, where=f"{where}: {error.where}" if error.where else where, next_step=error.next_step
    )


def shown(value: Any) -> str:
    """Return a value for a message, short."""
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
    if isinstance(value, int) and abs(value) >= 10**40:
        return "an integer of more than 40 digits"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Expr:
    return parse(text)
