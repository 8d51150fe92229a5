"""Offers the report of a window that did not end as it should."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot

from netbuilder.app.lives import LastWords, last_words
from netbuilder.ui.message_bar import MessageBar
from netbuilder.ui.reporting import Reporting
from netbuilder.words import _

_AFTER_FIRST_PAINT = 500  # ms
_ABOUT = "last words"


class LastWordsOffer(QObject):
    """Asks above the views about the latest one; what is neither read nor dismissed is offered again."""

    def __init__(self, folder: Path, reporting: Reporting, messages: MessageBar, parent: QObject) -> None:
        """``folder`` is where lives leave their last words."""
        super().__init__(parent)
        self._folder, self._reporting, self._messages = folder, reporting, messages
        self._found: list[LastWords] | None = None
        messages.answered.connect(self._take)

    @Slot()
    def offer_soon(self) -> None:
        """Looks for what was left, once, when the window has been painted."""
        if self._found is None:
            self._found = []
            QTimer.singleShot(_AFTER_FIRST_PAINT, self, self._look)

    def leave(self) -> None:
        """The window closes: what was not answered is offered again at the next start."""
        for one in self._found or ():
            one.release()
        self._found = []

    @Slot()
    def _look(self) -> None:
        self._found = last_words(self._folder)
        if not self._found:
            return
        latest = self._found[0]
        self._reporting.log.note("ERROR", "An earlier window did not end as it should", latest.text)
        self._messages.ask(
            _("netbuilder ended unexpectedly ({when}). A report of where that was is kept on this computer.").format(
                when=_when(latest)
            ),
            {"show the report": _("Show the report"), "dismiss the report": _("Dismiss")},
            closing="dismiss the report",
            about=_ABOUT,
        )

    @Slot(str)
    def _take(self, answer: str) -> None:
        if not self._found:
            return
        if answer == "show the report":
            from netbuilder.app.reports import report_of_last

            latest = self._found[0]
            self._reporting.show_report(
                _("netbuilder ended unexpectedly"),
                _(
                    "This is where it was ({when}). If it happens again, copy these details for those who make "
                    "netbuilder, and say with them what you did."
                ).format(when=_when(latest)),
                report_of_last(latest.text, self._reporting.log.earlier),
                self._remove,
            )
        elif answer == "dismiss the report":
            self._remove()

    @Slot()
    def _remove(self) -> None:
        for one in self._found or ():
            one.remove()
        self._found = []
        self._messages.withdraw(_ABOUT)


def _when(words: LastWords) -> str:
    return time.strftime("%x %H:%M", time.localtime(words.when))
