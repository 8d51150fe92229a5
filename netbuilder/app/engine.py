"""The window's link to the engine's process: asks it, and brings its replies into the window's own thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from netbuilder.app.telling import Telling
from netbuilder.orders import Order
from netbuilder.words import _
from netbuilder.worker.handle import Worker
from netbuilder.worker.messages import Ask, Readiness, Receive, Reply, Tell

MOST_SESSIONS = 20
"""So many models of other shapes are made by one process: TensorFlow gives some 20 MB of each back to nobody."""

_MOST_DEATHS_IN_A_ROW = 5  # more than a run has lives
_PAUSES = (0, 0, 500, 2000)  # ms after so many: where memory or processes ran out, there may be some again


class EngineLink(QObject):
    """Keeps one warm engine process; when it dies, a new one takes its place and ``died`` says so."""

    ready = Signal(object)  # Readiness
    died = Signal(str, str)  # while no run went on, which tells of it itself: sentence, details
    replaced = Signal()  # a new process has taken the place of one that died or was ended: it knows nothing yet
    unkept = Signal(str)  # why a run that has ended is not whole in the history
    failed = Signal(str, str)  # it can't be started at all: sentence, details
    _arrived = Signal(object, object)  # receiver, reply
    _lost = Signal(object, str, str, bool)  # worker, sentence, details, whether in a run
    _kept = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ended: Worker | None = None  # on purpose, the last time; the next one starts when it has gone
        self._successor: Worker | None = None
        self._fresh: Readiness | None = None  # what the successor said of itself when it was ready
        self.is_ready = False
        self._deaths = 0
        self._given_up = False
        self._telling = Telling()  # threads of the handle may hear of a process that dies when this object is gone
        self.worker = self._made()
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._revive)
        # Later also where a death is known at once: whoever asks does not expect to hear of it before he has asked.
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._lost.connect(self._replace, Qt.ConnectionType.QueuedConnection)
        self._kept.connect(self._note_kept, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether a request waits for its last reply, or the history for the rest of a run."""
        return self.worker.busy

    def start(self) -> None:
        """Starts the process, which is ready some seconds later; requests before that wait for it."""
        self.ask(Ask.HELLO, self._greeted)

    def ask(self, kind: Ask, receiver: Callable[[Reply], None], **body: Any) -> int:
        """Sends a request; ``receiver`` is called in this object's thread. Returns the number to ``stop`` it by."""
        return self.ask_from_thread(kind, self._receive(receiver), **body)

    def ask_from_thread(self, kind: Ask, receive: Receive, **body: Any) -> int:
        """The same for a thread that waits by itself; ``receive`` is called in a thread of the handle."""
        if self._given_up:  # whoever asks nevertheless may have mended what kept it from starting
            self._given_up = False
            self.start()
        return self.worker.ask(kind, receive, **body)

    def stop(self, number: int) -> None:
        """Asks a request to end by itself."""
        self.worker.stop(number)

    def take_back(self, number: int) -> bool:
        """Forgets a run that waits until it can begin, whose receiver hears that; False where there is none."""
        return self.worker.take_back(number)

    def order(self, number: int, order: Order) -> None:
        """Gives an order to a run; it has no reply but the run's events."""
        self.worker.order(number, order)

    def replace(self) -> None:
        """Ends the process at once, whatever it does, and starts another; open requests hear DIED, nobody an alarm."""
        if self.worker.pid is not None:
            self._ended, self.worker = self.worker, self._made()
            self._ended.end()
            self._drop_successor()
            self.is_ready = False

    def renew(self) -> None:
        """Starts a successor of a process that has made too many models; it takes over as soon as both can."""
        if self.worker.sessions >= MOST_SESSIONS and self._successor is None:
            self._successor = successor = self._made()
            successor.ask(Ask.HELLO, self._receive(partial(self._welcome, successor)))

    def close(self) -> None:
        """Ends the process; nothing more is heard."""
        self._telling.end()
        self._again.stop()
        self._drop_successor()
        self.worker.close()

    @Slot(object, object)
    def _deliver(self, receiver: Callable[[Reply], None], reply: Reply) -> None:
        receiver(reply)
        if reply.last:
            self._hand_over()

    @Slot(object, str, str, bool)
    def _replace(self, worker: Worker, sentence: str, details: str, in_run: bool) -> None:
        if worker is self._ended:
            self._ended = None
            self._revive()
            return
        if worker is not self.worker:
            if worker is self._successor:
                self._successor = self._fresh = None
            return
        self._drop_successor()
        self._ended, self.is_ready = None, False
        if self._again.isActive():  # it is going to be started again
            return
        self._deaths += 1
        if self._deaths >= _MOST_DEATHS_IN_A_ROW:
            self._given_up = True
            self.failed.emit(
                _("The engine can't be started, so nothing can be trained or tested. Press Train to try it again."),
                details,
            )
            return
        if not in_run:
            self.died.emit(sentence, details)
        pause = _PAUSES[self._deaths - 1]
        if pause:
            self._again.start(pause)
        else:
            self._revive()

    @Slot(str)
    def _note_kept(self, sentence: str) -> None:
        """The history has the last run: the process that made it is no longer needed."""
        if sentence:
            self.unkept.emit(sentence)
        self.renew()
        self._hand_over()

    def _made(self) -> Worker:
        worker = Worker(
            lambda *words: self._telling.tell(self._lost, worker, *words),
            lambda sentence: self._telling.tell(self._kept, sentence),
        )
        return worker

    def _receive(self, receiver: Callable[[Reply], None]) -> Receive:
        return lambda reply: self._telling.tell(self._arrived, receiver, reply)

    def _welcome(self, worker: Worker, reply: Reply) -> None:
        if worker is self._successor:
            match reply.kind:
                case Tell.DONE:
                    self._fresh = reply.body["readiness"]
                case Tell.FAILED:
                    self._drop_successor()
                case _:  # a death is told by ``_lost``
                    pass

    def _hand_over(self) -> None:
        """The successor takes over, if it is ready and nobody waits for the process before it."""
        if self._successor is not None and self._fresh is not None and not self.busy:
            before, self.worker, readiness = self.worker, self._successor, self._fresh
            self._successor = self._fresh = None
            before.close(wait=False)
            self._deaths, self.is_ready = 0, True
            self.replaced.emit()
            self.ready.emit(readiness)

    def _drop_successor(self) -> None:
        successor, self._successor, self._fresh = self._successor, None, None
        if successor is not None:
            successor.close(wait=False)

    @Slot()
    def _revive(self) -> None:
        self.start()
        if self.worker.pid is not None:
            self.replaced.emit()

    def _greeted(self, reply: Reply) -> None:
        match reply.kind:
            case Tell.DONE:
                self.is_ready = True
                self._deaths = 0
                self.ready.emit(reply.body["readiness"])
            case Tell.FAILED:
                self.failed.emit(reply.body["sentence"], reply.body["details"])
            case _:  # a death is told by ``_lost``
                pass
