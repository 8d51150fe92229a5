"""A model on its way from the engine: it is told of when no dialog and no menu is open, under which it would act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from netbuilder.app.document import Document
from netbuilder.app.training import Training
from netbuilder.spec.project import ProjectSpec
from netbuilder.ui.questions import somebody_is_asked

_AGAIN = 100  # ms, while a dialog or a menu is open


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A model that the engine has read: its file, its project and what to know of it.

    ``edited``: the open project has changed since it was asked for.
    """

    path: Path
    project: ProjectSpec
    remarks: Sequence[str]
    edited: bool


class Incoming(QObject):
    """Has the engine read a model. The last one that was asked for is the one that comes; each is taken or refused.

    A file dialog writes when it is closed what is open then: nothing may take its place in the meantime.
    """

    came = Signal(object)  # a Model
    overtaken = Signal(object)  # Path: a run has begun while it waited, whose network is the current one now

    def __init__(self, document: Document, training: Training, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._training = training
        self._asked: tuple[Path, object] | None = None  # with what was open when it was asked for
        self._read: tuple[ProjectSpec, Sequence[str]] | None = None  # waits in the training, too
        self._overtaken = False
        self._later = QTimer(self, interval=_AGAIN, singleShot=True)
        self._later.timeout.connect(self._tell)
        training.opened.connect(self._take)
        training.began.connect(self._note_run)

    def ask(self, path: Path) -> None:
        """Asks for the model of a file, and for no other one any more."""
        self.drop()
        self._asked = path, (self._document.spec, self._document.attached)
        self._training.open_model(path, self._document.spec)

    def drop(self) -> None:
        """Wants none any more."""
        if self._read is not None:
            self._refuse()
        self._asked = None

    def accept(self, model: Model) -> bool:
        """Makes its network the current one; False if another network or model has come meanwhile."""
        if self._read is None or self._read[0] is not model.project:
            return False
        if self._overtaken:
            self._give_up(model.path)
            return False
        self._read = None
        self._training.take_opened()
        return True

    def refuse(self, model: Model) -> None:
        """Keeps the network that is the current one."""
        if self._read is not None and self._read[0] is model.project:
            self._refuse()

    def _give_up(self, path: Path) -> None:
        self._refuse()
        self.overtaken.emit(path)

    def _refuse(self) -> None:
        self._later.stop()
        self._read = None
        self._training.refuse_opened()

    @Slot(object, object)
    def _take(self, project: ProjectSpec, remarks: Sequence[str]) -> None:
        if self._asked is None:
            self._training.refuse_opened()
            return
        self._read, self._overtaken = (project, remarks), False
        self._tell()

    @Slot()
    def _note_run(self) -> None:
        self._overtaken = True

    @Slot()
    def _tell(self) -> None:
        if self._asked is None or self._read is None:
            return
        if somebody_is_asked():
            self._later.start()
            return
        (path, before), self._asked = self._asked, None
        if self._overtaken:
            self._give_up(path)
            return
        edited = before != (self._document.spec, self._document.attached)
        self.came.emit(Model(path, *self._read, edited))
