"""Every page is run, the README's table and picture are what the code makes, and links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from documents import BLOCK, REFRESH, blocks, run_command, run_page

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [
        ROOT / "README.md",
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("benchmarks/*.md"),
        *ROOT.glob("kernels/*.md"),
    ]
)
LANGUAGES = {"python", "console", "sh", "text", "c", "mermaid"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_runs_and_shows_what_comes(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for shared in ("benchmarks", "examples", "kernels"):  # what a page may name, as from a checkout
        (tmp_path / shared).symlink_to(ROOT / shared)
    run_page(path, tmp_path)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_links_lead_to_files(path):
    text = BLOCK.sub("", path.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if not target.startswith(("https://", "http://")):
            assert (path.parent / target).exists(), f"{name_of(path)} links to {target}"


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_blocks_have_a_language_that_is_known(path):
    for block in blocks(path.read_text(encoding="utf-8")):
        assert block.language in LANGUAGES, f"{name_of(path)}, line {block.line}: {block.language}"


def test_the_picture_is_what_the_command_draws(tmp_path):
    drawn = run_command("workdepth draw multiply-n --at n=8", tmp_path)
    kept = ROOT / "docs/images/tree.svg"
    if REFRESH:
        kept.write_text(drawn, encoding="utf-8")
    assert kept.read_text(encoding="utf-8") == drawn
    assert "docs/images/tree.svg" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_shows_the_table_of_multiply_n():
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    assert any("$ workdepth table multiply-n\n" in b.text for b in blocks(page) if b.language == "console")


def test_the_readme_names_the_node_kinds_that_there_are():
    from typing import get_args

    from workdepth.graph.nodes import Node

    limits = " ".join(
        (ROOT / "README.md").read_text(encoding="utf-8").partition("**Node kinds.**")[2].split()
    )
    there, _, coming = limits.partition(". ")
    coming, still, _ = coming.partition(" are still to come")
    coming = coming if still else ""
    for kind in get_args(Node):
        assert kind.__name__ in there, f"the README does not know {kind.__name__}"
        assert kind.__name__ not in coming, (
            f"{kind.__name__} is there, but the README says that it is to come"
        )


def test_the_reference_has_every_command_in_order():
    from workdepth.cli import commands

    path = ROOT / "docs/reference/command.md"
    names = commands.list_commands(None)
    if REFRESH:
        before = path.read_text(encoding="utf-8").partition("## ")[0]
        sections = [_help_of(command) for command in ("", *(f"{name} " for name in names))]
        path.write_text(before + "\n\n".join(sections) + "\n", encoding="utf-8")
    found = re.findall(r"^\$ workdepth (\w+) --help$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert found == names, "make refresh"


def _help_of(command):
    shown = run_command(f"workdepth {command}--help", ROOT)
    heading = f"workdepth {command}".strip()
    return f"## `{heading}`\n\n```console\n$ workdepth {command}--help\n{shown}```"


def test_the_model_explains_every_switch_and_setting():
    from workdepth.models.conventions import CHOICES

    page = (ROOT / "docs/explanation/the-model.md").read_text(encoding="utf-8")
    for switch, settings in CHOICES.items():
        section = page.partition(f"### `{switch}`:")[2].partition("\n### ")[0]
        assert section, f"no section tells of {switch}"
        for setting in settings:
            assert f"`{setting}`" in section, f"{switch} does not tell of {setting}"


@pytest.mark.parametrize("target", ["tour", "test", "lint", "bench", "ci"])
def test_the_makefile_has_what_the_readme_names(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


class TestTheRunner:
    """A page that lies is found out."""

    def page(self, tmp_path, text):
        path = tmp_path / "page.md"
        path.write_text(text, encoding="utf-8")
        return run_page(path, tmp_path)

    def test_true_outputs_pass_and_names_last(self, tmp_path):
        assert self.page(tmp_path, "```python\nx = 2\n```\n\n```python\n>>> x + 1\n3\n```\n") == 2

    @pytest.mark.skipif(REFRESH, reason="outputs are being written anew")
    def test_a_wrong_output_fails(self, tmp_path):
        with pytest.raises(AssertionError, match="shows\n5\nbut there came\n4"):
            self.page(tmp_path, "```python\n>>> 2 + 2\n5\n```\n")

    @pytest.mark.skipif(REFRESH, reason="outputs are being written anew")
    def test_a_wrong_command_output_fails(self, tmp_path):
        with pytest.raises(AssertionError, match="workdepth --version"):
            self.page(tmp_path, "```console\n$ workdepth --version\nworkdepth 9\n```\n")

    def test_a_failing_command_fails(self, tmp_path):
        with pytest.raises(AssertionError, match="ended with 2"):
            self.page(tmp_path, "```console\n$ workdepth nonsense\n```\n")

    def test_other_programs_are_not_run(self, tmp_path):
        with pytest.raises(AssertionError, match="may not run rm"):
            self.page(tmp_path, "```console\n$ rm -r /\n```\n")
