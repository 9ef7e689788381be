"""Options that several commands share: sizes, switches, the format, what is printed where."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

import click

LARGEST = 10**30
_SIZE = re.compile(r"\s*([^\W\d]\w*)\s*=\s*([0-9]{1,31})\s*(?:(?:\^|\*\*)\s*([0-9]{1,4}))?\s*")

SWITCHES = {
    "phases": "Do composite nodes wait as phases?",
    "cells": "May a result take a word that dies in its own step?",
    "inputs": "Are inputs there at the start, or loaded?",
    "outputs": "Do outputs stay to the end?",
    "reads": "May many operations read one word in a step?",
    "spawn": "Does a phase of n points start at once?",
}


class Sizes(click.ParamType):
    """Sizes as ``n=1000,m=2^10``: names and integers, nothing is evaluated."""

    name = "n=1000,m=2^10"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> Any:
        """Read one option."""
        found: dict[str, int] = {}
        for part in str(value).split(","):
            match = _SIZE.fullmatch(part)
            if not match:
                self.fail(f"{_short(part)!r} is not a size; write it like n=1000 or n=2^10", param, context)
            name, base, exponent = match.groups()
            if name in found:
                self.fail(f"size {name!r} is given twice", param, context)
            found[name] = self._number(base, exponent, param, context)
        return found

    def _number(self, base: str, exponent: str | None, param: Any, context: Any) -> int:
        power = 1 if exponent is None else int(exponent)
        # A power above this is too large whatever the base, but for 0 and 1.
        value = int(base) ** (power if int(base) < 2 else min(power, 200))
        if value > LARGEST:
            self.fail(
                f"a size is at most 10^30, not {base}{'' if exponent is None else '^' + exponent}",
                param,
                context,
            )
        return value


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."


class Switch(click.ParamType):
    """A setting of a switch; which there are is asked from the models when it is needed."""

    def __init__(self, switch: str) -> None:
        self.name = self.switch = switch

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """List the settings."""
        return f"[{'|'.join(self._choices())}]"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> Any:
        """Check a setting."""
        if value not in self._choices():
            self.fail(f"{value!r} is not one of: {', '.join(self._choices())}", param, context)
        return value

    def _choices(self) -> tuple[str, ...]:
        from workdepth.models.conventions import CHOICES

        return CHOICES[self.switch]


class Case(click.ParamType):
    """The case of a branch as ``branch1=0``: its path and a number, of a choice an expression of sizes too."""

    name = "BRANCH=NUMBER"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> Any:
        """Read one option."""
        path, _, number = (part.strip() for part in str(value).rpartition("="))
        if not path or not re.fullmatch("[0-9]{1,9}|[A-Za-z_(].{0,200}", number):
            self.fail(
                f"{_short(str(value))!r} is not a case; write it like branch1=0, or choose1=n-1",
                param,
                context,
            )
        return path, int(number) if number.isdecimal() else number


def cases_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--case``; it may be given several times."""
    text = "The case that a branch or choice takes, by its path; else the one of the longest time."
    return click.option("--case", "cases", type=Case(), multiple=True, callback=_chosen, help=text)(command)


def _chosen(
    context: click.Context, param: click.Parameter, value: tuple[tuple[str, int | str], ...]
) -> dict[str, int | str]:
    found: dict[str, int | str] = {}
    for path, number in value:
        if path in found:
            raise click.BadParameter(f"the case of {path!r} is given twice", context, param)
        found[path] = number
    return found


def sizes_option(text: str) -> Callable[..., Any]:
    """Add ``--at``; it may be given several times."""
    return click.option("--at", "at", type=Sizes(), multiple=True, callback=_merged, help=text)


def _merged(
    context: click.Context, param: click.Parameter, value: tuple[dict[str, int], ...]
) -> dict[str, int]:
    if not value:
        return {}
    from workdepth.graph.naming import KEYWORDS

    taken = KEYWORDS | {other.name for other in context.command.params}
    found: dict[str, int] = {}
    for sizes in value:
        for name in sizes:
            if name in taken:
                raise click.BadParameter(
                    f"no size can be given as {name!r} here: that is a word of the program; rename the size",
                    context,
                    param,
                )
            if name in found:
                raise click.BadParameter(f"size {name!r} is given twice", context, param)
        found |= sizes
    return found


def switch_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the switches of the model, as keyword arguments of the command."""
    for switch, text in reversed(SWITCHES.items()):
        command = click.option(f"--{switch}", type=Switch(switch), help=text)(command)
    return command


def format_option(*names: str) -> Callable[..., Any]:
    """Add ``--format``."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(names),
        default=names[0],
        show_default=True,
        help="How to print it.",
    )


def given(switches: dict[str, str | None]) -> dict[str, str]:
    """Return the switches that were given."""
    return {name: value for name, value in switches.items() if value is not None}


def say(text: str) -> None:
    """Print a result; what stdout cannot show is written as an escape."""
    from workdepth.report.screen import showable

    click.echo(showable(text, sys.stdout), color=True)


def tell(text: str) -> None:
    """Print progress, on stderr."""
    from workdepth.report.screen import showable

    click.echo(showable(text, sys.stderr), err=True)
