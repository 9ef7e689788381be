"""What a text is printed on: how wide it is, which characters it knows, whether it has colours."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from workdepth.report.notation import ASCII, UNICODE, Notation

_PROBE = "⌈log₂ n⌉ ⌊n/2⌋ n² · √ ≤ ≥ ≈ Ω ─"


@dataclass(frozen=True)
class Screen:
    """A place to print on.

    Parameters
    ----------
    width : int or None
        Columns; None where lines may be as long as they are (a file, a pipe).
    unicode : bool
    colour : bool
    """

    width: int | None = None
    unicode: bool = True
    colour: bool = False

    @property
    def notation(self) -> Notation:
        """The notation that it can show."""
        return UNICODE if self.unicode else ASCII


WIDE = Screen()


def screen(stream: Any) -> Screen:
    """Describe a stream, from what it is and from COLUMNS, NO_COLOR and TERM.

    Parameters
    ----------
    stream : text stream

    Returns
    -------
    Screen
    """
    tty = bool(getattr(stream, "isatty", lambda: False)())
    colour = tty and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Screen(_width(stream, tty), _knows(stream, _PROBE), colour)


def _width(stream: Any, tty: bool) -> int | None:
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and given.isascii() and int(given[:6]) > 0:
        return int(given[:6])
    if not tty:
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError, AttributeError):
        return 80


def _knows(stream: Any, characters: str) -> bool:
    try:
        characters.encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeError, LookupError):
        return False
    return True


def printable(text: str) -> str:
    r"""Return a name with control characters as escapes: a file cannot steer the terminal.

    Examples
    --------
    >>> print(printable("a\x1b[31m\nb"))
    a\x1b[31m\x0ab
    """
    return "".join(c if c.isprintable() else _escape(ord(c)) for c in text)


def _escape(code: int) -> str:
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def showable(text: str, stream: Any) -> str:
    r"""Return a text with what the stream cannot show written as ``\u...``: nothing crashes on a name."""
    if _knows(stream, text):
        return text
    encoding = getattr(stream, "encoding", None) or "ascii"
    try:
        return text.encode(encoding, "backslashreplace").decode(encoding)
    except LookupError:
        return text.encode("ascii", "backslashreplace").decode("ascii")
