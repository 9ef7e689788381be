"""At which sizes a check is made, and what it leaves out in plain words."""

from __future__ import annotations

import pytest

import workdepth as wd
from workdepth.errors import SizeError
from workdepth.library.recursive import fibonacci_naive, matmul_recursive
from workdepth.schedule.points import affordable, chosen, up_to
from workdepth.symbolic import Domain, Size


def test_calls_are_counted_where_the_work_is_affordable() -> None:
    asked = []

    def calls(point: dict[str, int]) -> int:
        asked.append(point["n"])
        return 2 ** point["n"]

    points = affordable(up_to((Size("n"),), 60), lambda point: point["n"] ** 3, calls)
    assert [p["n"] for p in points.values] == list(range(1, 11))
    assert points.words == "n from 1 to 60, at most 150,000 operations and 2,000 calls each"
    assert max(asked) == 53


def test_one_point_is_always_left() -> None:
    points = affordable(up_to((Size("n"),), 3), lambda point: 10**9 - point["n"], lambda point: 0)
    assert points.values == ({"n": 3},)


def test_a_recursion_of_many_calls_is_checked_where_it_is_small() -> None:
    report = wd.check(fibonacci_naive(), upto=40)
    assert report.points.values[-1] == {"n": 15}
    assert report.points.words == "n from 0 to 40, at most 150,000 operations and 2,000 calls each"


def test_calls_side_by_side_count_once() -> None:
    report = wd.check(matmul_recursive(), upto=32)
    assert report.points.values[-1] == {"n": 32}


def test_a_switch_is_no_size() -> None:
    with pytest.raises(SizeError, match=r"there is no size 'spawn'; .* switches are given as conventions="):
        chosen(Domain((Size("n"),)), (Size("n"),), {"spawn": "fork-join"})
