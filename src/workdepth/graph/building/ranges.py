"""The ranges that a loop runs over, and the indices that its body takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from workdepth.errors import GraphError
from workdepth.graph.bodies import check_body
from workdepth.graph.building.scopes import Scopes
from workdepth.graph.naming import FUNCTIONS
from workdepth.graph.nodes import Range
from workdepth.symbolic import Expr, name


class Ranges(Scopes):
    """A graph that names the indices of its loops."""

    def _ranges(self, over: Any, body: Callable[..., Any]) -> tuple[tuple[Range, ...], list[Expr]]:
        specs = over if isinstance(over, list) else [over]
        check_body(body, len(specs), "one index for each range", self._where)
        names = self._new_indices(body, len(specs))
        ranges: list[Range] = []
        indices: list[Expr] = []
        for text, spec in zip(names, specs, strict=True):
            bounds = spec
            if callable(spec) and not isinstance(spec, Expr):
                check_body(spec, len(indices), "the indices before its own", self._where)
                bounds = spec(*indices)
            if isinstance(bounds, tuple) and len(bounds) != 2:
                raise GraphError(
                    f"{bounds!r} is not a range",
                    where=self._where,
                    next_step="give an extent, (low, high), or a list of these, one for each index",
                )
            low, high = bounds if isinstance(bounds, tuple) else (0, bounds)
            ranges.append(Range(text, self._expression(low), self._expression(high)))
            indices.append(name(text))
        return tuple(ranges), indices

    def _new_indices(self, body: Callable[..., Any], count: int) -> list[str]:
        """Name indices after the function's parameters; a name serves once in the whole graph."""
        wanted = [p.name for p in inspect.signature(body).parameters.values()][:count]
        wanted += [f"i{k}" for k in range(len(wanted), count)]
        taken = {*self.graph["indices"], *(s.name for s in self.sizes), *self._arrays, *FUNCTIONS}
        fresh = []
        for text in wanted:
            text, base, number = text.lstrip("_") or "i", text.lstrip("_") or "i", 1
            while text in taken:
                number += 1
                text = f"{base}{number}"
            taken.add(text)
            fresh.append(text)
        self.graph["indices"] = (*self.graph["indices"], *fresh)
        return fresh
