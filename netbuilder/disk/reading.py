"""Opens files of unknown origin to be read: ordinary ones only, and never waiting for one."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from netbuilder.disk.looking import is_folder
from netbuilder.words import _


class CannotOpen(Exception):
    """A file can't be opened to be read; the message names it, says why and what to do."""


@contextlib.contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """An ordinary file, open to be read, and its size in bytes, taken from the open file itself.

    Raises ``CannotOpen`` for what is missing, forbidden, a folder, a pipe or a device, without waiting for any of them.
    """
    # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    flags = os.O_RDONLY
    for name in ("O_NONBLOCK", "O_BINARY"):
        flags |= getattr(os, name, 0)
    try:
        descriptor = os.open(path, flags)
    except (OSError, ValueError) as problem:
        raise _cannot_open(path, problem) from problem
    try:
        found = os.fstat(descriptor)
        if stat.S_ISDIR(found.st_mode):
            raise CannotOpen(_("“{path}” is a folder: choose a file.").format(path=path))
        if not stat.S_ISREG(found.st_mode):
            raise CannotOpen(_("“{path}” is no ordinary file: choose another.").format(path=path))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            yield file, found.st_size
    finally:
        os.close(descriptor)


def _cannot_open(path: Path, problem: OSError | ValueError) -> CannotOpen:
    match problem:
        case FileNotFoundError() | NotADirectoryError():
            message = _("“{path}” is not there: choose another file.")
        case _ if is_folder(path):
            message = _("“{path}” is a folder: choose a file.")
        case PermissionError():
            message = _("“{path}” may not be read: change its permissions, or choose another file.")
        case _:
            reason = (problem.strerror if isinstance(problem, OSError) else "") or str(problem)
            message = _("“{path}” can't be opened, since the system says “{reason}”: choose another file.")
            return CannotOpen(message.format(path=path, reason=reason))
    return CannotOpen(message.format(path=path))
