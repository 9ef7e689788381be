"""What a check says of figures that are expectations."""

import pytest

from workdepth.library import entry_named
from workdepth.models import Conventions
from workdepth.report.checks import outcome, outcome_text
from workdepth.report.screen import Screen


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("quicksort", ("3 expected", "RAM work ≈", "the mean over all data, wherever all was tried")),
        ("quickselect", ("3 expected", "RAM work ≈ 24·n: not compared")),
        ("sum", ("8 exact", "results equal NumPy's at 3")),
    ],
)
def test_expectations_are_told_apart(name, words):
    entry = entry_named(name)
    shown = outcome_text(outcome(name, entry.build(), entry.oracle, Conventions(), 3, {}), Screen())
    assert all(word in shown for word in words), shown
    assert ("expected" in shown) == (name != "sum")
