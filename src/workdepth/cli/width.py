"""``workdepth width``: four figures of how parallel a graph is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from workdepth.cli.options import Switch, cases_option, format_option, say, sizes_option

NAMELESS = "plain DAG"


@click.command("width")
@click.argument("name", metavar="NAME")
@sizes_option("The sizes to unroll it at.")
@click.option("--phases", type=Switch("phases"), default="barrier", help="Do composite nodes wait as phases?")
@cases_option
@format_option("text", "json")
def width(name: str, at: dict[str, int], phases: str, cases: dict[str, int], form: str) -> None:
    """Tell how parallel a graph is: average, minimum threads, threads, width.

    NAME is a library algorithm or a graph file.  Four figures that differ, each under its own name, and as many
    operations as the width, of which none waits for another.  Of each branch one case is taken, as by draw.

    \b
    workdepth width fft --at n=8
    workdepth width matmul --at n=4,k=4,m=4 --phases dataflow --format json
    """
    from workdepth.cli.naming import graph_named
    from workdepth.report.parallelism import parallelism

    found = parallelism(graph_named(name), phases=phases, cases=cases, **at)
    if found.algorithm == NAMELESS:
        found = replace(found, algorithm=Path(name).name)
    say(json.dumps(found.to_json(), indent=2) if form == "json" else str(found))
