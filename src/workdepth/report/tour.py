"""The tour: the main job on MULTIPLY-N, from graph to verdict, one part after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import fill, indent
from typing import TYPE_CHECKING, Any

from workdepth.report.compare import compare
from workdepth.report.notation import formula_text, growth_text
from workdepth.report.screen import Screen
from workdepth.report.text import text
from workdepth.symbolic import parse

if TYPE_CHECKING:
    from workdepth.measure.comparing import Comparison

# These lines are run as they stand: what is shown is what is analyzed.
GRAPH = """\
import workdepth as wd

n = wd.size("n")
g = wd.Algorithm("multiply-n")
x = g.input("x", n)
g.output(g.fold(wd.MULTIPLY, x))"""
NUMBERS = (2, 3, 5, 7, 11, 13, 17, 19)
CHECKED, SWEPT = 32, 1024


@dataclass(frozen=True)
class Part:
    """A heading and what stands under it; ``exit_code`` is 1 where the kernels refute the prediction."""

    heading: str
    body: str
    exit_code: int = 0


def parts(screen: Screen, picture: str | None = None, on: str = "auto") -> Iterator[Part]:
    """Yield the parts as they are done.

    Parameters
    ----------
    screen : Screen
    picture : str, optional
        Where to write a drawing.
    on : {"auto", "gpu", "ptx"}
        What runs the kernels.

    Raises
    ------
    CheckError
        When the formulas or the results are wrong.
    """
    graph = _built()
    yield Part("An algorithm is a graph", _algorithm(screen))
    yield Part("What it costs", _costs(graph, screen))
    yield Part("Is that true?", _check(graph, screen))
    yield Part("It runs", _run(graph, screen))
    if picture is not None:
        yield Part("What it looks like", _picture(graph, picture, screen))
    yield _kernels(graph, screen, on)
    yield Part("Where to go from here", _next(screen))


def _built() -> Any:
    scope: dict[str, Any] = {}
    exec(GRAPH, scope)
    return scope["g"]


def _prose(said: str, screen: Screen) -> str:
    return fill(said, min(screen.width or 96, 96))


def _code(shown: str) -> str:
    return indent(shown, "    ")


def _algorithm(screen: Screen) -> str:
    told = _prose(
        "MULTIPLY-N: the product of n numbers.  Written once, as a networkx graph with a symbolic size; "
        "the fold is a balanced tree, because multiplication is associative.",
        screen,
    )
    return f"{told}\n\n{_code(GRAPH)}"


def _costs(graph: Any, screen: Screen) -> str:
    table = compare(graph)
    ram, gpu, notation = table["RAM"], table["GPU"], screen.notation
    few, threads = formula_text(gpu.time, notation), formula_text(gpu.threads, notation)
    kind = table.rows[0].analysis.speedup_kind
    told = _prose(
        f"One thread needs {formula_text(ram.time, notation)} steps.  With {threads} threads {few} are "
        f"enough, in the same {formula_text(gpu.memory, notation)} words: {growth_text(ram.time, notation)} "
        f"time becomes {growth_text(gpu.time, notation)}, an {kind} speed-up.  Threads and memory are both "
        "space, and space was traded for time.",
        screen,
    )
    return f"{_code('print(wd.compare(g))')}\n\n{text(table, screen)}\n\n{told}"


def _check(graph: Any, screen: Screen) -> str:
    from workdepth.schedule.check import check

    found = check(graph, n=range(1, CHECKED + 1))
    hold = "equal" if all(row.relation == "=" for row in found.rows) else "obey"
    told = _prose(
        f"The graph was unrolled at {len(found.points.values)} sizes, carried out step by step on both "
        f"machines, and counted: time, memory, threads and work {hold} the formulas at every one of them.  "
        "A sweep proves nothing beyond its sizes; but the formulas are derived, not fitted.",
        screen,
    )
    return f"{_code(f'wd.check(g, n=range(1, {CHECKED + 1}))')}\n\n{told}"


def _run(graph: Any, screen: Screen) -> str:
    import math

    from workdepth.errors import CheckError
    from workdepth.graph.run import run

    found = int(run(graph, x=list(NUMBERS)))
    if found != math.prod(NUMBERS):
        raise CheckError(
            f"the graph computes {found}, the product is {math.prod(NUMBERS)}",
            where="the tour",
            next_step="please report it",
        )
    told = _prose("The unrolled graph was walked on real numbers; math.prod agrees.", screen)
    return f"{_code(f'wd.run(g, x={list(NUMBERS)})')}\n    {found}\n\n{told}"


def _picture(graph: Any, picture: str, screen: Screen) -> str:
    from workdepth.report.draw import draw

    draw(graph, picture, n=8)
    return _prose(f"Drawn for n = 8, time downwards and threads across: {picture}", screen)


def _kernels(graph: Any, screen: Screen, on: str) -> Part:
    from workdepth.measure.experiment import measure

    found = measure(graph, on=on, upto=SWEPT)  # type: ignore[arg-type]
    done = ["counted instruction by instruction"] if found.counts else []
    done += ["timed"] if found.times else []
    told = _prose(
        "Three CUDA kernels multiply odd unsigned integers: one thread (the RAM), a tree with one launch a "
        "level and a tree in one block (the GPU).  Each product was compared with NumPy's, bit for bit; then "
        f"the kernels were {' and '.join(done)}.",
        screen,
    )
    verdict = "\n".join(_prose(reason, screen) for reason in found.reasons)
    notes = "".join(f"\n{_prose(note, screen)}" for note in found.notes)
    body = (
        f"{told}\n\n{_comparisons(found.comparisons, screen)}\n\nVerdict: {found.outcome}.\n{verdict}{notes}"
    )
    return Part("Real kernels", body, found.exit_code)


def _comparisons(found: Sequence[Comparison], screen: Screen) -> str:
    rows = [("kernel", "figure", "predicted", "found", "outcome")]
    for one in found:
        rows.append((one.kernel, one.figure, _aim(one, screen), _met(one, screen), one.outcome))
    return _columns(rows, screen)


def _aim(one: Comparison, screen: Screen) -> str:
    if one.relation != "equals":
        return f"like {one.growth}"
    blocks = f", in blocks of {one.granule}" if one.granule > 1 else ""
    return f"{_shown(one.prediction, screen)}{blocks}"


def _met(one: Comparison, screen: Screen) -> str:
    """Return the formula of all counts, where there is one."""
    formulas = [formula.partition(" for ")[0] for formula in one.formulas]
    if len(formulas) == 1:
        return _shown(formulas[0], screen)
    return f"{len(formulas)} formulas, by n" if formulas else "no short formula"


def _shown(formula: str, screen: Screen) -> str:
    return formula if not screen.unicode else screen.notation.formula(parse(formula))


def _columns(rows: Sequence[tuple[str, ...]], screen: Screen) -> str:
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    if screen.width is not None and screen.width < sum(widths) + 2 * len(widths):
        return "\n".join(f"{row[0]}, {row[1]}: {row[4]}\n  {row[2]}; found: {row[3]}" for row in rows[1:])
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _next(screen: Screen) -> str:
    lines = [
        ("workdepth list", "the library"),
        ("workdepth table dot --at n=1000", "another algorithm, with numbers"),
        ("workdepth draw multiply-n --at n=8 -o tree.svg", "the picture"),
        ("workdepth measure multiply-n", "all that the kernels told"),
        ("workdepth analyze FILE", "a graph of your own"),
        ("workdepth doctor", "what is installed here"),
    ]
    wide = max(len(command) for command, _ in lines)
    if screen.width is not None and screen.width < wide + 40:
        return "\n".join(f"  {command}\n      {what}" for command, what in lines)
    return "\n".join(f"  {command:{wide}}  {what}" for command, what in lines)
