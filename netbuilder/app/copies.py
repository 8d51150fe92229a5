"""Copies of the project as it is: written even if much else has gone wrong, and without touching the project's own file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from netbuilder import disk
from netbuilder.app.document import Document
from netbuilder.app.open_file import hold
from netbuilder.files.contents import Contents
from netbuilder.files.project_file import save
from netbuilder.spec.project import ProjectSpec
from netbuilder.words import _


class OwnFile(Exception):
    """A copy can't stand where the project itself does; the message says what to do."""


class Source(Protocol):
    """What a file of the project would hold now, put together when it is asked for."""

    def contents(self, project: ProjectSpec) -> Callable[[], Contents]: ...


class Copies:
    """Writes copies of a document. ``locks`` is the folder of the locks of all open files."""

    def __init__(self, document: Document, source: Source, locks: Path) -> None:
        self._document = document
        self._source = source
        self._locks = locks

    def write(self, path: Path) -> str:
        """Writes a copy and says so in a sentence; the document stays what and where it was.

        Raises ``disk.CannotWrite``, ``InUse`` for a file that another window has open, and ``OwnFile``.
        """
        project = self._document.spec
        if self._is_own(path):
            raise OwnFile(_("“{path}” is the project’s own file: choose another name.").format(path=path))
        held = hold(path, self._locks)
        try:
            try:
                contents, why = self._source.contents(project)(), ""
            except Exception as problem:  # noqa: BLE001 - something has gone wrong already: what there is must be kept
                contents, why = Contents(project), str(problem) or type(problem).__name__
            save(path, contents, keep_previous=True)
        finally:
            held.close()
        if why:
            return _("A copy without the trained network was saved to “{path}” ({why}).").format(path=path, why=why)
        if contents.lacks:
            sentence = _("A copy was saved to “{path}”, but curves of its network may be missing. {why}")
            return sentence.format(path=path, why=contents.lacks)
        return _("A copy was saved to “{path}”.").format(path=path)

    def _is_own(self, path: Path) -> bool:
        own = self._document.path
        return own is not None and (path == own or disk.real(path) == disk.real(own))
