"""Texts that others wrote, such as names and notes, made harmless to the terminal that they are printed on."""

from __future__ import annotations

import unicodedata

_CONTROLS = ("Cc", "Cs", "Zl", "Zp")  # Unicode's categories: controls, halves of characters, ends of lines
_TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # the direction of what follows in the line


def one_line(text: str) -> str:
    """The text in one line of as many characters: an end of a line is a space, and what controls a terminal is "?"."""
    return "".join(map(_harmless, text))


def lines_of(text: str) -> list[str]:
    """The lines of the text, each of them harmless."""
    return [one_line(line) for line in text.splitlines()]


def _harmless(sign: str) -> str:
    if unicodedata.category(sign) not in _CONTROLS and sign not in _TURNS:
        return sign
    return " " if sign.isspace() else "?"
