"""A slow, obvious oracle: walks an algorithm copy by copy, node by node, and counts with plain loops.

It shares nothing with the package but the graph itself and the expressions: phases are times, not join nodes;
arrays are dicts; program order is found by trying.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.nodes import (
    Apply,
    Constant,
    Empty,
    Fold,
    Gather,
    Index,
    Input,
    Literal,
    Map,
    Output,
    Port,
    Repeat,
    Scan,
    Scatter,
)
from workdepth.graph.ops import Op

GATHER = Op("gather", 2, lambda i, word: word)


@dataclass(eq=False)
class Word:
    """A value: where it comes from, when it is there, and (if numbers are given) what it is."""

    label: Any
    ready: int = 0
    number: Any = None
    words: int = 1


@dataclass(eq=False)
class Task:
    """An operation; without an op, something that only holds what it reads until it is done."""

    op: str
    work: int
    reads: list[Word]
    makes: list[Word]
    start: int = 0


@dataclass
class Result:
    """An array (position -> Word) with its shape, and when all of it counts as ready."""

    cells: dict[tuple[int, ...], Word | None]
    shape: tuple[int, ...]
    ready: int


@dataclass
class Walk:
    """The tasks in program order, the words that are there at the start, and the outputs."""

    phases: str = "barrier"
    loaded: frozenset[Any] = frozenset()
    tasks: list[Task] = field(default_factory=list)
    made: int = 0
    forked: bool = False
    sources: list[Word] = field(default_factory=list)
    outputs: dict[str, Result] = field(default_factory=dict)


def walk(
    graph: Algorithm,
    sizes: dict[str, int],
    phases: str = "barrier",
    loaded: Any = (),
    numbers: Any = None,
    spawn: str = "free",
) -> Walk:
    w = Walk(phases, frozenset(loaded), forked=spawn == "fork-join" and phases != "dataflow")
    results: dict[Any, Result] = {}
    for node, d in graph.nodes(data=True):
        if isinstance(d["kind"], Input | Constant):
            shape = tuple(int(e.at(sizes)) for e in d["kind"].shape)
            cells = {}
            for at in itertools.product(*map(range, shape)):
                label = (d["kind"].name, *at)
                number = None if numbers is None else numbers[d["kind"].name][at]
                cells[at] = Word(label, int(label in w.loaded), number)
                w.sources.append(cells[at])
            results[node, 0] = Result(cells, shape, max((c.ready for c in cells.values()), default=0))
    for name, r in _scope(w, graph, sizes, results, 0).items():
        w.outputs[name] = r
    return w


def _order(graph: Algorithm) -> list[str]:
    done: list[str] = []
    left = list(graph)
    source = (Input, Constant, Literal, Index, Empty, Port)
    for node in list(left):
        if isinstance(graph.nodes[node]["kind"], source):
            done.append(node)
            left.remove(node)
    while left:
        node = next(n for n in left if all(p in done for p in graph.predecessors(n)))
        done.append(node)
        left.remove(node)
    return done


def _read(results: Any, edge: Any, env: dict[str, int]) -> Result:
    source, d = edge
    whole = results[source, d["out"]]
    at = tuple(int(e.at(env)) for e in d["index"])
    assert all(0 <= a < s for a, s in zip(at, whole.shape, strict=False)), (source, at, whole.shape)
    cells = {k[len(at) :]: v for k, v in whole.cells.items() if k[: len(at)] == at}
    return Result(cells, whole.shape[len(at) :], whole.ready)


def _scope(w: Walk, graph: Algorithm, env: dict[str, int], results: Any, begin: int) -> dict[str, Result]:
    """Run one copy of a body; ``results`` has its ports (or inputs) already."""
    outputs = {}
    before = begin
    finished: dict[str, int] = {}
    for node in _order(graph):
        kind = graph.nodes[node]["kind"]
        edges = sorted(
            ((u, d) for u, _, d in graph.in_edges(node, data=True) if not d.get("order")),
            key=lambda e: e[1]["position"],
        )
        waits = [finished[u] for u, _, d in graph.in_edges(node, data=True) if d.get("order")]
        reads = [_read(results, e, env) for e in edges]
        match kind:
            case Output():
                outputs[kind.name] = reads[0]
            case Literal():
                results[node, 0] = Result({(): Word(kind.value, 0, kind.value, 0)}, (), begin)
            case Index():
                number = int(kind.expression.at(env))
                results[node, 0] = Result({(): Word(number, 0, number, 0)}, (), begin)
            case Empty():
                shape = tuple(int(e.at(env)) for e in kind.shape)
                results[node, 0] = Result(dict.fromkeys(itertools.product(*map(range, shape))), shape, begin)
            case Apply():
                ready = [r.ready for r in reads] if w.phases != "dataflow" else []
                made, end = _do(w, kind.op, [r.cells[()] for r in reads], [begin, *ready, *waits])
                finished[node] = end
                for out, word in enumerate(made):
                    results[node, out] = Result({(): word}, (), end)
            case Map() | Fold() | Scan() | Repeat() | Gather() | Scatter():
                start = max([begin, *waits])
                if w.phases != "dataflow":
                    start = max([start, *(r.ready for r in reads)])
                if w.phases == "sequence":
                    start = max(start, before)
                start += _spawn_delay(kind, env, reads) if w.forked else 0
                found, end = _composite(w, kind, env, reads, start)
                before = finished[node] = end
                for out, r in enumerate(found):
                    results[node, out] = Result(r.cells, r.shape, end if w.phases != "dataflow" else 0)
    return outputs


def _ceil_log2(k: int) -> int:
    return next(d for d in itertools.count() if 2**d >= k)


def _works(kind: Any) -> bool:
    """Whether something takes a step, in a body or as it is."""
    match kind:
        case Gather():
            return True
        case Scatter():
            return kind.op is None or kind.op.work > 0
        case Apply() | Fold() | Scan() if kind.op.work > 0:
            return True
    return hasattr(kind, "body") and any(_works(d["kind"]) for _, d in kind.body.nodes(data=True))


def _spawn_delay(kind: Any, env: dict[str, int], reads: list[Result]) -> int:
    """How long a phase waits until all its points are started."""
    match kind:
        case Map():
            points = sum(1 for _ in _points(kind.over, env))
        case Fold() if kind.order == "tree":
            points = int(kind.over.extent.at(env))
        case Scan() if kind.method != "sequential":
            points = int(kind.over.extent.at(env))
        case Gather():
            points = len(reads[1].cells) * int(np.prod(reads[0].shape[1:]))
        case Scatter() if kind.conflicts == "distinct":
            points = len(reads[2].cells)
        case _:
            return 0
    return _ceil_log2(max(points, 1)) if _works(kind) else 0


def _do(w: Walk, op: Any, words: list[Word], ready: list[int]) -> tuple[list[Word], int]:
    start = max([*ready, *(x.ready for x in words)])
    end = start + op.work
    made = [Word((w.made, out), end) for out in range(op.results)]
    w.made += 1
    w.tasks.append(Task(op.name, op.work, words, made, start))
    if all(x.number is not None for x in words):
        with np.errstate(all="ignore"):
            found = op(*(x.number for x in words))
        for word, number in zip(made, found if op.results > 1 else (found,), strict=True):
            word.number = number
    return made, end


def _inside(w: Walk, kind: Any, env: dict[str, int], reads: list[Result], begin: int) -> list[Result]:
    """Run one copy of the body of a composite; return its outputs by number."""
    results = {}
    for node, d in kind.body.nodes(data=True):
        if isinstance(d["kind"], Port):
            r = reads[d["kind"].number]
            results[node, 0] = Result(r.cells, r.shape, begin)
    found = _scope(w, kind.body, env, results, begin)
    return [found[str(k)] for k in range(len(found))]


def _end(w: Walk, results: list[Result], begin: int) -> int:
    """When a phase is over: in dataflow, when every element is there."""
    cells = [c.ready for r in results for c in r.cells.values() if c is not None]
    return max([begin, *cells] if w.phases == "dataflow" else [begin, *(r.ready for r in results)])


def _composite(
    w: Walk, kind: Any, env: dict[str, int], reads: list[Result], begin: int
) -> tuple[list[Result], int]:
    match kind:
        case Map():
            return _map(w, kind, env, reads, begin)
        case Fold():
            return _fold(w, kind, env, reads, begin)
        case Scan():
            return _scan(w, kind, env, reads, begin)
        case Gather():
            return _gather(w, reads, begin)
        case Scatter():
            return _scatter(w, kind, reads, begin)
    state, end = reads[: kind.carried], begin
    for k in range(int(kind.times.at(env))):
        state = _inside(w, kind, {**env, kind.index: k}, [*state, *reads[kind.carried :]], end)
        end = _end(w, state, end) if w.phases != "dataflow" else end
    return state, _end(w, state, end) if w.phases == "dataflow" else end


def _points(ranges: Any, env: dict[str, int]) -> Any:
    if not ranges:
        yield env, ()
        return
    r = ranges[0]
    for i in range(int(r.low.at(env)), int(r.high.at(env))):
        for inner, at in _points(ranges[1:], {**env, r.index: i}):
            yield inner, (i, *at)


def _map(
    w: Walk, kind: Map, env: dict[str, int], reads: list[Result], begin: int
) -> tuple[list[Result], int]:
    ends = [begin]
    copies = []
    for inner, _ in _points(kind.over, env):
        copies.append((inner, _inside(w, kind, inner, reads, begin)))
        ends.append(_end(w, copies[-1][1], begin))
    if kind.into is not None:
        base = reads[kind.into]
        cells = dict(base.cells)
        seen = set()
        for inner, found in copies:
            for position, r in zip(kind.at, found, strict=True):
                at = tuple(int(e.at(inner)) for e in position)
                for rest, word in r.cells.items():
                    assert (*at, *rest) not in seen
                    seen.add((*at, *rest))
                    cells[(*at, *rest)] = word
        whole = [Result(cells, base.shape, 0)]
        return whole, _end(w, whole, begin) if w.phases == "dataflow" else max(ends)
    low = tuple(int(r.low.at(env)) for r in kind.over)
    extents = tuple(int(r.extent.at(env)) for r in kind.over)
    results = []
    for out in range(sum(isinstance(d["kind"], Output) for _, d in kind.body.nodes(data=True))):
        cells, rest_shape = {}, ()
        for inner, found in copies:
            at = tuple(inner[r.index] - b for r, b in zip(kind.over, low, strict=True))
            rest_shape = found[out].shape
            cells.update({(*at, *rest): word for rest, word in found[out].cells.items()})
        results.append(Result(cells, (*extents, *rest_shape), 0))
    return results, max(ends) if w.phases != "dataflow" else _end(w, results, begin)


def _fold(
    w: Walk, kind: Fold, env: dict[str, int], reads: list[Result], begin: int
) -> tuple[list[Result], int]:
    low, high = int(kind.over.low.at(env)), int(kind.over.high.at(env))

    def leaf(i: int) -> list[Result]:
        return _inside(w, kind, {**env, kind.over.index: i}, reads, begin)

    def combine(a: list[Result], b: list[Result]) -> list[Result]:
        ready = [r.ready for r in (*a, *b)] if w.phases != "dataflow" else []
        made, end = _do(
            w, kind.op, [r.cells[()] for r in (*a, *b)], [begin if _bare(a) or _bare(b) else 0, *ready]
        )
        return [Result({(): word}, (), end) for word in made]

    def _bare(r: list[Result]) -> bool:
        return True  # all that a fold's leaves yield comes after its start anyway

    if kind.order == "left":
        found = leaf(low)
        for i in range(low + 1, high):
            found = combine(found, leaf(i))
    else:
        found = _tree(leaf, combine, low, high)
    return found, _end(w, found, begin)


def _tree(leaf: Any, combine: Any, low: int, high: int) -> Any:
    """Split so that the left half is the largest power of two below the length: neighbours level by level."""
    if high - low == 1:
        return leaf(low)
    half = 1
    while half * 2 < high - low:
        half *= 2
    left = _tree(leaf, combine, low, low + half)
    return combine(left, _tree(leaf, combine, low + half, high))


# Scans: each method by its recursion; what nobody needs is never made


@dataclass(eq=False)
class Prefix:
    """A leaf, or the combination of two neighbours."""

    first: int
    last: int
    left: Prefix | None = None
    right: Prefix | None = None

    @property
    def level(self) -> int:
        return 1 + max(self.left.level, self.right.level) if self.left and self.right else 0


def _join(a: Prefix, b: Prefix) -> Prefix:
    return Prefix(a.first, b.last, a, b)


def _one_by_one(x: list[Prefix]) -> list[Prefix]:
    return list(itertools.accumulate(x, _join))


def _doubling(x: list[Prefix]) -> list[Prefix]:
    d = 1
    while d < len(x):
        x = [_join(x[i - d], x[i]) if i >= d else x[i] for i in range(len(x))]
        d *= 2
    return x


def _halves(x: list[Prefix]) -> list[Prefix]:
    if len(x) < 2:
        return x
    half = 1
    while half * 2 < len(x):
        half *= 2
    left = _halves(x[:half])
    return left + [_join(left[-1], r) for r in _halves(x[half:])]


def _pairs(x: list[Prefix], inner: Any = None) -> list[Prefix]:
    if len(x) < 2:
        return x
    pairs = [_join(x[i], x[i + 1]) for i in range(0, len(x) - 1, 2)]
    if inner is None:
        found = _pairs(pairs)
    else:
        found = inner(pairs + ([x[-1]] if len(x) % 2 else []))
    out = []
    for i in range(len(x)):
        if i == 0:
            out.append(x[0])
        elif i % 2 or (i == len(x) - 1 and len(found) > i // 2):
            out.append(found[i // 2])
        else:
            out.append(_join(found[i // 2 - 1], x[i]))
    return out


def _thin(x: list[Prefix]) -> list[Prefix]:
    if len(x) < 2:
        return x
    half = (len(x) + 1) // 2
    left = _pairs(x[:half], _thin)
    return left + [_join(left[-1], r) for r in _thin(x[half:])]


def _down_a_tree(x: list[Prefix]) -> list[Prefix]:
    """Hand the prefix before each block down to its halves; None stands for the neutral element."""
    height = (len(x) - 1).bit_length() if x else 0
    before: list[Prefix | None] = [None] * len(x)

    def total(a: int, h: int) -> Prefix:
        if h == 0:
            return x[a]
        if (a, h) not in kept:
            kept[a, h] = _join(total(a, h - 1), total(a + 2 ** (h - 1), h - 1))
        return kept[a, h]

    def down(a: int, h: int, prefix: Prefix | None) -> None:
        if h == 0:
            before[a] = prefix
            return
        down(a, h - 1, prefix)
        if a + 2 ** (h - 1) < len(x):
            left = total(a, h - 1)
            down(a + 2 ** (h - 1), h - 1, left if prefix is None else _join(prefix, left))

    kept: dict[Any, Prefix] = {}
    if x:
        down(0, height, None)
        last = before[-1]
        before.append(x[-1] if last is None else _join(last, x[-1]))
    return [p for p in before if p is not None]


PREFIXES = {
    "sequential": _one_by_one,
    "hillis-steele": _doubling,
    "sklansky": _halves,
    "brent-kung": _pairs,
    "blelloch": _down_a_tree,
    "ladner-fischer": _thin,
}


def _scan(
    w: Walk, kind: Scan, env: dict[str, int], reads: list[Result], begin: int
) -> tuple[list[Result], int]:
    low, high = int(kind.over.low.at(env)), int(kind.over.high.at(env))
    leaves = [_inside(w, kind, {**env, kind.over.index: i}, reads, begin) for i in range(low, high)]
    wanted = PREFIXES[kind.method]([Prefix(i, i) for i in range(high - low)])
    wanted = wanted if kind.inclusive else wanted[: max(high - low - 1, 0)]
    needed: dict[int, Prefix] = {}

    def need(p: Prefix) -> None:
        if p.left and p.right and id(p) not in needed:
            needed[id(p)] = p
            need(p.left)
            need(p.right)

    for p in wanted:
        need(p)
    values: dict[int, list[Result]] = {}

    def value(p: Prefix) -> list[Result]:
        return values[id(p)] if p.left else leaves[p.first]

    for p in sorted(needed.values(), key=lambda p: (p.level, p.last)):
        assert p.left
        assert p.right
        both = [*value(p.left), *value(p.right)]
        ready = [r.ready for r in both] if w.phases != "dataflow" else []
        made, end = _do(w, kind.op, [r.cells[()] for r in both], [begin, *ready])
        values[id(p)] = [Result({(): word}, (), end) for word in made]
    found = [value(p) for p in wanted]
    every = [r for several in (*leaves, *found) for r in several]
    end = _end(w, every, begin)
    if not kind.inclusive:
        held = [r.cells[()] for r in leaves[-1]] if leaves else []
        w.tasks.append(Task("", 0, held, [], end))
        neutral = Word(kind.op.neutral, 0, kind.op.neutral, 0)
        found = [[Result({(): neutral}, (), begin)]] * bool(leaves) + found
    results = []
    for out in range(kind.op.results):
        cells = {(i,): several[out].cells[()] for i, several in enumerate(found)}
        results.append(Result(cells, (high - low,), 0))
    return results, end


# Positions that data decides


def _gather(w: Walk, reads: list[Result], begin: int) -> tuple[list[Result], int]:
    array, index = reads
    held = list(array.cells.values())
    begin = end = max([begin, *(c.ready for c in held)])
    w.tasks.append(Task("", 0, held, [], begin))
    cells = {}
    for at, position in index.cells.items():
        for rest in itertools.product(*map(range, array.shape[1:])):
            worst = array.cells[(0, *rest)]
            (word,), ready = _do(w, GATHER, [position, worst], [begin])
            word.number = (
                None if position.number is None else array.cells[(int(position.number), *rest)].number
            )
            cells[(*at, *rest)] = word
            end = max(end, ready)
    w.tasks.append(Task("", 0, held, [], end))
    return [Result(cells, (*index.shape, *array.shape[1:]), end)], end


def _scatter(w: Walk, kind: Scatter, reads: list[Result], begin: int) -> tuple[list[Result], int]:
    base, index, values = reads
    held = [c for c in base.cells.values() if c is not None]
    begin = end = max([begin, *(c.ready for c in held)])
    room = [Word("room", begin) for _ in base.cells]
    w.tasks.append(Task("", 0, held, room, begin))
    op = Op(
        "scatter" if kind.op is None else f"scatter-{kind.op.name}",
        2,
        max,
        work=1 if kind.op is None else kind.op.work,
    )
    # The renewed array has one type.
    given = [c.number for c in (*base.cells.values(), *values.cells.values()) if c and c.number is not None]
    one = np.result_type(*given).type if given else float
    numbers = {at: one(c.number) if c and c.number is not None else None for at, c in base.cells.items()}
    before: dict[Any, int] = {}
    for at, position in index.cells.items():
        for rest in itertools.product(*map(range, base.shape[1:])):
            value = values.cells[(*at, *rest)]
            serial = kind.conflicts == "serial"
            _, ready = _do(w, op, [position, value], [begin, before.get(rest, 0) if serial else 0])
            before[rest] = ready
            end = max(end, ready)
            if position.number is not None and value.number is not None:
                spot = (int(position.number), *rest)
                if kind.op is None:
                    numbers[spot] = one(value.number)
                elif numbers[spot] is not None:
                    numbers[spot] = kind.op(numbers[spot], one(value.number))
    w.tasks.append(Task("", 0, room, [], end))
    label = ("cell", w.made - 1)
    made = {at: Word((*label, k), end, numbers[at]) for k, at in enumerate(base.cells)}
    w.tasks.append(Task("", 0, [], list(made.values()), end))
    return [Result(made, base.shape, end)], end


# Counting


def used_labels(w: Walk) -> set[Any]:
    named = {c.label for r in w.outputs.values() for c in r.cells.values() if c and c.words}
    return {s.label for s in w.sources} & ({x.label for t in w.tasks for x in t.reads if x.words} | named)


def figures(
    graph: Algorithm,
    sizes: dict[str, int],
    phases: str,
    machine: str,
    cells: str,
    inputs: str,
    outputs: str,
    reads: str = "concurrent",
    spawn: str = "free",
) -> Any:
    """Return (time, memory, threads, work) by plain counting."""
    w = walk(graph, sizes, phases)
    used = used_labels(w)
    w = walk(graph, sizes, phases, used if inputs == "loaded" else (), spawn=spawn)
    events = _gpu_events(w, inputs, used) if machine == "GPU" else _ram_events(w, inputs, used)
    time, *others = _count(w, events, machine, cells, outputs)
    if machine == "GPU" and reads == "exclusive":
        time += _read_delays(w)
    return time, *others


def _read_delays(w: Walk) -> int:
    """How much longer the steps last in which many operations read one word."""
    total = 0
    for step in {t.start for t in w.tasks if t.work}:
        readers: dict[int, int] = {}
        for t in w.tasks:
            if t.work and t.start == step:
                for word in {id(x) for x in t.reads if x.words}:
                    readers[word] = readers.get(word, 0) + 1
        total += _ceil_log2(max(readers.values(), default=1))
    return total


def _gpu_events(w: Walk, inputs: str, used: set[Any]) -> list[tuple[int, int, list[Word], list[Word]]]:
    """(start, finish, reads, makes) of every operation and load."""
    loads = [(0, 1, [], [s]) for s in w.sources if s.label in used] if inputs == "loaded" else []
    return loads + [(t.start, t.start + t.work, t.reads, t.makes) for t in w.tasks]


def _ram_events(w: Walk, inputs: str, used: set[Any]) -> list[tuple[int, int, list[Word], list[Word]]]:
    events: list[Any] = []
    now, there = 0, set()
    sources = {id(s) for s in w.sources}

    def load(word: Word) -> None:
        nonlocal now
        if inputs == "loaded" and id(word) in sources and id(word) not in there:
            there.add(id(word))
            events.append((now, now + 1, [], [word]))
            now += 1

    for t in w.tasks:
        for x in t.reads:
            load(x)
        events.append((now, now + t.work, t.reads, t.makes))
        now += t.work
    for r in w.outputs.values():
        for at in sorted(r.cells):
            load(r.cells[at])
    return events


def _count(w: Walk, events: Any, machine: str, cells: str, outputs: str) -> Any:
    end = max((finish for _, finish, _, _ in events), default=0)
    birth = {id(s): 0 for s in w.sources}
    words = list(w.sources)
    for _, finish, _, makes in events:
        for x in makes:
            if id(x) not in birth:
                words.append(x)
            birth[id(x)] = finish
    last: dict[int, int] = {}
    for _, finish, reads, _ in events:
        for x in reads:
            last[id(x)] = max(last.get(id(x), 0), finish)
    loaded = {id(x) for _, _, reads, makes in events for x in makes}
    named = {id(c) for r in w.outputs.values() for c in r.cells.values()}
    live, after = [0] * (end + 1), [0] * (end + 1)
    for x in words:
        b, d = birth[id(x)], max(last.get(id(x), 0), birth[id(x)])
        if id(x) in named and outputs == "kept":
            d = end + 1
        elif id(x) in named and d == b:
            if id(x) in loaded:
                after[b] += 1
            else:
                d = 1
        for k in range(b, d):
            live[k] += 1
    peak = max(a + b for a, b in zip(live, after, strict=True))
    threads = 0
    for s in range(1, end + 1):
        results = sum(len(makes) for start, finish, _, makes in events if finish == s and finish > start)
        step = live[s - 1] + results if cells == "separate" else max(live[s - 1], live[s] + after[s])
        peak = max(peak, step)
        threads = max(threads, sum(start < s <= finish for start, finish, _, _ in events))
    work = sum(finish - start for start, finish, _, _ in events)
    return end, peak, 1 if machine == "RAM" else threads, work
