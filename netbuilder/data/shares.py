r"""Data on other computers: merely looking there tells them who asks, so nothing is looked for there unasked.

On Windows, a look at ``\\server\share`` hands that server an answer from which the password of whoever is logged in can
be guessed. A project that somebody sends could name any server.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from netbuilder import disk
from netbuilder.data.examples import CannotRead
from netbuilder.spec.rules import Text, fields_of
from netbuilder.spec.sources import Source
from netbuilder.words import _

_ROOTS = ("//", "/??/")  # with any slashes: shares, \\?\UNC\ and other devices; and how Windows spells them inside
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/")  # two letters at least: one is a drive
_MOUNTED = frozenset({"net", "network", "afs", "cvmfs", "proc"})
"""Folders where a name is a server, which is asked at a look; and links of the system that lead anywhere."""


class NotAgreed(CannotRead):
    """Data lie on another computer, and nobody has agreed to look there; the message says how to."""


def elsewhere(path: str) -> bool:
    """Whether a path leads to another computer, as far as its spelling says, on any system.

    A drive letter, a link or a mounted folder may lead there as well; but these were set up on this computer.
    """
    plain = path.strip().replace("\\", "/").lower()
    if plain.startswith(_ROOTS) or _ADDRESS.match(plain):
        return True
    # What climbs above the root stays there, as does "~/../..". On macOS, the root is also a folder of itself.
    rooted = posixpath.normpath(f"/{plain.lstrip('/')}").removeprefix("/system/volumes/data")
    return rooted[1:].partition("/")[0] in _MOUNTED


def may_look(path: str) -> bool:
    """Whether the path may be touched: it is on this computer, or a person here chose it or agreed to it."""
    return not elsewhere(path) or disk.is_there(_note(path))


def agree(path: str) -> None:
    """Notes that a person here chose the path or agreed to look there. Raises ``disk.CannotWrite``."""
    if may_look(path):
        return
    note = _note(path)
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise disk.cannot_write(note, problem) from problem
    disk.write_whole(note, lambda file: file.write(_bytes(path)))


def refuse_unasked(path: str) -> None:
    """Raises ``NotAgreed`` if the path may not be touched."""
    if not may_look(path):
        message = _(
            "“{path}” is on another computer, which would learn who looks for it. If you trust it, press “Look there” "
            "under Data, or give it as --data on the command line; or choose other data."
        )
        raise NotAgreed(message.format(path=path))


def places(source: Source) -> tuple[str, ...]:
    """The files and folders that a source names."""
    fields = [field for field in fields_of(source) if isinstance(field.rule, Text) and field.rule.path]
    return tuple(path for field in fields if (path := getattr(source, field.name)))


def _note(path: str) -> Path:
    import hashlib  # the start looks nowhere

    return disk.settings_folder() / "agreed" / hashlib.sha256(_bytes(path)).hexdigest()


def _bytes(path: str) -> bytes:
    return path.encode("utf-8", "surrogatepass")
