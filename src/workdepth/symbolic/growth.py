"""Growth classes over several sizes: the leading terms of a cost.

A class is the antichain of the terms that no other dominates, for sizes that all grow, each at its own pace.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from workdepth.symbolic.domain import Domain
from workdepth.symbolic.expr import Expr, as_expr, from_terms
from workdepth.symbolic.growth_finding import leading_terms
from workdepth.symbolic.growth_terms import Term, all_dominated, leading, sum_text, term_names
from workdepth.symbolic.making import name


@dataclass(frozen=True)
class Growth:
    """A growth class: the terms that no other dominates.

    Parameters
    ----------
    terms : frozenset of Term

    Examples
    --------
    >>> from workdepth.symbolic import growth, parse
    >>> print(growth(parse("3*n*m + n**2 + n*log2(n)")))
    m*n + n**2
    >>> growth(parse("n")) <= growth(parse("n*log2(n)"))
    True
    """

    terms: frozenset[Term]

    def __str__(self) -> str:
        return sum_text(self.terms)

    def __repr__(self) -> str:
        return f"Growth({self})"

    @property
    def names(self) -> frozenset[str]:
        """The sizes it depends on."""
        return frozenset().union(*(term_names(t) for t in self.terms))

    def dominated_by(self, other: Growth) -> bool:
        """Tell whether this class is proved to grow no faster than another.

        Parameters
        ----------
        other : Growth

        Returns
        -------
        bool
        """
        return all_dominated(self.terms, other.terms)

    def __le__(self, other: Growth) -> bool:
        return self.dominated_by(other)

    def __ge__(self, other: Growth) -> bool:
        return other.dominated_by(self)

    def __lt__(self, other: Growth) -> bool:
        return self.compare(other) == "<"

    def __gt__(self, other: Growth) -> bool:
        return self.compare(other) == ">"

    def compare(self, other: Growth) -> str:
        """Compare two classes.

        Parameters
        ----------
        other : Growth

        Returns
        -------
        str
            ``"<"``, ``"="``, ``">"`` or ``"incomparable"``.
        """
        if len(self.terms) == len(other.terms) == 1:
            (a,), (b,) = self.terms, other.terms
            below, over = a.against(b)
        else:
            below, over = self.dominated_by(other), other.dominated_by(self)
        if below and over:
            return "="
        return "<" if below else ">" if over else "incomparable"

    def together(self, text: str = "n") -> Growth:
        """Return the class when all sizes grow as one.

        Parameters
        ----------
        text : str
            The name of that one size.

        Returns
        -------
        Growth
        """
        values = {other: name(text) for other in self.names}
        return growth(self.expr.substitute(values))

    def along(self, text: str) -> Growth:
        """Return the class in one size, the others held constant.

        Parameters
        ----------
        text : str

        Returns
        -------
        Growth
        """
        return growth(self.expr, constant=self.names - {text})

    @property
    def expr(self) -> Expr:
        """A cost of this class: the sum of its terms."""
        from workdepth.symbolic.growth_text import term_expression

        out = from_terms({})
        for t in self.terms:
            out = out + term_expression(t)
        return out


def antichain(terms: Iterable[Term]) -> Growth:
    """Keep the terms that no other dominates."""
    return Growth(leading(terms))


def growth(expr: Any, domain: Domain | None = None, *, constant: Iterable[str] = ()) -> Growth:
    """Find the growth class of a cost.

    Parameters
    ----------
    expr : Expr, int or str
        A cost that is positive for large sizes; its leading terms are taken by size, whatever their sign.
    domain : Domain, optional
        Sizes with an upper end count as constants.
    constant : iterable of str
        More names to hold constant.

    Returns
    -------
    Growth
        Rounding is dropped, a maximum is the union of its arguments; a minimum of incomparable
        things stays closed.

    Raises
    ------
    SymbolicError
        Where no class is known.

    Examples
    --------
    >>> from workdepth.symbolic import growth, parse
    >>> print(growth(parse("2**ceiling(log2(n)) - 1")))
    n
    """
    fixed = set(constant)
    if domain is not None:
        fixed |= {s.name for s in domain.sizes if s.high is not None}
    return Growth(leading_terms(as_expr(expr), frozenset(fixed)))


def ratio_bounded(f: Growth, g: Growth) -> bool:
    """Tell whether f/g is proved to stay bounded.

    Parameters
    ----------
    f, g : Growth

    Returns
    -------
    bool

    Examples
    --------
    >>> from workdepth.symbolic import parse_growth, ratio_bounded
    >>> ratio_bounded(parse_growth("log(n)**2"), parse_growth("sqrt(n)"))
    True
    """
    return f.dominated_by(g)
