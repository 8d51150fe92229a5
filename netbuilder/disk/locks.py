"""A lock that only one program at a time can hold, on every system."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from netbuilder.disk.writing import cannot_write
from netbuilder.words import _

_NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS)  # what folders say that know none: some of a network


class Locked(Exception):
    """Another program holds the lock."""


@contextlib.contextmanager
def locked(
    path: Path, *, wait: float = 0.0, give_up: Callable[[], bool] = lambda: False, vanishes: bool = False
) -> Iterator[None]:
    """Holds a lock that only one program, and one place in it, can hold; the system frees it when the program dies.

    The lock file is made if needed; it stays, unless it ``vanishes`` in the end with what it was about.
    Raises ``Locked`` if another holds it for longer than ``wait`` seconds or until ``give_up()``, and ``CannotWrite``.
    """
    deadline = time.monotonic() + wait
    while (descriptor := _try(path)) is None:
        if time.monotonic() >= deadline or give_up():
            raise Locked(_("Another program is using “{path}”: wait until it is done.").format(path=path))
        time.sleep(0.05)
    try:
        yield
    finally:
        if vanishes and sys.platform != "win32":  # under the lock, so that nobody locks a file that is gone
            _remove(path)
        _unlock(descriptor)
        os.close(descriptor)
        if vanishes and sys.platform == "win32":  # where no open file can be removed
            _remove(path)


def is_locked(path: Path) -> bool:
    """Whether somebody holds that lock now. Any number may look at the same time: nobody sees another's look.

    A lock whose file is not there, or can't be opened, counts as held by nobody.
    """
    while True:
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except OSError:
            return False
        try:
            if _is_held(descriptor):
                return True
            if _is_there(descriptor, path):
                return False
        finally:
            os.close(descriptor)


def _try(path: Path) -> int | None:
    """The descriptor of the locked file, or None if another holds it. Raises ``CannotWrite``."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as problem:
        raise cannot_write(path, problem) from problem
    if _lock(descriptor) and _is_there(descriptor, path):
        return descriptor
    os.close(descriptor)
    return None


def _is_there(descriptor: int, path: Path) -> bool:
    """Whether the file has not vanished between being opened and being locked."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError:
        return False


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


if sys.platform == "win32":
    import msvcrt
    import random

    _LOOKS = 10

    def _lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _is_held(descriptor: int) -> bool:
        # There are no shared locks to be had here, so that two who look may meet; whoever holds it is there each time.
        for _look in range(_LOOKS):
            if _lock(descriptor):
                _unlock(descriptor)
                return False
            time.sleep(0.005 * random.random())  # noqa: S311 - or else they would meet again
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
            # Going on is better than never: two programs at once are rare there.
            return problem.errno in _NO_LOCKS
        return True

    def _is_held(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError as problem:
            return problem.errno not in _NO_LOCKS
        return False

    def _unlock(descriptor: int) -> None:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)
