"""Training from the window's side: one run at a time, and the network that the last one left."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from netbuilder import events
from netbuilder.app.engine import EngineLink
from netbuilder.app.network_history import Heard, told_by
from netbuilder.app.other_network import OtherNetwork
from netbuilder.app.training_run import TrainingRun
from netbuilder.orders import Keep, Order, Pause, Resume, SetLearningRate, Step, Stop, Unit
from netbuilder.runs.records import new_uid
from netbuilder.spec.plain import to_plain
from netbuilder.spec.project import ProjectSpec
from netbuilder.worker.messages import Ask, Reply, Tell

_MOST_DEATHS = 4  # a run that takes its engine along three times may meet it each time


class Training(QObject):
    """The current run, and the network that the last one left."""

    told = Signal(object)  # events.Event
    began = Signal(object)  # ProjectSpec
    waits = Signal(str)  # for what the run waits until it can begin, a sentence; "": it begins
    interrupted = Signal(str, str)  # the engine died of a run, and what comes of that: sentence, details
    ended = Signal()
    trained = Signal()  # ``trained_project`` has changed
    loaded = Signal()  # the network of an earlier run is the current one
    opened = Signal(object, object)  # a model file is read: its ProjectSpec; what to know of it, in sentences
    failed = Signal(str, str)  # it could not be loaded or opened: sentence, details

    def __init__(self, engine: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._run: TrainingRun | None = None
        self._project: ProjectSpec | None = None
        self._heard = Heard()
        self._appends = False  # whether going on belongs to the last of them, rather than to a run of its own
        self._held: int | None = None  # the process that holds the last run, its optimizer included
        self._learning = self._learned = False
        self._reached: dict[str, float] = {}
        self._opened: dict[str, Any] | None = None  # a network from a model file, as long as it is not taken
        self._other = OtherNetwork(engine, self)
        self._other.loaded.connect(self._take_loaded)
        self._other.opened.connect(self._offer)
        self._other.unwanted.connect(self._make_again)
        self._other.failed.connect(self.failed)
        self._deaths = 0  # of the engine, over making the network again
        self.begun = self.paused = False
        self.recorded = True
        """Whether a run that has ``begun`` can go on after it was left: the history could be written."""
        self.file: str | None = None  # that holds the project; the history keeps it with a run
        self.trained_project: ProjectSpec | None = None
        self.stored: dict[str, Any] | None = None  # what a project file keeps of the network
        engine.replaced.connect(self._bring_back)

    @property
    def running(self) -> bool:
        return self._run is not None

    @property
    def uid(self) -> str | None:
        return None if self._run is None else self._run.uid

    @property
    def learning(self) -> bool:
        """Whether the run has made its first steps: until then it is prepared and compiled."""
        return self._run is not None and self._learning

    @property
    def can_go_on(self) -> bool:
        """Whether ``go_on`` is possible: all that the network's training came to is known, its optimizer included."""
        return self._run is None and self.stored is not None and self.stored.get("checkpoint") is not None

    @property
    def history(self) -> tuple[events.Event, ...]:
        """What the runs told that made the current network, as far as it is known."""
        return () if self.stored is None else told_by(self.stored).events

    def start(self, project: ProjectSpec, *, paused: bool = False) -> None:
        """Begins a run, which rests before its first batch if ``paused``; does nothing while one goes on."""
        if self._run is None:
            uid = new_uid()
            run = TrainingRun(self._engine, Ask.TRAIN, uid, file=self.file, project=to_plain(project), paused=paused)
            self._begin(project, Heard((uid,)), run)

    def go_on(self, epochs: int) -> None:
        """Trains the network for so many epochs more, as if its run had not ended."""
        if self.can_go_on and self.trained_project is not None and self.stored is not None:
            known = {name: self.stored[name] for name in ("checkpoint", "scaling")}
            is_held = self._held is not None and self._held == self._engine.worker.pid
            body = {"project": to_plain(self.trained_project), "epochs": epochs, **({} if is_held else known)}
            runs: tuple[str, ...] = self.stored.get("runs", ())
            runs = runs if self._appends else (*runs, new_uid())
            run = TrainingRun(self._engine, Ask.MORE, runs[-1], known, file=self.file, **body)
            self._begin(self.trained_project, Heard(runs, self.stored), run)

    def take_up(self, uid: str, project: ProjectSpec, told: Sequence[events.Event]) -> None:
        """Goes on with a run of the history that was interrupted; ``told``: what it had told until then."""
        if self._run is None:
            self._begin(project, Heard((uid,)), TrainingRun(self._engine, Ask.RESUME, uid, file=self.file))
            for event in told:
                self._take_in(event)

    def load(self, uid: str, *, best: bool) -> None:
        """Makes what a run of the history came to the current network, with its last or its best weights."""
        if self._run is None:
            self._held = None  # whatever comes of it, the engine's last session is another one
            self._other.load(uid, best=best)

    def open_model(self, path: Path, project: ProjectSpec) -> None:
        """Reads the model of a ``.keras`` file, with the data of ``project`` if they fit it.

        After ``opened`` it is to be taken or refused.
        """
        if self._run is None:
            self._held = None
            self._other.open(path, project)

    def take_opened(self) -> None:
        """Makes the model that was opened the current network."""
        stored, self._opened = self._opened, None
        if stored is not None:
            held = self._held
            self._take(stored)
            self._held = held
            if held is None:  # the engine has died since it was read
                self._send_stored()

    def refuse_opened(self) -> None:
        """Keeps the network that is the current one."""
        self._opened = self._held = None
        self._send_stored()

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
        """Asks the run to end within a block; one that is still compiled is ended with its process."""
        if self._run is not None:
            self._run.stop(Stop(keep))

    def leave(self) -> None:
        """Lets go of the run, if there is one: when its process ends, it can be taken up from the history later."""
        if self._run is not None:
            self._run.leave()

    def restore(self, stored: dict[str, Any] | None) -> None:
        """Makes weights from a project file the current network; None: there are none."""
        self.stored, self._deaths = stored, 0
        self._other.forget()
        self.trained_project = None if stored is None else stored["project"]
        self._held, self._appends = None, False
        if stored is not None:
            self._send_stored()
        self.trained.emit()

    def _begin(self, project: ProjectSpec, heard: Heard, run: TrainingRun) -> None:
        self._project, self._heard, self._run = project, heard, run
        self._learning = self._learned = self.begun = self.paused = False
        self._other.give_way()
        self.recorded = True
        run.events.told.connect(self._hear)
        run.waits.connect(self.waits)
        run.interrupted.connect(self.interrupted)
        run.left.connect(self._keep)
        run.finished.connect(self._close)
        self.began.emit(project)
        run.start()

    def _order(self, order: Order) -> None:
        if self._run is not None:
            self._run.order(order)

    @Slot(object)
    def _hear(self, event: events.Event) -> None:
        """An event of the engine's process, which therefore knows what is learned."""
        match event:
            case events.BatchesTrained():
                self._learning = True
            case events.RunContinued():  # before which may be told what another process has learned
                self._learning = False
            case _:
                pass
        self._take_in(event)

    def _take_in(self, event: events.Event) -> None:
        self._heard.hear(event)
        if not isinstance(event, events.RunEnded):  # or else it was taken back, and the engine still has the run before
            self._held = None
        match event:
            case events.EpochEnded():
                self._reached = dict(event.metrics)
            case events.RunPrepared():
                self.begun = True
            case events.RunPaused() | events.RunResumed():
                self.paused = isinstance(event, events.RunPaused)
            case events.RunEnded():
                self._learned = bool(event.epochs or event.part_steps)
                self._reached |= {f"test_{name}": value for name, value in event.test.items()}
            case events.NotRecorded():
                self.recorded = False
            case events.RunFailed():
                self._appends = False  # what the history has of it must not be trained over
                self._send_stored()
            case _:
                pass
        self.told.emit(event)

    @Slot()
    def _close(self) -> None:
        if self._run is not None:
            self._run.events.tell_all()
        run, self._run = self._run, None
        self.begun = self.paused = False
        if run is not None:
            run.wait()
            run.deleteLater()
        self.ended.emit()
        self.trained.emit()

    @Slot()
    def _bring_back(self) -> None:
        if self._run is not None:
            self._run.events.tell_all()
        self._held, self._learning = None, False  # until the run has learned again, the network before it answers
        self._send_stored(behind=self._run is not None)

    @Slot(object)
    def _keep(self, stored: dict[str, Any]) -> None:
        if self._run is not None:
            self._run.events.tell_all()
        if self._learned:
            self.trained_project = self._project
            self.stored = {**stored, "project": self._project, "reached": self._reached, **self._heard.known}
            # What the history does not have, nothing can be appended to.
            self._held, self._appends = self._engine.worker.pid, self.recorded
        else:  # it ended before its first batch, or lost all it had learned: the network before it is still the one
            self._send_stored()

    def _send_stored(self, *, behind: bool = False) -> None:
        """Has the engine make the network again, unless it has died of that before; ``behind`` that of a run that goes on."""
        stored = self.stored
        if stored is not None and self._deaths < _MOST_DEATHS:
            plain = {name: stored[name] for name in ("scaling", "weights", "examples")}
            plain |= {"project": to_plain(stored["project"]), "checkpoint": stored.get("checkpoint")}
            self._engine.ask(Ask.RESTORE, partial(self._restored, stored), behind=behind, **plain)

    def _restored(self, stored: dict[str, Any], reply: Reply) -> None:
        """The file keeps a network that can't be made again: it may be possible elsewhere."""
        if stored is not self.stored:
            return
        self._deaths = self._deaths + 1 if reply.kind is Tell.DIED else 0
        if reply.kind is Tell.FAILED or self._deaths >= _MOST_DEATHS:
            self.trained_project = None
            self.failed.emit(reply.body["sentence"], reply.body["details"])
        self.trained.emit()

    @Slot(object)
    def _take_loaded(self, stored: dict[str, Any]) -> None:
        self._take(stored)
        self.loaded.emit()

    @Slot(object, object)
    def _offer(self, stored: dict[str, Any], remarks: Sequence[str]) -> None:
        self._opened, self._held = stored, self._engine.worker.pid
        self.opened.emit(stored["project"], remarks)

    @Slot()
    def _make_again(self) -> None:
        if self._run is None:
            self._send_stored()

    def _take(self, stored: dict[str, Any]) -> None:
        self.stored, self.trained_project = stored, stored["project"]
        self._held, self._appends = self._engine.worker.pid, False
        self.trained.emit()
