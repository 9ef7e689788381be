"""Explanations for a screen: each figure, where it is made, and by what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from textwrap import wrap

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.calling import base_of
from workdepth.graph.decisions import choices_of
from workdepth.models.causes import Cause, Share
from workdepth.models.worst import Worst
from workdepth.report.explained import Explained, Run
from workdepth.report.notation import Notation, domain_text, formula_text, growth_text
from workdepth.report.screen import Screen, printable
from workdepth.schedule.carried import Part
from workdepth.schedule.longest import cases_text
from workdepth.schedule.steps import Moment

Row = tuple[str, str, str, str]

# The longest formula in a column, and how many parts of one figure are told one by one.
COLUMN, MOST = 48, 12
# The longest lap that is looked for in a path.
LAP = 8
WORDS = {
    "made": "made there, beyond what it takes over",
    "earlier": "left by earlier copies or rounds",
    "let go": "let go by then",
    "result": "results on top",
    "bound": "not told apart: a bound",
    "closer": "less: as a whole it is bounded closer",
    "either": "more, where another phase is the peak",
}
FIGURES = {"time": "steps", "memory": "words", "threads": "operations at once"}


def text(told: Explained, screen: Screen) -> str:
    r"""Write an explanation for a screen.

    Parameters
    ----------
    told : Explained
    screen : Screen

    Returns
    -------
    str
        Without a newline at the end.

    Examples
    --------
    >>> from workdepth.report.explained import explain
    >>> print(text(explain("dot"), Screen(unicode=False)).split("\n\n")[4])
    GPU time: ceiling(log2(n)) + 1 steps, O(log(n)); a critical path
      fold1/multiply1  multiply  1                   0%
      fold1            add       ceiling(log2(n))  100%
    """
    analysis, notation = told.analysis, screen.notation
    parts = [[_heading(f"{printable(analysis.algorithm)}   {domain_text(analysis.sizes, notation)}", screen)]]
    changed = analysis.conventions.changed()
    if changed:
        parts[0].append(f"conventions: {', '.join(f'{k}={v}' for k, v in changed.items())}")
    parts[0] += _remarks(told, screen)
    for machine, causes in told.causes.items():
        parts += [list(_cause(machine, name, cause, screen)) for name, cause in causes.items()]
    if told.causes and analysis.sizes:
        parts.append(list(_flowed("Percentages: the share as all sizes grow at one pace.", screen)))
    if told.worst:
        parts.append([line for worst in told.worst for line in _flowed(_branch(worst), screen)])
    if told.runs:
        at = ", ".join(f"{name} = {value}" for name, value in (told.sizes or {}).items())
        parts.append([_heading(f"at {at}, from the unrolled graph" if at else "step by step", screen)])
        for machine, run in told.runs.items():
            parts += _run(machine, run, screen)
    return "\n\n".join("\n".join(part) for part in parts)


def _heading(words: str, screen: Screen) -> str:
    words = words.strip()
    return f"\x1b[1m{words}\x1b[0m" if screen.colour else words


def _remarks(told: Explained, screen: Screen) -> Iterator[str]:
    """Say what the rows are of a recursion, and what was declared."""
    graph = told.graph
    base = base_of(graph) if isinstance(graph, Algorithm) else None
    if base is not None:
        words = f"a recursion: one level of it, for {base.size} > {base.until}; each call is one row"
        yield from _flowed(words, screen)
    choices = choices_of(graph) if told.chosen else {}
    for path, number in told.chosen.items():
        index = choices[path].over.index
        expected = "; what is expected, the table tells" if choices[path].uniform else ""
        words = f"{printable(path)}: the case {index} = {screen.notation.formula(number)} is told, the worst{expected}"
        yield from _flowed(words, screen)
    for line in told.analysis.declared:
        yield from _flowed(f"declared, not derived: {printable(line)}", screen)


def _branch(worst: Worst) -> str:
    """Write which case of a branch is the worst."""
    case, path = worst.always, printable(worst.path)
    if case is not None:
        return f"{path}: of {worst.cases} cases, case {case} is the worst"
    each = "; ".join(
        f"{text}: {' or '.join(map(str, cases))}{', as the sizes decide' if len(cases) > 1 else ''}"
        for text, cases in worst.by_figure.items()
    )
    return f"{path}: of {worst.cases} cases, the worst for {each}"


# In symbols


def _cause(machine: str, name: str, cause: Cause, screen: Screen) -> Iterator[str]:
    notation = screen.notation
    formula = formula_text(cause.figure, notation)
    figure = notation.relations[cause.figure.relation] + formula
    sizes = cause.figure.domain.sizes
    grows = f", {growth_text(cause.figure, notation)}" if sizes else ""
    yield from _flowed(
        f"{machine} {name}: {figure} {_unit(name, formula)}{grows}{_where(machine, name, cause)}", screen
    )
    yield from _table([_row(share, notation) for share in _first(cause.shares)], screen)
    if len(cause.shares) > MOST:
        yield f"  and {len(cause.shares) - MOST + 1} more"
    for share in cause.shares:
        for number, chain in enumerate(share.alternatives, 1):
            yield f"  chain {number} of {len(share.alternatives)}:"
            yield from _table([_row(link, notation) for link in _first(chain)], screen, "    ")


def _unit(name: str, figure: str) -> str:
    singular = {"time": "step", "memory": "word", "threads": "thread"}
    return singular[name] if figure == "1" else singular[name] + "s"


def _where(machine: str, name: str, cause: Cause) -> str:
    if name == "time":
        return "; all of its work" if machine == "RAM" else "; a critical path" if cause.shares else ""
    if machine == "RAM" and name == "threads":
        return "; one operation at a time"
    places = [f"{'at the ' if place == 'start' else 'in '}{printable(place)}" for place in cause.where]
    if not places:
        return ""
    return f"; {places[0]}" if len(places) == 1 else f"; {', or '.join(places)}, as the sizes decide"


def _first(shares: Sequence[Share]) -> Sequence[Share]:
    return shares if len(shares) <= MOST else shares[: MOST - 1]


def _row(share: Share, notation: Notation) -> Row:
    amount = formula_text(share.amount, notation)  # the figure above says whether it is a bound
    shown = "" if share.limit is None or not share.amount.domain.sizes else _percent(share.limit)
    if share.alternatives:
        return printable(share.path), "the longest of these", amount, shown
    return printable(share.path), WORDS.get(share.what, share.what), amount, shown


def _percent(share: Fraction) -> str:
    return f"{float(share):.0%}" if share == 0 or abs(share) >= Fraction(1, 100) else "<1%"


# At a size


def _run(machine: str, run: Run, screen: Screen) -> Iterator[list[str]]:
    if run.cases:
        yield list(_flowed(f"{machine}, with the cases {printable(cases_text(run.cases))}:", screen))
    time = f"{machine} time: {run.time.amount} {_unit('time', str(run.time.amount))}"
    yield [
        time + ("; all of its work" if machine == "RAM" else "; a critical path"),
        *_counted(run.time.parts, run.time.amount, screen),
        *_path(run.time.stretches, screen),
    ]
    memory = run.memory
    yield [
        f"{machine} memory: {memory.amount} {_unit('memory', str(memory.amount))}{_when(memory)}",
        *_counted(memory.parts, memory.amount, screen),
    ]
    if machine == "GPU":
        threads = run.threads
        yield [
            f"GPU threads: {threads.amount}{_when(threads) if threads.amount else ''}",
            *_counted(threads.parts, threads.amount, screen),
        ]


def _when(moment: Moment) -> str:
    if moment.step == 0:
        first = "at the start"
    else:
        first = f"in step {moment.step}"
    if moment.steps == 1:
        return f", {first}"
    return f", {first}, and {moment.steps - 1} more up to step {moment.last}"


def _counted(parts: Sequence[Part], whole: int, screen: Screen) -> Iterator[str]:
    shown = parts if len(parts) <= MOST else parts[: MOST - 1]
    rows = [
        (printable(p.path), WORDS.get(p.what, p.what), str(p.amount), _percent(Fraction(p.amount, whole)))
        for p in shown
    ]
    left = parts[len(shown) :]
    if left:
        rest = sum(p.amount for p in left)
        rows.append((f"and {len(left)} more", "", str(rest), _percent(Fraction(rest, whole))))
    return _table(rows, screen)


def _path(stretches: Sequence[Part], screen: Screen) -> Iterator[str]:
    """Write a path in a line, where its order is not plain from the parts."""
    if len(stretches) < 2:
        return
    sign, times = (" → ", "×") if screen.unicode else (" -> ", "x")
    laps = _laps(stretches)
    shown = laps if len(laps) <= MOST else laps[: MOST - 1]
    words = []
    for lap, often in shown:
        said = sign.join(
            f"{printable(p.path)} {p.what}{f' {times}{p.amount}' if p.amount > 1 else ''}" for p in lap
        )
        words.append(said if often == 1 else f"{often} {times} ({said})")
    if len(laps) > len(shown):
        words.append(f"{len(laps) - len(shown)} more stretches")
    yield from _flowed("path: " + sign.join(words), screen, "  ", "    ")


def _laps(stretches: Sequence[Part]) -> list[tuple[tuple[Part, ...], int]]:
    """Return a path as stretches in a row that come once or, round by round, several times.

    Examples
    --------
    >>> a, b, c = Part("a", "add", 1), Part("b", "add", 1), Part("c", "add", 2)
    >>> [("".join(p.path for p in lap), often) for lap, often in _laps((a, b, a, b, a, b, c))]
    [('ab', 3), ('c', 1)]
    """
    found: list[tuple[tuple[Part, ...], int]] = []
    at = 0
    while at < len(stretches):
        length, often = 1, 1
        for size in range(1, LAP + 1):
            lap, count = stretches[at : at + size], 1
            while stretches[at + count * size : at + (count + 1) * size] == lap and len(lap) == size:
                count += 1
            if count > 1 and count * size > length * often:
                length, often = size, count
        found.append((tuple(stretches[at : at + length]), often))
        at += length * often
    return found


# Lines


def _flowed(words: str, screen: Screen, first: str = "", then: str = "    ") -> Iterable[str]:
    if screen.width is None:
        return [first + words]
    return wrap(words, screen.width, initial_indent=first, subsequent_indent=then) or [first]


def _table(rows: Sequence[Row], screen: Screen, indent: str = "  ") -> Iterator[str]:
    """Write rows in columns; those that do not fit stand on several lines."""
    columns = [
        max((len(row[k]) for row in rows if k != 2 or len(row[2]) <= COLUMN), default=0) for k in range(4)
    ]
    for path, what, amount, percent in rows:
        line = (
            f"{indent}{path:<{columns[0]}}  {what:<{columns[1]}}  {amount:<{columns[2]}}  {percent:>{columns[3]}}"
        ).rstrip()
        if len(amount) <= COLUMN and (screen.width is None or len(line) <= screen.width):
            yield line
            continue
        yield from _flowed(f"{path} {what} {percent}".strip(), screen, indent, indent + "  ")
        yield from _flowed(amount, screen, indent + "    ", indent + "    ")
