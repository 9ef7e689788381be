"""``workdepth check``: the formulas against the unrolled graph, the results against NumPy."""

from __future__ import annotations

import json
import sys

import click

from workdepth.cli.options import format_option, given, say, sizes_option, switch_options, tell


@click.command("check")
@click.argument("names", nargs=-1, metavar="[NAME...]")
@click.option(
    "--upto", type=click.IntRange(1, 100_000), default=64, show_default=True, help="The largest size."
)
@sizes_option("Check at these sizes only.")
@click.option("--every-switch", is_flag=True, help="Under every combination of the switches.")
@format_option("text", "json")
@switch_options
@click.pass_context
def check(
    context: click.Context,
    names: tuple[str, ...],
    upto: int,
    at: dict[str, int],
    every_switch: bool,
    form: str,
    **switches: str | None,
) -> None:
    """Compare every figure with the unrolled graph, and every result with NumPy.

    NAME is a library algorithm or a graph file; without a name all of the library is checked.  Exit code 1
    where something differs.  That a formula holds at every size tried proves nothing beyond them.

    \b
    workdepth check --upto 64
    workdepth check matmul --at n=7,k=5,m=3 --every-switch
    """
    from workdepth.cli.naming import graph_named, oracle_named
    from workdepth.library import entries
    from workdepth.report.checks import outcome, outcome_text, outcomes_document, shares_text
    from workdepth.report.compare import conventions_of, every_convention
    from workdepth.report.screen import screen

    fixed = given(switches)
    chosen = every_convention(fixed) if every_switch else [conventions_of(fixed)]
    found = []
    for name in names or tuple(entries()):
        graph, oracle = graph_named(name), oracle_named(name)
        for conventions in chosen:
            found.append(outcome(name, graph, oracle, conventions, upto, at))
            if form == "text":
                say(outcome_text(found[-1], screen(sys.stdout)))
            else:
                tell(f"workdepth: checked {name}")
    if form == "json":
        say(json.dumps(outcomes_document(found), indent=2))
    elif len(found) > 1:
        say(shares_text(found))
    different = [one for one in found if one.exit_code]
    if different:
        tell(f"workdepth: {len(different)} of {len(found)} checks failed: {different[0].difference}")
    context.exit(1 if different else 0)
