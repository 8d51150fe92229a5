"""Between the Runs view and what it is about: the history, the project and the curves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from netbuilder.app.document import Document
from netbuilder.app.history import RunHistory, RunRecord
from netbuilder.app.training import Training
from netbuilder.app.training_run import is_taken
from netbuilder.spec.plain import NotAProject
from netbuilder.spec.project import ProjectSpec
from netbuilder.ui.curves import Curves
from netbuilder.ui.history.overlaying import Overlaying
from netbuilder.ui.history.reviving import Reviving
from netbuilder.ui.history.view import HistoryView
from netbuilder.ui.history.words import name_of
from netbuilder.ui.losing import Losing
from netbuilder.words import _


class PastRuns(QObject):
    """Shows the history in its view, and does what is asked there."""

    told = Signal(str)  # what went well
    failed = Signal(str)  # what did not
    curves_asked = Signal()  # the curves shall be looked at

    def __init__(
        self,
        history: RunHistory,
        document: Document,
        training: Training,
        view: HistoryView,
        curves: Curves,
        bring: Callable[[ProjectSpec, str | None, str, Callable[[], bool]], str | None],
        losing: Losing,
    ) -> None:
        """``bring`` makes the project of a run the open one, as ``Homecoming`` does."""
        super().__init__(view)
        self._history, self._document, self._training = history, document, training
        self._view, self._curves, self._bring, self._losing = view, curves, bring, losing
        self._warning = ""  # about the project of a run that goes on
        self._runs: dict[str, RunRecord] = {}
        self.overlaying = Overlaying(self)
        self.reviving = Reviving(history, training, self)
        self._wire()

    def _wire(self) -> None:
        history, view, over = self._history, self._view, self.overlaying
        # What the history says
        history.changed.connect(self._show_runs)
        history.changed.connect(over.show_runs)
        history.sized.connect(view.foot.show_size)
        history.events_read.connect(over.take_events)
        history.deleted.connect(view.undo_bar.confirm)
        history.not_deleted.connect(view.undo_bar.withdraw)
        history.not_brought_back.connect(view.undo_bar.offer_again)
        history.failed.connect(view.show_empty)
        history.failed.connect(self.failed)
        # What the person asks
        view.watched.connect(self._watch)
        view.table.runs.renamed.connect(history.rename)
        view.table.runs.tick_asked.connect(over.tick)
        view.details.noted.connect(history.note)
        view.details.settings_asked.connect(self._restore_settings)
        view.details.weights_asked.connect(self._load)
        view.details.continue_asked.connect(self._go_on)
        view.details.end_asked.connect(history.end_here)
        view.delete_asked.connect(view.show_deleted)
        view.delete_asked.connect(history.delete)
        view.undo_bar.bring_back_asked.connect(history.bring_back)
        view.undo_bar.given_up.connect(history.let_go)
        view.curves_asked.connect(self._show_curves)
        view.refused.connect(self.failed)
        view.foot.limit_chosen.connect(history.allow)
        # Curves
        over.events_asked.connect(history.ask_events)
        over.inked.connect(view.table.runs.show_inks)
        over.laid.connect(self._curves.lay_under)
        over.refused.connect(self.failed)
        # Runs that come alive again
        self.reviving.told.connect(self.told)
        self.reviving.failed.connect(self.failed)
        self.reviving.gone_on.connect(self.curves_asked)
        self.reviving.gone_on.connect(self._warn)
        # The run of this window
        self._training.began.connect(self._follow)
        self._training.ended.connect(self._follow)

    @Slot(object)
    def _show_runs(self, runs: Sequence[RunRecord]) -> None:
        self._runs = {run.uid: run for run in runs}
        self._view.show_runs(runs)

    @Slot(bool)
    def _watch(self, on: bool) -> None:
        self._history.watch(on=on)

    @Slot()
    def _follow(self) -> None:
        self._view.details.show_busy(busy=self._training.running)
        self._history.look()

    def take_up(self, run: RunRecord) -> None:
        """Trains an interrupted run to its end, in its project's file if that still holds the project."""
        if self._training.running:
            self.failed.emit(_("A network is being trained: stop that first (Shift+F5), then go on from Runs."))
            return
        if is_taken(run.uid):
            self.failed.emit(_("Another program is training this run: stop it there, or wait until it is done."))
        elif self._settings_of(run) is not None:
            brought = self._bring(run.project(), run.file, _step(run), self._losing.may_lose_network)
            if brought is not None:
                self._warning = brought
                self.reviving.go_on(run)

    @Slot()
    def _warn(self) -> None:
        warning, self._warning = self._warning, ""
        if warning:
            self.failed.emit(warning)

    @Slot(str)
    def _restore_settings(self, uid: str) -> None:
        run = self._runs[uid]
        settings = self._settings_of(run)
        if settings is None:
            return
        if self._put(settings, run):
            said = _("The project has the settings of “{name}” now. Undo takes that back.")
        else:
            said = _("The project has the settings of “{name}” already.")
        self.told.emit(said.format(name=name_of(run)))

    def _settings_of(self, run: RunRecord) -> ProjectSpec | None:
        """What the run trained, under the title that the project has now; None, and told, where it is not known."""
        try:
            return replace(run.project(), title=self._document.spec.title)
        except (NotAProject, ValueError) as problem:
            self.failed.emit(_("The settings of that run can't be restored. {why}").format(why=problem))
            return None

    def _put(self, settings: ProjectSpec, run: RunRecord) -> bool:
        """Makes them the project's, in a step that can be taken back; False if they are so already."""
        if settings == self._document.spec:
            return False
        self._document.edit(_step(run), settings)
        return True

    @Slot(str, bool)
    def _load(self, uid: str, best: bool) -> None:
        run = self._runs[uid]
        if self._losing.may_lose_network():
            self.reviving.load(run, best=best)

    @Slot(str)
    def _go_on(self, uid: str) -> None:
        self.take_up(self._runs[uid])

    @Slot(object)
    def _show_curves(self, uids: Sequence[str]) -> None:
        for uid in uids:
            self.overlaying.tick(uid, on=True)
        self.curves_asked.emit()


def _step(run: RunRecord) -> str:
    return _("restore settings of “{name}”").format(name=name_of(run))
