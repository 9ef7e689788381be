"""Reading and writing."""

import pytest

from workdepth.errors import SymbolicError
from workdepth.symbolic import latex, parse, pretty

HOSTILE = {
    "__import__('os').system('x')": "unexpected '''",
    "9**9**9": "too large",
    "(" * 5000: "nested more than 100 deep",
    "(" * 50_000 + ")" * 50_000: "too long",
    "-" * 9000 + "n": "nested more than 100 deep",
    "2**" * 3000 + "n": "nested more than 100 deep",
    "floor(" * 1500: "nested more than 100 deep",
    "n.real": "unexpected '.'",
    "lambda: 1": "unexpected ':'",
    "n[0]": r"unexpected '\['",
    "1" * 5000: "too long",
    "": "the expression is empty",
    "   ": "the expression is empty",
    "n n": "unexpected 'n'",
    "n" + "%7%5" * 2000: "nested more than 40 deep",
    "n +": "ends too early",
    "(n": r"'\)' expected, not 'the end'",
    "f(2)": "unknown function 'f'.*ceiling",
    "floor(1, 2)": r"takes 1 argument\(s\), not 2",
    "1.5": "unexpected '.'",
    "n/0": "division by zero",
    "log2(0)": "does not exist",
    "(a + b + c + d)**99": "too large",
    "*".join(f"(a{k} + b{k})" for k in range(40)): "too large|more than 2000 terms",
    "(n + 1)**99999": "too large",
    "²": "unexpected '²'",
    "n; import os": "unexpected ';'",
    "\0": "unexpected",
}


@pytest.mark.parametrize("text", HOSTILE, ids=lambda t: t[:20])
def test_hostile_text_is_refused_soon(text):
    with pytest.raises(SymbolicError, match=HOSTILE[text]):
        parse(text)


def test_undeclared_names_are_named_with_the_known_ones():
    with pytest.raises(SymbolicError, match=r"unknown name 'k'.*one of: m, n"):
        parse("n*k", ["n", "m"])


def test_text_only():
    with pytest.raises(SymbolicError, match="is not text"):
        parse(3)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("ceil(n/2)", "ceiling(n/2)"),
        ("Max(n, 1, 2)", "max(2, n)"),
        ("-n**2", "-n**2"),
        ("2**-n", "1/2**n"),
        ("n/(n + 1)/(n + 1)", "n*(n + 1)**(-2)"),
        ("n - m - 1", "n - m - 1"),
        ("7 // 2 * 2", "6"),
        ("1 << n", "2**n"),
        ("n % 2 ^ 1", "(1 ^ (n - 2*floor(n/2)))"),
        ("log(n)/log(2)", "log2(n)"),
        ("log(n, 4)", "log2(n)/2"),
        ("sqrt(n)*sqrt(n)", "n"),
        ("n**2 + 2**n + n*log2(n)", "2**n + n**2 + n*log2(n)"),
        ("2**n*n*log2(n)", "n*2**n*log2(n)"),
        ("7*7**log2(n) - 6*n**2", "7*n**log2(7) - 6*n**2"),
        ("3**log2(n)*5**log2(n)/2", "n**log2(15)/2"),
        ("3**(log2(n)/2)", "n**(log2(3)/2)"),
        ("2**(2*log2(n)/log2(3))", "n**(2/log2(3))"),
        ("1/(m*7**log2(n))", "1/(m*n**log2(7))"),
        ("7**log2(m*n)", "7**(log2(m) + log2(n))"),
        ("7**log2(n + 1)", "7**log2(n + 1)"),
        ("7**ceiling(log2(n))", "7**ceiling(log2(n))"),
    ],
)
def test_reading(text, canonical):
    assert str(parse(text)) == canonical
    assert parse(canonical) == parse(text)


def test_a_logarithm_above_is_set_apart():
    x = parse("7**log2(n)")
    assert pretty(x) == "n^(log₂ 7)"
    assert latex(x) == r"n^{\log_2 7}"


def test_notations():
    x = parse("n**2/2 + ceiling(log2(n)) + floor(n/2) + sqrt(n)")
    assert pretty(x) == "n²/2 + ⌊n/2⌋ + √n + ⌈log₂ n⌉"
    assert latex(x) == (
        r"\frac{n^{2}}{2} + \left\lfloor \frac{n}{2} \right\rfloor + \sqrt{n} "
        r"+ \left\lceil \log_2 n \right\rceil"
    )
