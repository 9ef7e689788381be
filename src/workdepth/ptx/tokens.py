"""PTX text cut into words, each with its line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workdepth.ptx.faults import PtxError

LONGEST_TEXT = 64 * 2**20

_TOKEN = re.compile(
    r"""(?P<newline>\n)
      | (?P<space>[ \t\r\f\v]+)
      | (?P<comment>//[^\n]* | /\*.*?\*/)
      | (?P<string>"[^"\n]*")
      | (?P<float>0[fF][0-9a-fA-F]{8}\b | 0[dD][0-9a-fA-F]{16}\b | \d+\.\d*(?:[eE][-+]?\d+)?)
      | (?P<integer>0[xX][0-9a-fA-F]+U? | \d+U?)
      | (?P<name>[A-Za-z_$%.](?:[\w$.]|::)*)
      | (?P<mark>[{}()\[\],;:@!+\-|=<>])""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of PTX: its kind, its text, the line it stands on, where it begins in the whole text."""

    kind: str
    text: str
    line: int
    start: int


def tokens(text: str) -> list[Token]:
    """Cut PTX text into tokens, comments and blanks left out.

    Raises
    ------
    PtxError
        Where a character begins no token, or the text is longer than 64 MiB.

    Examples
    --------
    >>> [token.text for token in tokens("add.s32 %r1, %r2, -1; // next")]
    ['add.s32', '%r1', ',', '%r2', ',', '-', '1', ';']
    """
    if len(text) > LONGEST_TEXT:
        raise PtxError(f"PTX text of {len(text)} characters", next_step=f"at most {LONGEST_TEXT} are read")
    found: list[Token] = []
    line, at = 1, 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise PtxError(
                f"PTX does not begin a word with {text[at]!r}",
                where=f"line {line}",
                next_step="check that the text is PTX, as NVRTC or nvcc -ptx writes it",
            )
        kind, word = match.lastgroup or "", match.group()
        if kind not in ("space", "comment", "newline"):
            found.append(Token(kind, word, line, at))
        line += word.count("\n") if kind in ("newline", "comment") else 0
        at = match.end()
    return found
