"""Upper bounds of the expected cost where the larger part is always taken: T(n) = f(n) + mean of T(max(k, n - 1 - k)).

Let M be the larger part, k being any of 0..n-1. Its mean is at most 3n/4 - 1/2 (and (3n - 1)/4 for the larger of k and
n - k, k being any of 1..n-1), by adding up for even and for odd n. So T(n) <= 4*n is kept by the step for f(n) = n - 1:
n - 1 + 4*(3n/4 - 1/2) <= 4*n. The induction with c*n in place of 4*n: Cormen, Leiserson, Rivest and Stein,
*Introduction to Algorithms*, fourth edition, section 9.2.

In general, let f(n) be at most the sum of f_e * n**e. For e >= 2 the mean of M**e is at most r*n**e with
r = 2*(1 - 2**-(e + 1))/(e + 1), the integral of 2*x**e from 1/2 to 1, because x**e rises (for k in 1..n-1:
M**e <= n**(e - 1)*M, r = 3/4). With C_e = f_e/(1 - r), C_1 >= 4*f_1 and C_1 >= f_0 over the 1/2 (or 1/4) above,
and D no less than T minus the sum of C_e * m**e at any size m of the base, T(n) <= D + sum of C_e * n**e is kept by the
step: f_e + r*C_e = C_e, f_1 + 3/4*C_1 <= C_1, f_0 - C_1/2 <= 0.

Where f is a constant b > 0: the logarithm is concave, so the mean of log2(M + 1) is at most log2(3*(n + 1)/4), and
T(n) <= D + 5/2*b*log2(n + 1) is kept by the step, 5/2 being more than 1/log2(4/3) = 2.409...
"""

from __future__ import annotations

from fractions import Fraction

from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.extremes import maximum
from workdepth.symbolic.functions import log2, maximum_of
from workdepth.symbolic.growth import Growth, growth
from workdepth.symbolic.making import total
from workdepth.symbolic.recurrences.history import Split, SplitSolution, solution
from workdepth.symbolic.recurrences.recurrence import Case
from workdepth.symbolic.signs import nonnegative, positive
from workdepth.symbolic.structure import coefficients


def bounded(of: Split, case: Case) -> SplitSolution | None:
    """Bound the expected cost of one call at the larger part.

    Parameters
    ----------
    of : Split
    case : Case
        The only one.

    Returns
    -------
    SplitSolution or None
        None where the split is another, or adds what is no polynomial.
    """
    spare = _spare(of, case)
    powers = coefficients(case.extra, of.size)
    if spare is None or powers is None or of.index in case.extra.names:
        return None
    added = {e: a for e, a in powers.items() if not nonnegative(-a, of.above)}
    if not all(nonnegative(a, of.above) for e, a in added.items() if e):
        return None
    constant = max(added, default=0) == 0
    rest = _logarithm(of, added) if constant else _polynomial(of, added, powers.get(0, as_expr(0)), spare)
    value = rest + _above_base(of, rest)
    known, relation = _class(of, case, value, constant)
    note = "the larger part is at most 3/4 of the whole on average"
    return solution(of, None, of.smallest, known, note, bound=(value, of.smallest), relation=relation)


def _spare(of: Split, case: Case) -> Fraction | None:
    """Return what the mean of the larger part is below 3n/4; None where the one call is at something else."""
    n, k = of.n, as_expr(of.index)
    if len(case.calls) != 1 or case.calls[0].count != 1 or of.high != n:
        return None
    argument = case.calls[0].argument
    if of.low == 0 and argument == maximum_of(k, n - 1 - k):
        return Fraction(1, 2)
    return Fraction(1, 4) if of.low == 1 and argument == maximum_of(k, n - k) else None


def _polynomial(of: Split, added: dict[int, Expr], constant: Expr, spare: Fraction) -> Expr:
    n = of.n
    parts = [a / (1 - _share(e, of.low == 0)) * n**e for e, a in added.items() if e > 1]
    linear = maximum([4 * added.get(1, as_expr(0)), constant / spare], of.above).value
    return total([*parts, linear * n])


def _share(e: int, integral: bool) -> Fraction:
    """Return r: the mean of the larger part to a power is at most r*n**e."""
    return Fraction(2, e + 1) * (1 - Fraction(1, 2 ** (e + 1))) if integral else Fraction(3, 4)


def _logarithm(of: Split, added: dict[int, Expr]) -> Expr:
    b = added.get(0)
    return as_expr(0) if b is None else maximum_of(0, b) * Fraction(5, 2) * log2(of.n + 1)


def _above_base(of: Split, rest: Expr) -> Expr:
    """Return the D that lifts a bound above every value of the base."""
    gaps = [of.base_at(m) - rest.substitute({of.size: m}) for m in range(of.smallest, of.upto + 1)]
    return maximum(gaps, of.domain).value


def _class(of: Split, case: Case, value: Expr, constant: bool) -> tuple[Growth, str]:
    """Return the class of the bound; T is at least what is added, and halves no faster than in log2(n + 1) rounds."""
    known = growth(value)
    base = [of.base_at(m) for m in range(of.smallest, of.upto + 1)]
    least = [*base, case.extra]
    if of.base_names or not all(nonnegative(x, of.above) for x in least):
        return known, "<="
    if constant:
        return known, "=" if positive(case.extra, of.above) else "<="
    return known, "=" if known <= growth(case.extra) else "<="
