"""The table in benchmarks/README.md, from the stored results.

python benchmarks/summary.py            writes it
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stored import load

PAGE = Path(__file__).parent / "README.md"
START, END = "<!-- results: begin -->\n", "<!-- results: end -->\n"
AT_MOST = ("startup", "analysis")


def rows() -> list[tuple[str, str, str, str]]:
    """Return what was measured, the result, the goal, and the file that holds it."""
    found = []
    for name in (*AT_MOST, "unroll"):
        for what, row in load(name)["rows"].items():
            found.append((what, _value(row), _goal(row), name))
    for name in ("sweeps", "width"):
        for what, row in load(name)["shown"].items():
            found.append((what, _value(row), _goal(row), name))
    for what, row in load("ptx_machine")["rows"].items():
        speed, goal = row["instructions_per_second"], row["goal"]
        found.append(
            (f"PTX machine, {what}", f"{speed / 1e6:.1f} million thread-instructions a second",
             f"at least {goal / 1e6:.0f} million", "ptx_machine")
        )  # fmt: skip
    return found


def _value(row: dict[str, Any]) -> str:
    return f"{row['value']:.2f} {row['unit']}"


def _goal(row: dict[str, Any]) -> str:
    if row["goal"] is None:
        return ""
    return f"{'at least' if row.get('at_least') else 'at most'} {row['goal']}"


def table() -> str:
    """Return the table in Markdown."""
    lines = ["| what | result | goal | raw |", "|---|---|---|---|"]
    lines += [
        f"| {what} | {value} | {goal} | [{raw}](results/{raw}.json) |" for what, value, goal, raw in rows()
    ]
    machine = load("startup")["machine"]
    told = f"Python {machine['python']}, {machine['processor']}, {machine['cores']} cores."
    return "\n".join([*lines, "", f"The first two files were taken on: {told}"]) + "\n"


def main() -> None:
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    PAGE.write_text(before + START + table() + END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
