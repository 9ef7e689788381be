"""The effort of an analysis, counted in proofs and not in seconds: it grows in proportion to the graph."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import workdepth as wd
from workdepth.models.stages import Ancestors
from workdepth.symbolic import Domain, Size, bounds, extremes, maximum, maximum_of, name, signs, simplify
from workdepth.symbolic.proofs import Proof
from workdepth.symbolic.restricting import about


@contextmanager
def proofs(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Count the questions that are really looked into, with nothing remembered."""
    for remembered in (signs._nonnegative, bounds.low_number, bounds.atom_low):
        remembered.cache_clear()
    found = [0]
    holds = Proof.holds

    def counted(self, x):
        found[0] += 1
        return holds(self, x)

    monkeypatch.setattr(Proof, "holds", counted)
    yield found
    monkeypatch.setattr(Proof, "holds", holds)


def effort(graph: wd.Algorithm, monkeypatch: pytest.MonkeyPatch) -> int:
    with proofs(monkeypatch) as found:
        wd.analyze(graph)
    return found[0]


def scalars(count: int) -> wd.Algorithm:
    g = wd.Algorithm("scalars")
    x, y = g.input("x"), g.input("y")
    for _ in range(count):
        x = x * y
    g.output(x)
    return g


def folds(count: int) -> wd.Algorithm:
    g = wd.Algorithm("folds")
    total = None
    for k in range(count):
        x = g.input(f"x{k}", wd.size(f"n{k}"))
        one = g.fold(wd.ADD, wd.size(f"n{k}"), lambda i, x=x: x[i] * 2)
        total = one if total is None else total + one
    g.output(total)
    return g


def maps(count: int) -> wd.Algorithm:
    g = wd.Algorithm("maps")
    n = wd.size("n")
    x = g.input("x", n)
    for _ in range(count):
        x = g.map(n, lambda i, x=x: x[i] * 2)
    g.output(x)
    return g


def test_scalars_need_no_proof(monkeypatch):
    assert effort(scalars(40), monkeypatch) == 0


def test_proofs_of_maps_do_not_multiply(monkeypatch):
    assert effort(maps(16), monkeypatch) <= 2 * effort(maps(8), monkeypatch) + 20


def test_proofs_of_many_sizes_stay_linear(monkeypatch):
    assert effort(folds(16), monkeypatch) <= 2 * effort(folds(8), monkeypatch) + 20


def test_the_span_of_many_sizes_is_exact():
    span = wd.analyze(folds(3))["GPU"].time
    assert (span.relation, span.at(n0=8, n1=64, n2=2)) == ("=", 9)
    assert span.at(n0=8, n1=64, n2=512) == 11


def test_ancestors_are_sets_to_those_who_ask():
    order = Ancestors()
    order.add("a", ["input"])
    order.add("b", ["a"])
    order.add("c", ["b"])
    assert order["c"] == {"a", "b"}
    assert order.holds("a", "c")
    assert not order.holds("c", "a")
    assert len(order) == len(list(order)) == 3


def test_a_domain_about_some_names_keeps_what_bears_on_them():
    n, m, b = Size("n"), Size("m"), Size("b")
    domain = Domain((n, m, b)).with_index("i", 0, name("n") - 2).with_index("j", 0, name("n") - name("m"))
    assert str(about(domain, frozenset({"b"}))) == "b >= 1"
    near = about(domain, frozenset({"n"}))
    assert [s.low for s in near.sizes] == [3, 1]
    assert [i.name for i in near.indices] == ["j"]
    assert about(domain, frozenset({"i", "j", "b"})).names == domain.names


def test_a_domain_that_is_empty_stays_as_it_is():
    domain = Domain((Size("n", high=2),)).with_index("i", 5, name("n"))
    assert about(domain, frozenset({"n"})) is domain


def test_a_maximum_of_many_incomparable_things_is_left_alone():
    sizes = tuple(Size(f"n{k}") for k in range(70))
    x = maximum_of(*(name(s.name) * (k + 1) for k, s in enumerate(sizes)))
    assert simplify(x, Domain(sizes)) == x


def test_things_apart_by_a_number_are_compared_without_proof(monkeypatch):
    n = name("n")
    domain = Domain((Size("n"),))
    monkeypatch.setattr(extremes, "nonnegative", None)
    assert maximum([n + k for k in range(100)], domain).value == n + 99
