"""Programs of textbooks and papers, as graphs: the truth table tells what each must cost."""

from __future__ import annotations

from typing import Any

import numpy as np

import workdepth as wd
from workdepth.graph.ops import Op
from workdepth.library.recursive import median_merge as merging_by_medians

n, m, k, t = wd.size("n"), wd.size("m"), wd.size("k"), wd.size("t")

HEAVY = Op("heavy", 2, "maximum", work=3, associative=True, commutative=True, neutral=0)
W = 3  # the work of the op above


# -- straight lines: scalars only ------------------------------------------------------------------


def scalars(name: str, names: str, formula: Any) -> wd.Algorithm:
    g = wd.Algorithm(name)
    found = formula(*(g.input(text) for text in names))
    for number, value in enumerate(found if isinstance(found, tuple) else (found,)):
        g.output(value, f"r{number}")
    return g


def sum_times_sum() -> wd.Algorithm:
    return scalars("sum-times-sum", "abcd", lambda a, b, c, d: (a + b) * (c + d))


def left_sum() -> wd.Algorithm:
    return scalars("left-sum", "abcd", lambda a, b, c, d: a + b + c + d)


def diamond() -> wd.Algorithm:
    def formula(x: Any, y: Any) -> Any:
        a = x + y
        return (a * x) - (a * y)

    return scalars("diamond", "xy", formula)


def three_increments() -> wd.Algorithm:
    return scalars("three-increments", "x", lambda x: x + 1 + 1 + 1)


def two_products() -> wd.Algorithm:
    return scalars("two-products", "xabcd", lambda x, a, b, c, d: x + (a * b + c * d))


def independent_sums() -> wd.Algorithm:
    return scalars("independent-sums", "xyzw", lambda x, y, z, w: (x + y, z + w))


# -- maps and loops --------------------------------------------------------------------------------


def in_place_loop() -> wd.Algorithm:
    g = wd.Algorithm("in-place-loop")
    x, y = g.input("x", n), g.input("y", n)
    g.output(g.repeat(n, lambda r, x: g.map([], lambda: x[r] + y[r], into=x, at=lambda: r), x))
    return g


def nested_maps() -> wd.Algorithm:
    g = wd.Algorithm("nested-maps")
    x, y = g.input("x", n, m), g.input("y", n, m)
    g.output(g.map(n, lambda i: g.map(m, lambda j: x[i, j] + y[i, j])))
    return g


def nested_loops() -> wd.Algorithm:
    g = wd.Algorithm("nested-loops")
    g.output(g.repeat(n, lambda i, s: g.repeat(k, lambda j, s: s + 1, s), g.input("x")))
    return g


def loop_of_maps() -> wd.Algorithm:
    """A loop whose trips nobody knows: they are a size."""
    g = wd.Algorithm("loop-of-maps")
    g.output(g.repeat(t, lambda r, x: g.map(n, lambda i: x[i] + 1), g.input("x", n)))
    return g


def map_of_function() -> wd.Algorithm:
    """A map of f(x) = (x + 1) * (x + 2) - 3: four operations, three of them a chain."""
    g = wd.Algorithm("map-of-function")
    x = g.input("x", n)
    g.output(g.map(n, lambda i: (x[i] + 1) * (x[i] + 2) - 3))
    return g


def triangular_update() -> wd.Algorithm:
    g = wd.Algorithm("triangular-update")

    def row(i: Any, x: Any) -> Any:
        return g.repeat(i, lambda j, x: g.map([], lambda: x[j] + x[i], into=x, at=lambda: j), x)

    g.output(g.repeat(n, row, g.input("x", n)))
    return g


# -- branches --------------------------------------------------------------------------------------


def mapped(g: wd.Algorithm, x: Any) -> Any:
    return g.map(x.shape[0], lambda i: x[i] + 1)


def looped(g: wd.Algorithm, x: Any, times: Any) -> Any:
    """One operation a round, all on the first element."""
    return g.repeat(times, lambda r, x: g.map([], lambda: x[0] + 1, into=x, at=lambda: 0), x)


def branching(name: str, extent: Any, choose: Any) -> wd.Algorithm:
    g = wd.Algorithm(name)
    condition, x = g.input("condition"), g.input("x", extent)
    g.output(choose(g, condition, x))
    return g


