"""Another network than the current one, asked for: what a run of the history came to, or what a model file holds."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from netbuilder.app.engine import EngineLink
from netbuilder.spec.plain import project_from, to_plain
from netbuilder.spec.project import ProjectSpec
from netbuilder.words import _
from netbuilder.worker.messages import Ask, Reply, Tell

_LONGEST = 60_000  # ms in which a model file is read; one of 300 MB takes some 5 s


class OtherNetwork(QObject):
    """At most one is asked for at a time; a later one takes the place of an earlier."""

    loaded = Signal(object)  # of a run: what a project file keeps of it
    opened = Signal(object, object)  # of a model file: the same; what to know of it, in sentences
    unwanted = Signal()  # the engine may have made a network that nobody wants, or begun to
    failed = Signal(str, str)  # sentence, details

    def __init__(self, engine: EngineLink, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._wanted: object = None  # stands for the request, as long as it is wanted
        self._name = ""  # of the model file, if it is one
        self._clock = QTimer(self, interval=_LONGEST, singleShot=True)
        self._clock.timeout.connect(self._give_up)

    def load(self, uid: str, *, best: bool) -> None:
        """Asks for the last or the best weights of a run of the history."""
        self.forget()
        self._ask(Ask.LOAD, {"runs": (uid,)}, run=uid, best=best)

    def open(self, path: Path, project: ProjectSpec) -> None:
        """Asks for the model of a ``.keras`` file, with the data of ``project`` if they fit it."""
        self.forget()
        self._name = path.name
        self._clock.start()
        self._ask(Ask.OPEN, {}, path=str(path), project=to_plain(project))

    def forget(self) -> None:
        """It is not wanted any more."""
        self._wanted, self._name = None, ""
        self._clock.stop()

    def give_way(self) -> None:
        """A run has come in between, which is said of a model file."""
        name = self._name
        self.forget()
        if name:
            sentence = _("“{name}” is not opened, since a run has begun: open it again when that is over.")
            self.failed.emit(sentence.format(name=name), "")

    def _ask(self, kind: Ask, known: dict[str, Any], **body: Any) -> None:
        self._wanted = wanted = object()
        self._engine.ask(kind, partial(self._take, wanted, known), **body)

    def _take(self, wanted: object, known: dict[str, Any], reply: Reply) -> None:
        if not reply.last:
            return
        if wanted is not self._wanted:  # another project, run or network has come meanwhile, and is the current one
            if self._wanted is None:
                self.unwanted.emit()
            return
        name = self._name
        self.forget()
        if reply.kind is Tell.DONE:
            stored = {**reply.body["stored"], "project": project_from(reply.body["stored"]["project"]), **known}
            if name:
                self.opened.emit(stored, reply.body["remarks"])
            else:
                self.loaded.emit(stored)
            return
        self.unwanted.emit()
        sentence = reply.body["sentence"]
        if name and reply.kind is Tell.DIED:
            sentence = _("“{name}” could not be opened: the engine ended while it was read, and was started again.")
            sentence = sentence.format(name=name)
        self.failed.emit(sentence, reply.body["details"])

    @Slot()
    def _give_up(self) -> None:
        """Nothing genuine takes so long: the engine is busy with it for ever."""
        sentence = _("“{name}” could not be read within a minute, so the engine was started again: it is damaged.")
        sentence = sentence.format(name=self._name)
        self.forget()
        self._engine.replace()
        self.failed.emit(sentence, "")
