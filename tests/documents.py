"""Run what a Markdown page says: its Python, its commands, and the outputs that it shows.

- ```` ```python ````: run, all blocks of a page in one namespace; prompts ``>>>`` are held to their outputs.
- ```` ```console ````: each line ``$ workdepth ...`` is run in the page's own folder and held to what follows.
- ```` ```LANGUAGE NAME ````: written to a file of that name, for the commands below it.
- ```` ```sh ````, ```` ```text ```` and the rest are only shown.

An output may leave out lines by a line ``...``.  With WORKDEPTH_REFRESH=1 outputs that differ are written anew.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BLOCK = re.compile(r"^```(?P<info>[^\n`]+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
FLAGS = doctest.ELLIPSIS
REFRESH = bool(os.environ.get("WORKDEPTH_REFRESH"))


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, the file that it is to become, its text and where that stands."""

    language: str
    file: str | None
    text: str
    start: int
    line: int


def blocks(page: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    for found in BLOCK.finditer(page):
        language, *names = found["info"].split()
        line = page.count("\n", 0, found.start("text")) + 1
        yield Block(language, names[0] if names else None, found["text"], found.start("text"), line)


@dataclass
class Difference:
    """An output that is not what the page shows."""

    start: int
    shown: str
    found: str
    where: str

    def __str__(self) -> str:
        return f"{self.where} shows\n{self.shown}but there came\n{self.found}"


def run_page(path: Path, folder: Path) -> int:
    """Run a page in a folder; return how many blocks were run.

    Raises
    ------
    AssertionError
        Where an output differs, or a command fails that the page does not show failing.
    """
    page = path.read_text(encoding="utf-8")
    scope: dict[str, Any] = {"__name__": "__main__"}
    differences: list[Difference] = []
    done = 0
    for block in blocks(page):
        where = f"{path.name}, line {block.line}"
        if block.file is not None:
            (folder / block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            differences += _python(block, scope, where)
        elif block.language == "console":
            differences += _commands(block, folder, where)
        else:
            continue
        done += 1
    if differences and REFRESH:
        for d in sorted(differences, key=lambda d: -d.start):
            page = page[: d.start] + d.found + page[d.start + len(d.shown) :]
        path.write_text(page, encoding="utf-8")
    elif differences:
        told = "\n".join(map(str, differences))
        raise AssertionError(f"{told}\nif that is right: make refresh")
    return done


def _python(block: Block, scope: dict[str, Any], where: str) -> Iterator[Difference]:
    if ">>>" not in block.text:
        exec(compile(block.text, where, "exec"), scope)
        return
    examples = doctest.DocTestParser().get_examples(block.text)
    runner = _Recorder()
    test = doctest.DocTest(examples, scope, where, where, block.line, None)
    test.globs = scope
    runner.run(test, out=lambda _: None, clear_globs=False)
    lines = block.text.splitlines(keepends=True)
    for example, got in runner.differing:
        after = example.lineno + example.source.count("\n")
        start = block.start + sum(map(len, lines[:after]))
        yield Difference(start, example.want, got, f"{where}: {example.source.strip()}")


class _Recorder(doctest.DocTestRunner):
    def __init__(self) -> None:
        super().__init__(optionflags=FLAGS, verbose=False)
        self.differing: list[tuple[doctest.Example, str]] = []

    def report_failure(self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        self.differing.append((example, got))

    def report_unexpected_exception(self, out: Any, test: Any, example: Any, exc_info: Any) -> None:
        raise AssertionError(f"{test.name}: {example.source.strip()}") from exc_info[1]


COMMAND = re.compile(r"^\$ (?P<command>[^\n]*)\n(?P<shown>(?:(?!\$ )[^\n]*\n)*)", re.MULTILINE)


def _commands(block: Block, folder: Path, where: str) -> Iterator[Difference]:
    for found in COMMAND.finditer(block.text):
        got = run_command(found["command"], folder)
        # Where lines of help are broken is the terminal's business, and differs between releases of click.
        flags = FLAGS | (doctest.NORMALIZE_WHITESPACE if found["command"].endswith("--help") else 0)
        if not doctest.OutputChecker().check_output(found["shown"], got, flags):
            yield Difference(
                block.start + found.start("shown"), found["shown"], got, f"{where}: {found['command']}"
            )


def run_command(command: str, folder: Path) -> str:
    """Run ``workdepth ...`` or ``python FILE`` and return what it prints on stdout."""
    program, *words = shlex.split(command, comments=True)
    assert program in ("workdepth", "python"), f"a page may not run {program}"
    module = ["-m", "workdepth"] if program == "workdepth" else []
    kept = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")}
    done = subprocess.run(
        [sys.executable, *module, *words],
        cwd=folder,
        env={**kept, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())
