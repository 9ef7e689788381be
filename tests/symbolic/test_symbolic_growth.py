"""Growth classes: known ones, their order, and numbers far out."""

import math
import random

import pytest

from workdepth.errors import SymbolicError
from workdepth.symbolic import Domain, Size, growth, parse, parse_growth, ratio_bounded

CLASSES = [
    ("7", "1"),
    ("3*n*m + n**2 + n", "m*n + n**2"),
    ("ceiling(log2(n))", "log(n)"),
    ("log2(n)**2 + 5", "log(n)**2"),
    ("sqrt(n) + log2(n)", "sqrt(n)"),
    ("n*log2(n) + n", "n*log(n)"),
    ("n**(3/2)", "n**(3/2)"),
    ("2**ceiling(log2(n)) - 1", "n"),
    ("n*2**n + n**5", "n*2**n"),
    ("n - floor(n/2)", "n"),
    ("n**2 - n*floor(n/2)", "n**2"),
    ("n/2 - floor(n/2)", "1"),
    ("max(n, m)", "m + n"),
    ("min(n, m)", "min(m, n)"),
    ("min(1, n - 1)", "1"),
    ("min(n, n**2)", "n"),
    ("ceiling(n/m)", "1 + n/m"),
    ("ceiling(1/n)", "1"),
    ("n/(m + 1)", "n/m"),
    ("n**2/(n + 1)", "n"),
    ("7**log2(n)", "n**log2(7)"),
    ("3**n + 2**n", "3**n"),
    ("(3/2)**n", "3**n/2**n"),
    ("log2(log2(n))", "log(log(n))"),
    ("log2(n + m)", "log(m) + log(n)"),
    ("log2(n**2*m)", "log(m) + log(n)"),
    ("log(n)", "log(n)"),
    ("floor(n/2)**2", "n**2"),
    ("n*ceiling(log2(n)) - 2**ceiling(log2(n)) + 1", "n*log(n)"),
    ("1/n", "1/n"),
]


@pytest.mark.parametrize(("text", "shown"), CLASSES)
def test_classes(text, shown):
    found = growth(parse(text))
    assert str(found) == shown
    assert parse_growth(shown) == found
    assert parse_growth(f"O({shown})") == found


ORDERED = [
    "1",
    "log(log(n))",
    "log(n)",
    "log(n)**2",
    "sqrt(n)",
    "n",
    "n*log(n)",
    "n**(3/2)",
    "n**2",
    "n**log2(7)",
    "n**3",
    "2**n",
    "n*2**n",
    "3**n",
    "2**(n**2)",
]


def test_one_size_is_totally_ordered():
    classes = [parse_growth(t) for t in ORDERED]
    for a, f in enumerate(classes):
        for b, g in enumerate(classes):
            assert f.compare(g) == ("<" if a < b else "=" if a == b else ">"), (ORDERED[a], ORDERED[b])
    assert classes[0] < classes[1] <= classes[2]
    assert ratio_bounded(classes[3], classes[4])


@pytest.mark.parametrize(
    ("a", "b", "order"),
    [
        ("m*n", "n**2", "incomparable"),
        ("m*n", "n**2 + m**2", "incomparable"),
        ("n", "n + m", "<"),
        ("min(n, m)", "n", "<"),
        ("min(n, m)", "sqrt(n)", "incomparable"),
        ("n/m", "n", "<"),
        ("2**(n*m)", "n*2**n", ">"),
        ("log(n)*m", "m*n", "<"),
    ],
)
def test_several_sizes(a, b, order):
    assert parse_growth(a).compare(parse_growth(b)) == order


def test_together_and_along():
    g = growth(parse("n*m + m**3*log2(n)"))
    assert str(g) == "m**3*log(n) + m*n"
    assert str(g.together()) == "n**3*log(n)"
    assert str(g.along("n")) == "n"
    assert str(g.along("m")) == "m**3"
    assert str(growth(parse("n*m"), Domain((Size("n"), Size("m", high=8))))) == "n"


def test_leading_terms_agree_with_numbers_far_out():
    rng = random.Random(5)
    for _ in range(60):
        powers = [(rng.randint(0, 4), rng.randint(0, 3), rng.randint(1, 9)) for _ in range(4)]
        x = parse(" + ".join(f"{c}*n**({a}/2)*log2(n)**{b}" for a, b, c in powers))
        a, b, _ = max(powers)
        c = sum(p[2] for p in powers if p[:2] == (a, b))
        assert growth(x) == growth(parse(f"n**({a}/2)*log2(n)**{b}"))
        far = 1 << 4096
        lead = parse(f"{c}*n**({a}/2)*log2(n)**{b}").at({"n": far})
        assert math.isclose(x.at({"n": far}) / lead, 1, rel_tol=0.2) if b or a == 0 else True


def test_refusals_are_clear():
    with pytest.raises(SymbolicError, match="no growth class for the minimum of"):
        growth(parse("min(n + k, m)"))
    with pytest.raises(SymbolicError, match="no growth class"):
        growth(parse("n & m"))
