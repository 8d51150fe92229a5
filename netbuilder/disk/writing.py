"""Writes files whole or not at all, and says in one sentence why it could not."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from netbuilder.words import _


class CannotWrite(Exception):
    """A file can't be written; the message names it, says why and what to do. What was there before is still whole."""


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Writes a file so that at every moment either the old or the new one is there, whole, even if the power fails.

    ``write`` gets an open binary file, which may be read and sought in. A symlink stays and its target is replaced; the
    target's permissions are kept. Raises ``CannotWrite`` with a sentence; whatever else ``write`` raises passes
    through. In both cases the old file is whole and nothing is left behind.
    """
    try:
        target = _target(path)
        temporary = target.with_name(f".netbuilder-{os.urandom(6).hex()}.part")  # short: names end at 255 bytes
        try:
            _fill(temporary, write)
            if target.exists():
                temporary.chmod(stat.S_IMODE(target.stat().st_mode))
            temporary.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        settle(target.parent)
    except OSError as problem:
        raise cannot_write(path, problem) from problem


def _target(path: Path) -> Path:
    """The real file behind a path, which may be about to be made."""
    target = Path(os.path.realpath(path))
    try:
        found = target.stat()
    except FileNotFoundError:
        return target
    if not stat.S_ISREG(found.st_mode):  # replacing a device or a pipe would destroy it
        raise OSError(errno.EISDIR if stat.S_ISDIR(found.st_mode) else errno.EINVAL, "", str(path))
    if not os.access(target, os.W_OK):  # a rename would succeed although the user has protected the file
        raise PermissionError(errno.EACCES, "", str(path))
    return target


def _fill(temporary: Path, write: Callable[[BinaryIO], object]) -> None:
    # Without a name while it is written: a program that is killed then leaves no litter. Linux alone can do that.
    nameless = _nameless(temporary.parent)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(temporary, flags, 0o666) if nameless is None else nameless, "w+b") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
        if nameless is not None:
            # Only with a folder's descriptor does Python ask for the link behind /proc to be followed.
            folder = os.open(temporary.parent, os.O_RDONLY)
            try:
                os.link(f"/proc/self/fd/{nameless}", temporary.name, dst_dir_fd=folder)
            finally:
                os.close(folder)


def _nameless(folder: Path) -> int | None:
    flag = getattr(os, "O_TMPFILE", None)
    if flag is None or not Path("/proc/self/fd").is_dir():
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
        case errno.ENOENT | errno.ENOTDIR | errno.ESTALE | errno.ENODEV | errno.ENXIO:
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
