"""``workdepth table``: time, memory and threads on both machines."""

from __future__ import annotations

import sys

import click

from workdepth.cli.options import format_option, given, say, sizes_option, switch_options, tell


@click.command("table")
@click.argument("names", nargs=-1, metavar="NAME...")
@click.option("--all", "everything", is_flag=True, help="The whole library.")
@sizes_option("Also the values at these sizes.")
@format_option("text", "markdown", "latex", "html", "csv", "json")
@switch_options
def table(
    names: tuple[str, ...], everything: bool, at: dict[str, int], form: str, **switches: str | None
) -> None:
    """Print time, memory and threads on the RAM and on the GPU.

    NAME is a library algorithm or a graph file; several are set side by side.  Exact formulas and growth
    classes; a bound is marked with its relation.

    \b
    workdepth table multiply-n
    workdepth table multiply-n --at n=1000 --format json
    workdepth table dot --inputs loaded
    """
    from workdepth.cli.naming import graph_named
    from workdepth.report.compare import compare
    from workdepth.report.formats import rendered
    from workdepth.report.screen import screen

    if everything:
        from workdepth.library import entries

        names = (*names, *(name for name in entries() if name not in names))
    if not names:
        raise click.UsageError("Missing argument 'NAME...', or --all.")
    found = compare(*map(graph_named, names), **given(switches))
    if at and everything:
        found, left = found.at_where_possible(**at)
        for line in left:
            tell(f"workdepth: {line}")
    elif at:
        found = found.at(**at)
    say(rendered(found, form, screen(sys.stdout)))
