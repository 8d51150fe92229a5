"""By what one sees, without reading it, that a file is still the one it was."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Which file it is, its size in bytes, and when it was written, in nanoseconds since 1970, UTC."""

    inode: int
    size: int
    modified: int


def fingerprint(path: Path) -> Fingerprint | None:
    """That of the file behind a path; None where none can be seen."""
    try:
        return fingerprint_of(path.stat())
    except (OSError, ValueError):
        return None


def fingerprint_of(found: os.stat_result) -> Fingerprint:
    """That of a file whose status is known."""
    return Fingerprint(found.st_ino, found.st_size, found.st_mtime_ns)
