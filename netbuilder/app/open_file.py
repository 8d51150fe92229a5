"""The file of the open project: held against other windows, and known again, so that nobody overwrites another's work."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path

from netbuilder import disk
from netbuilder.files.holding import InUse, held
from netbuilder.words import _

__all__ = ["Changed", "InUse", "OpenFile", "OtherProject", "hold", "tellable"]


class OtherProject(Exception):
    """The file does not hold the project that is looked for, or is gone; the message says so."""


class Changed(Exception):
    """The file is not the one that was opened or saved last; the message says what became of it."""

    def __init__(self, sentence: str, *, gone: bool) -> None:
        super().__init__(sentence)
        self.gone = gone


@dataclass(slots=True)
class OpenFile:
    """A file that this window has open. ``known`` is by what it was known when it was last read or written."""

    path: Path
    real: Path
    known: disk.Fingerprint | None
    _lock: contextlib.ExitStack

    def stands_for(self, path: Path) -> bool:
        """Whether the path leads to the same file, or did when it was opened."""
        return path == self.path or disk.real(path) == self.real

    def check(self) -> None:
        """Raises ``Changed`` if the file is not what it was."""
        if self.known is None:
            return
        found = disk.fingerprint(self.path)
        if found is None:
            message = _("“{path}” is no longer there: it was moved, renamed or deleted.")
            raise Changed(message.format(path=self.path), gone=True)
        if found != self.known:
            when = time.strftime("%x %H:%M", time.localtime(found.modified / 1e9))
            message = _("“{path}” was changed by another program ({when}) since it was opened or saved here.")
            raise Changed(message.format(path=self.path, when=when), gone=False)

    def close(self) -> None:
        """Lets others open the file."""
        self._lock.close()


def hold(path: Path, locks: Path) -> OpenFile:
    """Opens a file for this window alone, as ``files.holding`` has it; it need not be there yet. Raises ``InUse``.

    Where no lock can be made, only ``OpenFile.check`` stands before its being overwritten.
    """
    lock = held(path, locks)
    return OpenFile(path, disk.real(path), disk.fingerprint(path), lock)


def tellable(path: Path | None) -> Path | None:
    """The path, if it can be told in a file. Linux takes any bytes for a name, of which Python makes half surrogates."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return None
    return path
