"""``workdepth memory``: the least memory of one thread over all orders."""

from __future__ import annotations

import json

import click

from workdepth.cli.options import cases_option, format_option, given, say, sizes_option, switch_options


@click.command("memory")
@click.argument("name", metavar="NAME")
@sizes_option("The sizes to unroll it at.")
@click.option("--states", type=click.IntRange(1, 10**8), help="How many states the search may look at.")
@cases_option
@format_option("text", "json")
@switch_options
def memory(
    name: str,
    at: dict[str, int],
    cases: dict[str, int | str],
    form: str,
    states: int | None,
    **switches: str | None,
) -> None:
    """Tell in how few words one thread can run it, and how many program order takes.

    NAME is a library algorithm or a graph file.  Every operation runs once; what running some again saves is
    told by: workdepth recompute

    \b
    workdepth memory matvec --at n=4,m=4 --inputs loaded
    """
    from workdepth.cli.chosen import told_cases
    from workdepth.cli.naming import graph_named
    from workdepth.models.conventions import Conventions
    from workdepth.schedule.sequential import least_memory

    effort = {} if states is None else {"states": states}
    graph, conventions = graph_named(name), Conventions(**given(switches))
    chosen = told_cases(graph, cases, at)
    found = least_memory(graph, conventions, **effort, cases=chosen, **at)
    say(json.dumps(found.to_json(), indent=2) if form == "json" else str(found))
