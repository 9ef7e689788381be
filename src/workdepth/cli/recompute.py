"""``workdepth recompute``: how much time fewer words cost one thread."""

from __future__ import annotations

import json
from typing import Any

import click

from workdepth.cli.options import (
    Switch,
    cases_option,
    format_option,
    given,
    say,
    sizes_option,
    tell,
)


@click.command("recompute")
@click.argument("name", metavar="NAME")
@sizes_option("The sizes.")
@click.option("--cells", type=Switch("cells"), help="May a result take a word that dies in its own step?")
@click.option("--inputs", type=Switch("inputs"), help="Are inputs there at the start, or loaded?")
@click.option("--outputs", type=Switch("outputs"), help="Do outputs stay to the end?")
@click.option(
    "--states", type=click.IntRange(1, 10**8), help="How many states to look at for each number of words."
)
@click.option(
    "--within",
    type=float,
    default=10.0,
    show_default=True,
    help="Seconds for the solver, where the search leaves bounds (extra 'solve').",
)
@click.option("--plot", metavar="FILE.png", help="Also draw the curve (extra 'plot').")
@cases_option
@format_option("text", "json")
def recompute(
    name: str,
    at: dict[str, int],
    cases: dict[str, int | str],
    form: str,
    states: int | None,
    within: float,
    plot: str | None,
    **switches: str | None,
) -> None:
    """Tell what fewer words cost one thread that may run operations again.

    NAME is a library algorithm, a graph file, or a family of the literature: forward-backward (n), butterfly
    (n), pyramid (h), binary-tree (h), grid (n, m).

    \b
    workdepth recompute forward-backward --at n=10
    workdepth recompute matmul --at n=2,m=2,k=2 --inputs loaded --outputs streamed
    """
    from workdepth.cli.chosen import told_cases
    from workdepth.cli.naming import graph_named
    from workdepth.models.conventions import Conventions
    from workdepth.schedule.recompute import recomputation
    from workdepth.schedule.recompute.families import FAMILIES, family

    effort: dict[str, Any] = {"within": within} | ({} if states is None else {"states": states})
    conventions = Conventions(**given(switches))
    if name in FAMILIES:
        found = recomputation(family(name, at), conventions, **effort)
    else:
        graph = graph_named(name)
        found = recomputation(graph, conventions, **effort, cases=told_cases(graph, cases, at), **at)
    if plot is not None:
        from workdepth.report.recompute_plot import recompute_plot

        tell(f"drawn: {recompute_plot(plot, found)}")
    say(json.dumps(found.to_json(), indent=2) if form == "json" else str(found))
