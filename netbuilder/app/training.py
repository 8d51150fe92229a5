"""Training from the window's side: one run at a time, relayed by a thread of its own."""

from __future__ import annotations

from queue import SimpleQueue
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot
from typing_extensions import override

from netbuilder.app.engine import EngineLink
from netbuilder.events import Event, RunEnded, RunFailed
from netbuilder.spec.plain import to_plain
from netbuilder.spec.project import ProjectSpec
from netbuilder.worker.handle import Reply
from netbuilder.worker.messages import Ask, Tell


class TrainingRun(QThread):
    """Hands a project to the engine's process and relays its events until the run is over."""

    told = Signal(object)  # events.Event
    left = Signal(object)  # what a project file keeps of the trained network

    def __init__(self, engine: EngineLink, project: ProjectSpec) -> None:
        super().__init__()
        self._replies: SimpleQueue[Reply] = SimpleQueue()
        self._engine = engine
        self._job = engine.ask_from_thread(Ask.TRAIN, self._replies.put, project=to_plain(project))

    def stop(self) -> None:
        """Asks the run to end within a batch; its network stays usable."""
        self._engine.stop(self._job)

    @override
    def run(self) -> None:
        while True:
            reply = self._replies.get()
            match reply.kind:
                case Tell.EVENT:
                    self.told.emit(reply.body["event"])
                case Tell.FAILED | Tell.DIED:
                    self.told.emit(RunFailed(reply.body["sentence"], reply.body["details"]))
                    return
                case Tell.DONE:
                    self.left.emit(reply.body["stored"])
                    return
                case _:  # progress of reading data
                    pass


class Training(QObject):
    """The current run, and the network that the last one left."""

    told = Signal(object)  # events.Event
    began = Signal(object)  # ProjectSpec
    ended = Signal()
    trained = Signal()  # ``trained_project`` has changed

    def __init__(self, engine: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._run: TrainingRun | None = None
        self._project: ProjectSpec | None = None
        self.trained_project: ProjectSpec | None = None
        self.stored: dict[str, Any] | None = None
        engine.died.connect(self._bring_back)

    @property
    def running(self) -> bool:
        return self._run is not None

    def start(self, project: ProjectSpec) -> None:
        """Begins a run; does nothing while one goes on."""
        if self._run is not None:
            return
        self._project = project
        self._run = TrainingRun(self._engine, project)
        self._run.told.connect(self._hear)
        self._run.left.connect(self._keep)
        self._run.finished.connect(self._close)
        self.began.emit(project)
        self._run.start()

    def stop(self) -> None:
        """Asks the run to end within a batch."""
        if self._run is not None:
            self._run.stop()

    def restore(self, stored: dict[str, Any] | None) -> None:
        """Makes weights from a project file the current network; None: there are none."""
        self.stored = stored
        self.trained_project = None if stored is None else stored["project"]
        if stored is not None:
            self._send_stored()
        self.trained.emit()

    @Slot(object)
    def _hear(self, event: Event) -> None:
        match event:
            case RunEnded():
                self.trained_project = self._project
            case RunFailed():
                self._send_stored()
            case _:
                pass
        self.told.emit(event)

    @Slot()
    def _close(self) -> None:
        run, self._run = self._run, None
        if run is not None:
            run.wait()
            run.deleteLater()
        self.ended.emit()
        self.trained.emit()

    @Slot(str, str)
    def _bring_back(self, sentence: str, details: str) -> None:
        self._send_stored()

    @Slot(object)
    def _keep(self, stored: dict[str, Any]) -> None:
        self.stored = {**stored, "project": self._project}

    def _send_stored(self) -> None:
        if self.stored is not None:
            plain = {**self.stored, "project": to_plain(self.stored["project"])}
            self._engine.ask(Ask.RESTORE, self._restored, **plain)

    def _restored(self, reply: Reply) -> None:
        if reply.kind is not Tell.DONE:
            self.stored = self.trained_project = None
        self.trained.emit()
