"""``workdepth frontier``: every best trade of time, memory and threads."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from workdepth.cli.options import cases_option, format_option, given, say, sizes_option, switch_options, tell

INTERRUPTED = 130
NAMELESS = "plain DAG"


@click.command("frontier")
@click.argument("name", metavar="NAME")
@sizes_option("The sizes to unroll it at.")
@click.option("--any-tree", is_flag=True, help="Let the association of the fold be chosen, too.")
@click.option("--within", type=float, default=30.0, show_default=True, help="Seconds for the search.")
@cases_option
@format_option("text", "json")
@click.option("-o", "--output", metavar="FILE.svg", help="Also draw it there, as staircases (extra 'plot').")
@switch_options
@click.pass_context
def frontier(
    context: click.Context,
    name: str,
    at: dict[str, int],
    any_tree: bool,
    within: float,
    cases: dict[str, int | str],
    form: str,
    output: str | None,
    **switches: str | None,
) -> None:
    """Find every best trade of time, memory and threads.

    NAME is a library algorithm or a graph file.  No schedule of it beats one of these trades; where that is not
    shown in time, they are the best that are known, marked with a bound.  Inputs that are there from the start
    take their words until they are read; --inputs loaded lets a schedule choose when each word comes.

    \b
    workdepth frontier multiply-n --at n=8 --inputs loaded
    workdepth frontier multiply-n --at n=32 --inputs loaded -o staircase.svg
    """
    from workdepth.cli.chosen import told_cases
    from workdepth.cli.naming import graph_named
    from workdepth.schedule.frontier.frontier import frontier as found_for

    if output is not None:
        from workdepth.report.staircase import check_target, staircase

        check_target(output)
    graph = graph_named(name)
    chosen = told_cases(graph, cases, at)
    found = found_for(graph, any_tree=any_tree, within=within, cases=chosen, **given(switches), **at)
    if found.algorithm == NAMELESS:
        found = replace(found, algorithm=Path(name).name)
    say(json.dumps(found.to_json(), indent=2) if form == "json" else str(found))
    if output is not None:
        tell(f"drawn: {staircase(found, output)}")
    if found.interrupted:
        tell("workdepth: interrupted; what was known then is shown")
        context.exit(INTERRUPTED)
