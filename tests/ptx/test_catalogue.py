"""The table of instructions names exactly those that have rules."""

from __future__ import annotations

from workdepth.plans.paths import kernel_folder
from workdepth.ptx.build import page
from workdepth.ptx.catalogue import MEANING, REFUSED, table
from workdepth.ptx.rules import OTHERS, PURE


def test_every_opcode_has_a_meaning_and_no_other() -> None:
    assert set(MEANING) == {opcode for _, opcode in PURE} | set(OTHERS)


def test_what_is_refused_has_no_rule() -> None:
    named = {word for line in REFUSED for word in line.replace(",", " ").replace(":", " ").split()}
    assert not named & {opcode for opcode in MEANING if opcode not in ("red", "and", "max", "st", "call")}


def test_the_table_has_a_row_each() -> None:
    assert sum(line.startswith("| `") for line in table().splitlines()) == len(MEANING)


def test_the_page_is_current() -> None:
    path = kernel_folder().parent / "docs" / "reference" / "ptx-instructions.md"
    assert path.read_text(encoding="utf-8") == page(), "run: python -m workdepth.ptx.build"
