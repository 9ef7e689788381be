"""Signs and domains: a proof is never wrong, and the proofs that costs need are found."""

import random
from itertools import product

import pytest
from algebra_strategies import build, costs, trees, value
from hypothesis import given

from workdepth.errors import SizeError
from workdepth.symbolic import Domain, Size, dominates, name, nonnegative, parse, positive, signs, simplify

D = Domain((Size("n"), Size("m")))
n, m = name("n"), name("m")
STAGES = D.with_index("d", 0, parse("ceiling(log2(n))")).with_index("i", parse("2**d"), n)
TRIANGLE = D.with_index("i", 0, n).with_index("j", name("i") + 1, n)
WIDE = Domain(tuple(Size(t) for t in ("n", "m", "I", "S")))

PROVABLE = [
    ("n - 1", D),
    ("n**2 - n", D),
    ("n*m - n", D),
    ("n - ceiling(log2(n))", D),
    ("n - 1 - ceiling(log2(n))", D),
    ("n - 1 - floor(log2(n))", D),
    ("n - floor(n/2)", D),
    ("ceiling(n/2) - floor(n/2)", D),
    ("max(n, m) - n", D),
    ("n + m - max(n, m)", D),
    ("n - min(n, m)", D),
    ("2**ceiling(log2(n)) - n", D),
    ("2*n - 1 - 2**ceiling(log2(n))", D),
    ("n - 2**floor(log2(n))", D),
    ("n - log2(n)", D),
    ("n**2 - n**(3/2)", D),
    ("n - sqrt(n)", D),
    ("1 - 1/n", D),
    ("n*ceiling(log2(n)) - ceiling(log2(n))", D),
    ("2**n - 1", D),
    ("2**(2*n) - 2**n", D),
    ("n - 1 - i", STAGES),
    ("i - 2**d", STAGES),
    ("n - 1 - 2**d", STAGES),
    ("n - 2", STAGES),
    ("n - floor(i/2)", STAGES),
    ("j - i - 1", TRIANGLE),
    ("n - 1 - i", TRIANGLE),
    ("n*i - i**2", TRIANGLE),
    ("i*n + j - 1", TRIANGLE),
]


@pytest.mark.parametrize(("text", "domain"), PROVABLE, ids=lambda x: x if isinstance(x, str) else "")
def test_found_proofs(text, domain):
    assert nonnegative(parse(text), domain)


@pytest.mark.parametrize(
    "text", ["n - 2", "n - m", "n - floor(n/2) - ceiling(n/2) - 1", "n*log2(n) - n", "k", "1 - n"]
)
def test_false_claims_are_not_proved(text):
    assert not nonnegative(parse(text), D)


def _holds_everywhere(tree, reach=7):
    return all(
        value(tree, dict(zip(("n", "m", "I", "S"), point, strict=True))) >= 0
        for point in product(range(1, reach), repeat=4)
    )


@given(trees)
def test_a_proof_is_never_wrong(tree):
    if nonnegative(build(tree), WIDE):
        assert _holds_everywhere(tree, 5)


@given(costs)
def test_a_proof_about_costs_is_never_wrong(tree):
    x = build(tree)
    for claim in (x, x - 1, x - n):
        if nonnegative(claim, D):
            for point in product(range(1, 20), range(1, 8)):
                assert claim.at(dict(zip("nm", point, strict=True))) >= 0


@given(trees)
def test_a_proof_inside_loops_is_never_wrong(tree):
    inside = (
        Domain((Size("n"), Size("m"))).with_index("I", 1 - n, m).with_index("S", name("I"), name("I") + n)
    )
    if nonnegative(build(tree), inside):
        for a, b in product(range(1, 5), repeat=2):
            for i in range(1 - a, b):
                for s in range(i, i + a):
                    assert value(tree, {"n": a, "m": b, "I": i, "S": s}) >= 0


POOL = [
    "n",
    "m",
    "n*m",
    "floor(n/2)",
    "ceiling(n/2)",
    "ceiling(log2(n))",
    "floor(log2(n))",
    "2**ceiling(log2(n))",
    "n/m",
    "ceiling(n/m)",
    "2**floor(log2(n))",
    "floor(n/m)",
    "max(n,m)",
    "min(n,m)",
    "sqrt(n)",
    "log2(n)",
    "i",
    "d",
    "2**d",
    "i*n",
    "floor(i/2)",
    "n/2**d",
    "max(i,d)",
    "2**(2*d)",
    "floor(n/2**d)",
    "ceiling(log2(i+1))",
    "d*2**d",
]


