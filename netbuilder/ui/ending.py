"""The end of the program that nobody at the window asked for: a logout, a shutdown, Ctrl+C in its terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from netbuilder.app.recovery import Recovery
from netbuilder.ui.window import Window

if TYPE_CHECKING:
    from netbuilder.app.termination import Termination


class Ending(QObject):
    """Ends at once and asks nothing, since nobody may be there: what is not saved and a run are offered at the next start."""

    def __init__(self, window: Window, recovery: Recovery, close_files: Callable[[], None]) -> None:
        super().__init__(window)
        self._window, self._recovery, self._close_files = window, recovery, close_files
        self._termination: Termination | None = None

    @Slot()
    def begin(self) -> None:
        """Listens from now on."""
        from netbuilder.app.termination import Termination  # sockets: the first picture need not wait for them

        self._termination = Termination(self)
        self._termination.asked.connect(self._end)

    def close(self) -> None:
        """Hears of nothing more."""
        if self._termination is not None:
            self._termination.close()

    @Slot()
    def _end(self) -> None:
        self._window.inspector.finish_entry()
        self._recovery.keep()
        self._window.leave()
        self._close_files()
        QApplication.exit()
