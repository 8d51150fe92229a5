"""Turns many changes into a few questions a second: the first at once, the last for certain."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

PAUSE = 8
"""Milliseconds from one question to the next at least, where nothing else is said."""


class Pace(QObject):
    """Emits ``due`` at once if it has been quiet, else as soon as the pause is over."""

    due = Signal()

    def __init__(self, parent: QObject, pause: int = PAUSE) -> None:
        super().__init__(parent)
        self._pause = pause
        self._since = QElapsedTimer()
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._say)

    def ask(self) -> None:
        """Something changed."""
        if self._later.isActive():
            return
        waited = self._since.elapsed() if self._since.isValid() else self._pause
        if waited >= self._pause:
            self._say()
        else:
            self._later.start(int(self._pause - waited))

    def drop(self) -> None:
        """There is nothing to ask any more."""
        self._later.stop()

    def _say(self) -> None:
        self._since.start()
        self.due.emit()
