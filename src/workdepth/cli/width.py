"""``workdepth width``: four figures of how parallel a graph is, and its profile."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from workdepth.cli.options import Switch, cases_option, format_option, say, sizes_option, tell

NAMELESS = "plain DAG"


@click.command("width")
@click.argument("name", metavar="NAME")
@sizes_option("The sizes to unroll it at.")
@click.option("--phases", type=Switch("phases"), default="barrier", help="Do composite nodes wait as phases?")
@cases_option
@format_option("text", "json")
@click.option(
    "-o", "--output", metavar="FILE.svg", help="Also draw the profile there: operations at work in each step."
)
@click.option(
    "-p",
    "--threads",
    type=click.IntRange(1, 10**18),
    multiple=True,
    help="In the drawing, a line for p threads; it may be given several times.",
)
def width(
    name: str,
    at: dict[str, int],
    phases: str,
    cases: dict[str, int],
    form: str,
    output: str | None,
    threads: tuple[int, ...],
) -> None:
    """Tell how parallel a graph is: average, minimum threads, threads, width.

    NAME is a library algorithm or a graph file.  Four figures that differ, each under its own name, and as many
    operations as the width, of which none waits for another.  Of each branch one case is taken, as by draw.

    \b
    workdepth width fft --at n=8
    workdepth width scan-blelloch --at n=64 -o profile.svg -p 8
    """
    from workdepth.cli.naming import graph_named
    from workdepth.report.gantt import check_name
    from workdepth.report.parallelism import parallelism
    from workdepth.report.parallelism_picture import profile_picture

    if threads and output is None:
        raise click.UsageError("-p draws lines in a picture: say where with -o FILE.svg")
    check_name(output)
    found = parallelism(graph_named(name), phases=phases, cases=cases, **at)
    if found.algorithm == NAMELESS:
        found = replace(found, algorithm=Path(name).name)
    say(json.dumps(found.to_json(), indent=2) if form == "json" else str(found))
    if output is not None:
        profile_picture(found, output, threads=threads)
        tell(f"drawn: {output}")
