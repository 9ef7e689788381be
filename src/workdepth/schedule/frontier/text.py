"""A frontier as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workdepth.schedule.frontier.frontier import Frontier, Point

MOST_ROWS = 200


def text(found: Frontier) -> str:
    """Write a frontier: a head, one line a time with all its trades, what is not exact, and why.

    Examples
    --------
    >>> import networkx as nx, workdepth as wd
    >>> print(wd.frontier(nx.DiGraph([("a", "c"), ("b", "c")])))
    plain DAG: 2 best trades, exact
    <BLANKLINE>
    time  memory, threads
       2  2 words, 2 threads
       3  2 words, 1 thread
    <BLANKLINE>
    by counts
    """
    marked = any(p.status != found.status for p in found.points)
    lines = [head(found), "", "time  memory, threads"]
    width = max([4, *(len(str(p.time)) for p in found.points)])
    before = None
    for p in found.points[:MOST_ROWS]:
        shown = "" if p.time == before else str(p.time)
        lines.append(f"{shown:>{width}}  {_trade(p)}{_mark(p, marked)}")
        before = p.time
    if len(found.points) > MOST_ROWS:
        lines.append(f"... and {len(found.points) - MOST_ROWS} more")
    lines += ["", f"by {found.method}"]
    if found.note:
        lines.append(found.note)
    return "\n".join(lines)


def head(found: Frontier) -> str:
    """Return what a frontier is of, how many points it has and how sure it is."""
    sizes = ", ".join(f"{k}={v}" for k, v in found.sizes.items())
    changed = [f"{k}={v}" for k, v in found.conventions.changed().items()]
    changed += ["any tree"] if found.any_tree else []
    of = found.algorithm + (f" at {sizes}" if sizes else "") + (f" ({', '.join(changed)})" if changed else "")
    count = len(found.points)
    kind = "best trade" if found.status == "exact" else "best known trade"
    return f"{of}: {count} {kind}{'' if count == 1 else 's'}, {found.status}"


def _trade(p: Point) -> str:
    return f"{_counted(p.memory, 'word')}, {_counted(p.threads, 'thread')}"


def _counted(amount: int, what: str) -> str:
    return f"{amount} {what}{'' if amount == 1 else 's'}"


def _mark(p: Point, marked: bool) -> str:
    if p.status == "exact":
        return "   exact" if marked else ""
    return f"   time >= {p.at_least}" if p.at_least < p.time else "   time is least"
