"""To sympy and back."""

import subprocess
import sys

import pytest
import sympy
from algebra_strategies import build, trees
from hypothesis import given, settings

from workdepth.errors import SymbolicError
from workdepth.symbolic import Expr, from_sympy, name, parse, symbol, to_sympy

n = name("n")

EXPRESSIONS = [
    "ceiling(log2(n))",
    "n**2/2 - n/2",
    "6**d*2**(2*d)",
    "max(m, n) + min(1, n - 1)",
    "sqrt(2)*n**(3/2)",
    "n/(n + 1)",
    "(i ^ 2**d)",
    "7**log2(n)",
    "floor(i/2**d)",
    "2**ceiling(log2(n)) - 1",
    "sqrt(n + 1)",
    "3*log2(n + 1)",
    "log(2)*log2(n)",
    "(1/2 + sqrt(5)/2)**n",
    "N*S + I*E - O/Q",
]


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_there_and_back(text):
    x = parse(text)
    assert from_sympy(to_sympy(x)) == x


@settings(max_examples=25)
@given(trees)
def test_random_expressions_keep_their_values(tree):
    x = build(tree)
    back = from_sympy(to_sympy(x))
    for point in ({"n": 3, "m": 5, "I": 2, "S": 7}, {"n": 8, "m": 1, "I": 4, "S": 2}):
        assert back.at(point) == x.at(point)


def test_print_of_the_logarithm():
    assert str(to_sympy(parse("ceiling(log2(n))"))) == "ceiling(log(n)/log(2))"


def test_sympy_meets_expr():
    s = symbol("n")
    assert s is symbol("n")
    assert isinstance(s + n, Expr)
    assert s + n == n + s == 2 * n
    assert (s**2 + 1).subs(s, n + 1) == to_sympy(n + 1) ** 2 + 1
    assert to_sympy(n) == s
    assert from_sympy(sympy.Symbol("n") * 2) == 2 * n


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (sympy.Float(0.5) * symbol("n"), "no exact rule for a float"),
        (sympy.sin(symbol("n")), "no exact rule for 'sin'"),
        (sympy.I, "no exact rule"),
        (sympy.oo, "no exact rule"),
    ],
)
def test_refusals(x, words):
    with pytest.raises(SymbolicError, match=words):
        from_sympy(x)


def test_nothing_heavy_is_imported_at_start():
    code = "import sys, workdepth.symbolic; print(sys.modules.keys() & {'sympy', 'numpy', 'networkx'})"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
