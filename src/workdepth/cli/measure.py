"""``workdepth measure``: the prediction beside real CUDA kernels."""

from __future__ import annotations

import json
import sys

import click

from workdepth.cli.options import format_option, say, tell


@click.command("measure")
@click.argument("name", metavar="NAME")
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
def measure(context: click.Context, name: str, on: str, upto: int | None, form: str) -> None:
    """Run real CUDA kernels and judge the prediction by them.

    Each kernel's result is compared with the oracle's before anything is counted or timed.  Exit code 1
    where the kernels go against the prediction; an inconclusive outcome is a warning.
    """
    from workdepth.measure.experiment import measure as measured
    from workdepth.measure.experiment_text import WIDTH, text
    from workdepth.report.screen import screen

    tell(f"workdepth: running the kernels of {name} ...")
    found = measured(name, on=on, upto=upto)
    width = min(screen(sys.stdout).width or WIDTH, WIDTH)
    say(json.dumps(found.to_json(), indent=2) if form == "json" else text(found, width))
    if found.outcome == "inconclusive":
        tell(f"workdepth: warning: inconclusive: {'; '.join(found.reasons)}")
    context.exit(found.exit_code)
