"""The kinds of node: plain frozen data, a small closed set.

A node of an :class:`~workdepth.graph.algorithm.Algorithm` carries one of these as its attribute ``kind``.
What a kind costs is said by the models, how it is unrolled by ``unroll``; here stands only what it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workdepth.graph.ops import Op
from workdepth.symbolic import Expr

if TYPE_CHECKING:
    from workdepth.graph.algorithm import Algorithm

Shape = tuple[Expr, ...]
Position = tuple[Expr, ...]


@dataclass(frozen=True)
class Range:
    """A loop index and its bounds: ``low <= index < high``; the bounds are in sizes and outer indices."""

    index: str
    low: Expr
    high: Expr

    @property
    def extent(self) -> Expr:
        """How many values the index takes."""
        return self.high - self.low


@dataclass(frozen=True)
class Steps:
    """A loop in which one value changes from round to round; made by ``doubling`` and ``halving``.

    Attributes
    ----------
    times : Expr
        How many rounds there are.
    value : callable
        Takes the number of the round, from 0; returns the value in it.
    """

    times: Expr
    value: Callable[[Expr], Expr]


@dataclass(frozen=True)
class Input:
    """An array of words that is there at the start; ``shape`` is ``()`` for one word."""

    name: str
    shape: Shape


@dataclass(frozen=True)
class Constant:
    """A table of words, there at the start; its values are given to ``run`` by its name."""

    name: str
    shape: Shape


@dataclass(frozen=True)
class Literal:
    """A number written in the program; it takes no word."""

    value: int | float


@dataclass(frozen=True)
class Index:
    """A loop index, or an expression of indices and sizes, used as data; it takes no word."""

    expression: Expr


@dataclass(frozen=True)
class Empty:
    """An array not yet written: no words, and reading it is an error."""

    shape: Shape


@dataclass(frozen=True)
class Port:
    """How a body names a value from outside: operand ``number`` of the node that owns the body."""

    number: int


@dataclass(frozen=True)
class Apply:
    """One operation on scalars."""

    op: Op


@dataclass(frozen=True)
class Map:
    """Independent copies of ``body`` over ``over``, the last index fastest.

    Without ``into`` the results make new arrays, one for each output of the body.  With ``into`` (the number
    of the operand that is the base) output ``k`` is written at position ``at[k]`` of the base; the positions
    must be distinct, and the one result is the base so renewed.
    """

    body: Algorithm
    over: tuple[Range, ...]
    into: int | None = None
    at: tuple[Position, ...] = ()


@dataclass(frozen=True)
class Fold:
    """Reduction by ``op`` of what ``body`` yields over ``over``; ``order`` is "tree" or "left".

    A tree pairs neighbours level by level and carries an odd one up.  With an op of k results the body has k
    outputs and the op takes 2k operands.
    """

    body: Algorithm
    op: Op
    over: Range
    order: str = "tree"


@dataclass(frozen=True)
class Scan:
    """Prefixes, by ``op``, of what ``body`` yields over ``over``; ``method`` as in :mod:`workdepth.graph.prefix`.

    A phase like Fold: all leaves start with it; on the RAM they come first, in ascending order, then the
    combines level by level, ascending.  Prefix i of an inclusive scan is of the leaves up to i; of an
    exclusive one of those before i, prefix 0 being the op's neutral element as a literal.  An exclusive scan
    has a leaf for its last index all the same: it is made, held until the scan ends, and then let go.  The
    results are arrays of the range's extent, one for each result of the op.
    """

    body: Algorithm
    op: Op
    over: Range
    method: str = "hillis-steele"
    inclusive: bool = True


@dataclass(frozen=True)
class Repeat:
    """``times`` rounds of ``body`` in sequence, ``index`` counting from 0.

    The first ``carried`` operands, ports and outputs are the state; the results are the state at the end.
    """

    body: Algorithm
    times: Expr
    index: str
    carried: int


@dataclass(frozen=True)
class Gather:
    """``array[index[i]]`` for each position i of ``index``: positions that data decides.

    Operand 0 is the array, operand 1 the index, an array or a word; the result has the shape of the index,
    then that of what stands at a position.  One step a word, all at once on the GPU; a phase that holds the
    whole array until its last step.
    """


@dataclass(frozen=True)
class Scatter:
    """The base with ``values[i]`` written at, or by ``op`` combined into, position ``index[i]``.

    Operand 0 is the base, operand 1 the index, operand 2 the values, of the shape that a gather at the index
    would have.  One step a word.  ``conflicts="distinct"`` promises that no position comes twice (checked
    when it runs): then all steps are at once on the GPU.  ``"serial"``, with an ``op`` only: the worst case,
    all at one position, one after the other.  A phase; the renewed array takes its words from the start of
    the phase on, those of the base where nobody else needs the base.
    """

    op: Op | None = None
    conflicts: str = "distinct"


@dataclass(frozen=True)
class Branch:
    """One of several bodies, as data decides: operand 0 is the condition, which names the case by its number.

    Of two cases any number but 0 names case 1.  All cases have the same ports, operand k being port k, and
    yield results of the same shapes.  A phase: it starts when all that any case needs is there.  Models take
    the worst case of each figure; with ``probabilities``, one a case, time and work are expectations.
    """

    cases: tuple[Algorithm, ...]
    probabilities: tuple[Expr, ...] = ()


@dataclass(frozen=True)
class Choice:
    """One case of a range of them, as data decides: operand 0 names the case by its number, ``over.index``.

    The other operands are the ports of the body from 1 on.  A phase: it starts when all that the body needs
    is there.  Models take the worst case of each figure; where every case is equally likely (``uniform``),
    time and work are expectations.  It stands in no loop: sizes, and choices around it, decide its range.
    """

    body: Algorithm
    over: Range
    uniform: bool = False


@dataclass(frozen=True)
class Call:
    """Another algorithm, or (None) the whole graph itself, at the ``sizes`` given for its own.

    The operands are its inputs and constants in order, the results its outputs.  A phase.  ``memoised``: each
    distinct call, told by its sizes, is made once and its result kept; all of them take the same operands.
    """

    algorithm: Algorithm | None
    sizes: tuple[tuple[str, Expr], ...]
    memoised: bool = False


@dataclass(frozen=True)
class Block:
    """Something opaque, of which only the costs are declared: expressions of sizes, taken as they are.

    It reads its operands whole and yields arrays of words of its own.  ``memory`` is the most words that it
    holds beside its operands, its results among them; ``on_one`` is the same on one thread.  Those named in
    ``loose`` are upper bounds only.  A phase.  It has no operations to unroll or to run.
    """

    name: str
    work: Expr
    span: Expr
    threads: Expr
    memory: Expr
    on_one: Expr
    loose: frozenset[str] = frozenset()

    def exact(self, figure: str) -> bool:
        """Say whether a figure is more than an upper bound."""
        return figure not in self.loose


@dataclass(frozen=True)
class Solved(Block):
    """A call whose figures are known: made by analysis, it never stands in a graph.

    ``whole`` is the most words that it holds with its operands, where all of them die in it; ``whole_on_one``
    is the same on one thread; ``made`` is how many words all its operations make.  ``loose`` may also say
    ``results``: some that it yields may be names of its operands; ``taken``: also where all of these die in it;
    ``settling``: it has operations of no work; ``readings``: it may not read all words of its operands.
    """

    whole: Expr = field(kw_only=True)
    whole_on_one: Expr = field(kw_only=True)
    made: Expr = field(kw_only=True)


@dataclass(frozen=True)
class Base:
    """How a recursion ends: ``body`` is the algorithm for sizes ``size <= until``."""

    size: str
    until: int
    body: Algorithm


@dataclass(frozen=True)
class Enclosed(Map):
    """A body in one copy, in which ``sizes`` have values of their own: a Call, or a chosen case, unrolled.

    It is made by unrolling and never stands in a graph.  Where it ``decides``, its start reads operand 0.
    """

    sizes: tuple[tuple[str, Expr], ...] = ()
    decides: bool = False


@dataclass(frozen=True)
class Output:
    """A result, by name; in a body the names are "0", "1", ..."""

    name: str


Node = (
    Input
    | Constant
    | Literal
    | Index
    | Empty
    | Port
    | Apply
    | Map
    | Fold
    | Scan
    | Repeat
    | Gather
    | Scatter
    | Branch
    | Choice
    | Call
    | Block
    | Output
)
Composite = Map | Fold | Scan | Repeat | Choice
COSTS = ("work", "span", "threads", "memory", "on_one")  # of a Block
SOURCES = (Input, Constant, Literal, Index, Empty, Port)
COMPOSITES = (Map, Fold, Scan, Repeat, Choice)  # a body, and the ranges of its indices
MOVES = (Gather, Scatter)
CHOSEN = (
    Branch,
    Choice,
    Call,
    Block,
)  # what has no loops of its own: a body that sizes and cases choose, or none
PHASES = (*COMPOSITES, *MOVES, Branch, Call, Block)  # what has a start and an end
KINDS: tuple[type, ...] = (*SOURCES, Apply, *PHASES, Output)


def ranges_of(node: Composite) -> tuple[Range, ...]:
    """Return the index ranges that a composite node opens for its body."""
    from workdepth.symbolic import as_expr

    match node:
        case Map():
            return node.over
        case Fold() | Scan() | Choice():
            return (node.over,)
        case Repeat():
            return (Range(node.index, as_expr(0), node.times),)
