"""One run from the window's side: relayed by a thread of its own, and taken up again when the engine dies of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Lock
from time import perf_counter
from typing import Any

from PySide6.QtCore import QThread, QTimer, Signal, Slot
from typing_extensions import override

from netbuilder.app.engine import EngineLink
from netbuilder.app.event_queue import EventQueue
from netbuilder.app.network_history import told_by
from netbuilder.app.run_holds import end_in_history, hold_on
from netbuilder.events import (
    BatchesTrained,
    EpochEnded,
    Event,
    LearningRateSet,
    NotRecorded,
    RunContinued,
    RunEnded,
    RunFailed,
    RunPaused,
    RunPrepared,
)
from netbuilder.orders import Order, Pause, Resume, SetLearningRate, Step, Stop
from netbuilder.words import _
from netbuilder.worker.messages import Ask, Reply, Tell

_LIVES, _REST = 3, 3.0  # in one epoch: a machine that is short of memory takes one or two; seconds before the last
# In ms, an engine that compiles nothing obeys Stop after 40 to 220, and after 1,160 with two cores for five programs.
_LATE = 1500


class TrainingRun(QThread):
    """Hands a run to the engine's process and relays its events until the run is over.

    When the process dies, the run goes on in the next one from the last epoch that was kept; when it dies again and again
    before it came further, the run has failed.
    """

    interrupted = Signal(str, str)  # the engine died, and what comes of the run: sentence, details
    waits = Signal(str)  # for what, until it can begin: a sentence; "": it begins
    left = Signal(object)  # what a project file keeps of the trained network
    _compiling = Signal()

    def __init__(
        self, engine: EngineLink, kind: Ask, uid: str, again: Mapping[str, Any] | None = None, **body: Any
    ) -> None:
        """``body`` goes with the request; with ``again``, if it has to be made once more in another process."""
        super().__init__()
        self._replies: SimpleQueue[Reply | None] = SimpleQueue()
        self._engine, self.uid = engine, uid
        self._hold = hold_on(uid)  # before its engine claims it
        self._kind, self._body = kind, body | dict(again or {})
        self._began = perf_counter()
        self._given_up = False
        self._paused = bool(body.get("paused"))  # whether the person wants it to rest
        self._stop: Stop | None = None  # what the person ordered and the run has not obeyed yet
        self._rate: SetLearningRate | None = None
        self._recorded = True
        self._first, self._epoch = (0, 0), 0  # epochs and steps before this run, and the last whole one
        self._died_in, self._deaths = -1, 0
        self._prepared: RunPrepared | None = None  # not told yet: of a run that goes on, everybody knows it
        self._begun = self._resumes = kind is Ask.RESUME  # whether the history knows the run; what it repeats is known
        self.events = EventQueue(self)
        self._ended = False  # which is told before what it leaves has come
        self._obeys = False  # whether the run has come so far that it hears orders, or is over
        self._compiles = False  # which nothing can end but the death of the engine
        self._compiling.connect(self._note)
        self._late = QTimer(self, singleShot=True)
        self._late.timeout.connect(self._give_up)
        self._resting = Lock()
        self._rests = False  # between two processes, for the system
        self._job = self._ask(kind, body)

    def order(self, order: Order) -> None:
        """Gives the run an order, which it obeys after its current block of steps, also if the engine dies before."""
        match order:
            case Stop():
                self._stop = order
            case SetLearningRate():
                self._rate = order
            case Pause() | Resume():
                self._paused = isinstance(order, Pause)
            case Step():
                pass
        self._engine.order(self._job, order)

    def stop(self, stop: Stop) -> None:
        """Orders the run to end; one that only waits until it can begin is taken back, and nothing has happened.

        One that is just compiled, or does not hear it in time, ends with its process.
        """
        if not self._obeys and self._take_back():
            return
        self.order(stop)
        if not self._obeys and not self._late.isActive():
            self._late.start(0 if self._compiles else _LATE)

    @Slot()
    def _note(self) -> None:
        self._compiles = True
        if self._stop is not None:
            self._give_up()

    @Slot()
    def _give_up(self) -> None:
        if not self._obeys:
            self.give_up()

    def give_up(self) -> None:
        """Ends the run before it learned anything, together with the process that prepares or compiles it."""
        self._given_up = True
        self._stop = Stop("last")  # for the next process, where this one has just died and can't be ended any more
        self._engine.replace()

    def leave(self) -> None:
        """Hears no more of the run, which stays interrupted in the history once its process has ended."""
        self._replies.put(None)
        self.wait()
        self.events.clear()

    @override
    def run(self) -> None:
        try:
            self._relay()
        finally:
            if self._hold is not None:
                self._hold.release()

    def _relay(self) -> None:
        while (reply := self._replies.get()) is not None:
            match reply.kind:
                case Tell.EVENTS:
                    self.events.put(*self._new(reply.body["events"]))
                case Tell.DIED if self._given_up:
                    self._end_unlearned(is_in_history=True)
                    return
                case Tell.TAKEN_BACK:
                    self._end_unlearned(is_in_history=self._begun)  # by an engine that died of it
                    return
                case Tell.WAITS:
                    self.waits.emit(reply.body["sentence"])
                case Tell.DIED:
                    if not self._go_on(reply.body["sentence"], reply.body["details"]):
                        return
                case Tell.FAILED:
                    self.events.put(RunFailed(reply.body["sentence"], reply.body["details"]))
                    return
                case Tell.DONE:
                    self.left.emit(reply.body["stored"])
                    return
                case Tell.COMPILING:
                    self._compiling.emit()
                case _:  # progress of reading data
                    pass

    def _end_unlearned(self, *, is_in_history: bool) -> None:
        """Ends the run before its first step; one that was interrupted before stays so, with what it had come to."""
        if is_in_history and self._kind is not Ask.RESUME:
            end_in_history(self.uid, held=self._hold is not None)
        self.events.put(RunEnded("stopped", 0, None, False, perf_counter() - self._began, {}))

    def _go_on(self, sentence: str, details: str) -> bool:
        """Lets the run go on in another process; False where that makes no sense, which is told as a failure."""
        if not self._recorded:
            why = _("The run could not be kept in the history, so it can't go on. Press Train to begin it again.")
        elif self._stop is not None and not self._has_kept:
            self.interrupted.emit(f"{sentence} {_('The run was to stop, and nothing of it was kept.')}", details)
            self._end_unlearned(is_in_history=self._begun)
            return False
        elif self._lives_left(self._epoch) < 1:
            why = _(
                "It ended three times in the same epoch, so the run was not tried again. Choose a smaller batch size or "
                "fewer units; what it had learned before is kept in Runs."
            )
        else:
            more = _("The run goes on from the last epoch that was kept.")
            if not self._epoch and self._kind is not Ask.RESUME:
                more = _("The run begins again.")
            self._obeys &= self._has_kept  # else Stop need not wait for it any more
            self.interrupted.emit(f"{sentence} {more}", details)
            if self._deaths < 2 or self._has_rested():
                self._ask_again()
            return True
        self.events.put(RunFailed(f"{sentence} {why}", details))
        return False

    @property
    def _has_kept(self) -> bool:
        """Whether the history has more of the run than its beginning."""
        return self._epoch > self._first[0] or self._ended or self._kind is Ask.RESUME

    def _has_rested(self) -> bool:
        """Gives the system a moment to have memory again; False where the run was left or taken back meanwhile."""
        with self._resting:
            self._rests = True
        self.waits.emit(_("Waiting a moment, so that there is memory again for another engine …"))
        with suppress(Empty):
            self._replies.put(self._replies.get(timeout=_REST))
        self.waits.emit("")
        with self._resting:
            self._rests = False
            return self._replies.empty()

    def _take_back(self) -> bool:
        """Ends a run that no process has begun; False where there is nothing to take back."""
        with self._resting:
            if self._rests:
                self._replies.put(Reply(Tell.TAKEN_BACK, {}))
                return True
        return self._engine.take_back(self._job)

    def _ask_again(self) -> None:
        """Has the run go on; one that the history does not know yet is begun again."""
        self._hold = self._hold or hold_on(self.uid)
        self._resumes, self._compiles, paused = self._begun, False, self._paused
        kind, body = (Ask.RESUME, {}) if self._begun else (self._kind, self._body)
        self._job = self._ask(kind, {**body, "paused": paused})
        late = None if self._paused == paused else Pause() if self._paused else Resume()
        for order in (self._rate, late, self._stop):
            if order is not None:
                self._engine.order(self._job, order)

    def _ask(self, kind: Ask, body: Mapping[str, Any]) -> int:
        held = self._hold is not None
        return self._engine.ask_from_thread(kind, self._replies.put, run=self.uid, held=held, **body)

    def _missed(self, epoch: int) -> list[Event]:
        """What the history knows of epochs that died on their way here."""
        told = told_by({"runs": (self.uid,)})
        if told.lacks:
            self.interrupted.emit(_("The curves may lack epochs of this run. {why}").format(why=told.lacks), "")
        of_epochs = [one for one in told.events if isinstance(one, BatchesTrained | EpochEnded)]
        return [one for one in of_epochs if self._epoch < one.epoch <= epoch]

    def _lives_left(self, epoch: int) -> int:
        """How often the run may still be taken up, once it has died in this epoch."""
        self._deaths = self._deaths + 1 if epoch == self._died_in else 1
        self._died_in = epoch
        return _LIVES - self._deaths

    def _new(self, events: tuple[Event, ...]) -> list[Event]:
        """The events without what a run that goes on repeats of its beginning."""
        found: list[Event] = []
        for event in events:
            match event:
                case RunPrepared() if self._resumes:
                    self._prepared, self._resumes = event, False
                    continue
                case RunEnded("stopped") if self._kind is Ask.MORE and (event.epochs, event.part_steps) == self._first:
                    event = RunEnded("stopped", 0, None, False, event.seconds, {})  # noqa: PLW2901 - as if given up
                case RunContinued() if event.epoch > self._epoch and (self._epoch or self._kind is not Ask.RESUME):
                    found += self._missed(event.epoch)
                case _:
                    pass
            if self._prepared is not None:
                if not isinstance(event, RunContinued):  # it had come to nothing, and begins again
                    self._epoch = self._first[0]
                    found.append(self._prepared)
                self._prepared = None
            self._follow(event)
            found.append(event)
        return found

    def _follow(self, event: Event) -> None:
        """Takes note of how far the run is."""
        self._obeys |= isinstance(event, BatchesTrained | RunPaused | RunEnded)
        match event:
            case RunPrepared():
                self._begun, self._epoch = True, event.first_epoch - 1
                self._first = self._epoch, event.first_step
            case RunContinued():
                self._epoch = event.epoch
                self._obeys |= self._kind is not Ask.RESUME and self._has_kept
            case EpochEnded():
                self._epoch = event.epoch
            case RunEnded():
                self._ended = True
            case LearningRateSet():
                self._rate = None
            case NotRecorded():
                self._recorded = False
            case _:
                pass


def is_taken(uid: str) -> bool:
    """Whether some program trains that run, or is about to go on with it."""
    from netbuilder.runs.claims import is_claimed
    from netbuilder.runs.database import history_path

    return is_claimed(history_path(), uid)
