"""Keeps what is not saved yet, some seconds after each edit, so that no crash can take it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from netbuilder import disk
from netbuilder.app.document import Document
from netbuilder.app.open_file import tellable
from netbuilder.app.recovery_folder import About, RecoveryFolder, left_behind, new_folder
from netbuilder.app.telling import Telling
from netbuilder.files.contents import Contents
from netbuilder.spec.project import ProjectSpec
from netbuilder.words import _

_AFTER_AN_EDIT = 2000  # ms
_AT_THE_LATEST = 4000  # ms after the first edit that is not kept: with the time it takes, no more than 5 s are lost
_AGAIN = 15_000  # ms after a failure
_PATIENCE = 10.0  # seconds that the end of the program waits for the disk


class Source(Protocol):
    """What a file of the project would hold now, put together in any thread, and by what the open file is known.

    A network may take long to put together, since the history tells of it: what is ``without_network`` never waits for it.
    """

    def contents(self, project: ProjectSpec) -> Callable[[], Contents]: ...
    def without_network(self, project: ProjectSpec) -> Callable[[], Contents]: ...
    @property
    def known(self) -> disk.Fingerprint | None: ...


class _Writing:
    """One time of writing all that is not saved; afterwards, ``problem`` says what went wrong, and ``lacks`` what it lacks.

    ``again``: the folder holds that ``network`` with curves missing already, and it is written only if none are.
    """

    def __init__(self, folder: RecoveryFolder, network: object, *, again: bool) -> None:
        self.folder, self.network = folder, network
        self.problem: BaseException | None = None
        self.lacks = ""
        self._again = again

    def write(self, about: About, others: Callable[[], Contents], whole: Callable[[], Contents] | None) -> None:
        """Writes what is not saved, and after it the network, if that is to be written: the history may be slow."""
        try:
            self.folder.write(others(), about)
            if whole is not None:
                contents = whole()
                self.lacks = contents.lacks
                if not (self._again and self.lacks):
                    self.folder.write_network(contents)
        except disk.CannotWrite as caught:
            self.problem = caught
        except BaseException as caught:
            self.problem = caught
            raise  # whoever hears of faults tells of it


class Recovery(QObject):
    """Writes unsaved work into a folder of its own, in a thread; removes it once it is saved or not wanted any more."""

    failed = Signal(str)  # once, until it succeeds again
    _ended = Signal(object)  # _Writing

    def __init__(self, document: Document, source: Source, parent_folder: Path) -> None:
        super().__init__()
        self._document = document
        self._source = source
        self._parent_folder = parent_folder
        self._folder: RecoveryFolder | None = None
        self._network: object = None  # the one that the folder holds
        self._partly: object = None  # the one that it holds with curves missing
        self._lacks = ""  # why, as it was told
        self._writing: _Writing | None = None
        self._thread: Thread | None = None
        self._telling = Telling()
        self.destroyed.connect(self._telling.end)
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
        before = self._folder
        self._settle()
        if before is not None:
            before.remove()
        self._folder, self._network, self._partly = folder, self._document.network, None
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
        folder = self._folder
        self._settle()
        if folder is not None:
            folder.remove()
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
                self._folder, self._network, self._partly = new_folder(self._parent_folder), None, None
        except disk.CannotWrite as problem:
            self._fail(problem)
            return
        document = self._document
        title, path = document.spec.title[:1000], tellable(document.path)
        about = About(title, path, self._source.known, time.time(), asked=self._asked)
        writing = _Writing(self._folder, document.network, again=document.network is self._partly)
        others = self._source.without_network(document.spec)
        whole = None if document.network is self._network else self._source.contents(document.spec)

        def work() -> None:
            try:
                writing.write(about, others, whole)
            finally:
                self._telling.tell(self._ended, writing)

        self._writing, self._thread = writing, Thread(target=work, name="recovery", daemon=True)
        self._thread.start()

    @Slot(object)
    def _take(self, writing: _Writing) -> None:
        if writing is not self._writing:
            return  # it was waited for, and nothing more is to be done about it
        self._learn(writing)
        if writing.problem is not None:
            self._fail(writing.problem)
        else:
            self._told = False
            self._tell_of_curves(writing.lacks)
        due, self._due = self._due, False
        if not self._document.modified:
            self._note()
        elif due:
            self._write()

    def _learn(self, writing: _Writing) -> None:
        """Takes note of what the folder holds now; one that is gone, as a cleaner of disks may have it, is given up."""
        self._thread = self._writing = None
        written = writing.problem is None
        self._network = writing.network if written and not writing.lacks else None
        self._partly = writing.network if written and writing.lacks else None
        if not written and not disk.is_folder(writing.folder.path):
            writing.folder.release()
            self._folder = None

    def _fail(self, problem: BaseException) -> None:
        self._again.start()
        if not self._told:
            self._told = True
            unexpected = _("Something went wrong while they were kept: save them yourself.")
            why = problem if isinstance(problem, disk.CannotWrite) else unexpected
            self.failed.emit(_("For now, a crash would take unsaved changes with it. {problem}").format(problem=why))

    def _tell_of_curves(self, lacks: str) -> None:
        if lacks:
            self._again.start()
            if lacks != self._lacks:
                sentence = _("Curves of the network may be missing from what is kept for a crash. {why}")
                self.failed.emit(sentence.format(why=lacks))
        self._lacks = lacks

    def _remove(self) -> None:
        folder, self._folder = self._folder, None
        if folder is not None:
            self._removal = Thread(target=folder.remove, name="recovery", daemon=True)
            self._removal.start()

    def _stop(self) -> None:
        for timer in self._timers:
            timer.stop()

    def _settle(self) -> None:
        """Waits for what is being written or removed; a folder in which that does not end is left to it."""
        self._stop()
        for thread in (self._thread, self._removal):
            if thread is not None:
                thread.join(_PATIENCE)
        if self._writing is not None and self._thread is not None:
            if self._thread.is_alive():
                self._folder = None  # two at once would write the same files; another one follows
            else:
                self._learn(self._writing)
        self._thread = self._writing = self._removal = None
        self._due = False