def map_or_loop(extent: Any = n, times: Any = k) -> wd.Algorithm:
    def choose(g: wd.Algorithm, condition: Any, x: Any) -> Any:
        return g.branch(condition, lambda: mapped(g, x), lambda: looped(g, x, times))

    return branching("map-or-loop", extent, choose)


def thousand_or_hundred() -> wd.Algorithm:
    return map_or_loop(1000, 100)


def branch_in_a_branch() -> wd.Algorithm:
    """A loop of k, or else either three maps of n, or a map of n and a loop of m."""

    def choose(g: wd.Algorithm, condition: Any, x: Any) -> Any:
        second = g.input("second")

        def inner() -> Any:
            return g.branch(
                second,
                lambda: g.repeat(3, lambda r, x: mapped(g, x), x),
                lambda: looped(g, mapped(g, x), m),
            )

        return g.branch(condition, lambda: looped(g, x, k), inner)

    return branching("branch-in-a-branch", n, choose)


def loops_of_maps() -> wd.Algorithm:
    def choose(g: wd.Algorithm, condition: Any, x: Any) -> Any:
        def loop(times: Any) -> Any:
            return g.repeat(times, lambda r, x: mapped(g, x), x)

        return g.branch(condition, lambda: loop(2 * n), lambda: loop(3 * n))

    return branching("loops-of-maps", n, choose)


# -- reductions and scans --------------------------------------------------------------------------


def reduction(op: Op = wd.ADD, power_of: int | None = None) -> wd.Algorithm:
    g = wd.Algorithm(f"reduce-{op.name}")
    length = g.size("n", low=1 if power_of is None else power_of, power_of=power_of)
    g.output(g.fold(op, g.input("x", length)))
    return g


def heavy_reduction() -> wd.Algorithm:
    return reduction(HEAVY)


def tree_of_pairs() -> wd.Algorithm:
    return reduction(power_of=2)


def all_of() -> wd.Algorithm:
    """Whether all numbers are below a limit: a comparison each, then a tree."""
    g = wd.Algorithm("all-of")
    x, limit = g.input("x", n), g.input("limit")
    g.output(g.fold(wd.AND, n, lambda i: x[i] < limit))
    return g


def scan(op: Op = wd.ADD, method: str = "blelloch") -> wd.Algorithm:
    g = wd.Algorithm(f"scan-{op.name}")
    g.output(g.scan(op, g.input("x", g.size("n", power_of=2)), method=method))
    return g


def heavy_scan() -> wd.Algorithm:
    return scan(HEAVY, "brent-kung")


# -- what data decides -----------------------------------------------------------------------------


def histogram(conflicts: str = "serial") -> wd.Algorithm:
    g = wd.Algorithm(f"histogram-{conflicts}")
    places = m if conflicts == "serial" else n
    counts, at, x = g.input("counts", places), g.input("at", n), g.input("x", n)
    g.output(g.scatter(counts, at, x, HEAVY, conflicts=conflicts))
    return g


def histogram_without_conflicts() -> wd.Algorithm:
    return histogram("distinct")


def scattered() -> wd.Algorithm:
    g = wd.Algorithm("scattered")
    g.output(g.scatter(g.input("base", n), g.input("at", n), g.input("x", n)))
    return g


def partition() -> wd.Algorithm:
    """Those not above the pivot first, in their order; then the others, in theirs."""
    g = wd.Algorithm("partition")
    length = g.size("n", power_of=2)
    x, pivot = g.input("x", length), g.input("pivot")
    low = g.map(length, lambda i: g.apply(wd.SELECT, x[i] <= pivot, 1, 0))
    up_to = g.scan(wd.ADD, low, method="brent-kung")

    def place(i: Any) -> Any:
        return g.apply(wd.SELECT, low[i], up_to[i] - 1, i + (up_to[length - 1] - up_to[i]))

    g.output(g.scatter(g.empty(length), g.map(length, place), x))
    return g


def sequential_merge() -> wd.Algorithm:
    """Two ascending arrays of n, each with a last word above all: at each step the smaller head is taken."""
    g = wd.Algorithm("sequential-merge")
    a, b = g.input("a", n + 1), g.input("b", n + 1)

    def step(r: Any, i: Any, j: Any, out: Any) -> Any:
        head, other = g.gather(a, i), g.gather(b, j)
        first = g.apply(wd.SELECT, head <= other, 1, 0)
        least = g.apply(wd.MINIMUM, head, other)
        return i + first, j + (1 - first), g.map([], lambda: least, into=out, at=lambda: r)

    ends = g.repeat(2 * n, step, 0, 0, g.map(2 * n, lambda r: 0))
    for name, value in zip(("taken", "left", "merged"), ends, strict=True):
        g.output(value, name)
    return g


