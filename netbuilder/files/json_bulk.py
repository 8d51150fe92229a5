"""Bounds how many values JSON holds before it is parsed: 7 MB of brackets would take 200 MB of memory, and seconds."""

from __future__ import annotations

import re
from typing import Any

from netbuilder.files.strict_json import NotStrict, parse
from netbuilder.words import _

MOST_MARKS = 250_000
"""Brackets, commas and colons outside of texts: a thousand layers have 50,000, and 10,000 learning rates 100,000."""

# Possessive, so that it takes no memory. Each place where it begins has a match, also where a text never ends or a mark is
# escaped outside of one: a search that fails at the end would begin again behind every mark.
_TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|\\.', re.DOTALL)


def parse_bounded(data: bytes) -> Any:
    """The value of UTF-8 JSON. Raises ``NotStrict`` where it would become too many values, or is none that is accepted."""
    refuse_bulk(data)
    return parse(data)


def refuse_bulk(data: bytes) -> None:
    """Raises ``NotStrict`` for text that would become more values than anything that is described here has."""
    if data.count(b'"') - data.count(b'\\"') > MOST_MARKS:
        raise _too_many()
    # Notes may be full of commas; most texts are judged without a look at what is a text in them.
    if _marks(data) > MOST_MARKS and _marks(_TEXT.sub(b"", data)) > MOST_MARKS:
        raise _too_many()


def _too_many() -> NotStrict:
    return NotStrict(_("it holds too many values"))


def _marks(data: bytes) -> int:
    return sum(data.count(mark) for mark in (b",", b":", b"[", b"{"))
