"""The formats of a table, by name."""

from __future__ import annotations

from importlib import import_module

from workdepth.errors import ModelError
from workdepth.report.screen import WIDE, Screen
from workdepth.report.table import Table

FORMATS = {
    "text": "text",
    "markdown": "markdown",
    "latex": "tex",
    "html": "html",
    "csv": "tidy",
    "json": "document",
}


def rendered(table: Table, name: str, screen: Screen = WIDE) -> str:
    """Write a table in a format.

    Parameters
    ----------
    table : Table
    name : {"text", "markdown", "latex", "html", "csv", "json"}
    screen : Screen
        What a text is for; the other formats do not ask.

    Returns
    -------
    str

    Raises
    ------
    ModelError
        For a format that there is not.
    """
    if name not in FORMATS:
        raise ModelError(f"no format is called {name!r}", next_step=f"choose one of: {', '.join(FORMATS)}")
    module = import_module(f"workdepth.report.{FORMATS[name]}")
    return module.text(table, screen) if name == "text" else getattr(module, name)(table)
