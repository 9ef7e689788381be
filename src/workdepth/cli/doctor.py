"""``workdepth doctor``: what is here, and what is missing."""

from __future__ import annotations

import click

from workdepth.cli.options import format_option, say


@click.command("doctor")
@format_option("text", "json")
@click.pass_context
def doctor(context: click.Context, form: str) -> None:
    """Say what is here, what is missing, and the line that mends it.

    Exit code 3 where something that is always needed is broken; a missing extra or GPU is no failure.
    """
    from workdepth.report.condition import exit_code, findings, findings_json, findings_text

    found = findings()
    say(findings_json(found) if form == "json" else findings_text(found))
    context.exit(exit_code(found))
