"""``workdepth tour``: the main job on MULTIPLY-N."""

from __future__ import annotations

import sys

import click

from workdepth.cli.options import say


@click.command("tour", short_help="The main job on MULTIPLY-N, in a minute.")
@click.option("--draw", "picture", metavar="FILE.svg", help="Also write a drawing there.")
@click.option(
    "--on",
    type=click.Choice(["auto", "gpu", "ptx"]),
    default="auto",
    show_default=True,
    help="What runs the kernels.",
)
@click.pass_context
def tour(context: click.Context, picture: str | None, on: str) -> None:
    """See the main job on MULTIPLY-N, from graph to verdict, within a minute.

    The graph in five lines of Python, its costs on both machines, the proof, a run on real numbers, and real
    CUDA kernels executed and judged.  Nothing is written unless --draw says where.
    """
    from workdepth.report.screen import screen
    from workdepth.report.tour import parts

    shown = screen(sys.stdout)
    rule = "─" if shown.unicode else "-"
    code = 0
    for number, part in enumerate(parts(shown, picture, on), 1):
        heading = f"{number}. {part.heading}"
        title = click.style(heading, bold=True) if shown.colour else heading
        say(f"{title}\n{rule * len(heading)}\n{part.body}\n")
        code = max(code, part.exit_code)
    context.exit(code)
