"""Training from the window's side: one run at a time, relayed by a thread of its own."""

from __future__ import annotations

from collections import deque
from queue import SimpleQueue
from time import perf_counter
from typing import Any

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot
from typing_extensions import override

from netbuilder.app.engine import EngineLink
from netbuilder.events import BatchesTrained, Event, RunEnded, RunFailed, RunPaused, RunResumed
from netbuilder.orders import Keep, Order, Pause, Resume, SetLearningRate, Step, Stop, Unit
from netbuilder.spec.plain import to_plain
from netbuilder.spec.project import ProjectSpec
from netbuilder.worker.handle import Reply
from netbuilder.worker.messages import Ask, Tell

_AT_ONCE = 0.003  # seconds for which events are told in one turn of the event loop
_BREATH = 2  # ms from there until more are told


class TrainingRun(QThread):
    """Hands a run to the engine's process and relays its events until the run is over.

    Events that come faster than they can be shown wait, a part of each turn of the event loop: the rest is for whoever
    draws and types.
    """

    told = Signal(object)  # events.Event
    left = Signal(object)  # what a project file keeps of the trained network
    _arrived = Signal()

    def __init__(self, engine: EngineLink, kind: Ask, **body: Any) -> None:
        super().__init__()
        self._replies: SimpleQueue[Reply] = SimpleQueue()
        self._engine = engine
        self._began = perf_counter()
        self._given_up = False
        self._waiting: deque[Event] = deque()
        self._breath = QTimer(self, interval=_BREATH, singleShot=True)
        self._breath.timeout.connect(self._tell_some)
        self._arrived.connect(self._take)
        self._job = engine.ask_from_thread(kind, self._replies.put, **body)

    def order(self, order: Order) -> None:
        """Gives the run an order, which it obeys after its current block of steps."""
        self._engine.order(self._job, order)

    def give_up(self) -> None:
        """Ends the run before it learned anything, together with the process that prepares or compiles it."""
        self._given_up = True
        self._engine.replace()

    @override
    def run(self) -> None:
        while True:
            reply = self._replies.get()
            match reply.kind:
                case Tell.EVENTS:
                    self._pass_on(*reply.body["events"])
                case Tell.DIED if self._given_up:
                    self._pass_on(RunEnded("stopped", 0, None, False, perf_counter() - self._began, {}))
                    return
                case Tell.FAILED | Tell.DIED:
                    self._pass_on(RunFailed(reply.body["sentence"], reply.body["details"]))
                    return
                case Tell.DONE:
                    self.left.emit(reply.body["stored"])
                    return
                case _:  # progress of reading data
                    pass

    def tell_all(self) -> None:
        """Tells what waits; to be called before what comes after it."""
        while self._waiting:
            self.told.emit(self._waiting.popleft())

    def _pass_on(self, *events: Event) -> None:
        self._waiting.extend(events)
        self._arrived.emit()

    @Slot()
    def _take(self) -> None:
        if not self._breath.isActive():
            self._tell_some()

    @Slot()
    def _tell_some(self) -> None:
        end = perf_counter() + _AT_ONCE
        while self._waiting:
            self.told.emit(self._waiting.popleft())
            if perf_counter() > end:
                self._breath.start()
                return


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
        self._learning = self._learned = False
        self.paused = False
        self.can_go_on = False
        """Whether ``go_on`` is possible: the engine still holds the last run, its optimizer included."""
        self.trained_project: ProjectSpec | None = None
        self.stored: dict[str, Any] | None = None
        engine.replaced.connect(self._bring_back)

    @property
    def running(self) -> bool:
        return self._run is not None

    @property
    def learning(self) -> bool:
        """Whether the run has made its first steps: until then it is prepared and compiled."""
        return self._run is not None and self._learning

    def start(self, project: ProjectSpec, *, paused: bool = False) -> None:
        """Begins a run, which rests before its first batch if ``paused``; does nothing while one goes on."""
        if self._run is None:
            self._begin(project, TrainingRun(self._engine, Ask.TRAIN, project=to_plain(project), paused=paused))

    def go_on(self, epochs: int) -> None:
        """Trains the last run's network for so many epochs more, as if it had not ended."""
        if self._run is None and self.can_go_on and self.trained_project is not None:
            plain = to_plain(self.trained_project)
            self._begin(self.trained_project, TrainingRun(self._engine, Ask.MORE, project=plain, epochs=epochs))

    def pause(self) -> None:
        """Asks the run to rest after its current block of steps."""
        self._order(Pause())

    def resume(self) -> None:
        """Asks a resting run to go on."""
        self._order(Resume())

    def step(self, unit: Unit) -> None:
        """Asks the run to go on for one batch, or to the end of the epoch, and to rest then."""
        self._order(Step(unit))

    def set_learning_rate(self, learning_rate: float) -> None:
        """Asks the run to take another step size (> 0) from the next batch on."""
        self._order(SetLearningRate(learning_rate))

    def stop(self, keep: Keep = "last") -> None:
        """Asks the run to end within a block; a run that has not begun to learn is ended with its process, at once."""
        if self._run is None:
            return
        if self._learning or self.paused:
            self._run.order(Stop(keep))
        else:
            self._run.give_up()

    def restore(self, stored: dict[str, Any] | None) -> None:
        """Makes weights from a project file the current network; None: there are none."""
        self.stored = stored
        self.trained_project = None if stored is None else stored["project"]
        self.can_go_on = False
        if stored is not None:
            self._send_stored()
        self.trained.emit()

    def _begin(self, project: ProjectSpec, run: TrainingRun) -> None:
        self._project, self._run = project, run
        self._learning = self._learned = self.paused = self.can_go_on = False
        run.told.connect(self._hear)
        run.left.connect(self._keep)
        run.finished.connect(self._close)
        self.began.emit(project)
        run.start()

    def _order(self, order: Order) -> None:
        if self._run is not None:
            self._run.order(order)

    @Slot(object)
    def _hear(self, event: Event) -> None:
        match event:
            case BatchesTrained():
                self._learning = True
            case RunPaused():
                self.paused = True
            case RunResumed():
                self.paused = False
            case RunEnded() if event.epochs or event.part_steps:
                self.trained_project = self._project
                self._learned = True
            case RunFailed():
                self._send_stored()
            case _:
                pass
        self.told.emit(event)

    @Slot()
    def _close(self) -> None:
        if self._run is not None:
            self._run.tell_all()
        run, self._run = self._run, None
        self.paused = False
        if run is not None:
            run.wait()
            run.deleteLater()
        self.ended.emit()
        self.trained.emit()

    @Slot()
    def _bring_back(self) -> None:
        self.can_go_on = False
        self._send_stored()

    @Slot(object)
    def _keep(self, stored: dict[str, Any]) -> None:
        if self._run is not None:
            self._run.tell_all()
        if self._learned:
            self.stored = {**stored, "project": self._project}
            self.can_go_on = True
        else:  # it ended before its first batch, or lost all it had learned: the network before it is still the one
            self._send_stored()

    def _send_stored(self) -> None:
        if self.stored is not None:
            plain = {**self.stored, "project": to_plain(self.stored["project"])}
            self._engine.ask(Ask.RESTORE, self._restored, **plain)

    def _restored(self, reply: Reply) -> None:
        if reply.kind is not Tell.DONE:
            self.stored = self.trained_project = None
        self.trained.emit()
