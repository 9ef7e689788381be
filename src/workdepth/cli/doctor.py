"""``workdepth doctor``: what is here, and what is missing."""

from __future__ import annotations

import click


@click.command("doctor")
def doctor() -> None:
    """Say what is here, what is missing, and the line that mends it."""
