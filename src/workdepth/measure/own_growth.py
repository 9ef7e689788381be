"""Every counter of a sweep as a formula in the sizes, and what an algorithm's analysis says of three of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction

from workdepth.errors import SizeError
from workdepth.measure.counts import judge_counts
from workdepth.measure.exact import exact_fit
from workdepth.measure.fit import LEAST_SIZES, fit
from workdepth.measure.observations import SampleError
from workdepth.measure.own_sizes import value_of
from workdepth.measure.verdict import CONSISTENT, INCONCLUSIVE, INCONSISTENT
from workdepth.models.analysis import Analysis
from workdepth.ptx import Counts
from workdepth.symbolic import Expr, growth, parse

FIGURES = tuple(one.name for one in fields(Counts) if one.name != "opcodes")
# Counts have no noise: a fit that leaves more than this share over says nothing of the growth.
RESIDUAL = 0.02
# What of a kernel is held to what of a machine.
JUDGED = {"steps": "time", "threads": "threads", "active_threads": "threads"}


@dataclass(frozen=True)
class Grown:
    """One counter over a sweep.

    Attributes
    ----------
    exact : str
        The formula that gives every count; empty where none of those tried does.
    relation : str
        ``=`` for a formula of exact counts; ``~`` for estimates, and where only the growth was fitted.
    growth : str
        The growth class; empty where the counts do not tell.
    domain : str
        The sizes at which it was verified or fitted, in words.
    """

    exact: str
    relation: str
    growth: str
    domain: str

    def __str__(self) -> str:
        if self.exact:
            return f"{self.relation} {self.exact} for {self.domain}"
        return f"~ {self.growth} {self.domain}" if self.growth else "no formula of those tried"


def grown(
    columns: Mapping[str, Sequence[int]],
    values: Sequence[int],
    blocks: Sequence[int] = (),
    exact: bool = True,
    terms: Sequence[Expr] = (),
) -> Grown:
    """Return one counter as a formula, or at least its growth.

    Parameters
    ----------
    columns : mapping
        The values of each swept size.
    values : sequence of int
        The counts.
    blocks : sequence of int
        Block sizes whose rounding may show.
    exact : bool
        Whether the counts are exact, not estimates.
    terms : sequence of Expr
        Terms to try, from a prediction.

    Examples
    --------
    >>> print(grown({"n": [2, 4, 8, 16, 32]}, [37, 48, 59, 70, 81]))
    = 11*log2(n) + 26 for powers of two from n = 2 to 32
    """
    found = exact_fit(columns, values, terms, blocks=blocks)
    if found is not None:
        return Grown(
            str(found.expression), "=" if exact else "~", str(growth(found.expression)), found.domain
        )
    if len(values) < LEAST_SIZES or min(values) <= 0:
        return Grown("", "~", "", "")
    try:
        fitted = fit(columns, [[float(value)] for value in values])
    except (SampleError, SizeError):
        return Grown("", "~", "", "")
    if fitted.residual > RESIDUAL:
        return Grown("", "~", "", "")
    return Grown("", "~", str(fitted.growth), f"(fitted, residual {fitted.residual:.1%})")


@dataclass(frozen=True)
class Held:
    """One counter beside a predicted figure: what is predicted, and the verdict."""

    figure: str
    predicted: str
    prediction: str
    growth: str
    outcome: str
    reason: str


@dataclass(frozen=True)
class Against:
    """A kernel beside an algorithm: which one, as which machine's witness, and three verdicts."""

    algorithm: str
    machine: str
    held: tuple[Held, ...]

    @property
    def outcome(self) -> str:
        """``inconsistent`` where one counter is, else ``inconclusive`` where one is, else ``consistent``."""
        outcomes = {one.outcome for one in self.held} or {INCONCLUSIVE}
        return next(o for o in (INCONSISTENT, INCONCLUSIVE, CONSISTENT) if o in outcomes)


def held_against(
    analysis: Analysis,
    where: Mapping[str, str],
    points: Sequence[Mapping[str, int]],
    columns: Mapping[str, Sequence[int]],
    counts: Sequence[Counts],
    blocks: Sequence[int] = (),
) -> Against:
    """Judge steps and threads by an algorithm's predicted growth.

    Parameters
    ----------
    analysis : Analysis
        The algorithm's figures; the RAM's are taken where one thread was launched, else the GPU's.
    where : mapping
        Sizes of the algorithm as expressions in the kernel's, where their names differ.
    points : sequence of mapping
        The sizes of each count, fixed ones too.
    columns : mapping
        The swept sizes.
    counts : sequence of Counts
    blocks : sequence of int
        Block sizes whose rounding may show.

    Returns
    -------
    Against
    """
    fixed = {n: v for n, v in points[0].items() if n not in columns}
    meant = {size.name: parse(where.get(size.name, size.name)).substitute(fixed) for size in analysis.sizes}
    machine = "RAM" if all(one.threads == 1 for one in counts) else "GPU"
    held = []
    for figure, what in JUDGED.items():
        predicted = getattr(analysis[machine], what).expression.substitute(meant)
        values = [Fraction(getattr(one, figure)) for one in counts]
        verdict = judge_counts(predicted, columns, values, blocks=blocks)
        held.append(
            Held(figure, what, str(predicted), str(growth(predicted)), verdict.outcome, verdict.reason)
        )
    return Against(analysis.algorithm, machine, tuple(held))


def comparable(analysis: Analysis, where: Mapping[str, str], points: Sequence[Mapping[str, int]]) -> None:
    """Make sure that an algorithm speaks of these sizes.

    Raises
    ------
    SizeError
        Where a size of the algorithm is unknown, has no value, or one outside its domain.
    """
    known = {size.name for size in analysis.sizes}
    strange = sorted(set(where) - known)
    if strange:
        raise SizeError(
            f"{analysis.algorithm} has no size {strange[0]!r}",
            where="--where",
            next_step=f"its sizes are: {', '.join(sorted(known)) or 'none'}",
        )
    for size in analysis.sizes:
        if size.name not in where and size.name not in points[0]:
            raise SizeError(
                f"{analysis.algorithm} has the size {size.name!r}, which the sweep has not",
                where="--against",
                next_step=f"sweep it, or say what it is: --where {size.name}={min(points[0], default='8')}",
            )
        text = where.get(size.name, size.name)
        for point in points:
            size.check(value_of(text, point, f"--where {size.name}={text}"))
