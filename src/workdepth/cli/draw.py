"""``workdepth draw``: the unrolled graph as a picture."""

from __future__ import annotations

import click

from workdepth.cli.options import cases_option, say, sizes_option, tell


@click.command("draw")
@click.argument("name", metavar="NAME")
@sizes_option("The sizes to draw it at.")
@click.option("-o", "--output", metavar="FILE.svg", help="Where to write it; else it is printed.")
@click.option(
    "--mark",
    type=click.Choice(["span", "memory", "threads"]),
    help="Mark a critical path, the step with most live words, or that with most threads.",
)
@cases_option
def draw(name: str, at: dict[str, int], output: str | None, mark: str | None, cases: dict[str, int]) -> None:
    """Draw the unrolled graph as SVG: time downwards, threads across.

    NAME is a library algorithm or a graph file.  Above a few hundred nodes each step is a bar.  Of each branch
    one case is drawn, in all its copies: the one of the longest time, or that of --case; the title tells which.

    \b
    workdepth draw multiply-n --at n=8 -o tree.svg
    """
    from workdepth.cli.naming import graph_named
    from workdepth.report.draw import draw as drawn

    picture = drawn(graph_named(name), output, mark=mark, cases=cases, **at)
    if output is None:
        say(picture)
    else:
        tell(f"drawn: {output}")
