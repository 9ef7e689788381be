"""``workdepth count``: a kernel of one's own, executed and counted without a GPU."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from workdepth.cli.options import format_option, say, sizes_option, tell


def _swept(
    context: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> dict[str, tuple[int, ...]]:
    from workdepth.measure.own_sizes import sweep

    found: dict[str, tuple[int, ...]] = {}
    for name, values in map(sweep, value):
        if name in found:
            raise click.BadParameter(f"size {name!r} is given twice", context, param)
        found[name] = values
    return found


def _named(context: click.Context, param: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for text in value:
        name, sign, meaning = text.partition("=")
        if not sign or not name.strip().isidentifier():
            raise click.BadParameter(f"{text!r} is not written like m=n", context, param)
        found[name.strip()] = meaning.strip()
    return found


@click.command("count")
@click.argument("file", metavar="FILE")
@click.option("--kernel", metavar="K", help="Which kernel; without it the only one.")
@click.option("--grid", default="1", show_default=True, metavar="G", help="Blocks: (n+255)//256, or 16,16.")
@click.option(
    "--block", default="1", show_default=True, metavar="B", help="Threads of a block: 256, or 16,16."
)
@click.option("--shared", default="0", show_default=True, metavar="BYTES", help="Dynamic shared memory: 4*n.")
@click.option("--arg", "args", multiple=True, metavar="A", help="One argument; once for each, in order.")
@sizes_option("Sizes that stay.")
@click.option("--sizes", multiple=True, callback=_swept, metavar="2^4..2^12", help="Sweep n, or m=4,8,15.")
@click.option("--against", metavar="NAME", help="Judge steps and threads by this algorithm's prediction.")
@click.option(
    "--where", multiple=True, callback=_named, metavar="m=n", help="A size of that algorithm in yours."
)
@click.option("--check", is_flag=True, help="Look for races and reads of memory never written, too.")
@click.option(
    "--samples", type=click.IntRange(1), metavar="K", help="Execute K blocks, estimate all: marked ~."
)
@click.option("--arch", default="compute_80", show_default=True, help="What CUDA C++ is compiled for.")
@click.option("--step-limit", type=click.IntRange(1), help="Instructions after which a loop is endless.")
@format_option("text", "json")
@click.pass_context
def count(
    context: click.Context,
    file: str,
    at: dict[str, int],
    against: str | None,
    step_limit: int | None,
    form: str,
    **launch: Any,
) -> None:
    """Execute and count a CUDA kernel of your own: FILE is .cu or .ptx; no GPU is needed.

    Arguments are written f32[4*n]=random (an array: f16 to f64, i8 to u64; random, odd, range, zeros, ones, a
    number or @file.npy; zeros without =), i32:n (a scalar), or @file.npy.  Grid, block, shared memory, lengths and
    values are arithmetic in the sizes, with // and **.  With --sizes every counter becomes a formula.  Exit code 1
    where the kernel has a fault or goes against the prediction.

    \b
    workdepth count mine.cu --block 256 --grid "(n+255)//256" \
        --arg "f32[n]=random" --arg i32:n --at n=1000 --check
    """
    from workdepth.measure.own_kernel import count_kernel
    from workdepth.measure.own_text import WIDTH, text
    from workdepth.report.screen import screen

    if against is not None and not launch["sizes"]:
        raise click.UsageError("--against judges a sweep: give --sizes, such as --sizes 2^4..2^12.")
    if launch["where"] and against is None:
        raise click.UsageError("--where speaks of an algorithm: give --against.")
    limit = {} if step_limit is None else {"step_limit": step_limit}
    found = count_kernel(file, against=_analysis(against), at=at, **launch, **limit)
    width = screen(sys.stdout).width or WIDTH
    say(json.dumps(found.to_json(), indent=2) if form == "json" else text(found, width))
    for fault in found.faults if form == "json" else ():
        tell(f"workdepth: fault: {fault.text}")
    if found.against is not None and found.against.outcome == "inconclusive":
        reasons = "; ".join(one.reason for one in found.against.held if one.outcome == "inconclusive")
        tell(f"workdepth: warning: inconclusive: {reasons}")
    context.exit(found.exit_code)


def _analysis(name: str | None) -> Any:
    """Return the figures of a library algorithm or a graph file."""
    if name is None:
        return None
    from workdepth.cli.naming import graph_named
    from workdepth.schedule.analyze import analyze

    return analyze(graph_named(name))
