"""Names that sizes may bear: each value can be given by keyword."""

from __future__ import annotations

import inspect

import pytest

import workdepth as wd
from workdepth.errors import GraphError
from workdepth.graph.naming import KEYWORDS
from workdepth.graph.wellformed import check_graph


@pytest.mark.parametrize("text", sorted(KEYWORDS))
def test_a_parameter_of_unroll_or_check_is_no_size(text: str) -> None:
    g = wd.Algorithm("g")
    with pytest.raises(GraphError, match=f"no size can be called '{text}'.*rename the size"):
        g.size(text)
    with pytest.raises(GraphError, match=f"no size can be called '{text}'"):
        g.input("x", wd.size(text))
    g.graph["sizes"] = (wd.symbolic.Size(text),)
    with pytest.raises(GraphError, match=f"no size can be called '{text}'"):
        check_graph(g)


@pytest.mark.parametrize("function", [wd.unroll, wd.check, wd.draw])
def test_the_keywords_are_all_there_are(function: object) -> None:
    named = [p for p in inspect.signature(function).parameters.values() if p.kind is not p.VAR_KEYWORD]
    assert {p.name for p in named if p.kind is not p.POSITIONAL_ONLY} <= KEYWORDS


def test_a_size_and_an_input_have_names_of_their_own() -> None:
    g = wd.Algorithm("g")
    n = g.size("n")
    with pytest.raises(GraphError, match="'n' is both a size and an input, and run takes both by name"):
        g.input("n", n)
    g.input("m")
    with pytest.raises(GraphError, match="'m' is both a size and an input"):
        g.size("m")
