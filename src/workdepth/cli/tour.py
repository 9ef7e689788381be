"""``workdepth tour``: the main job on MULTIPLY-N."""

from __future__ import annotations

import click


@click.command("tour")
def tour() -> None:
    """See the main job on MULTIPLY-N, from graph to verdict, within a minute."""
