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


class Locked(Exception):
    """Another program holds the lock."""


@contextlib.contextmanager
def locked(path: Path, *, wait: float = 0.0, give_up: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Holds a lock that only one program, and one place in it, can hold; the system frees it when the program dies.

    The lock file is made if needed and stays, since removing it would let two programs lock two files of one name.
    Raises ``Locked`` if another holds it for longer than ``wait`` seconds or until ``give_up()``, and ``CannotWrite``.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
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
