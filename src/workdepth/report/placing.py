"""Where things stand in a drawing: a layered layout with one lane for every word that waits.

A value that is read in a later step, and an output until the end, passes the steps between as a *lane*.  So
what stands in a step is what lives there.  Order: barycentres, swept down and up, the order with the fewest
crossings (Sugiyama, Tagawa and Toda, IEEE Transactions SMC 11(2), 1981).  Positions: each thing as near as
the order allows to the middle of its neighbours, by pooling adjacent violators (Barlow et al., Statistical
Inference under Order Restrictions, 1972, chapter 1).
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from workdepth.report.scene import Mark, Scene

# Room between neighbours, in units: two marks stand one unit apart.
MARK, LANE = 0.5, 0.18
SWEEPS = 8


@dataclass(frozen=True)
class Spot:
    """A place in a step: a mark, or the lane of a mark's value."""

    step: int
    node: int
    lane: bool


@dataclass(frozen=True)
class Layout:
    """Positions across, in units from 0; links join spots of neighbouring steps."""

    across: dict[Spot, float]
    links: tuple[tuple[Spot, Spot], ...]
    width: float


def layout(scene: Scene) -> Layout:
    """Place everything that a scene shows."""
    rows, links = _rows(scene)
    order = _ordered(rows, links)
    across = _spread(order, links)
    left = min(across.values(), default=0.0)
    right = max(across.values(), default=0.0)
    return Layout({spot: x - left for spot, x in across.items()}, tuple(links), right - left)


def _rows(scene: Scene) -> tuple[list[list[Spot]], list[tuple[Spot, Spot]]]:
    """Return the spots of every step, and the links from each step to the next."""
    marks = {mark.node: mark for mark in scene.marks}
    until = _last_steps(scene, marks)
    rows: list[list[Spot]] = [[] for _ in range(scene.time + 1)]
    links: list[tuple[Spot, Spot]] = []
    for mark in _by_first_use(scene, marks):
        before = Spot(mark.first, mark.node, False)
        rows[mark.first].append(before)
        for step in range(mark.first + 1, max(until[mark.node], mark.last + 1)):
            spot = Spot(step, mark.node, step > mark.last)
            rows[step].append(spot)
            links.append((before, spot))
            before = spot
    for source, reader in scene.reads:
        links.append((_tail(marks[source], marks[reader]), Spot(marks[reader].first, reader, False)))
    return rows, links


def _tail(source: Mark, reader: Mark) -> Spot:
    """Return where the line to a reader comes from: the source, or its lane one step above."""
    step = max(reader.first - 1, source.last)
    return Spot(step, source.node, step > source.last)


def _last_steps(scene: Scene, marks: dict[int, Mark]) -> dict[int, int]:
    until = {mark.node: scene.time + 1 if mark.output else mark.last for mark in scene.marks}
    for source, reader in scene.reads:
        until[source] = max(until[source], marks[reader].first)
    return until


def _by_first_use(scene: Scene, marks: dict[int, Mark]) -> list[Mark]:
    """Return the marks in the order in which walking up from the results meets them."""
    above: dict[int, list[int]] = {node: [] for node in marks}
    read = set()
    for source, reader in scene.reads:
        above[reader].append(source)
        read.add(source)
    leftmost: dict[int, int] = {}  # the first input that each mark comes from
    for node in sorted(marks):
        leftmost[node] = min((leftmost[source] for source in above[node]), default=node)
    met: dict[int, None] = {}
    stack = [(node, False) for node in reversed(list(marks)) if node not in read]
    while stack:
        node, done = stack.pop()
        if done:
            met[node] = None
        elif node not in met:
            stack.append((node, True))
            nearer = sorted(above[node], key=leftmost.__getitem__, reverse=True)
            stack += [(source, False) for source in nearer if source not in met]
    return [marks[node] for node in met]


Neighbours = dict[Spot, list[Spot]]


def _neighbours(links: Sequence[tuple[Spot, Spot]]) -> tuple[Neighbours, Neighbours]:
    above: Neighbours = {}
    below: Neighbours = {}
    for a, b in links:
        if a.step < b.step:
            above.setdefault(b, []).append(a)
            below.setdefault(a, []).append(b)
    return above, below


