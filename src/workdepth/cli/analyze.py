"""``workdepth analyze``: the table of any graph of one's own."""

from __future__ import annotations

import sys

import click

from workdepth.cli.options import format_option, given, say, sizes_option, switch_options


@click.command("analyze")
@click.argument("file", metavar="FILE")
@sizes_option("Also the values at these sizes.")
@format_option("text", "markdown", "latex", "html", "csv", "json")
@switch_options
def analyze(file: str, at: dict[str, int], form: str, **switches: str | None) -> None:
    """Print the table of a graph of your own.

    FILE is a graph file, which is only read; or module.py:name, an Algorithm, a networkx DAG, or a function
    that returns one.  The second form RUNS the module: do so only with code that you trust.

    \b
    workdepth analyze dot.json
    workdepth analyze dot.py:g --at n=1000
    """
    from workdepth.cli.naming import graph_or_code
    from workdepth.report.compare import compare
    from workdepth.report.formats import rendered
    from workdepth.report.screen import screen

    found = compare(graph_or_code(file), **given(switches))
    say(rendered(found.at(**at) if at else found, form, screen(sys.stdout)))
