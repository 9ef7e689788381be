"""The command line: arguments in, tables out.  One command a file, imported when it is called."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from workdepth import __version__

# Command to module; the order is that of the help.
COMMANDS = {
    "tour": "tour",
    "list": "listing",
    "table": "table",
    "check": "check",
    "explain": "explain",
    "analyze": "analyze",
    "draw": "draw",
    "measure": "measure",
    "count": "count",
    "judge": "judge",
    "schedule": "schedule",
    "frontier": "frontier",
    "tradeoffs": "tradeoffs",
    "memory": "memory",
    "recompute": "recompute",
    "width": "width",
    "doctor": "doctor",
}
INTERRUPTED, BROKEN_PIPE = 130, 141  # 128 + the signal's number, as shells do


class Commands(click.Group):
    """The commands; every failure becomes one line on stderr and an exit code."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names in the order of the help."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import a command when it is asked for."""
        if name not in COMMANDS:
            return None
        return getattr(import_module(f"workdepth.cli.{COMMANDS[name]}"), COMMANDS[name])

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command and exit: 0 fine, 1 a check failed, 2 bad input, 3 something is missing."""
        sys.exit(self._code(*args, **{**kwargs, "standalone_mode": False}))

    def invoke(self, context: click.Context) -> Any:
        """Run a command; a reader that has gone away is met quietly, a full disk with a message."""
        try:
            found = super().invoke(context)
            if sys.stdout is not None:  # it is None where the shell closed it
                sys.stdout.flush()
        except BrokenPipeError:
            _drop_stdout()
            context.exit(BROKEN_PIPE)
        except OSError as error:
            if error.filename is not None:  # a file's, not the stream's
                raise
            _drop_stdout()
            raise click.ClickException(
                f"the result cannot be written to stdout: {error.strerror or error}; send it elsewhere"
            ) from error
        return found

    def _code(self, *args: Any, **kwargs: Any) -> int:
        from workdepth.errors import WorkdepthError

        try:
            found = super().main(*args, **kwargs)
        except click.UsageError as error:
            command = error.ctx.command_path if error.ctx else "workdepth"
            return _fail(
                f"{error.format_message().removesuffix('.')} (see '{command} --help')", error.exit_code
            )
        except click.ClickException as error:
            return _fail(error.format_message(), 2)
        except WorkdepthError as error:
            return _fail(str(error), error.exit_code)
        except (click.Abort, KeyboardInterrupt):
            return _fail("interrupted", INTERRUPTED)
        return found if isinstance(found, int) else 0


def _drop_stdout() -> None:
    """Send what is still buffered nowhere: it would fail again when the interpreter closes the stream."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str, code: int) -> int:
    from workdepth.report.screen import printable, showable

    shown = "\n".join(map(printable, f"workdepth: {message}".split("\n")))
    click.echo(showable(shown, sys.stderr), err=True)
    return code


@click.group(
    cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="workdepth", message="%(prog)s %(version)s")
@click.pass_context
def commands(context: click.Context) -> None:
    """Tell what an algorithm costs in time, memory and threads, on the RAM and on the GPU.

    NAME is a library algorithm (workdepth list) or a graph file.  Begin with: workdepth tour
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def main() -> None:
    """Run the command line."""
    commands.main(prog_name="workdepth")
