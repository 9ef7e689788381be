"""The sizes that an algorithm names, and how an expression of them is read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import networkx as nx

from workdepth.errors import GraphError
from workdepth.graph.naming import check_size_name
from workdepth.graph.nodes import Constant, Input, Shape
from workdepth.graph.ops import Op, check_op
from workdepth.graph.value import exact
from workdepth.symbolic import Domain, Expr, Size, name

if TYPE_CHECKING:
    from workdepth.graph.building.frame import Frame


class Sizes(nx.MultiDiGraph):  # type: ignore[misc]
    """A graph that knows its sizes; the ground that the other parts of the builder stand on."""

    _frames: list[Frame]  # the bodies under construction, the outermost first

    def size(self, text: str, low: int = 1, high: int | None = None, power_of: int | None = None) -> Expr:
        """Declare a size and its domain; without a declaration a size is an integer of at least 1.

        Examples
        --------
        >>> import workdepth as wd
        >>> g = wd.Algorithm("scan")
        >>> g.size("n", power_of=2)
        n
        """
        if not isinstance(text, str):
            raise GraphError(f"a size is called {text!r}", where=self.name, next_step="name it, by a text")
        check_size_name(text, self._arrays, self.name)
        declared = Size(text, low, high, power_of)
        if text in self.graph["indices"]:
            raise GraphError(
                f"{text!r} is a size and a loop index",
                where=self.name,
                next_step="rename the parameter of the function, or the size",
            )
        known = {s.name: s for s in self.sizes}
        if known.get(text, declared) != declared:
            raise GraphError(
                f"size {text!r} is declared twice, differently",
                where=self.name,
                next_step="declare it once, before its first use",
            )
        self.graph["sizes"] = tuple({**known, text: declared}.values())
        return name(text)

    @property
    def sizes(self) -> tuple[Size, ...]:
        """The declared sizes, in order of appearance."""
        return tuple(self.graph["sizes"])

    @property
    def domain(self) -> Domain:
        """What is known of the sizes."""
        return Domain(self.sizes)

    @property
    def _arrays(self) -> list[str]:
        """The names of inputs and constants."""
        kinds = (d.get("kind") for _, d in self.nodes(data=True))
        return [kind.name for kind in kinds if isinstance(kind, Input | Constant)]

    @property
    def _where(self) -> str:
        return (self.name or "algorithm") + "".join("/body" for _ in self._frames)

    def _expression(self, x: Any) -> Expr:
        """Read an expression of sizes and indices, and declare the sizes in it that nobody has declared.

        An index used outside its loop is left for the rules of a well-formed graph to name.
        """
        expression = exact(x, self._where)
        known = {*self.graph["indices"], *(s.name for s in self.sizes)}
        for text in sorted(expression.names - known):
            self.size(text)
        return expression

    def _check_op(self, op: Op) -> None:
        """Refuse what is no op, and declare the sizes that its price names."""
        check_op(op, self._where)
        if op.priced:
            self._expression(op.work)

    def _shape(self, shape: Iterable[Any]) -> Shape:
        return tuple(self._expression(s) for s in shape)
