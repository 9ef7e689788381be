"""Golden texts: what is printed, kept in files.  WORKDEPTH_REFRESH=1 writes them anew."""

import os
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def golden():
    def held(name, text):
        path = GOLDEN / name
        if os.environ.get("WORKDEPTH_REFRESH"):
            path.write_text(text + "\n", encoding="utf-8")
        assert path.is_file(), f"no golden text {name}; run the tests once with WORKDEPTH_REFRESH=1"
        assert text + "\n" == path.read_text(encoding="utf-8")

    return held


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
