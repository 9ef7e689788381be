"""Running the command inside the test's own process."""

import pytest
from click.testing import CliRunner


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
def command():
    from workdepth.cli import commands

    def run(*words):
        return CliRunner().invoke(commands, words, prog_name="workdepth")

    return run
