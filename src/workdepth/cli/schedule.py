"""``workdepth schedule``: the shortest schedule on p threads, within m words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from workdepth.cli.options import cases_option, format_option, given, say, sizes_option, switch_options, tell

INTERRUPTED = 130
NAMELESS = "plain DAG"


@click.command("schedule")
@click.argument("name", metavar="NAME")
@click.option("-p", "--threads", type=int, default=4, show_default=True, help="How many threads.")
@click.option("--memory", type=int, metavar="WORDS", help="The most words that any step may hold.")
@click.option("--within", type=float, default=10.0, show_default=True, help="Seconds for the search.")
@click.option(
    "--method",
    default="auto",
    show_default=True,
    metavar="METHOD",
    help="auto, greedy (no solver), exact (a solver must be there), or a priority such as critical-path.",
)
@sizes_option("The sizes to unroll it at.")
@cases_option
@format_option("text", "json")
@click.option(
    "-o", "--output", metavar="FILE.svg", help="Also draw it there: a Gantt chart above the live words."
)
@switch_options
@click.pass_context
def schedule(
    context: click.Context,
    name: str,
    threads: int,
    memory: int | None,
    within: float,
    method: str,
    at: dict[str, int],
    cases: dict[str, int | str],
    form: str,
    output: str | None,
    **switches: str | None,
) -> None:
    """Find the shortest schedule on p threads, and how far it is from a bound.

    NAME is a library algorithm or a graph file, also a task graph (.stg).  Greedy schedules by seven priorities
    come first; where none meets the lower bound, a solver searches on (pip install 'workdepth[solve]').
    Too little memory is bad input (exit code 2), and the least is told as far as it is known.

    \b
    workdepth schedule multiply-n --at n=16 -p 4
    workdepth schedule matmul --at n=3,k=3,m=3 -p 4 --memory 24 -o gantt.svg
    """
    from workdepth.cli.chosen import told_cases
    from workdepth.cli.naming import graph_named
    from workdepth.models.conventions import Conventions
    from workdepth.report.gantt import check_name, gantt
    from workdepth.schedule.threads.search import schedule as best_schedule

    check_name(output)
    conventions = Conventions(**given(switches))
    graph = graph_named(name)
    found = best_schedule(
        graph,
        threads,
        memory,
        within=within,
        method=method,
        conventions=conventions,
        cases=told_cases(graph, cases, at),
        **at,
    )
    if found.algorithm == NAMELESS:
        found = replace(found, algorithm=Path(name).name)
    say(json.dumps(found.to_json(), indent=2) if form == "json" else str(found))
    if output is not None:
        gantt(found, output)
        tell(f"drawn: {output}")
    if found.interrupted:
        tell("workdepth: interrupted; the best that was found so far is shown")
        context.exit(INTERRUPTED)
    if found.status == "infeasible":
        tell(
            f"workdepth: {found.memory} words are too few: every schedule needs at least {found.least_memory};"
            " give more with --memory"
        )
        context.exit(2)
    if found.status == "unknown":
        tell(
            "workdepth: warning: unknown: no schedule was found; give more time with --within, or more words"
        )
