"""The system's wish that the program ends, as when somebody logs out: heard in Qt's loop, where there is time to act."""

from __future__ import annotations

import signal
import socket
from collections.abc import Sequence

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

_ASKS = ("SIGTERM", "SIGHUP", "SIGINT", "SIGBREAK")
_MOST = 64  # bytes, of which each stands for a signal


class Termination(QObject):
    """Hears of signals that ask for an end, of which there are other ones on Windows. Once asked, it asks no more.

    What the program was started to ignore, as ``nohup`` does with SIGHUP, stays ignored.

    Python does nothing about a signal while Qt waits; it writes into a socket, for whose reader Qt wakes up.
    """

    asked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reads, self._writes = socket.socketpair()
        for end in (self._reads, self._writes):
            end.setblocking(False)
        self._before = signal.set_wakeup_fd(self._writes.fileno(), warn_on_full_buffer=False)
        heeded = [one for one in _known() if signal.getsignal(one) is not signal.SIG_IGN]
        self._handlers = {one: signal.signal(one, _leave_it_to_the_socket) for one in heeded}
        self._notifier = QSocketNotifier(self._reads.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._hear)

    def close(self) -> None:
        """Leaves signals to whoever had them before."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before)
        for one, handler in self._handlers.items():
            signal.signal(one, handler)
        for end in (self._reads, self._writes):
            end.close()

    @Slot()
    def _hear(self) -> None:
        if set(self._reads.recv(_MOST)) & set(self._handlers):
            self._notifier.setEnabled(False)
            self.asked.emit()


def _known() -> Sequence[signal.Signals]:
    return [signal.Signals[name] for name in _ASKS if name in signal.Signals.__members__]


def _leave_it_to_the_socket(_number: int, _frame: object) -> None:
    """What Python calls once it computes again; without it, the signal would end the program."""
