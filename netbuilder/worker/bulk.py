"""Files without names that window and engine share: large numbers go by them, and need not pass a pipe in small pieces.

Nobody can find them, and they are gone with the two processes, whatever kills these. The window reads its numbers where
they are: copying 140 MB takes it 0.4 s, in which a person waits who has pressed Stop.
"""

from __future__ import annotations

import mmap  # noqa: TID251 - nobody else has these files, and the window alone makes them shorter
import os
import sys
import tempfile
import threading
import weakref
from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from netbuilder.runs.positioned import write_at

_NAMES = "NETBUILDER_BULK"  # in the environment of the engine: the numbers of their descriptors
_FILES = 3  # the last network, the one before it, and one on its way
SMALL = 1 << 20
"""Bytes that the pipe takes about as fast."""


class Bulk:
    """Each file holds one message's numbers, until nobody needs them any more."""

    def __init__(self, descriptors: Sequence[int]) -> None:
        self.descriptors = tuple(descriptors)
        self._closing = threading.Lock()
        self._closed = False

    def put(self, arrays: Sequence[NDArray[Any] | bytes]) -> int | None:
        """Puts numbers into a file, and says which; None where all of them are needed, or there is no room."""
        for which, descriptor in enumerate(self.descriptors):
            if not os.fstat(descriptor).st_size:
                try:
                    write_at(descriptor, 0, arrays)
                except OSError:
                    os.ftruncate(descriptor, 0)
                    return None
                return which
        return None

    def take(self, which: int, size: int) -> memoryview:
        """The bytes in that file, read-only; it is empty again when they are not needed any more. Raises ``EOFError``."""
        try:
            found = mmap.mmap(self.descriptors[which], size, access=mmap.ACCESS_READ)
        except (IndexError, OSError, ValueError) as problem:
            raise EOFError from problem
        # At the end of the program nothing is emptied: somebody may still read there.
        weakref.finalize(found, self._empty, which).atexit = False
        return memoryview(found)

    def close(self) -> None:
        """Lets go of the files. What was taken stays as long as it is needed."""
        with self._closing:
            if not self._closed:
                self._closed = True
                for one in self.descriptors:
                    os.close(one)

    def _empty(self, which: int) -> None:
        with self._closing:
            if not self._closed:  # or else the number may be that of another file by now
                os.ftruncate(self.descriptors[which], 0)


def shared() -> Bulk:
    """That of a process which is about to be started; without files where no process can be given any."""
    if sys.platform == "win32":
        return Bulk(())
    return Bulk([_nameless() for _number in range(_FILES)])


def _nameless() -> int:
    if sys.platform == "linux":
        return os.memfd_create("netbuilder")
    else:  # noqa: RET505 - so that type checkers know what other systems have
        with tempfile.TemporaryFile() as file:
            return os.dup(file.fileno())


def named(bulk: Bulk) -> dict[str, str]:
    """What the environment of that process is to say; ``Popen`` has to pass it the descriptors, too."""
    return {_NAMES: " ".join(map(str, bulk.descriptors))}


def inherited() -> Bulk:
    """That which this process was given, for itself alone and none that it starts."""
    numbers = [int(one) for one in os.environ.pop(_NAMES, "").split()]
    for one in numbers:
        os.set_inheritable(one, False)
    return Bulk(numbers)
