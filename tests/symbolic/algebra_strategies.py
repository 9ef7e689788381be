"""Random expressions: as a tree, so that plain Python can evaluate them too."""

from __future__ import annotations

import math
from fractions import Fraction

from hypothesis import strategies as st

from workdepth.symbolic import ceiling, floor, log2, maximum_of, minimum_of, name

NAMES = ("n", "m", "I", "S")

small = st.integers(-4, 6)
fractions = st.builds(Fraction, st.integers(-5, 5), st.integers(1, 4))
leaves = st.one_of(st.sampled_from(NAMES), small, fractions)


def _grow(children):
    return st.one_of(
        st.tuples(st.sampled_from(["+", "-", "*"]), children, children),
        st.tuples(st.sampled_from(["floor", "ceiling"]), children),
        st.tuples(st.sampled_from(["max", "min"]), children, children),
        st.tuples(st.just("//"), children, st.integers(1, 5)),
        st.tuples(st.just("%"), children, st.integers(1, 5)),
        st.tuples(st.just("square"), children),
    )


#: Rational trees: numbers, names, + - * floor ceiling max min // %.
trees = st.recursive(leaves, _grow, max_leaves=7)

#: Costs: positive things as algorithms have them.
costs = st.recursive(
    st.one_of(
        st.sampled_from(NAMES[:2]),
        st.integers(0, 5),
        st.sampled_from(
            [("lgup", "n"), ("lgdown", "m"), ("half", "n"), ("halfup", "n"), ("pow", "n"), ("sub", "n")]
        ),
    ),
    lambda c: st.tuples(st.sampled_from(["+", "*", "max", "min", "-"]), c, c),
    max_leaves=5,
)

points = st.fixed_dictionaries({t: st.integers(1, 40) for t in NAMES})


def build(tree):
    """The tree as an expression."""
    if not isinstance(tree, tuple):
        return name(tree) if isinstance(tree, str) else tree + name("n") * 0
    head, *args = tree
    named = {
        "lgup": lambda x: ceiling(log2(x)),
        "lgdown": lambda x: floor(log2(x)),
        "half": lambda x: floor(x / 2),
        "halfup": lambda x: ceiling(x / 2),
        "pow": lambda x: 2 ** ceiling(log2(x)),
        "sub": lambda x: x - 1,
        "floor": floor,
        "ceiling": ceiling,
        "max": maximum_of,
        "min": minimum_of,
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "//": lambda a, b: a // b,
        "%": lambda a, b: a % b,
        "square": lambda a: a**2,
    }
    return named[head](*(build(a) for a in args))


def value(tree, point):
    """The tree's value, by plain Python."""
    if not isinstance(tree, tuple):
        return point[tree] if isinstance(tree, str) else tree
    head, *args = tree
    named = {
        "lgup": lambda x: (x - 1).bit_length(),
        "lgdown": lambda x: x.bit_length() - 1,
        "half": lambda x: x // 2,
        "halfup": lambda x: -(-x // 2),
        "pow": lambda x: 1 << (x - 1).bit_length(),
        "sub": lambda x: x - 1,
        "floor": math.floor,
        "ceiling": math.ceil,
        "max": max,
        "min": min,
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "//": lambda a, b: a // b,
        "%": lambda a, b: a % b,
        "square": lambda a: a**2,
    }
    return named[head](*(value(a, point) for a in args))
