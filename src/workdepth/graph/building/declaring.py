"""What an algorithm takes and what it yields: inputs, constants, arrays not yet written, outputs."""

from __future__ import annotations

from typing import Any

from workdepth.errors import GraphError
from workdepth.graph.building.scopes import Scopes
from workdepth.graph.naming import check_input_name, check_size_name
from workdepth.graph.nodes import Constant, Empty, Input, Output
from workdepth.graph.value import Value


class Declaring(Scopes):
    """The part of the builder that declares."""

    def input(self, text: str, *shape: Any) -> Value:
        """Add an input array; no extents for one word."""
        check_input_name(text, self.graph["indices"], self.name)
        return self._named(Input(text, self._shape(shape)))

    def constant(self, text: str, *shape: Any) -> Value:
        """Add a table of words that is there at the start; ``run`` takes its values by this name."""
        check_input_name(text, self.graph["indices"], self.name)
        return self._named(Constant(text, self._shape(shape)))

    def empty(self, *shape: Any) -> Value:
        """Add an array not yet written; it takes no words until a map writes into it."""
        extents = self._shape(shape)
        return self._value(self._add(Empty(extents), "empty", (extents,)))

    def output(self, value: Any, text: str | None = None) -> None:
        """Declare a result; the first may go without a name and is called "result"."""
        if self._frames:
            raise GraphError(
                "an output is declared inside a body", where=self.name, next_step="return the value instead"
            )
        taken = self.output_names
        if text is not None and (not isinstance(text, str) or not text):
            raise GraphError(f"an output is called {text!r}", where=self.name, next_step="name it, by a text")
        text = text if text is not None or taken else "result"
        if text is None or text in taken:
            raise GraphError(
                f"the output needs a name of its own, not {text!r}",
                where=self.name,
                next_step=f"name it; taken: {', '.join(taken)}",
            )
        node = f"out:{text}"
        self.add_node(node, kind=Output(text), shapes=())
        self._connect(self._local(value), node, 0)

    @property
    def output_names(self) -> tuple[str, ...]:
        """The outputs, in order."""
        return tuple(d["kind"].name for _, d in self.nodes(data=True) if isinstance(d.get("kind"), Output))

    def _named(self, kind: Input | Constant) -> Value:
        if self._frames:
            raise GraphError(
                f"input {kind.name!r} is declared inside a body",
                where=self.name,
                next_step="declare it before, and use it there",
            )
        if kind.name in {s.name for s in self.sizes}:
            check_size_name(kind.name, [kind.name], self.name)
        if kind.name in self:
            raise GraphError(
                f"the name {kind.name!r} is taken", where=self.name, next_step="give each input its own name"
            )
        self.add_node(kind.name, kind=kind, shapes=(kind.shape,))
        return self._value(kind.name)
