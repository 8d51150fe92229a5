"""What a person asks of a run, and what can be asked of it next."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from netbuilder.app.document import Document
from netbuilder.app.training import Training
from netbuilder.events import BatchesTrained, EpochEnded, Event, RunPaused, RunResumed
from netbuilder.orders import Keep, Unit
from netbuilder.spec.project import ProjectSpec, same_apart_from_title
from netbuilder.spec.recipe import rate_left
from netbuilder.ui.losing import Losing
from netbuilder.ui.run_state import Phase, RunState


class Running(QObject):
    """Gives a run its orders. What was ordered shows at once, and stays until the run has done it."""

    changed = Signal(object)  # RunState

    def __init__(self, document: Document, training: Training, losing: Losing, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._training, self._losing = document, training, losing
        self._asked: Literal["", "pause", "resume", "step", "stop"] = ""
        self._first: Unit | None = None  # a step that a run begins with, once it rests
        self._epoch_ended = False
        self._waits = ""
        self._told = RunState()

    @property
    def state(self) -> RunState:
        """What can be asked now."""
        spec = self._document.spec
        return RunState(
            phase=self._phase,
            waits=self._waits,
            begins_with_step=self._first is not None,
            blocking=tuple(problem.sentence for problem in self._document.outline.blocking),
            epoch_ended=self._epoch_ended,
            can_go_on=self._training.can_go_on and same_apart_from_title(self._training.trained_project, spec),
            epochs=spec.training.epochs,
            rate_left=rate_left(spec.training),
        )

    @Slot()
    def start(self) -> None:
        """Trains the project as it is now, unless something has to be mended first."""
        if self.state.can_train and self._losing.may_lose_network():
            self._training.start(self._document.spec)

    @Slot()
    def pause(self) -> None:
        """Lets the run rest."""
        if self.state.can_pause:
            self._training.pause()
            self._ask("pause")

    @Slot()
    def resume(self) -> None:
        """Lets the run go on."""
        if self.state.can_resume:
            self._training.resume()
            self._ask("resume")

    @Slot()
    def step_batch(self) -> None:
        """Trains one batch and rests; without a run, begins one with it."""
        self._step("batch")

    @Slot()
    def step_epoch(self) -> None:
        """Trains to the end of the epoch and rests; without a run, begins one with it."""
        self._step("epoch")

    @Slot()
    def stop(self) -> None:
        """Ends the run with the weights as they are."""
        self._stop("last")

    @Slot()
    def stop_best(self) -> None:
        """Ends the run with the weights of its best epoch."""
        self._stop("best")

    def train_more(self, epochs: int) -> None:
        """Trains the last run's network further; 0: for as many epochs as the project says."""
        if self.state.can_train_more:
            self._training.go_on(epochs or self._document.spec.training.epochs)

    @Slot(object)
    def begin(self, _project: ProjectSpec) -> None:
        """A run began."""
        self._epoch_ended, self._waits = False, ""
        self._ask("pause" if self._first is not None else "")

    @Slot(str)
    def wait(self, sentence: str) -> None:
        """The run waits for what the sentence says; "": it begins."""
        self._waits = sentence
        self.look()

    @Slot(object)
    def hear(self, event: Event) -> None:
        """Follows what the run says."""
        match event:
            case BatchesTrained() if self._told.phase is not Phase.PREPARING:
                return  # there may be hundreds a second, and nothing else can be asked than before
            case EpochEnded() if self._epoch_ended:
                return
            case EpochEnded():
                self._epoch_ended = True
            case RunPaused() if self._asked != "stop":
                first, self._first, self._asked = self._first, None, ""
                if first is not None:
                    self._step(first)
            case RunResumed() if self._asked == "resume":
                self._asked = ""
            case _:
                pass
        self.look()

    @Slot()
    def end(self) -> None:
        """The run is over."""
        self._first, self._waits = None, ""
        self._ask("")

    @Slot()
    def look(self) -> None:
        """Tells what can be asked now, if that is something else than before."""
        state = self.state
        if state != self._told:
            self._told = state
            self.changed.emit(state)

    @property
    def _phase(self) -> Phase:
        if not self._training.running:
            return Phase.IDLE
        if self._asked == "stop":
            return Phase.STOPPING
        if self._asked == "pause":
            return Phase.PAUSING
        if self._asked == "step" or (self._training.paused and self._asked != "resume"):
            return Phase.PAUSED
        return Phase.RUNNING if self._training.learning else Phase.PREPARING

    def _step(self, unit: Unit) -> None:
        state = self.state
        if state.can_train:
            if self._losing.may_lose_network():
                self._first = unit
                self._training.start(self._document.spec, paused=True)
        elif state.can_resume and self._asked != "step":  # a key that is held down asks faster than batches are trained
            self._training.step(unit)
            self._ask("step" if unit == "batch" else "resume")

    def _stop(self, keep: Keep) -> None:
        if self.state.can_stop:
            self._training.stop(keep)
            self._ask("stop")

    def _ask(self, asked: Literal["", "pause", "resume", "step", "stop"]) -> None:
        self._asked = asked
        self.look()
