"""Brings pyqtgraph into the running window, in pieces so small that nobody notices."""

from __future__ import annotations

import gc
import importlib
import threading
import time
from collections.abc import Iterator

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import QObject, QTimer, Signal

_PIECE = 0.003  # seconds of the event loop that a piece of work takes
_PAUSE = 4  # ms between two pieces


class Loading(QObject):
    """Imports the board of the curves. Imported at once, it would hold the window up for 0.2 s.

    pyqtgraph asks PySide for each of its 2,000 classes, which are made when they are first asked for. They are made
    here before, a few at a time and in the window's own thread: two threads that make the same class meet half of it.
    What is left to import, in a thread, is Python that gives way.
    """

    done = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._work = _work()
        self._clock = QTimer(self, interval=_PAUSE)
        self._clock.timeout.connect(self._go_on)

    def start(self) -> None:
        """Begins; ``done`` comes some tenths of a second later."""
        self._clock.start()

    def stop(self) -> None:
        """What is not yet imported will be by whoever needs it."""
        self._clock.stop()

    def _go_on(self) -> None:
        end = time.perf_counter() + _PIECE
        for waits in self._work:
            if waits or time.perf_counter() > end:
                return
        self._clock.stop()
        gc.freeze()  # what was imported stays: a collection that looked at all of it would take some 30 ms
        self.done.emit()


def _work() -> Iterator[bool]:
    """Small pieces; true where the next has to wait."""
    for module in (QtCore, QtGui, QtWidgets):
        for name in dir(module):
            getattr(module, name)
            yield False
    thread = threading.Thread(target=_import, name="curves_import", daemon=True)
    thread.start()
    while thread.is_alive():
        yield True


def _import() -> None:
    importlib.import_module("netbuilder.ui.curves.board")
