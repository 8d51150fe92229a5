"""Looks where a path leads. That never fails: what can't be looked at, or not even asked for, is not there.

``pathlib`` raises for a name that is too long, a folder that is closed, a zero byte or the home of nobody.
"""

# ruff: noqa: PTH110, PTH111, PTH112, PTH113, PTH114, PTH121 - pathlib has no such look

from __future__ import annotations

import os
from pathlib import Path


def is_there(path: Path) -> bool:
    """Whether it leads to anything."""
    return os.path.exists(path)


def is_file(path: Path) -> bool:
    """Whether it leads to an ordinary file."""
    return os.path.isfile(path)


def is_folder(path: Path) -> bool:
    """Whether it leads to a folder."""
    return os.path.isdir(path)


def is_link(path: Path) -> bool:
    """Whether it is a link itself."""
    return os.path.islink(path)


def is_same(path: Path, other: Path) -> bool:
    """Whether both lead to the same file, which is there."""
    try:
        return os.path.samefile(path, other)
    except (OSError, ValueError):
        return False


def real(path: Path) -> Path:
    """Where it leads in the end, through all links as far as they can be followed; nothing need be there."""
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):
        return path


def at_home(path: str) -> Path:
    """The path, in the home that it begins with as a shell has it, if somebody has that."""
    return Path(os.path.expanduser(path))
