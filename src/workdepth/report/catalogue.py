"""The library as a list: name, sizes, what one learns, and where it is from."""

from __future__ import annotations

import json

from workdepth.library import Entry, entries
from workdepth.report.notation import domain_text
from workdepth.report.screen import Screen


def catalogue_json() -> str:
    """Return the list as a JSON document."""
    rows = []
    for entry in entries().values():
        sizes = entry.build().sizes
        rows.append(
            {
                "name": entry.name,
                "sizes": [size.name for size in sizes],
                "domain": domain_text(sizes, Screen(unicode=False).notation),
                "teaches": entry.teaches,
                "source": entry.source,
            }
        )
    return json.dumps({"schema": "workdepth.list/1", "rows": rows}, indent=2)


def catalogue_text(screen: Screen) -> str:
    """Return the list for a screen: one line an algorithm, or a paragraph where that is narrow."""
    found = list(entries().values())
    names = max(len(entry.name) for entry in found)
    domains = {entry.name: domain_text(entry.build().sizes, screen.notation) for entry in found}
    wide = max(len(text) for text in domains.values())
    room = (screen.width or 10**6) - names - wide - 4
    if room < 40:
        return "\n\n".join(_paragraph(entry, domains[entry.name], screen.width or 80) for entry in found)
    lines = []
    for entry in found:
        first, *others = _wrapped(entry.teaches, room)
        lines.append(f"{entry.name:{names}}  {domains[entry.name]:{wide}}  {first}")
        lines += [" " * (names + wide + 4) + other for other in others]
    return "\n".join(lines)


def _paragraph(entry: Entry, domain: str, width: int) -> str:
    room = max(width - 2, 10)
    indented = [f"  {line}" for text in (domain, entry.teaches) for line in _wrapped(text, room)]
    return "\n".join([entry.name, *indented])


def _wrapped(text: str, width: int) -> list[str]:
    from textwrap import wrap

    return wrap(text, width) or [""]
