"""What a hostile file is here: words for what it attempts, and how it is written."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

READERS = ("project", "model", "picture", "archive", "idx")
"""To whom a person can give any file: File > Open, the pad, and the data; see ``hostile_readers``."""


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file. ``write`` makes it at a path, all that is left to chance in it by the generator that it is given.

    ``opens`` are the readers that may open it after all: where what is hostile is harmless, or stands beside what they
    read. All others must refuse it; a ``sound`` file those must open. ``disturb`` is done again and again in another
    process while it is read. ``name`` is the file's, where that is what is hostile.
    """

    what: str
    suffix: str
    write: Callable[[Path, random.Random], None]
    opens: frozenset[str] = frozenset()
    disturb: Callable[[Path], None] | None = None
    name: bytes = b""
    sound: bool = False


def of_bytes(what: str, suffix: str, make: Callable[[random.Random], bytes], *opens: str) -> Hostile:
    """A hostile file that is nothing but its bytes."""
    return Hostile(what, suffix, lambda path, chance: _write(path, make(chance)), frozenset(opens))


def holding(what: str, suffix: str, content: bytes | Callable[[], bytes], *opens: str) -> Hostile:
    """The same of bytes that are always the same, or made where they are many."""
    return of_bytes(what, suffix, lambda _chance: content if isinstance(content, bytes) else content(), *opens)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def cut(content: bytes, chance: random.Random) -> bytes:
    """Only its beginning."""
    return content[: chance.randrange(1, len(content))]


def flipped(content: bytes, chance: random.Random, bits: int) -> bytes:
    """With so many bits turned round."""
    changed = bytearray(content)
    for _ in range(bits):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)
