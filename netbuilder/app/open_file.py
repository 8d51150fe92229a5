"""The file of the open project: held against other windows, and known again, so that nobody overwrites another's work."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from netbuilder import disk
from netbuilder.files.strict_json import NotStrict, parse, text_of
from netbuilder.words import _

_LONGEST_NOTE = 4096
_LOCK = re.compile(r"([0-9a-f]{32})\.(?:lock|json)")
_MOMENT = 0.1  # seconds for which ``sweep_locks`` may hold one


class OtherProject(Exception):
    """The file does not hold the project that is looked for, or is gone; the message says so."""


class InUse(Exception):
    """Another window has the file open; the message names the file and says since when."""


class Changed(Exception):
    """The file is not the one that was opened or saved last; the message says what became of it."""

    def __init__(self, sentence: str, *, gone: bool) -> None:
        super().__init__(sentence)
        self.gone = gone


@dataclass(slots=True)
class OpenFile:
    """A file that this window has open. ``known`` is by what it was known when it was last read or written."""

    path: Path
    real: str
    known: disk.Fingerprint | None
    _lock: contextlib.ExitStack

    def stands_for(self, path: Path) -> bool:
        """Whether the path leads to the same file, or did when it was opened."""
        return path == self.path or os.path.realpath(path) == self.real

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
    """Holds a file against other windows, by its real path; it need not be there yet. Raises ``InUse``.

    ``locks`` is the folder of all such locks. Where no lock can be made, the file is held by nobody, and only
    ``OpenFile.check`` stands before its being overwritten. Where the note cannot be written, nobody is told since when.
    """
    real = os.path.realpath(path)
    lock, note = _lock_and_note(locks, _name_of(real))
    held = contextlib.ExitStack()
    try:
        locks.mkdir(parents=True, exist_ok=True)
        held.enter_context(disk.locked(lock, wait=_MOMENT, vanishes=True))
        held.enter_context(_noted(note, real))
    except disk.Locked as problem:
        raise InUse(_in_use(path, note)) from problem
    except (OSError, disk.CannotWrite):
        pass  # whatever was had of the two is held: on a full disk, a lock without a note
    return OpenFile(path, real, disk.fingerprint(path), held)


def tellable(path: Path | None) -> Path | None:
    """The path, if it can be told in a file. Linux takes any bytes for a name, of which Python makes half surrogates."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return None
    return path


def sweep_locks(locks: Path, own: OpenFile) -> None:
    """Removes the locks and notes that nobody holds, since their window was killed. From any thread; never raises."""
    with contextlib.suppress(OSError):
        names = {found[1] for path in locks.iterdir() if (found := _LOCK.fullmatch(path.name))}
        # On some network folders, a program that asks for its own lock once more gets it, and then loses it.
        for name in sorted(names - {_name_of(own.real)}):
            lock, note = _lock_and_note(locks, name)
            with (
                contextlib.suppress(OSError, disk.Locked, disk.CannotWrite),
                disk.locked(lock, vanishes=True),
            ):
                note.unlink(missing_ok=True)


def _name_of(real: str) -> str:
    import hashlib  # the start opens no file

    return hashlib.sha256(os.fsencode(real)).hexdigest()[:32]


def _lock_and_note(locks: Path, name: str) -> tuple[Path, Path]:
    return locks / f"{name}.lock", locks / f"{name}.json"


@contextlib.contextmanager
def _noted(note: Path, real: str) -> Iterator[None]:
    """Says beside the lock who holds it."""
    said = {"path": real, "machine": platform.node(), "process": os.getpid(), "since": int(time.time())}
    disk.write_whole(note, lambda file: file.write(text_of(said)))
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            note.unlink(missing_ok=True)


def _in_use(path: Path, note: Path) -> str:
    sentence = _("“{path}” is already open in another window of netbuilder{since}.")
    try:
        with disk.opened(note) as (file, _size):
            said = parse(file.read(_LONGEST_NOTE))
        since, machine = said["since"], said["machine"]
        when = time.strftime("%x %H:%M", time.localtime(since))
    except (disk.CannotOpen, NotStrict, KeyError, TypeError, ValueError, OverflowError, OSError):
        return sentence.format(path=path, since="")  # it has just been opened, or is just being closed
    where = "" if machine == platform.node() else _(" on {machine}").format(machine=str(machine)[:100])
    return sentence.format(path=path, since=_("{where} since {when}").format(where=where, when=when))
