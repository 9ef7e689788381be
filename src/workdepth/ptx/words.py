"""PTX text as a row of words to take one by one, and its literals as numbers."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from workdepth.ptx.faults import PtxError
from workdepth.ptx.syntax import Bits
from workdepth.ptx.tokens import Token, tokens

LONGEST_NUMBER = 64


class Words:
    """The words of a text, and the place that reading has come to."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = tokens(text)
        self.lines = text.split("\n")
        self.at = 0

    def peek(self) -> Token:
        """Return the next word, leaving it."""
        if self.at >= len(self.words):
            raise PtxError(
                "PTX text breaks off in the middle of a statement",
                where=f"line {len(self.lines)}",
                next_step="compile the kernel again; the file is cut short",
            )
        return self.words[self.at]

    def take(self) -> Token:
        """Take the next word."""
        word = self.peek()
        self.at += 1
        return word

    def accept(self, text: str) -> bool:
        """Take the next word if it is this one; return whether it was."""
        if self.at < len(self.words) and self.words[self.at].text == text:
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> Token:
        """Take the next word, which must be this one."""
        word = self.take()
        if word.text != text:
            raise self.wrong(f"expected {text!r}, found {word.text!r}", word)
        return word

    def wrong(self, what: str, word: Token) -> PtxError:
        """Return the complaint about a word."""
        shown = self.lines[word.line - 1].strip()[:120]
        return PtxError(what, where=f"line {word.line}: {shown}", next_step="check that the text is PTX")

    def integer(self) -> int:
        """Take an integer."""
        sign = -1 if self.accept("-") else 1
        word = self.take()
        if word.kind != "integer":
            raise self.wrong(f"expected an integer, found {word.text!r}", word)
        return sign * integer_of(word.text)

    def rest_of_line(self) -> Iterator[Token]:
        """Take the words that follow on the same line."""
        line = self.words[self.at - 1].line
        while self.at < len(self.words) and self.words[self.at].line == line:
            yield self.take()

    def skip_past(self, text: str) -> None:
        """Take words up to this one, it too."""
        while self.take().text != text:
            pass


def integer_of(text: str) -> int:
    """Return an integer literal's value."""
    if len(text) > LONGEST_NUMBER:
        raise PtxError(f"a number of {len(text)} digits", next_step="check that the text is PTX")
    digits = text.rstrip("U")
    octal = re.fullmatch(r"0[0-7]+", digits)
    return int(digits, 8) if octal else int(digits, 0)


def bits_of(text: str, width: int) -> Bits:
    """Return a floating literal's bits; ``width`` serves those that are written in decimal."""
    if text[1] in "fF":
        return Bits(int(text[2:], 16), 32)
    if text[1] in "dD":
        return Bits(int(text[2:], 16), 64)
    form = "<f" if width == 32 else "<d"
    try:
        data = struct.pack(form, float(text))
    except OverflowError as error:
        raise PtxError(f"{text} is too large for a float", next_step="check that the text is PTX") from error
    return Bits(int.from_bytes(data, "little"), len(data) * 8)
