"""What the standard ops compute."""

from __future__ import annotations

import workdepth as wd


def test_sums_of_comparisons_count() -> None:
    n = wd.size("n")
    g = wd.Algorithm("how many")
    x = g.input("x", n)
    g.output(g.fold(wd.ADD, n, lambda i: g.apply(wd.LESS, x[i], 5)))
    assert wd.run(g, x=[1, 2, 3, 9]) == 3
    both = wd.Algorithm("differences")
    y = both.input("y", n)
    less = lambda i, k: both.apply(wd.LESS, y[i], k)  # noqa: E731
    both.output(both.map(n, lambda i: -less(i, 5) - less(i, 2)))
    assert wd.run(both, y=[1, 2, 9]).tolist() == [-2, -1, 0]
