"""One process at a time: a lock that the system releases even when its holder and the pip it started are killed."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO


@contextlib.contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Hold the lock file at this path; wait, and say so once, while another process holds it."""
    with path.open("a+b") as file:
        if not _taken(file):
            print("Another start is installing netbuilder here: waiting for it.", flush=True)
            while not _taken(file):
                time.sleep(0.2)
        # Released when the file is closed. It is not deleted: a third process could be waiting for the deleted one.
        yield


if sys.platform == "win32":
    import msvcrt

    def _taken(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _taken(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        # pip inherits it: when we are killed, pip may still be writing, and the next start has to wait for its end.
        os.set_inheritable(file.fileno(), True)
        return True