def merge_by_rank() -> wd.Algorithm:
    """Each element looks for its place in the other array by halving: its rank there and its own give the place."""
    g = wd.Algorithm("merge-by-rank")
    length = g.size("n", low=2, power_of=2)
    a, b = g.input("a", length), g.input("b", length)

    def rank(x: Any, others: Any, op: Op) -> Any:
        def halve(r: Any, low: Any) -> Any:
            middle = low + length / 2 ** (r + 1)
            return g.apply(wd.SELECT, g.apply(op, g.gather(others, middle - 1), x), middle, low)

        low = g.repeat(wd.log2(length), halve, 0)
        return low + g.apply(wd.SELECT, g.apply(op, g.gather(others, low), x), 1, 0)

    merged = g.empty(2 * length)
    first = g.map(length, lambda i: rank(a[i], b, wd.LESS) + i)
    second = g.map(length, lambda i: rank(b[i], a, wd.LESS_EQUAL) + i)
    g.output(g.scatter(g.scatter(merged, first, a), second, b))
    return g


# -- matrices --------------------------------------------------------------------------------------


def square_product(inner: str) -> wd.Algorithm:
    g = wd.Algorithm(f"square-product-{inner}")
    a, b = g.input("a", n, n), g.input("b", n, n)

    def cell(i: Any, j: Any) -> Any:
        if inner == "tree":
            return g.fold(wd.ADD, n, lambda c: a[i, c] * b[c, j])
        return g.repeat(n, lambda c, s: s + a[i, c] * b[c, j], 0)

    g.output(g.map([n, n], cell))
    return g


def serial_product() -> wd.Algorithm:
    return square_product("serial")


def tree_product() -> wd.Algorithm:
    return square_product("tree")


def transpose_in_place() -> wd.Algorithm:
    """Two words of each pair change places, one copy each; those on the diagonal stay."""
    g = wd.Algorithm("transpose-in-place")
    a = g.input("a", n, n)

    def swapped(i: Any, j: Any) -> Any:
        return g.apply(wd.COPY, a[j, i]), g.apply(wd.COPY, a[i, j])

    def places(i: Any, j: Any) -> Any:
        return [(i, j), (j, i)]

    g.output(g.map([n, lambda i: i], swapped, into=a, at=places))
    return g


def transpose_by_rows() -> wd.Algorithm:
    """All rows at once, each word of a row after the one before."""
    g = wd.Algorithm("transpose-by-rows")
    a = g.input("a", n, n)

    def row(i: Any) -> Any:
        def step(j: Any, row: Any) -> Any:
            return g.map([], lambda: g.apply(wd.COPY, a[j, i]), into=row, at=lambda: j)

        return g.repeat(n, step, g.map(n, lambda j: 0))

    g.output(g.map(n, row))
    return g


# -- recursions ------------------------------------------------------------------------------------


def _quarters(g: wd.Algorithm, x: Any, h: Any) -> list[Any]:
    """Names for the quarters of a matrix, row by row."""
    corners = ((0, 0), (0, h), (h, 0), (h, h))
    return [g.map([h, h], lambda i, j, r=r, c=c: x[i + r, j + c]) for r, c in corners]


def _blocks(g: wd.Algorithm, parts: list[Any], n: Any, across: int) -> Any:
    """A name for the matrix that has these blocks, row by row."""
    h, out = n / across, g.empty(n, n)
    for at, part in enumerate(parts):
        r, c = divmod(at, across)
        out = g.map(
            [h, h],
            lambda i, j, part=part: part[i, j],
            into=out,
            at=lambda i, j, r=r * h, c=c * h: (i + r, j + c),
        )
    return out


