"""Ops in files: by name, with their facts, so that a file never changes what an op costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workdepth.errors import GraphError
from workdepth.graph.files.fields import Part, shown, spelled
from workdepth.graph.ops import STANDARD, Op, op_named
from workdepth.symbolic import Expr

FACTS = ("arity", "results", "work", "associative", "commutative", "neutral")
_STANDARD = {op.name: op for op in STANDARD}


def write_ops(ops: Iterable[Op]) -> list[dict[str, Any]]:
    """Return the facts of ops, as a file lists them."""
    return [{"name": op.name, **{fact: _fact(getattr(op, fact)) for fact in FACTS}} for op in ops]


def noted(op: Op, ops: dict[str, Op]) -> str:
    """Note an op as used, and return its name; two different ones may not share a name.

    Raises
    ------
    GraphError
        Where the name means another op already: in this graph, or among the standard ones.
    """
    known = ops.setdefault(op.name, _STANDARD.get(op.name, op))
    if known != op:
        raise GraphError(
            f"two different ops are called {op.name!r}",
            where="writing the graph",
            next_step="give each op a name of its own: a file knows an op by its name",
        )
    return op.name


def read_ops(part: Part, table: Mapping[str, Op] | Iterable[Op]) -> dict[str, Op]:
    """Return the ops that a file uses: from the table given, else from those registered.

    Raises
    ------
    GraphError
        Where an op is unknown, or has other facts than the file says.
    """
    given = dict(table) if isinstance(table, Mapping) else {op.name: op for op in table}
    found: dict[str, Op] = {}
    for one in part.items():
        facts = one.fields(("name", *FACTS))
        name = facts["name"].text()
        if name in found:
            raise one.wrong(f"the op {name!r} is listed twice")
        found[name] = _agreeing(given.get(name) or _registered(name, one), facts, one)
    return found


def _registered(name: str, part: Part) -> Op:
    try:
        return op_named(name)
    except GraphError as error:
        raise GraphError(
            f"unknown op {name!r}: a file holds an op's name and facts, not what it computes",
            where=part.where,
            next_step="pass it as ops=[...], or register it first with workdepth.register(op)",
        ) from error


def _agreeing(op: Op, facts: Mapping[str, Part], part: Part) -> Op:
    for fact in FACTS:
        written, own = facts[fact].value, _fact(getattr(op, fact))
        if type(written) is not type(own) or written != own:
            raise GraphError(
                f"op {op.name!r} has {fact} {own!r} here, but {shown(written)} in the file",
                where=part.where,
                next_step="use the op that the file was written with, under a name of its own",
            )
    return op


def _fact(value: Any) -> Any:
    if isinstance(value, Expr):
        return str(value)
    return spelled(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
