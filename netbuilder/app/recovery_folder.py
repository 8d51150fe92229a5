"""A folder for what a window has not saved: whole at every moment, and locked as long as that window lives."""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from netbuilder import disk
from netbuilder.files.container import Refused
from netbuilder.files.contents import Contents
from netbuilder.files.project_file import CannotOpen, open_project, save
from netbuilder.files.strict_json import NotStrict, parse, text_of
from netbuilder.files.values import Wrong, flag, get, maybe, name, number, text
from netbuilder.words import _

_PROJECT, _NETWORK, _ABOUT, _LOCK = "project.netbuilder", "network.netbuilder", "about.json", "lock"
_DAMAGED = "damaged.netbuilder"  # a network that could not be read, once there is another
_NAME = re.compile(r"[0-9a-f]{16}")
_LONGEST_ABOUT = 1 << 16
_UNKNOWN = disk.Fingerprint(-1, -1, -1)


@dataclass(frozen=True, slots=True)
class About:
    """What is told of unsaved work without opening it.

    ``known``: by what its file was known when it was last read; ``asked``: it was kept since its window was asked to end.
    """

    title: str
    path: Path | None
    known: disk.Fingerprint | None
    kept: float  # seconds since 1970, UTC
    asked: bool = False


class RecoveryFolder:
    """One such folder, which nobody else holds."""

    def __init__(self, path: Path, lock: contextlib.ExitStack) -> None:
        self.path = path
        self._lock = lock
        self.lacks = ""
        """What ``contents`` could not read, in a sentence."""

    def write(self, contents: Contents, about: About) -> None:
        """Keeps all but the network, of which there stays what was written last. Raises ``CannotWrite``."""
        save(self.path / _PROJECT, replace(contents, trained=None))
        disk.write_whole(self.path / _ABOUT, lambda file: file.write(text_of(_plain(about))))

    def write_network(self, contents: Contents) -> None:
        """Keeps the network; where there is none, none stays but one that could not be read. Raises ``CannotWrite``."""
        if contents.trained is not None:
            if self.lacks:
                self._set_aside()
            save(self.path / _NETWORK, contents)
        elif not self.lacks:
            with contextlib.suppress(OSError):
                (self.path / _NETWORK).unlink(missing_ok=True)

    def about(self) -> About:
        """What can be told of it; at least when it was kept."""
        try:
            with disk.opened(self.path / _ABOUT) as (file, _size):
                return _about(parse(file.read(_LONGEST_ABOUT)))
        except (disk.CannotOpen, NotStrict, Refused, OSError):
            return About("", None, None, (self.path / _PROJECT).stat().st_mtime)

    def contents(self) -> Contents:
        """What was kept, without a network that can't be read: ``lacks`` says so. Raises ``CannotOpen``."""
        contents = open_project(self.path / _PROJECT)
        network = self.path / _NETWORK
        self.lacks = ""
        if not disk.is_there(network):
            return contents
        try:
            return replace(contents, trained=open_project(network).trained)
        except CannotOpen:
            self.lacks = _(
                "All but the trained network was recovered: the file of the network is damaged. Press Train to train it "
                "again; until you save or discard this project, the damaged file stays in “{folder}”."
            ).format(folder=self.path)
            return contents

    def remove(self) -> None:
        """Removes all of it, the project first: without it, the rest is known as nothing."""
        with contextlib.suppress(OSError):
            for one in (_PROJECT, _NETWORK, _DAMAGED, _ABOUT):
                (self.path / one).unlink(missing_ok=True)
        disk.sweep(self.path)
        self.release()
        with contextlib.suppress(OSError):
            self.path.rmdir()

    def release(self) -> None:
        """Leaves it to whoever looks for it next."""
        self._lock.close()

    def _set_aside(self) -> None:
        """Makes room for another network: the one that could not be read may be of use to somebody."""
        self.lacks = ""
        with contextlib.suppress(OSError):
            (self.path / _NETWORK).replace(self.path / _DAMAGED)


def new_folder(parent: Path) -> RecoveryFolder:
    """A folder for a window. Raises ``disk.CannotWrite``."""
    path = parent / os.urandom(8).hex()
    try:
        path.mkdir(mode=0o700, parents=True)
    except OSError as problem:
        raise disk.cannot_write(path, problem) from problem
    lock = contextlib.ExitStack()
    try:
        lock.enter_context(disk.locked(path / _LOCK, vanishes=True))
    except disk.Locked as problem:  # another window takes it for what a crash left, and is just removing it
        raise disk.CannotWrite(str(problem)) from problem
    return RecoveryFolder(path, lock)


def left_behind(parent: Path) -> list[RecoveryFolder]:
    """What windows that ended without a word have left, each now held by the caller; the latest comes first.

    What they left of nothing is removed on the way.
    """
    found: list[RecoveryFolder] = []
    with contextlib.suppress(OSError):
        for path in sorted(parent.iterdir()):
            if not _NAME.fullmatch(path.name) or _is_linked(path):
                continue
            lock = contextlib.ExitStack()
            try:
                lock.enter_context(disk.locked(path / _LOCK, vanishes=True))
            except (disk.Locked, disk.CannotWrite):  # its window lives, or it is no folder of ours
                continue
            folder = RecoveryFolder(path, lock)
            if disk.is_there(path / _PROJECT):
                disk.sweep(path)
                found.append(folder)
            else:
                folder.remove()
    return sorted(found, key=lambda folder: -folder.about().kept)


def _is_linked(path: Path) -> bool:
    """Whether a folder or one of its files leads elsewhere, where nothing is to be written or removed. None of ours does."""
    return any(map(disk.is_link, (path, *(path / one for one in (_PROJECT, _NETWORK, _DAMAGED, _ABOUT, _LOCK)))))


def _plain(about: About) -> dict[str, Any]:
    known = about.known
    return {
        "title": about.title,
        "path": None if about.path is None else str(about.path),
        "known": None if known is None else [known.inode, known.size, known.modified],
        "kept": about.kept,
        "asked": about.asked,
    }


def _about(plain: Any) -> About:
    if not isinstance(plain, dict):
        raise Refused
    path = get(plain, "path", maybe(_place))
    known = get(plain, "known", maybe(_fingerprint))
    return About(
        title=get(plain, "title", name),
        path=path,
        # Never taken for the file as it is now, which is then asked about before it is overwritten.
        known=known or (None if path is None else _UNKNOWN),
        kept=get(plain, "kept", _moment),
        asked=bool(get(plain, "asked", maybe(flag))),
    )


def _place(value: Any) -> Path:
    place = text(4096)(value)
    if "\0" in place:  # of which no system makes a path
        raise Wrong
    return Path(place)


def _moment(value: Any) -> float:
    seconds = number(value)
    if not disk.is_moment(seconds):
        raise Wrong
    return seconds


def _fingerprint(value: Any) -> disk.Fingerprint:
    if not isinstance(value, list) or len(value) != 3 or not all(type(one) is int for one in value):
        raise Wrong
    return disk.Fingerprint(*value)
