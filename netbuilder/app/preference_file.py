"""The file of preferences: plain text in Qt's way, but read without Qt, which unpacks whatever a value asks it to.

A value that says ``@Variant(...)`` makes Qt build any kind of object from its bytes, and some of them end the program.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread

from netbuilder import disk

_LARGEST = 1 << 20  # bytes; usually less than a thousandth of it
_PATIENCE = 1.0  # seconds for another window, which writes for milliseconds
_SETTLED = 3.0  # seconds that the end of the window waits for the disk
_MOST_UNWRITTEN = 100
_BLANKS = " \t\r"
_GENERAL = "General"  # the section of names without one
_NAME = re.compile(r"(?:[A-Za-z0-9_]{1,50}/)?[A-Za-z0-9_]{1,50}")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{1,8})|([0-7]{1,3})|(.))")
_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}

Change = Callable[[Mapping[str, str]], Mapping[str, str]]
"""What is new, by name, given what is kept already, also by another window."""


def read(path: Path) -> dict[str, str]:
    """What the file keeps by name, as "section/name" or "name"; what is no text of ours is left out. Never raises."""
    try:
        with disk.opened(path) as (file, size):
            content = file.read(_LARGEST) if size <= _LARGEST else b""
    except (disk.CannotOpen, OSError):
        return {}
    found: dict[str, str] = {}
    section = ""
    for line in content.decode("utf-8", "replace").split("\n"):
        begun = line.strip(_BLANKS)
        if begun.startswith("[") and begun.endswith("]"):
            section = "" if begun[1:-1] == _GENERAL else f"{begun[1:-1]}/"
            continue
        name, equals, value = begun.partition("=")
        name, value = name.rstrip(_BLANKS), value.lstrip(_BLANKS)
        if equals and _NAME.fullmatch(section + name) and (told := _told(value)) is not None:
            found[section + name] = told
    return found


def write(path: Path, changes: Sequence[Change]) -> bool:
    """Changes what is kept, one after the other. False where that can't be done: then it stays what it was."""
    with suppress(OSError, ValueError, disk.CannotWrite, disk.Locked):
        path.parent.mkdir(parents=True, exist_ok=True)
        with disk.locked(path.with_name(f"{path.name}.lock"), wait=_PATIENCE, vanishes=True):
            kept = read(path)
            for change in changes:
                kept |= change(kept)
            sections: dict[str, list[str]] = {}
            for name, value in sorted(kept.items()):
                section, _slash, last = name.rpartition("/")
                sections.setdefault(section or _GENERAL, []).append(f"{last}={_written(value)}\n")
            text = "\n".join(f"[{section}]\n{''.join(lines)}" for section, lines in sections.items())
            disk.write_whole(path, lambda file: file.write(text.encode("utf-8", "replace")))
            return True
    return False


class Writer:
    """Changes the file in a thread, in the order of asking: no window waits for a disk, or for another window.

    What could not be written is tried again with what comes next.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()  # of the next two
        self._asked: list[Change] = []
        self._thread: Thread | None = None  # as long as something is written

    @property
    def is_behind(self) -> bool:
        """Whether the file lacks something of what was asked."""
        with self._lock:
            return bool(self._asked) or self._is_writing

    def write(self, change: Change) -> None:
        """Changes the file soon."""
        with self._lock:
            self._asked.append(change)
            if not self._is_writing:
                self._thread = Thread(target=self._work, name="preferences", daemon=True)
                self._thread.start()

    def settle(self) -> None:
        """Waits until all that was asked is kept, though not for ever."""
        thread = self._thread
        if thread is not None:
            thread.join(_SETTLED)

    def _work(self) -> None:
        while True:
            with self._lock:
                asked, self._asked = self._asked, []
                if not asked:
                    self._thread = None
                    return
            if not write(self._path, asked):
                with self._lock:
                    self._asked = [*asked, *self._asked][-_MOST_UNWRITTEN:]
                    self._thread = None
                return

    @property
    def _is_writing(self) -> bool:
        return self._thread is not None and self._thread.is_alive()


def _told(value: str) -> str | None:
    """The text that a value stands for; None for a list and for what Qt would unpack."""
    if value.startswith('"'):
        if len(value) < 2 or not value.endswith('"'):
            return None
        value = value[1:-1]
    elif "," in value:
        return None
    text = _ESCAPE.sub(_meant, value)
    if text.startswith("@"):
        return text[1:] if text.startswith("@@") else None
    return text


def _meant(escape: re.Match[str]) -> str:
    code, octal, letter = escape.groups()
    if letter is not None:
        return _LETTERS.get(letter, letter)
    number = int(code, 16) if code is not None else int(octal, 8)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"


def _written(value: str) -> str:
    """Always between quotes, so that nothing in it means anything but a backslash and a quote."""
    text = f"@{value}" if value.startswith("@") else value
    return '"' + "".join(_ESCAPED.get(one, one) for one in text) + '"'


_ESCAPED = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\0": "\ufffd",
}
