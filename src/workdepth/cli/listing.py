"""``workdepth list``: the library."""

from __future__ import annotations

import sys

import click

from workdepth.cli.options import format_option, say


@click.command("list")
@format_option("text", "json")
def listing(form: str) -> None:
    """List the library: name, sizes, what it teaches, source."""
    from workdepth.report.catalogue import catalogue_json, catalogue_text
    from workdepth.report.screen import screen

    say(catalogue_json() if form == "json" else catalogue_text(screen(sys.stdout)))
