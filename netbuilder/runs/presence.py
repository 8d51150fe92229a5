"""Whether what is open is still what its path names: files are moved, removed and replaced while they are written."""

from __future__ import annotations

from pathlib import Path


def identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from all others for as long as anybody has it open; None where there is none to be seen."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
