"""Files on their way to their name: each is locked while its program lives, so that what a dead one left is known."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import sys
import time
from pathlib import Path

_NAME = re.compile(r"\.netbuilder-[0-9a-f]{12}\.part")
_SURELY_DEAD = 3600.0  # seconds, where locks tell nothing


def new_part(folder: Path) -> Path:
    """A name that no other file has; short, since names end at 255 bytes."""
    return folder / f".netbuilder-{os.urandom(6).hex()}.part"


def sweep(folder: Path) -> None:
    """Removes what programs that died while they wrote left in a folder, as far as that is possible."""
    with contextlib.suppress(OSError), os.scandir(folder) as found:
        for entry in found:
            with contextlib.suppress(OSError):
                if _NAME.fullmatch(entry.name) and stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
                    _remove_if_dead(Path(entry.path))


if sys.platform == "win32":

    def mark_alive(descriptor: int) -> None:
        """Marks an open file as one that is still written: there, no open file can be removed anyway."""

    def _remove_if_dead(path: Path) -> None:
        if time.time() - path.stat().st_mtime > _SURELY_DEAD:
            path.unlink()
else:
    import fcntl

    def mark_alive(descriptor: int) -> None:
        """Marks an open file as one that is still written, until it is closed.

        Some network folders know no locks; there, nobody can tell the dead from the living at once.
        """
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _remove_if_dead(path: Path) -> None:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # fails while somebody writes it
            path.unlink()
        except BlockingIOError:
            pass
        except OSError:
            if time.time() - os.fstat(descriptor).st_mtime > _SURELY_DEAD:
                path.unlink()
        finally:
            os.close(descriptor)
