"""The disk: whole-or-nothing writes, careful opening, locks across programs, and where things lie."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from netbuilder.words import _

_PROGRAM = "netbuilder"


class CannotWrite(Exception):
    """A file can't be written; the message names it, says why and what to do. What was there before is still whole."""


class CannotOpen(Exception):
    """A file can't be opened to be read; the message names it, says why and what to do."""


class Locked(Exception):
    """Another program holds the lock."""


def resource(name: str) -> Path:
    """The path of something that comes with the program, such as "data/pen-digits.npz", also when packaged.

    It may be absent; the caller says what that means.
    """
    package = Path(__file__).parent
    frozen = getattr(sys, "_MEIPASS", None)  # where PyInstaller unpacked the program
    places = [Path(frozen) / "netbuilder" / "resources", Path(frozen) / "resources"] if frozen else []
    places += [package / "resources", package.parent / "resources"]
    return next((place / name for place in places if (place / name).exists()), places[-1] / name)


def cache_folder() -> Path:
    """Where downloads are kept; it may not exist yet. Losing it costs no more than downloading again."""
    from platformdirs import user_cache_path

    return user_cache_path(_PROGRAM, appauthor=False)


def settings_folder() -> Path:
    """Where preferences are kept; it may not exist yet."""
    from platformdirs import user_config_path

    return user_config_path(_PROGRAM, appauthor=False)


def data_folder() -> Path:
    """Where work is kept that must not be lost, such as recovery files; it may not exist yet."""
    from platformdirs import user_data_path

    return user_data_path(_PROGRAM, appauthor=False)


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Writes a file so that at every moment either the old or the new one is there, whole, even if the power fails.

    ``write`` gets an open binary file, which may be read and sought in. A symlink stays and its target is replaced; the
    target's permissions are kept. Raises ``CannotWrite`` with a sentence; whatever else ``write`` raises passes
    through. In both cases the old file is whole and nothing is left behind.
    """
    try:
        target = _target(path)
        temporary = target.with_name(f".{_PROGRAM}-{os.urandom(6).hex()}.part")  # short: names end at 255 bytes
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
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    with os.fdopen(os.open(temporary, flags, 0o666), "w+b") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())


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


@contextlib.contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """An ordinary file, open to be read, and its size in bytes, taken from the open file itself.

    Raises ``CannotOpen`` for what is missing, forbidden, a folder, a pipe or a device, without waiting for any of them.
    """
    # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    flags = os.O_RDONLY
    for name in ("O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, name, 0)
    try:
        descriptor = os.open(path, flags)
    except (OSError, ValueError) as problem:
        raise _cannot_open(path, problem) from problem
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise CannotOpen(_("“{path}” is no ordinary file: choose another.").format(path=path))
        yield file, found.st_size


def _cannot_open(path: Path, problem: OSError | ValueError) -> CannotOpen:
    match problem:
        case FileNotFoundError() | NotADirectoryError():
            message = _("“{path}” is not there: choose another file.")
        case _ if path.is_dir():
            message = _("“{path}” is a folder: choose a file.")
        case PermissionError():
            message = _("“{path}” may not be read: change its permissions, or choose another file.")
        case _:
            reason = (problem.strerror if isinstance(problem, OSError) else "") or str(problem)
            message = _("“{path}” can't be opened, since the system says “{reason}”: choose another file.")
            return CannotOpen(message.format(path=path, reason=reason))
    return CannotOpen(message.format(path=path))


@contextlib.contextmanager
def locked(path: Path, *, wait: float = 0.0, give_up: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Holds a lock that only one program, and one place in it, can hold; the system frees it when the program dies.

    The lock file is made if needed and stays, since removing it would let two programs lock two files of one name.
    Raises ``Locked`` if another holds it for longer than ``wait`` seconds or until ``give_up()``, and ``CannotWrite``.
    """
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
    try:
        descriptor = os.open(path, flags, 0o666)
    except OSError as problem:
        raise cannot_write(path, problem) from problem
    try:
        deadline = time.monotonic() + wait
        while not _lock(descriptor):
            if time.monotonic() >= deadline or give_up():
                raise Locked(_("Another program is using “{path}”: wait until it is done.").format(path=path))
            time.sleep(0.05)
        yield
    finally:
        _unlock(descriptor)
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        with contextlib.suppress(OSError):
            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            # Some network folders know no locks. Going on is better than never: two programs at once are rare there.
            return problem.errno in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS)
        return True

    def _unlock(descriptor: int) -> None:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)