def product_in_rounds() -> wd.Algorithm:
    """c + a*b by quarters: four products at once are added to c, then the other four: no second matrix."""
    g = wd.Algorithm("product-in-rounds")
    n = g.size("n", power_of=2)
    a, b, c = (g.input(text, n, n) for text in "abc")
    g.base(n, 1, lambda: g.map([n, n], lambda i, j: c[i, j] + a[i, j] * b[i, j]))
    p, q, sums = (_quarters(g, x, n / 2) for x in (a, b, c))
    for k in (0, 1):
        sums = [g.call(g, p[2 * (at // 2) + k], q[2 * k + at % 2], sums[at], n=n / 2) for at in range(4)]
    g.output(_blocks(g, sums, n, 2))
    return g


def turned_part() -> wd.Algorithm:
    """n x n words of the transpose of a matrix of m x m words in rows, from a place on: each call finds four places."""
    g = wd.Algorithm("turned-part")
    n, m = g.size("n", power_of=2), g.size("m", power_of=2)
    a, row, column = g.input("a", m * m), g.input("row"), g.input("column")

    def word() -> Any:
        at = column * m + row
        return g.map([n, n], lambda i, j: g.gather(a, at))

    g.base(n, 1, word)
    h = n / 2
    lower, further = row + h, column + h
    parts = [g.call(g, a, r, c, n=h) for r in (row, lower) for c in (column, further)]
    g.output(_blocks(g, parts, n, 2))
    return g


def recursive_transpose() -> wd.Algorithm:
    g = wd.Algorithm("recursive-transpose")
    n = g.size("n", power_of=2)
    g.output(g.call(turned_part(), g.input("a", n * n), 0, 0, n=n, m=n))
    return g


def median_merge() -> wd.Algorithm:
    """Two ascending arrays of n, each half of the result merged on its own."""
    g = wd.Algorithm("merge-by-medians")
    n = g.size("n", power_of=2)
    a, b = g.input("a", n), g.input("b", n)
    g.output(g.call(merging_by_medians(), a, b, 0, 0, n=2 * n, m=n))
    return g


def nine_blocks() -> wd.Algorithm:
    """Each word of a table the sum of those above and left of it; blocks wait for blocks above and left."""
    g = wd.Algorithm("nine-blocks")
    n = g.size("n", power_of=3)
    top, left = g.input("top", n), g.input("left", n)
    g.base(n, 1, lambda: g.map([n, n], lambda i, j: top[j] + left[i]))
    h = n / 3
    found: list[Any] = []
    for at in range(9):
        r, c = divmod(at, 3)
        above, before = found[at - 3] if r else top, found[at - 1] if c else left
        first = g.map(h, lambda j, x=above, r=r, c=c: x[h - 1, j] if r else x[j + c * h])
        side = g.map(h, lambda i, x=before, r=r, c=c: x[i, h - 1] if c else x[i + r * h])
        found.append(g.call(g, first, side, n=h))
    g.output(_blocks(g, found, n, 3))
    return g


# -- recurrences by scans --------------------------------------------------------------------------

CARRY = Op(
    "carry",
    4,
    lambda g1, p1, g2, p2: (g2 | (p2 & g1), p1 & p2),
    results=2,
    associative=True,
)
LINE = Op(  # after y -> p1*y + q1 comes y -> p2*y + q2
    "line", 4, lambda p1, q1, p2, q2: (p2 * p1, p2 * q1 + q2), results=2, associative=True
)
MATRIX = Op(  # of 2 x 2, the later one on the left
    "matrix",
    8,
    lambda a, b, c, d, e, f, g, h: (e * a + f * c, e * b + f * d, g * a + h * c, g * b + h * d),
    results=4,
    associative=True,
)


def add_integers() -> wd.Algorithm:
    """Two numbers of n bits, the lowest first: which places make a carry, which hand one on, by a scan."""
    g = wd.Algorithm("add-integers")
    a, b = g.input("a", n), g.input("b", n)
    carries, handed_on = g.scan(CARRY, n, lambda i: (a[i] & b[i], a[i] ^ b[i]), method="hillis-steele")
    shifted = g.map(n, lambda i: carries[i], into=g.map(n + 1, lambda i: 0), at=lambda i: i + 1)
    g.output(g.map(n, lambda i: (a[i] ^ b[i]) ^ shifted[i]), "sum")
    g.output(carries[n - 1], "carry")
    g.output(handed_on[n - 1], "hands a carry on")
    return g


def tridiagonal() -> wd.Algorithm:
    """low[i]*x[i-1] + mid[i]*x[i] + high[i]*x[i+1] = f[i]: three recurrences, each a scan (Stone 1973).

    The pivots are quotients of a recurrence of two terms; then one of lines goes down, and one goes up.
    """
    g = wd.Algorithm("tridiagonal")
    n = g.size("n", low=2)
    low, mid, high, f = (g.input(text, n) for text in ("low", "mid", "high", "f"))

    def above(i: Any) -> Any:
        return high[(i + n - 1) % n]  # of row 0 the last: low[0] is zero

    leading, _, before, _ = g.scan(
        MATRIX, n, lambda i: (mid[i], -(low[i] * above(i)), 1.0, 0.0), method="hillis-steele"
    )
    pivot = g.map(n, lambda i: leading[i] / before[i])
    _, down = g.scan(LINE, n, lambda i: (-(low[i] / pivot[i]), f[i] / pivot[i]), method="hillis-steele")
    _, up = g.scan(
        LINE, n, lambda i: (-(high[n - 1 - i] / pivot[n - 1 - i]), down[n - 1 - i]), method="hillis-steele"
    )
    g.output(g.map(n, lambda i: up[n - 1 - i]))
    return g


# -- what they compute -----------------------------------------------------------------------------


def _merged(a: Any, b: Any) -> Any:
    return np.sort(np.concatenate([a, b]))


def _merged_heads(a: Any, b: Any) -> Any:
    merged = _merged(a[:-1], b[:-1])
    return {"taken": len(a) - 1, "left": len(b) - 1, "merged": merged}


def _ascending(rng: Any, n: int) -> dict[str, Any]:
    return {text: np.sort(rng.integers(0, 2 * n, n)) for text in "ab"}


def _ascending_with_an_end(rng: Any, n: int) -> dict[str, Any]:
    return {text: np.append(np.sort(rng.integers(0, 2 * n, n)), 10**6) for text in "ab"}


def _bits(rng: Any, n: int) -> dict[str, Any]:
    return {text: rng.integers(0, 2, n) for text in "ab"}


def _bits_of_the_sum(a: Any, b: Any) -> Any:
    def number(bits: Any) -> int:
        return sum(bit << i for i, bit in enumerate(bits.tolist()))

    total = number(a) + number(b)
    bits = np.array([total >> i & 1 for i in range(len(a) + 1)])
    return {"sum": bits[:-1], "carry": bits[-1], "hands a carry on": int((a ^ b).all())}


def _rows_that_dominate(rng: Any, n: int) -> dict[str, Any]:
    low, high = rng.standard_normal(n), rng.standard_normal(n)
    low[0] = high[-1] = 0.0
    return {"low": low, "mid": 4 + rng.random(n), "high": high, "f": rng.standard_normal(n)}


def _solved(low: Any, mid: Any, high: Any, f: Any) -> Any:
    return np.linalg.solve(np.diag(mid) + np.diag(low[1:], -1) + np.diag(high[:-1], 1), f)


def _table(top: Any, left: Any) -> Any:
    found = np.zeros((len(left), len(top)), dtype=top.dtype)
    for i in range(len(left)):
        for j in range(len(top)):
            found[i, j] = (found[i - 1, j] if i else top[j]) + (found[i, j - 1] if j else left[i])
    return found


def _turned(a: Any) -> Any:
    side = int(len(a) ** 0.5)
    return a.reshape(side, side).T


#: What the programs must compute, and what makes their inputs; of those where a mistake could hide.
ORACLES = {
    "triangular_update": (lambda x: x + x.sum(dtype=x.dtype) - np.cumsum(x, dtype=x.dtype), None),
    "all_of": (lambda x, limit: (x < limit).all(), None),
    "partition": (lambda x, pivot: np.concatenate([x[x <= pivot], x[x > pivot]]), None),
    "sequential_merge": (_merged_heads, _ascending_with_an_end),
    "merge_by_rank": (_merged, _ascending),
    "transpose_in_place": (lambda a: a.T, None),
    "transpose_by_rows": (lambda a: a.T, None),
    "product_in_rounds": (lambda a, b, c: c + a @ b, None),
    "recursive_transpose": (_turned, None),
    "median_merge": (_merged, _ascending),
    "nine_blocks": (_table, None),
    "serial_product": (lambda a, b: a @ b, None),
    "add_integers": (_bits_of_the_sum, _bits),
    "tridiagonal": (_solved, _rows_that_dominate),
}
