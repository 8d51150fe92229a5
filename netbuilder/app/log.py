"""The log: what happened to the program, in files that stay small and tell nothing of a person's work."""

from __future__ import annotations

import contextlib
import logging
from collections import deque
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Literal

from typing_extensions import override

from netbuilder import disk
from netbuilder.discretion import discreet

Level = Literal["INFO", "WARNING", "ERROR"]

_SIZE = 256 * 1024  # bytes a file
_OLDER = 2  # files before the one that is written
_MOST_AT_ONCE = 4  # windows that each have a log of their own
_RECENT = 40  # lines
_LAST_BYTES = 64 * 1024  # that are looked at for them


class Log:
    """Written by one window; a second one at the same time has another. Where it can't be written, it is short of that.

    A line begins with its time; the lines of what belongs to it are indented.
    """

    def __init__(self, folder: Path) -> None:
        self._recent: deque[str] = deque(maxlen=_RECENT)
        self._held = contextlib.ExitStack()
        self._logger = logging.Logger("netbuilder", logging.INFO)  # nobody else's: what libraries log stays theirs
        self._logger.addFilter(_hide)
        self._add(_Recent(self._recent))
        self.earlier: tuple[str, ...] = ()
        """The last lines from before this window, without what is indented."""
        try:
            path = _place(folder, self._held)
            self.earlier = _last_lines(path)
            self._add(_file(path))
        except (OSError, disk.CannotWrite, disk.Locked) as problem:
            self.note("WARNING", "The log can't be written.", str(problem))

    @property
    def recent(self) -> tuple[str, ...]:
        """The last lines of this window, without what is indented."""
        return tuple(self._recent)

    def note(self, level: Level, line: str, more: str = "") -> None:
        """Writes a line, and below it what belongs to it; both without paths. Never raises."""
        below = "".join(f"\n    {one}" for one in more.splitlines())
        self._logger.log(logging.getLevelNamesMapping()[level], "%s", " ".join(line.split()) + below)

    def close(self) -> None:
        """Ends it; nothing more is written."""
        for handler in tuple(self._logger.handlers):
            self._logger.removeHandler(handler)
        self._held.close()

    def _add(self, handler: logging.Handler) -> None:
        handler.setFormatter(logging.Formatter("%(asctime)s [%(process)d] %(levelname)s %(message)s"))
        self._logger.addHandler(handler)


class _Recent(logging.Handler):
    """Keeps the first line of each record."""

    def __init__(self, lines: deque[str]) -> None:
        super().__init__()
        self._lines = lines

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record).partition("\n")[0])


class _File(RotatingFileHandler):
    """Open only while a record is written: there are few, and the person may do with the files what they like."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        super().emit(record)
        stream, self.stream = self.stream, None  # as with delay=True
        if stream is not None:
            with contextlib.suppress(OSError):  # a full disk says it again
                stream.close()

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk must not become a second fault; the lines are in ``recent`` all the same."""


def _file(path: Path) -> _File:
    return _File(path, maxBytes=_SIZE, backupCount=_OLDER, delay=True, encoding="utf-8", errors="backslashreplace")


def _hide(record: logging.LogRecord) -> bool:
    record.msg, record.args = discreet(record.getMessage()), None
    return True


def _place(folder: Path, held: contextlib.ExitStack) -> Path:
    """Where nobody else writes: two programs that rotate the same files would lose lines."""
    folder.mkdir(parents=True, exist_ok=True)
    for place in range(1, _MOST_AT_ONCE + 1):
        path = folder / ("netbuilder.log" if place == 1 else f"netbuilder-{place}.log")
        try:
            held.enter_context(disk.locked(path.with_suffix(".lock"), vanishes=True))
        except disk.Locked:
            continue
        return path
    raise disk.Locked(f"{_MOST_AT_ONCE} windows write one already.")


def _last_lines(path: Path) -> tuple[str, ...]:
    def read() -> Iterator[str]:
        with disk.opened(path) as (file, size):
            file.seek(max(0, size - _LAST_BYTES))
            for line in file.read().decode(errors="replace").splitlines():
                if line[:1].isdigit():
                    yield line

    try:
        return tuple(deque(read(), maxlen=_RECENT))
    except (OSError, disk.CannotOpen):  # there is none yet
        return ()