def test_proofs_stand_without_the_refuting_points(monkeypatch):
    monkeypatch.setattr(signs, "refuted", lambda x, domain: False)
    rng = random.Random(3)
    inside = [
        {"n": a, "m": b, "d": d, "i": i}
        for a in (2, 3, 4, 5, 8, 9, 13)
        for b in (1, 2, 5)
        for d in range((a - 1).bit_length())
        for i in range(2**d, a)
    ]
    for _ in range(150):
        terms = [f"{rng.choice([1, 2, 3, -1, -2])}*{rng.choice(POOL)}" for _ in range(rng.randint(2, 4))]
        x = parse(" + ".join(terms))
        if signs._nonnegative.__wrapped__(x, STAGES):
            assert all(float(x.at(point)) > -1e-9 for point in inside), x


@given(costs)
def test_simplifying_changes_no_value(tree):
    x = build(tree)
    for domain in (D, Domain((Size("n", low=2, power_of=2), Size("m", power_of=3)))):
        short = simplify(x, domain)
        for a, b in [(2, 1), (4, 3), (8, 9), (64, 27)]:
            assert short.at({"n": a, "m": b}) == x.at({"n": a, "m": b})


def test_positive_and_dominates():
    assert positive(n / 2, D)
    assert not positive(n - 1, D)
    assert positive(parse("1 - i/n"), D.with_index("i", 0, n))
    assert dominates(2 * n, n + 1, D)
    assert not dominates(n, m, D)


POWERS = Domain((Size("n", power_of=2), Size("k", low=2, power_of=2), Size("t", low=3, power_of=3)))


@pytest.mark.parametrize(
    ("text", "domain", "short"),
    [
        ("n + min(1, n)", D, "n + 1"),
        ("max(n, 1, n*m)", D, "m*n"),
        ("max(n - 1, 0)", D, "n - 1"),
        ("floor(n*(n - 1)/2)", D, "n**2/2 - n/2"),
        ("floor(n/2) + ceiling(n/2)", D, "n"),
        ("n*floor(n/2) + n*ceiling(n/2) + 1", D, "n**2 + 1"),
        ("floor(1/(n + 1))", D, "0"),
        ("ceiling(log2(n)) - floor(log2(n))", POWERS, "0"),
        ("2**ceiling(log2(n))", POWERS, "n"),
        ("ceiling(k/2) + floor(n/2)", POWERS, "floor(n/2) + k/2"),
        ("floor(t/3) + ceiling(log2(t))", POWERS, "t/3 + ceiling(log2(t))"),
        ("i % n", D.with_index("i", 0, n), "i"),
        ("floor((i + n*m)/n)", D.with_index("i", 0, n), "m"),
    ],
)
def test_simplify(text, domain, short):
    assert simplify(parse(text), domain) == parse(short)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"n": 0}, r"n = 0 is outside its domain; choose an integer with n >= 2, a power of 2"),
        ({"n": -4}, r"n = -4 is outside"),
        ({"n": 2.0}, r"n = 2.0 is not an integer"),
        ({"n": True}, r"n = True is not an integer"),
        ({"n": 6}, r"n = 6 is not a power of 2"),
        ({}, r"size 'n' has no value; give n=\.\.\."),
        ({"n": 4, "k": 1}, r"unknown size 'k'; the sizes are: n"),
    ],
)
def test_sizes_are_checked(values, words):
    with pytest.raises(SizeError, match=words):
        Domain((Size("n", low=2, power_of=2),)).check(values)


def test_good_sizes():
    assert Domain((Size("n", low=2, high=64, power_of=2),)).check({"n": 64}) == {"n": 64}
    assert Size("n", low=0, high=3).check(0) == 0


@pytest.mark.parametrize(
    "bad", [{"low": -1}, {"low": 3, "high": 2}, {"power_of": 1}, {"low": 0, "power_of": 2}]
)
def test_impossible_sizes(bad):
    with pytest.raises(SizeError):
        Size("n", **bad)
    with pytest.raises(SizeError, match="declared twice"):
        Domain((Size("n"), Size("n")))
