"""What a window that did not end as it should leaves for the next start: where in the program it was."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from netbuilder import disk

_NAME = re.compile(r"([0-9a-f]{16})\.(?:lock|txt)")
_LONGEST = 1 << 16  # bytes of a report
_MOST = 3  # reports: a window that never opens must not fill the disk


class Life:
    """A file that is empty as long as all goes well, and gone after the end; locked as long as the window lives."""

    def __init__(self, folder: Path) -> None:
        self._held = contextlib.ExitStack()
        self._descriptor: int | None = None
        self._path = folder / f"{os.urandom(8).hex()}.txt"
        # A window that can't keep a report of its end is as good as any other, as long as it lives.
        with contextlib.suppress(OSError, disk.CannotWrite, disk.Locked):
            folder.mkdir(parents=True, exist_ok=True)
            self._held.enter_context(disk.locked(self._path.with_suffix(".lock"), vanishes=True))
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def watch(self) -> None:
        """From now on, native code that aborts or touches foreign memory writes there where every thread was."""
        if self._descriptor is not None:
            faulthandler.enable(self._descriptor)

    def note(self, text: str) -> None:
        """Writes what will have been the last that was known. Never raises; from any thread."""
        with contextlib.suppress(OSError):
            if self._descriptor is not None:
                os.write(self._descriptor, f"{text}\n".encode(errors="backslashreplace"))

    def close(self, *, keep: bool = False) -> None:
        """Ends it; with ``keep``, what was noted is told at the next start."""
        if self._descriptor is not None:
            faulthandler.disable()
            os.close(self._descriptor)
            self._descriptor = None
            if not keep:
                self._path.unlink(missing_ok=True)
        self._held.close()


@contextlib.contextmanager
def lived(folder: Path) -> Iterator[Life]:
    """A life that leaves a report if native code ends it, or an exception that passes through here."""
    life = Life(folder)
    life.watch()
    try:
        yield life
    except Exception as problem:
        from netbuilder.discretion import bones_of  # most lives need none of its patterns

        life.note(bones_of(problem))
        life.close(keep=True)
        raise
    except BaseException:
        life.close()
        raise
    life.close()


@dataclass(frozen=True, slots=True)
class LastWords:
    """What one life left, held by whoever found it: to be removed, or released for the next start."""

    text: str  # the places in the program, and the kinds of what happened
    when: float  # seconds since 1970, UTC
    _path: Path
    _lock: contextlib.ExitStack

    def remove(self) -> None:
        """Removes it for good."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)
        self.release()

    def release(self) -> None:
        """Leaves it to the next start."""
        self._lock.close()


def last_words(folder: Path) -> list[LastWords]:
    """What lives that are over left, the latest first, no more than a few. Those without a word are cleared away.

    Nobody knows anything of a window that was killed, or of a power failure: it leaves an empty file.
    """
    found: list[LastWords] = []
    with contextlib.suppress(OSError):
        for name in sorted({each[1] for path in folder.iterdir() if (each := _NAME.fullmatch(path.name))}):
            lock = contextlib.ExitStack()
            path = folder / f"{name}.txt"
            try:
                lock.enter_context(disk.locked(path.with_suffix(".lock"), vanishes=True))
            except (disk.Locked, disk.CannotWrite):  # its window lives
                continue
            found.append(_read(path, lock))
    told = sorted((one for one in found if one.text), key=lambda one: -one.when)[:_MOST]
    for one in found:
        if one not in told:
            one.remove()
    return told


def _read(path: Path, lock: contextlib.ExitStack) -> LastWords:
    from netbuilder.discretion import bones

    try:
        with disk.opened(path) as (file, _size):
            text = file.read(_LONGEST).decode(errors="replace")
        return LastWords(bones(text), path.stat().st_mtime, path, lock)
    except (OSError, disk.CannotOpen):
        return LastWords("", 0.0, path, lock)