def _ordered(rows: list[list[Spot]], links: list[tuple[Spot, Spot]]) -> list[list[Spot]]:
    above, below = _neighbours(links)
    order = [list(row) for row in rows]
    best, fewest = order, _crossings(order, below)
    for sweep in range(SWEEPS):
        if fewest == 0:
            break
        order = [list(row) for row in order]
        down = sweep % 2 == 0
        for step in range(1, len(order)) if down else range(len(order) - 2, -1, -1):
            _sort(order[step], order[step - 1 if down else step + 1], above if down else below)
        crossings = _crossings(order, below)
        if crossings < fewest:
            best, fewest = order, crossings
    return best


def _sort(row: list[Spot], fixed: list[Spot], beside: Neighbours) -> None:
    """Sort a row by the middle of each spot's neighbours in the fixed row; what has none keeps its place."""
    place = {spot: float(k) for k, spot in enumerate(fixed)}
    keys = {}
    for k, spot in enumerate(row):
        near = [place[other] for other in beside.get(spot, []) if other in place]
        keys[spot] = sum(near) / len(near) if near else k * len(fixed) / max(len(row), 1)
    row.sort(key=keys.__getitem__)


def _crossings(order: list[list[Spot]], below: Neighbours) -> int:
    place = {spot: k for row in order for k, spot in enumerate(row)}
    total = 0
    for row in order:
        ends: list[int] = []
        for spot in row:
            targets = sorted(place[other] for other in below.get(spot, []))
            total += sum(len(ends) - bisect_right(ends, target) for target in targets)
            for target in targets:
                insort(ends, target)
    return total


def _spread(order: list[list[Spot]], links: list[tuple[Spot, Spot]]) -> dict[Spot, float]:
    """Set the widest row out evenly, and every other row under or over the one that is nearer to it."""
    above, below = _neighbours(links)
    widest = max(range(len(order)), key=lambda step: (_width(order[step]), -step))
    across = dict(zip(order[widest], _uniform(order[widest]), strict=True))
    down, up = range(widest + 1, len(order)), range(widest - 1, -1, -1)
    for steps, beside in ((down, above), (up, below)):
        for step in steps:
            row = order[step]
            start = dict(zip(row, _uniform(row), strict=True))
            wanted = [_wanted(spot, beside.get(spot, []), across, start[spot]) for spot in row]
            across |= zip(row, _apart(row, wanted), strict=True)
    return across


def _width(row: list[Spot]) -> float:
    return sum(_gap(a, b) for a, b in pairwise(row))


def _uniform(row: list[Spot]) -> list[float]:
    out: list[float] = []
    for k, spot in enumerate(row):
        out.append(0.0 if k == 0 else out[-1] + _gap(row[k - 1], spot))
    middle = (out[-1] / 2) if out else 0.0
    return [x - middle for x in out]


def _gap(a: Spot, b: Spot) -> float:
    return (LANE if a.lane else MARK) + (LANE if b.lane else MARK)


def _wanted(spot: Spot, near: list[Spot], across: dict[Spot, float], otherwise: float) -> float:
    """Return the middle of the neighbours; a spot's own lane should be straight, and counts threefold."""
    if not near:
        return otherwise
    weights = [3.0 if other.node == spot.node else 1.0 for other in near]
    return sum(w * across[other] for w, other in zip(weights, near, strict=True)) / sum(weights)


def _apart(row: list[Spot], wanted: list[float]) -> list[float]:
    """Return the positions nearest to those wanted, in the given order and with room between them."""
    offsets = [0.0]
    for a, b in pairwise(row):
        offsets.append(offsets[-1] + _gap(a, b))
    blocks: list[tuple[float, int]] = []  # mean, how many
    for x, offset in zip(wanted, offsets, strict=False):
        mean, count = x - offset, 1
        while blocks and blocks[-1][0] > mean:
            before, many = blocks.pop()
            mean, count = (before * many + mean * count) / (many + count), many + count
        blocks.append((mean, count))
    means = [mean for mean, count in blocks for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=False)]
