"""Signs of sums of powers: what is proved holds at every size that is tried, and the plain cases are proved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workdepth.symbolic import Domain, Size, nonnegative, parse

ALL = Domain((Size("n"),))
POWERS = Domain((Size("n", low=2, power_of=2),))

PROVED = [
    ("7**log2(n) - n**2", ALL),
    ("10*7**log2(n)/7 - 5*n**2/2", POWERS),
    ("3*3**log2(n) - 6*n + 3", POWERS),
    ("7**ceiling(log2(n)) - 4**ceiling(log2(n))", ALL),
    ("3**n - 2**n - 1", ALL),
    ("2**n - n**2", Domain((Size("n", low=4),))),
    ("2**n - n**2", Domain((Size("n", low=16, power_of=4),))),
    ("7**log2(n) - n**2*log2(n)", ALL),
    ("2*sqrt(n) - log2(n)", ALL),
    ("sqrt(n) - sqrt(2)*sqrt(n)/2", ALL),
    ("35*floor(n/2)**2 - 5*n**2", Domain((Size("n", low=8),))),
]


@pytest.mark.parametrize(("x", "domain"), PROVED)
def test_proved(x, domain):
    assert nonnegative(parse(x), domain)


NOT_SO = [
    ("n**2 - 7**log2(n)", POWERS),
    ("2**n - n**2", ALL),
    ("sqrt(n) - 2*log2(n) - 1", ALL),
    ("2**n - 3**n", ALL),
    ("34*floor(n/2)**2 - 9*n**2", Domain((Size("n", low=8),))),
    ("100**n - 99*100**n", ALL),
]


@pytest.mark.parametrize(("x", "domain"), NOT_SO)
def test_what_fails_somewhere_is_not_proved(x, domain):
    assert not nonnegative(parse(x), domain)


FACTORS = (
    "1", "n", "n**2", "sqrt(n)", "log2(n)", "n*log2(n)", "2**n", "3**n", "n*2**n", "7**log2(n)", "3**log2(n)",
    "3**(log2(n)/2)", "sqrt(2)", "sqrt(3)*n",
)  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(-6, 6), st.sampled_from(FACTORS)), min_size=2, max_size=4),
    st.integers(1, 5),
    st.sampled_from([None, 2, 3, 4]),
)
def test_what_is_proved_holds(terms, low, power):
    x = parse(" + ".join(f"({c})*{f}" for c, f in terms))
    if nonnegative(x, Domain((Size("n", low=low, power_of=power),))):
        tried = range(low, 40) if power is None else [power**k for k in range(6) if power**k >= low]
        assert all(x.at({"n": v} if x.names else {}) >= -1e-9 * abs(v) for v in tried)
