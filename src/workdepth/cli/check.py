"""``workdepth check``: the formulas against the unrolled graph, the results against NumPy."""

from __future__ import annotations

import click


@click.command("check")
@click.argument("names", nargs=-1, metavar="[NAME...]")
def check(names: tuple[str, ...]) -> None:
    """Compare every figure with the unrolled graph."""
