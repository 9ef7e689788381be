"""``workdepth judge``: a predicted growth against anybody's timings."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("judge")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--prediction", "-p", required=True, help="Growth class or predicted terms, as 'n*log(n) + n'.")
@click.option("--benchmark", help="Which benchmark, where a file has several.")
@click.option("--where", multiple=True, metavar="NAME=VALUE", help="Only runs with this parameter.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw data, fits and residuals (extra 'plot').")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def judge(
    context: click.Context,
    files: tuple[Path, ...],
    prediction: str,
    benchmark: str | None,
    where: tuple[str, ...],
    plot: Path | None,
    form: str,
) -> None:
    """Judge a predicted growth by the timings in FILES; several files are several processes.

    CSV (a size and its samples in each row, or columns n, seconds, process), and the JSON of
    pytest-benchmark, hyperfine, Google Benchmark and nvbench.  Exit code 1 where the timings go
    against the prediction.
    """
    from workdepth.measure.prediction import predicted_terms
    from workdepth.measure.record import verdict_record
    from workdepth.measure.samples import read_samples
    from workdepth.measure.terms import size_names
    from workdepth.measure.verdict import INCONCLUSIVE
    from workdepth.measure.verdict import judge as judge_sweep

    names = sorted(size_names(predicted_terms(prediction))) or ["n"]
    sweep = read_samples(files, names, benchmark=benchmark, where=dict(map(_parameter, where)))
    verdict = judge_sweep(prediction, sweep.sizes, sweep.samples)
    if plot is not None:
        from workdepth.report.fit_plot import fit_plot

        fit_plot(plot, verdict, sweep.sizes, sweep.samples)
        click.echo(f"drawn: {plot}", err=True)
    if form == "json":
        click.echo(json.dumps({**verdict_record(verdict), "source": sweep.source}, indent=2))
    else:
        click.echo(f"{sweep.source}\n{verdict}")
        if verdict.fit is not None:
            click.echo(str(verdict.fit))
    if verdict.outcome == INCONCLUSIVE:
        click.echo(f"warning: inconclusive: {verdict.reason}", err=True)
    context.exit(verdict.exit_code)


def _parameter(text: str) -> tuple[str, float]:
    """Read NAME=VALUE."""
    name, sign, value = text.partition("=")
    try:
        return name.strip(), float(value)
    except ValueError:
        hint = "" if sign else ": the sign = is missing"
        raise click.BadParameter(f"{text!r} is not NAME=VALUE{hint}", param_hint="--where") from None
