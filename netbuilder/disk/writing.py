"""Writes files whole or not at all, and says in one sentence why it could not."""

from __future__ import annotations

import contextlib
import errno
import filecmp
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from netbuilder.disk.fingerprints import Fingerprint, fingerprint, fingerprint_of
from netbuilder.disk.looking import is_folder, is_there, real
from netbuilder.disk.parts import mark_alive, new_part, sweep
from netbuilder.words import _


class CannotWrite(Exception):
    """A file can't be written; the message names it, says why and what to do. What was there before is still whole."""


def write_whole(
    path: Path,
    write: Callable[[BinaryIO], object],
    *,
    keep_previous: bool = False,
    at_last: Callable[[], object] = lambda: None,
) -> Fingerprint:
    """Writes a file so that at every moment either the old or the new one is there, whole, even if the power fails.

    ``write`` gets an open binary file, which may be read and sought in. A symlink stays and its target is replaced; the
    target's permissions are kept, and so is its group where that is allowed. ``at_last`` is called when all is written
    and nothing is replaced yet: what it raises ends it. With ``keep_previous`` the old file stays beside the new one as
    ``previous_of`` says, unless they are the same.

    Returns what the new file can be known by. Raises ``CannotWrite`` with a sentence; whatever else ``write`` and
    ``at_last`` raise passes through. In both cases the old file is whole and nothing is left behind.
    """
    try:
        target = _target(path)
        sweep(target.parent)
        with _written(target.parent, write) as new:
            if is_there(target):
                _permit(new.seen, target.stat())
            at_last()
            if keep_previous:
                _keep(target, new.seen)
            written = fingerprint_of(new.seen.stat())
            new.give_name()
            new.part.replace(target)
        settle(target.parent)
    except OSError as problem:
        raise cannot_write(path, problem) from problem
    # Some network folders set the time only when the file is closed.
    closed = fingerprint(target)
    same = closed is not None and (closed.inode, closed.size) == (written.inode, written.size)
    return closed if closed is not None and same else written


def previous_of(path: Path) -> Path:
    """Where the version before the last save of a file is kept, beside the file itself and not a link to it."""
    target = real(path)
    return target.with_name(f"{target.name}~")


def _target(path: Path) -> Path:
    """The real file behind a path, which may be about to be made."""
    target = real(path)
    try:
        found = target.stat()
    except FileNotFoundError:
        return target
    except ValueError as problem:  # a name that no system takes
        raise OSError(errno.EILSEQ, str(problem), str(path)) from problem
    if not stat.S_ISREG(found.st_mode):  # replacing a device or a pipe would destroy it
        raise OSError(errno.EISDIR if stat.S_ISDIR(found.st_mode) else errno.EINVAL, "", str(path))
    if not os.access(target, os.W_OK):  # a rename would succeed although the user has protected the file
        raise PermissionError(errno.EACCES, "", str(path))
    return target


@dataclass(frozen=True, slots=True)
class _New:
    """A file that is written: ``seen`` leads to it at once, ``part`` once it was given that name."""

    seen: Path
    part: Path
    give_name: Callable[[], object]


@contextlib.contextmanager
def _written(folder: Path, write: Callable[[BinaryIO], object]) -> Iterator[_New]:
    """A written file in that folder, which is gone in the end unless it was renamed."""
    part = new_part(folder)
    # Without a name until the last moment: a program that is killed then leaves no litter. Linux alone can do that.
    nameless = _nameless(folder)
    try:
        with os.fdopen(_named(part) if nameless is None else nameless, "w+b") as file:
            mark_alive(file.fileno())
            write(file)
            file.flush()
            os.fsync(file.fileno())
            if sys.platform == "win32":  # where no open file can be renamed
                file.close()
            if nameless is None:
                yield _New(part, part, lambda: None)
            else:
                yield _New(Path(f"/proc/self/fd/{nameless}"), part, partial(_give_name, nameless, part))
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _named(part: Path) -> int:
    return os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)


def _give_name(nameless: int, part: Path) -> None:
    # Only with a folder's descriptor does Python ask for the link behind /proc to be followed.
    folder = os.open(part.parent, os.O_RDONLY)
    try:
        os.link(f"/proc/self/fd/{nameless}", part.name, dst_dir_fd=folder)
    finally:
        os.close(folder)


def _keep(target: Path, new: Path) -> None:
    """Gives the old file its second name, if it is another than the new one. What hinders that never hinders the save."""
    with contextlib.suppress(OSError):
        if filecmp.cmp(target, new, shallow=False):
            return
        part = new_part(target.parent)
        with target.open("rb") as old:
            mark_alive(old.fileno())
            try:
                os.link(target, part)
            except OSError:  # many sticks and network folders give a file one name only
                with _written(target.parent, lambda file: shutil.copyfileobj(old, file)) as copy:
                    shutil.copystat(target, copy.seen)
                    _permit(copy.seen, os.fstat(old.fileno()))
                    copy.give_name()
                    copy.part.replace(previous_of(target))
                return
            try:
                part.replace(previous_of(target))
            finally:  # a rename of one name of a file to another of its names leaves both
                part.unlink(missing_ok=True)


def _permit(new: Path, old: os.stat_result) -> None:
    """Gives a file the group and the permissions of another, or, to a group that can't be changed, no more than to all."""
    mode = stat.S_IMODE(old.st_mode)
    if sys.platform != "win32" and new.stat().st_gid != old.st_gid:
        try:
            os.chown(new, -1, old.st_gid)
        except OSError:
            mode &= ~stat.S_IRWXG | (mode & stat.S_IRWXO) << 3
    new.chmod(mode)


def _nameless(folder: Path) -> int | None:
    flag = getattr(os, "O_TMPFILE", None)
    if flag is None or not is_folder(Path("/proc/self/fd")):
        return None
    try:
        return os.open(folder, os.O_RDWR | flag, 0o666)
    except OSError:  # many network folders can't; what is really wrong, the named file will say
        return None


def settle(folder: Path) -> None:
    """Makes a rename within the folder survive a power failure, where the system can."""
    if sys.platform == "win32":  # has no such call; its journal keeps renames in order
        return
    with contextlib.suppress(OSError):  # some network folders refuse; the file itself is already safe
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def cannot_write(path: Path, problem: OSError) -> CannotWrite:
    """The sentence for a failed write to ``path``."""
    match problem.errno:
        case errno.ENOSPC:
            why = _("the disk is full: free some space, or choose another place")
        case errno.EDQUOT:
            why = _("your quota on this disk is used up: free some space, or choose another place")
        case errno.EROFS:
            why = _("this disk can only be read: choose another place")
        case errno.EACCES | errno.EPERM:
            why = _("you may not write there, or another program has it open: choose another place")
        case errno.ENOTDIR:
            why = _("a file stands where one of its folders should be: move that away, or choose another place")
        case errno.ENOENT | errno.ESTALE | errno.ENODEV | errno.ENXIO:
            why = _("its folder is gone: choose another place")
        case errno.EISDIR:
            why = _("there is a folder of that name: choose another name")
        case errno.EINVAL if not problem.strerror:
            why = _("it is no ordinary file: choose another name")
        case errno.ENAMETOOLONG:
            why = _("the name is too long: choose a shorter one")
        case errno.ELOOP:
            why = _("it is a link that leads back to itself: choose another name")
        case _:
            why = _("the system says “{reason}”: choose another place").format(reason=problem.strerror or problem)
    return CannotWrite(_("“{path}” could not be written, since {why}.").format(path=path, why=why))
