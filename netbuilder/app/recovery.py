"""Keeps what is not saved yet, some seconds after each edit, so that no crash can take it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread, current_thread
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from netbuilder import disk
from netbuilder.app.document import Document
from netbuilder.app.open_file import tellable
from netbuilder.app.recovery_folder import About, RecoveryFolder, left_behind, new_folder
from netbuilder.files.contents import Contents
from netbuilder.spec.project import ProjectSpec
from netbuilder.words import _

_AFTER_AN_EDIT = 2000  # ms
_AT_THE_LATEST = 4000  # ms after the first edit that is not kept: with the time it takes, no more than 5 s are lost
_AGAIN = 15_000  # ms after a failure
_PATIENCE = 10.0  # seconds that the end of the program waits for the disk


class Source(Protocol):
    """What a file of the project would hold now, put together in any thread, and by what the open file is known."""

    def contents(self, project: ProjectSpec) -> Callable[[], Contents]: ...
    @property
    def known(self) -> disk.Fingerprint | None: ...


class Recovery(QObject):
    """Writes unsaved work into a folder of its own, in a thread; removes it once it is saved or not wanted any more."""

    failed = Signal(str)  # once, until it succeeds again
    _ended = Signal(object, object)  # Thread, what went wrong or None

    def __init__(self, document: Document, source: Source, parent_folder: Path) -> None:
        super().__init__()
        self._document = document
        self._source = source
        self._parent_folder = parent_folder
        self._folder: RecoveryFolder | None = None
        self._network: object = None  # the one that the folder holds
        self._thread: Thread | None = None
        self._removal: Thread | None = None
        self._due = self._told = self._asked = False
        self._soon = QTimer(self, interval=_AFTER_AN_EDIT, singleShot=True)
        self._latest = QTimer(self, interval=_AT_THE_LATEST, singleShot=True)
        self._again = QTimer(self, interval=_AGAIN, singleShot=True)
        for timer in self._timers:
            timer.timeout.connect(self._write)
        self._ended.connect(self._take)
        document.changed.connect(self._note)
        document.belongings_changed.connect(self._note)
        document.cleanness_changed.connect(self._note)

    def left_behind(self) -> list[RecoveryFolder]:
        """What crashed windows left, the latest first. Whoever asks holds them: to be adopted, released or removed."""
        return left_behind(self._parent_folder)

    def adopt(self, folder: RecoveryFolder) -> None:
        """Makes a folder that was left behind the one of this window, whose document now holds what is in it."""
        self._settle()
        if self._folder is not None:
            self._folder.remove()
        self._folder, self._network = folder, self._document.network
        self._note()

    def keep(self) -> None:
        """The system asks for the end: what is not saved is written now, to be offered at the next start."""
        self._settle()
        self._asked = True
        if self._document.modified:
            self._write()
            self._settle()

    def leave(self) -> None:
        """The window closes: all is saved, or not wanted any more."""
        self._settle()
        if self._folder is not None:
            self._folder.remove()
            self._folder = None

    @property
    def _timers(self) -> tuple[QTimer, ...]:
        return (self._soon, self._latest, self._again)

    @Slot()
    def _note(self) -> None:
        if self._document.modified:
            self._soon.start()
            if not self._latest.isActive():
                self._latest.start()
        else:
            self._stop()
            if self._thread is None:
                self._remove()

    @Slot()
    def _write(self) -> None:
        if self._thread is not None:
            self._due = True
            return
        self._stop()
        try:
            if self._folder is None:
                self._folder, self._network = new_folder(self._parent_folder), None
        except disk.CannotWrite as problem:
            self._fail(problem)
            return
        document = self._document
        title, path = document.spec.title[:1000], tellable(document.path)
        about = About(title, path, self._source.known, time.time(), asked=self._asked)
        network_too = document.network is not self._network
        self._network = document.network
        self._begin(self._folder, self._source.contents(document.spec), about, network_too)

    def _begin(self, folder: RecoveryFolder, contents: Callable[[], Contents], about: About, network_too: bool) -> None:
        def work() -> None:
            problem: BaseException | None = None
            try:
                folder.write(contents(), about, network_too=network_too)
            except disk.CannotWrite as caught:
                problem = caught
            except BaseException as caught:
                problem = caught
                raise  # whoever hears of faults tells of it
            finally:
                self._ended.emit(current_thread(), problem)

        self._thread = Thread(target=work, name="recovery", daemon=True)
        self._thread.start()

    @Slot(object, object)
    def _take(self, thread: Thread, problem: BaseException | None) -> None:
        if thread is not self._thread:
            return  # it was waited for, and nothing more is to be done about it
        self._thread = None
        if problem is not None:
            self._network = None
            self._fail(problem)
        else:
            self._told = False
        due, self._due = self._due, False
        if not self._document.modified:
            self._note()
        elif due:
            self._write()

    def _fail(self, problem: BaseException) -> None:
        self._again.start()
        if not self._told:
            self._told = True
            unexpected = _("Something went wrong while they were kept: save them yourself.")
            why = problem if isinstance(problem, disk.CannotWrite) else unexpected
            self.failed.emit(_("For now, a crash would take unsaved changes with it. {problem}").format(problem=why))

    def _remove(self) -> None:
        folder, self._folder = self._folder, None
        if folder is not None:
            self._removal = Thread(target=folder.remove, name="recovery", daemon=True)
            self._removal.start()

    def _stop(self) -> None:
        for timer in self._timers:
            timer.stop()

    def _settle(self) -> None:
        """Waits for what is being written or removed."""
        self._stop()
        for thread in (self._thread, self._removal):
            if thread is not None:
                thread.join(_PATIENCE)
        self._thread = self._removal = None
        self._due = False
