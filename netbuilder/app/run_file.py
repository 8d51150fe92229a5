"""The file of the project that is trained: kept with the run, also where it is first saved while that goes on."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from threading import Thread

from PySide6.QtCore import QObject, Slot

from netbuilder.app.document import Document
from netbuilder.app.open_file import tellable
from netbuilder.app.training import Training
from netbuilder.events import Event, RunPrepared

_PATIENCE = 1.0  # seconds that the end of the window waits for the history


class RunFile(QObject):
    """Tells the training which file holds the project, and the history when that becomes another during a run."""

    def __init__(self, document: Document, training: Training, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._training = training
        self._noted: str | None = None  # what the history has with the run
        self._begun = False  # whether that knows of the run
        self._thread: Thread | None = None
        training.began.connect(self._begin)
        training.told.connect(self._hear)
        document.path_changed.connect(self._take)
        self._take(document.path)

    @Slot()
    def settle(self) -> None:
        """Waits until the history has been told."""
        if self._thread is not None:
            self._thread.join(_PATIENCE)
            self._thread = None

    @Slot(object)
    def _take(self, path: Path | None) -> None:
        known = tellable(path)
        self._training.file = None if known is None else str(known)
        self._note()

    @Slot()
    def _begin(self) -> None:
        self._noted, self._begun = self._training.file, False

    @Slot(object)
    def _hear(self, event: Event) -> None:
        if isinstance(event, RunPrepared):
            self._begun = True
            self._note()

    def _note(self) -> None:
        uid, file = self._training.uid, self._training.file
        if self._begun and uid is not None and file is not None and file != self._noted:
            self.settle()
            self._noted = file
            self._thread = Thread(target=_write, args=(uid, file), name="run file", daemon=True)
            self._thread.start()


def _write(uid: str, file: str) -> None:
    from netbuilder.runs.database import CannotUseHistory
    from netbuilder.runs.whereabouts import note_file

    with suppress(CannotUseHistory):  # of which the run itself tells
        note_file(uid, file)
