"""Random recurrences: closed forms equal the definition, bounds are never crossed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from recurrence_cases import wrong

from workdepth.errors import SymbolicError
from workdepth.symbolic import growth
from workdepth.symbolic.recurrences import recurrence, solve

ARGUMENTS = (
    "n - 1", "n - 2", "n - 3", "n/2", "n/3", "floor(n/2)", "ceiling(n/2)", "floor(n/3)", "ceiling(n/3)",
    "floor(n/4)", "ceiling(n/4)", "floor(2*n/3)", "n - floor(n/2)", "floor(n/2) - 1", "floor((n - 1)/2)",
    "max(1, floor(n/2))", "ceiling((n - 1)/2)", "floor(7*n/10)", "ceiling(n/2) + 1",
)  # fmt: skip
EXTRAS = (
    "0", "1", "3", "n", "n - 1", "2*n + 3", "n**2", "log2(n)", "ceiling(log2(n))", "floor(log2(n))", "n*log2(n)",
    "floor(n/2)", "ceiling(n/2)", "m", "m*n", "sqrt(n)", "2**n", "2**ceiling(log2(n))", "max(n, 5)", "1 - n",
    "max(m, n)", "min(n, 8)", "3*floor(n/2) + m", "floor(log2(n))**2",
)  # fmt: skip


@st.composite
def recurrences(draw):
    """Draw a value with placeholders, its calls, its base."""
    places = ("A", "B")[: draw(st.integers(1, 2))]
    calls = {p: draw(st.sampled_from(ARGUMENTS)) for p in places}
    called = [f"{draw(st.sampled_from((1, 1, 2, 3, 4)))}*{p}" for p in places]
    first, second = draw(st.sampled_from(EXTRAS)), draw(st.sampled_from(EXTRAS))
    value = draw(
        st.sampled_from(
            [
                f"{' + '.join(called)} + {first}",
                f"max({', '.join(called)}) + {first}",
                f"max({' + '.join(called)} + {first}, {second})",
                f"max({called[0]} + {first}, {called[-1]} + {second})",
            ]
        )
    )
    low = draw(st.integers(0, 1))
    values = draw(st.lists(st.sampled_from((0, 1, 2, 5)), min_size=1, max_size=4))
    if draw(st.booleans()):
        values = [values[0]] * len(values)
    return value, calls, {low + i: v for i, v in enumerate(values)}


@settings(max_examples=60)
@given(recurrences())
def test_solutions_hold(drawn):
    value, calls, base = drawn
    try:
        found = solve(recurrence(value, calls, base=base))
    except SymbolicError:
        return
    assert wrong(found, 28) == []
    if found.exact and found.growth_relation == "=":
        assert growth(found.value) == found.growth
