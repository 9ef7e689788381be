"""``workdepth explain``: which nodes make the span, the peak of memory, the threads."""

from __future__ import annotations

import json
import sys

import click

from workdepth.cli.options import cases_option, format_option, given, say, sizes_option, switch_options


@click.command("explain")
@click.argument("name", metavar="NAME")
@sizes_option("Also what happens at these sizes, step by step.")
@format_option("text", "json")
@cases_option
@switch_options
def explain(name: str, at: dict[str, int], form: str, cases: dict[str, int], **switches: str | None) -> None:
    """Tell which nodes make the time, the memory and the threads.

    NAME is a library algorithm or a graph file.  In symbols: a critical path, the phase that holds the peak of
    memory with the arrays that live in it, the phase that uses most threads.  With --at: the very step of each
    peak and what is in it, from the unrolled graph, in which each branch takes the case of the longest time, or
    that of --case.

    \b
    workdepth explain matmul
    workdepth explain dot --at n=8
    """
    from workdepth.cli.naming import graph_named
    from workdepth.report.explain_text import text
    from workdepth.report.explained import explain as explained
    from workdepth.report.screen import screen

    if cases and not at:
        raise click.UsageError("--case is for the unrolled graph: give sizes with --at")
    found = explained(graph_named(name), at=at or None, cases=cases, **given(switches))
    say(json.dumps(found.to_json(), indent=2) if form == "json" else text(found, screen(sys.stdout)))
