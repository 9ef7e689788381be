"""``workdepth tradeoffs``: the variants of a problem side by side, and which is beaten."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from workdepth.cli.options import format_option, given, say, sizes_option, switch_options


@click.command("tradeoffs")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@sizes_option("Values at these sizes; else formulas, compared for all sizes.")
@format_option("text", "json")
@switch_options
def tradeoffs(names: tuple[str, ...], at: dict[str, int], form: str, **switches: str | None) -> None:
    """Set variants side by side: time, memory, threads, and when to choose which.

    NAME is a ready set, or library algorithms or graph files that do the same; without one the sets are listed.
    One that another beats in all three is told; what hangs on a bound is told apart.

    \b
    workdepth tradeoffs scans --at n=1024
    workdepth tradeoffs matmul matmul-serial-inner --at n=32,k=32,m=32
    """
    from workdepth.report.frontier_variants import trade_offs
    from workdepth.report.frontier_variants_sets import SETS, listed
    from workdepth.report.frontier_variants_text import text
    from workdepth.report.screen import screen

    if not names:
        say(json.dumps(listed(), indent=2) if form == "json" else _listing(listed()))
        return
    table = trade_offs(*(n if n in SETS else _graph(n) for n in names), **given(switches))
    table = table.at(**at) if at else table
    say(json.dumps(table.to_json(), indent=2) if form == "json" else text(table, screen(sys.stdout).notation))


def _graph(name: str) -> Any:
    """Return a graph; a nameless one is called like its file."""
    from workdepth.cli.naming import graph_named
    from workdepth.graph.algorithm import Algorithm

    graph = graph_named(name)
    if not isinstance(graph, Algorithm):
        graph.graph.setdefault("name", Path(name).name)
    return graph


def _listing(sets: dict[str, object]) -> str:
    rows = sets["rows"]
    assert isinstance(rows, list)
    return "\n".join(f"{row['name']:<12}{row['says']}   (--at {row['at']})" for row in rows)
