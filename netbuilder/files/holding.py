"""Holds project files against other windows and trainings, which are told who has them and since when."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from netbuilder import disk
from netbuilder.files.strict_json import NotStrict, parse, text_of
from netbuilder.words import _

Holder = Literal["window", "training"]

_LONGEST_NOTE = 4096
_LOCK = re.compile(r"([0-9a-f]{32})\.(?:lock|json)")
_MOMENT = 0.1  # seconds for which ``sweep_locks`` may hold one


class InUse(Exception):
    """Another window has the file open, or a training will write it; the message names the file and says since when."""


def held(path: Path, locks: Path, holder: Holder = "window") -> contextlib.ExitStack:
    """Holds a file against others, by its real path, until that is closed; it need not be there yet. Raises ``InUse``.

    ``locks`` is the folder of all such locks. Where no lock can be made, the file is held by nobody. Where the note
    cannot be written, nobody is told since when.
    """
    real = str(disk.real(path))
    lock, note = _lock_and_note(locks, _name_of(real))
    has = contextlib.ExitStack()
    try:
        locks.mkdir(parents=True, exist_ok=True)
        has.enter_context(disk.locked(lock, wait=_MOMENT, vanishes=True))
        has.enter_context(_noted(note, real, holder))
    except disk.Locked as problem:
        raise InUse(_in_use(path, note)) from problem
    except (OSError, disk.CannotWrite):
        pass  # whatever was had of the two is held: on a full disk, a lock without a note
    return has


def sweep_locks(locks: Path, own: str) -> None:
    """Removes the locks and notes that nobody holds, since their program was killed. From any thread; never raises.

    ``own`` is the real path of the file that the caller holds.
    """
    with contextlib.suppress(OSError):
        names = {found[1] for path in locks.iterdir() if (found := _LOCK.fullmatch(path.name))}
        # On some network folders, a program that asks for its own lock once more gets it, and then loses it.
        for name in sorted(names - {_name_of(own)}):
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
def _noted(note: Path, real: str, holder: Holder) -> Iterator[None]:
    """Says beside the lock who holds it."""
    said = {
        "path": os.fsencode(real).decode(errors="backslashreplace"),  # on Linux, any bytes are a name
        "machine": platform.node(),
        "process": os.getpid(),
        "since": int(time.time()),
        "holder": holder,
    }
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
        since, machine, holder = said["since"], said["machine"], said.get("holder")
        when = time.strftime("%x %H:%M", time.localtime(since))
    except (disk.CannotOpen, NotStrict, AttributeError, KeyError, TypeError, ValueError, OverflowError, OSError):
        return sentence.format(path=path, since="")  # it has just been opened, or is just being closed
    if holder == "training":
        sentence = _("“{path}” is kept for the results of a training on the command line{since}.")
    where = "" if machine == platform.node() else _(" on {machine}").format(machine=str(machine)[:100])
    return sentence.format(path=path, since=_("{where} since {when}").format(where=where, when=when))
