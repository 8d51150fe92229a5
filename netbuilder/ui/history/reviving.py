"""Earlier runs come alive again: their weights become the network's, or their training goes on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from netbuilder.app.history import RunHistory, RunRecord
from netbuilder.app.training import Training
from netbuilder.events import Event
from netbuilder.spec.plain import NotAProject
from netbuilder.ui.history.words import name_of
from netbuilder.words import _


class Reviving(QObject):
    """Hands earlier runs to the training."""

    told = Signal(str)  # what went well
    failed = Signal(str)  # what did not
    gone_on = Signal()  # a run is trained again

    def __init__(self, history: RunHistory, training: Training, parent: QObject) -> None:
        super().__init__(parent)
        self._history, self._training = history, training
        self._outcome = ""  # what is said when the weights are there
        self._run: RunRecord | None = None  # that shall go on when its values are read
        self._wire()

    def load(self, run: RunRecord, *, best: bool) -> None:
        """Makes what a run came to the current network."""
        words = (
            _("The network has the best weights of “{name}” now.")
            if best
            else _("The network is that of “{name}” now.")
        )
        self._outcome = words.format(name=name_of(run))
        self.told.emit(_("The weights of “{name}” are being loaded …").format(name=name_of(run)))
        self._training.load(run.uid, best=best)

    def go_on(self, run: RunRecord) -> None:
        """Trains an interrupted run to its end."""
        self._run = run
        self._history.ask_events(run.uid)

    def _wire(self) -> None:
        self._training.loaded.connect(self._tell_loaded)
        self._history.events_read.connect(self._take_up)

    @Slot()
    def _tell_loaded(self) -> None:
        self.told.emit(self._outcome)

    @Slot(str, object)
    def _take_up(self, uid: str, events: Sequence[Event]) -> None:
        run = self._run
        if run is None or run.uid != uid:
            return
        self._run = None
        try:
            project = run.project()
        except (NotAProject, ValueError) as problem:
            self.failed.emit(_("That run can't go on. {why}").format(why=problem))
            return
        self._training.take_up(uid, project, events)
        self.gone_on.emit()
