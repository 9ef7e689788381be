"""What went wrong, where, and what to do next.

Every complaint of this package is a :class:`WorkdepthError`; its text names the thing, the place and the
next step.  The command line turns it into the exit code that the class carries.
"""

from __future__ import annotations


class WorkdepthError(Exception):
    """Bad input or usage: the base of every error that this package raises on purpose.

    Parameters
    ----------
    what : str
        What is wrong, in one sentence that names the thing.
    where : str, optional
        The algorithm, node, file or line it was found at.
    next_step : str, optional
        What the reader can do about it.

    Examples
    --------
    >>> print(WorkdepthError("unknown op 'times'", where="node 3", next_step="use one of: add, multiply"))
    unknown op 'times' (at node 3); use one of: add, multiply
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", next_step: str = "") -> None:
        self.what, self.where, self.next_step = what, where, next_step
        place = f" (at {where})" if where else ""
        step = f"; {next_step}" if next_step else ""
        super().__init__(f"{what}{place}{step}")


class SymbolicError(WorkdepthError):
    """An expression that cannot be read, or that the algebra has no rule for."""


class GraphError(WorkdepthError):
    """A graph that is not well formed, or cannot be unrolled or run."""


class SizeError(WorkdepthError):
    """A size that is not an integer in its declared domain, or that would not fit in memory."""


class FileError(WorkdepthError):
    """A file that cannot be read as what it should be."""


class ModelError(WorkdepthError):
    """A question that the model has no rule for."""


class CheckError(WorkdepthError):
    """A figure that differs from the unrolled graph, or a result from its oracle."""

    exit_code = 1


class MissingError(WorkdepthError):
    """Something that is not installed or not present: an extra, a GPU."""

    exit_code = 3
