"""Rounds in sequence, each on the state that the one before has left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workdepth.errors import GraphError
from workdepth.graph.bodies import check_body
from workdepth.graph.building.ranges import Ranges
from workdepth.graph.nodes import Repeat, Steps
from workdepth.symbolic import as_expr, name


class Repeating(Ranges):
    """The part of the builder that adds rounds."""

    def repeat(self, times: Any, body: Callable[..., Any], *state: Any) -> Any:
        """Add ``times`` rounds in sequence; ``body`` takes the round and the state, returns the new state.

        ``times`` may be a loop that doubles or halves (:func:`workdepth.doubling`, :func:`workdepth.halving`);
        then ``body`` takes the value that changes instead of the number of the round.
        """
        loop = times if isinstance(times, Steps) else Steps(as_expr(0), lambda k: k)
        count = self._expression(loop.times if loop is times else times)
        check_body(body, 1 + len(state), "the round, then each value of the state", self._where)
        (index,) = self._new_indices(body, 1)
        initial = [self._local(s) for s in state]
        frame = self._open()
        ports = [self._port(frame, value, fresh=True) for value in initial]
        results = self._body(body, self._expression(loop.value(name(index))), *ports)
        if len(results) != len(ports):
            raise GraphError(
                f"a round returns {len(results)} values for a state of {len(ports)}",
                where=self._where,
                next_step="return one value for each that the function takes after the index",
            )
        shapes = tuple(v.shape for v in initial)
        return self._reader("repeat", Repeat(frame.body, count, index, len(ports)), frame.operands, shapes)
