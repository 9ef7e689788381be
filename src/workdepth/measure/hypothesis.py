"""One hypothesis about a sweep: columns, each a term on some rows, perhaps bent by the machine.

Because every shape is a list of columns, one solver serves them all.
"""

from __future__ import annotations

from dataclasses import dataclass

from workdepth.measure.terms import Term

SHAPES = ("sum", "floor", "waves", "step", "cache")


@dataclass(frozen=True)
class Column:
    """A term, active on the rows from ``low`` up to, not including, ``high``.

    Attributes
    ----------
    width : float
        Where positive, the size is rounded up to whole waves of this width.
    beyond : float
        Where positive, the column is what is added to the term's price beyond this size: all at once from row
        ``low`` on, or, where ``smooth``, for the part of the data that does not fit: ``1 - beyond/n``.
    """

    term: Term
    low: int
    high: int
    width: float = 0.0
    beyond: float = 0.0
    smooth: bool = False

    def __str__(self) -> str:
        if self.width:
            return f"{self.term} in waves of {self.width:.3g}"
        return f"{self.term} beyond {self.beyond:.3g}" if self.beyond else str(self.term)


@dataclass(frozen=True)
class Hypothesis:
    """Columns, the first row that they explain, the shape, and the leading terms.

    ``predicted``: all terms are predicted ones; ``unusual``: the growth class is neither on the list of
    nine nor predicted.  A first column that later ones raise is always the leading term itself.
    """

    columns: tuple[Column, ...]
    start: int
    shape: str
    lead: tuple[Term, ...]
    predicted: bool = False
    unusual: bool = False

    @property
    def terms(self) -> tuple[Term, ...]:
        """The distinct terms, in the order of the columns."""
        return tuple(dict.fromkeys(c.term for c in self.columns))

    @property
    def raises(self) -> int:
        """How many columns raise the price of the leading term."""
        return sum(c.beyond > 0 for c in self.columns)
