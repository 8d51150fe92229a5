"""Projects on disk and to begin with, from the window's side: the trained network goes in and out with its project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

from netbuilder import disk
from netbuilder.app.data_reference import DataReference
from netbuilder.app.document import Document
from netbuilder.app.network_history import told_by
from netbuilder.app.open_file import OpenFile, OtherProject, hold
from netbuilder.app.recovery_folder import RecoveryFolder
from netbuilder.app.training import Training
from netbuilder.data.origins import DataFile
from netbuilder.files.contents import Contents, Stored
from netbuilder.files.holding import sweep_locks
from netbuilder.files.project_file import open_project, save
from netbuilder.files.templates import Template, templates
from netbuilder.spec.project import ProjectSpec, same_apart_from_title
from netbuilder.spec.sources import Source
from netbuilder.words import _


class Projects:
    """Opens and saves project files for one window. What it raises says in a sentence what went wrong."""

    def __init__(self, training: Training, document: Document, locks: Path) -> None:
        self._training = training
        self._document = document
        self._locks = locks
        self._open: OpenFile | None = None
        self._data = DataReference()
        self._coming: Contents | None = None  # what is about to be the document
        self._network: dict[str, Any] | None = None  # the one that ``_stored`` is about
        self._stored: Callable[[], tuple[Stored | None, str]] = lambda: (None, "")  # and why curves may be missing
        document.replaced.connect(self._follow)

    def open(self, path: Path, *, of: ProjectSpec | None = None) -> ProjectSpec:
        """The project of a file; its trained network becomes the current one.

        Raises ``CannotOpen`` and ``InUse``, and ``OtherProject`` where the project ``of`` a run is not there any more.
        """
        disk.sweep(path.parent)
        file = self._held(path)
        known = disk.fingerprint(path)  # before it is read: what changes it from then on is noticed
        try:
            contents = _read(path, of)
        except BaseException:
            if file is not self._open:
                file.close()
            raise
        file.known = known
        self._hold(file)
        return self._take(contents)

    def check(self, path: Path, of: ProjectSpec) -> None:
        """Raises what ``open`` would raise, and changes nothing."""
        file = self._held(path)
        try:
            _read(path, of)
        finally:
            if file is not self._open:
                file.close()

    def look(self, path: Path) -> ProjectSpec:
        """The project of a file that another window has open: it can only be saved elsewhere. Raises ``CannotOpen``."""
        return self._take(open_project(path))

    def recover(self, folder: RecoveryFolder, path: Path | None) -> ProjectSpec:
        """The project that a crash interrupted, to be saved to ``path``. Raises ``CannotOpen`` and ``InUse``.

        Before the file there is overwritten, it is compared with what the crashed window knew of it.
        """
        contents = folder.contents()
        if path is not None:
            file = self._held(path)
            file.known = folder.about().known
            self._hold(file)
        return self._take(contents)

    def save(self, path: Path, project: ProjectSpec, *, anyway: bool = False) -> str:
        """Writes the project, with the current network if there is one; the version before is kept beside it.

        Returns why curves of the network may be missing in it, in a sentence, or "".
        Raises ``disk.CannotWrite``, ``InUse``, and ``Changed`` if the file that is open is no longer what it was, unless
        it is to be overwritten ``anyway``.
        """
        file = self._held(path)
        same = file is self._open
        try:
            if same and not anyway:
                file.check()
            contents = self.contents(project)()
            written = save(
                path,
                contents,
                keep_previous=True,
                at_last=file.check if same and not anyway else lambda: None,
            )
        except BaseException:
            if not same:
                file.close()
            raise
        file.known = written
        self._hold(file)
        self._data.learn(project.data.source, contents.attached.data_files)
        return contents.lacks

    def contents(self, project: ProjectSpec) -> Callable[[], Contents]:
        """All that a file of that project holds now, to be put together in any thread; the history is long to read."""
        network, others = self._training.stored, self.without_network(project)
        if network is not self._network:
            self._network = network
            self._stored = _once_whole(partial(_from_the_engine, network))
        stored = self._stored

        def all_of_it() -> Contents:
            trained, lacks = stored()
            return replace(others(), trained=trained, lacks=lacks)

        return all_of_it

    def without_network(self, project: ProjectSpec) -> Callable[[], Contents]:
        """The same without the network and its history.

        The files of the data, of which it says by what they are known again, may be long to read.
        """
        attached, source = self._document.attached, project.data.source
        return lambda: Contents(project, None, replace(attached, data_files=self._data.of(source)))

    @property
    def known(self) -> disk.Fingerprint | None:
        """By what the open file is known again; None where there is none."""
        return None if self._open is None else self._open.known

    def data_files(self, source: Source) -> tuple[DataFile, ...]:
        """What the project's file says of the files of its data; nothing if that is about another source."""
        return self._data.kept(source)

    @staticmethod
    def templates() -> Sequence[Template]:
        """Projects to begin with, the default one first."""
        return templates()

    def close(self) -> None:
        """Lets other windows open the file."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _held(self, path: Path) -> OpenFile:
        if self._open is not None and self._open.stands_for(path):
            return self._open
        return hold(path, self._locks)

    def _hold(self, file: OpenFile) -> None:
        if file is not self._open:
            self.close()
            self._open = file
            Thread(target=sweep_locks, args=(self._locks, str(file.real)), name="locks", daemon=True).start()

    def _take(self, contents: Contents) -> ProjectSpec:
        stored = contents.trained  # with what the file knows of it, and the engine doesn't
        self._coming, self._stored = contents, lambda: (stored, "")
        self._network = None if stored is None else _for_the_engine(stored)
        self._data.learn(contents.project.data.source, contents.attached.data_files)
        self._training.restore(self._network)
        return contents.project

    def _follow(self, project: ProjectSpec) -> None:
        """Another project is in the document: what belongs to it comes along, and its file alone stays held."""
        coming, self._coming = self._coming, None
        if coming is not None and coming.project is project:
            self._document.attach(coming.attached, saved=True)
        else:
            self._data.forget()
        path = self._document.path
        if self._open is not None and (path is None or not self._open.stands_for(path)):
            self.close()


def _read(path: Path, of: ProjectSpec | None) -> Contents:
    if of is not None and not disk.is_there(path):
        message = _("“{path}” is no longer there: it was moved, renamed or deleted.")
        raise OtherProject(message.format(path=path))
    contents = open_project(path)
    if of is not None and not same_apart_from_title(contents.project, of):
        message = _("“{name}” has other settings by now than the run that was interrupted.")
        raise OtherProject(message.format(name=path.name))
    return contents


_KEPT = ("project", "scaling", "weights", "examples", "reached", "versions", "checkpoint")


def _from_the_engine(network: dict[str, Any] | None) -> tuple[Stored | None, str]:
    if network is None:
        return None, ""
    told = told_by(network)
    kept = {name: network[name] for name in _KEPT if name in network}
    return Stored(**kept, history=told.events), told.lacks


def _once_whole(make: Callable[[], tuple[Stored | None, str]]) -> Callable[[], tuple[Stored | None, str]]:
    """The same, but what lacks nothing is made no more than once: the history is long to read."""
    whole: list[tuple[Stored | None, str]] = []

    def stored() -> tuple[Stored | None, str]:
        if whole:
            return whole[0]
        made = make()
        if not made[1]:
            whole.append(made)
        return made

    return stored


def _for_the_engine(stored: Stored) -> dict[str, Any]:
    """What the engine makes the network again from, and what further training adds to."""
    return {
        "project": stored.project,
        "scaling": stored.scaling,
        "weights": stored.weights,
        "examples": stored.examples,
        "checkpoint": stored.checkpoint,
        "history": stored.history,
    }
