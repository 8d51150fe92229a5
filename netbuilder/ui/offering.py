"""Offers runs that were interrupted, when the window opens."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Slot

from netbuilder.app.history import RunHistory, RunRecord
from netbuilder.ui.message_bar import MessageBar
from netbuilder.ui.past import Past
from netbuilder.words import _, plural

_AFTER_FIRST_PAINT = 600  # ms


class Offering(QObject):
    """Asks about the latest run that was interrupted; others wait in Runs, as this one does if it is not wanted now."""

    def __init__(self, history: RunHistory, past: Past, messages: MessageBar, parent: QObject) -> None:
        super().__init__(parent)
        self._history, self._past, self._messages = history, past, messages
        self._run: RunRecord | None = None
        history.interrupted.connect(self._ask)
        messages.answered.connect(self._take)

    @Slot()
    def offer_soon(self) -> None:
        """Looks for what was interrupted, and asks about it, once the window has been painted."""
        QTimer.singleShot(_AFTER_FIRST_PAINT, self, self._history.ask_interrupted)

    @Slot(object)
    def _ask(self, runs: Sequence[RunRecord]) -> None:
        if not runs or self._past.training:
            return
        from netbuilder.ui.history.words import name_of

        self._run, *others = runs
        run = self._run
        sentence = _("A run of “{title}” was interrupted after epoch {epoch} of {epochs} ({when}).").format(
            title=name_of(run),
            epoch=run.epochs,
            epochs=run.epochs_wanted,
            when=time.strftime("%x %H:%M", time.localtime(run.began)),
        )
        if others:
            sentence += " " + plural("{count} more waits in Runs.", "{count} more wait in Runs.", len(others))
        answers = {"go on": _("Go on"), "go on later": _("Later"), "end here": _("End it here")}
        self._messages.ask(sentence, answers, closing="go on later")

    @Slot(str)
    def _take(self, answer: str) -> None:
        run = self._run
        if run is None or answer not in ("go on", "go on later", "end here"):
            return
        self._run = None
        self._messages.withdraw()
        if answer == "go on":
            self._past.runs.take_up(run)
        elif answer == "end here":
            self._history.end_here(run.uid)
            self._messages.tell(_("What it had come to is kept in Runs."))
