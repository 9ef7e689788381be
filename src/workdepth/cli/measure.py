"""``workdepth measure``: the prediction beside real CUDA kernels."""

from __future__ import annotations

import json
import sys

import click

from workdepth.cli.options import format_option, say, tell


@click.command("measure")
@click.argument("name", metavar="[NAME]", required=False)
@click.option("--all", "every", is_flag=True, help="Every algorithm that has kernels, one after the other.")
@click.option(
    "--on",
    type=click.Choice(["auto", "gpu", "ptx"]),
    default="auto",
    show_default=True,
    help="Timed on a GPU, counted by the PTX machine, or whatever is here.",
)
@click.option("--upto", type=click.IntRange(1), help="The largest size of the sweep.")
@format_option("text", "json")
@click.pass_context
def measure(
    context: click.Context, name: str | None, every: bool, on: str, upto: int | None, form: str
) -> None:
    """Run real CUDA kernels and judge the prediction by them.

    Each kernel's result is compared with the oracle's before anything is counted or timed.  Exit code 1
    where the kernels go against the prediction; an inconclusive outcome is a warning.  With --all, JSON is
    a list.
    """
    from workdepth.measure.experiment import measure as measured
    from workdepth.measure.experiment_text import WIDTH, text
    from workdepth.report.screen import screen

    width = min(screen(sys.stdout).width or WIDTH, WIDTH)
    found = []
    for one in _asked(name, every):
        tell(f"workdepth: running the kernels of {one} ...")
        found.append(measured(one, on=on, upto=upto))
        if form == "text":
            say(text(found[-1], width))
        if found[-1].outcome == "inconclusive":
            tell(f"workdepth: warning: inconclusive: {'; '.join(found[-1].reasons)}")
    if form == "json":
        told = [one.to_json() for one in found]
        say(json.dumps(told if every else told[0], indent=2))
    context.exit(max(one.exit_code for one in found))


def _asked(name: str | None, every: bool) -> list[str]:
    """Return which algorithms to measure: the one that is named, or all."""
    from workdepth.measure.subjects import SUBJECTS

    if every == (name is not None):
        raise click.UsageError("give the NAME of an algorithm, or --all")
    return list(SUBJECTS) if name is None else [name]
