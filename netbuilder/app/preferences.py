"""What the program remembers of how a person likes it: theme, place of the window, recent files."""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QByteArray, QObject, Signal

from netbuilder import disk
from netbuilder.app import preference_file
from netbuilder.words import _

Scheme = Literal["system", "light", "dark"]

_MOST_RECENT = 10
_PLACES = ("window/geometry", "window/state", "window/sum")


class Preferences(QObject):
    """Kept in one file of plain text; what can't be read from it is as if it had never been set."""

    recent_changed = Signal()

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        """Makes the folder of the file where there is none."""
        super().__init__(parent)
        self._path = path
        with suppress(OSError):  # then nothing is kept, which is no reason not to work
            path.parent.mkdir(parents=True, exist_ok=True)
        self._values = preference_file.read(path)
        self._writer = preference_file.Writer(path)

    @property
    def not_kept(self) -> str:
        """Why what is set now is forgotten when the program ends, or ""."""
        if os.access(self._path.parent, os.W_OK) and disk.is_folder(self._path.parent):
            return ""
        why = _("What is set in the window is forgotten at its end: the folder {folder} can't be written.")
        return why.format(folder=self._path.parent)

    @property
    def scheme(self) -> Scheme:
        """The chosen theme."""
        match self._text("scheme"):
            case "light":
                return "light"
            case "dark":
                return "dark"
            case _:
                return "system"

    @scheme.setter
    def scheme(self, chosen: Scheme) -> None:
        self._keep(scheme=chosen)

    @property
    def recent(self) -> tuple[Path, ...]:
        """The projects opened or saved last, the latest first, as far as they are still there."""
        return _recent(self._values)

    def remember(self, path: Path) -> None:
        """Puts a project first among the recent ones."""
        if not self._writer.is_behind:
            kept = preference_file.read(self._path).get("recent", self._text("recent"))  # also by another window
            self._values["recent"] = kept
        self._change(partial(_with_first, path))
        self.recent_changed.emit()

    @property
    def folder(self) -> str:
        """The folder in which files are looked for first."""
        return self._text("folder")

    @folder.setter
    def folder(self, path: str) -> None:
        self._keep(folder=path)

    def keep_window(self, geometry: QByteArray, state: QByteArray) -> None:
        """Remembers where the window and its docks are."""
        places = [bytes(place.toBase64().data()).decode() for place in (geometry, state)]
        self._keep(**dict(zip(_PLACES, [*places, _sum_of(*places)], strict=True)))

    def window(self) -> tuple[QByteArray, QByteArray]:
        """Where the window and its docks were; empty when nothing is known."""
        geometry, state, told = map(self._text, _PLACES)
        if told != _sum_of(geometry, state):  # Qt itself ends the program for places of docks that are damaged
            return QByteArray(), QByteArray()
        return _bytes(geometry), _bytes(state)

    def settle(self) -> None:
        """Waits until what was set is kept: the last thing before the window closes."""
        self._writer.settle()

    def _keep(self, **values: str) -> None:
        self._change(lambda _kept: values)

    def _change(self, change: preference_file.Change) -> None:
        self._values |= change(self._values)
        self._writer.write(change)

    def _text(self, name: str) -> str:
        return self._values.get(name, "")


def _recent(values: Mapping[str, str]) -> tuple[Path, ...]:
    names = [name for name in values.get("recent", "").split("\n") if name]
    return tuple(path for path in map(Path, names) if disk.is_file(path))


def _with_first(path: Path, kept: Mapping[str, str]) -> Mapping[str, str]:
    paths = [path, *(one for one in _recent(kept) if one != path)][:_MOST_RECENT]
    return {"recent": "\n".join(map(str, paths))}


def _sum_of(*texts: str) -> str:
    return f"{zlib.crc32(' '.join(texts).encode()):08x}"


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(QByteArray(text.encode("ascii", "ignore")))
