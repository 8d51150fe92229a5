"""The window: outline, curves, inspector and Try it around one document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QTimer, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow
from typing_extensions import override

from netbuilder.app.document import Document
from netbuilder.app.engine import EngineLink
from netbuilder.app.exporting import Exporting
from netbuilder.app.history import RunHistory
from netbuilder.app.notes import Notes
from netbuilder.app.preferences import Preferences
from netbuilder.app.previews import Previews
from netbuilder.app.pricing import Pricing
from netbuilder.app.training import Training
from netbuilder.app.trying import Trying
from netbuilder.ui import theme
from netbuilder.ui.actions import Actions
from netbuilder.ui.centre import Centre
from netbuilder.ui.curves import Curves
from netbuilder.ui.docks import Dock, arrange
from netbuilder.ui.editing import Editing, finish_entries_first
from netbuilder.ui.explained import Help
from netbuilder.ui.exports import Exports
from netbuilder.ui.filing import Filing, dropped_project
from netbuilder.ui.inspector import Inspector
from netbuilder.ui.looks import Looks
from netbuilder.ui.menus import Menus
from netbuilder.ui.message_bar import MessageBar
from netbuilder.ui.mirror import Mirror
from netbuilder.ui.notes import NotesView
from netbuilder.ui.outline import OutlinePanel
from netbuilder.ui.past import Past
from netbuilder.ui.project_files import Files
from netbuilder.ui.questions import ask_about_run, when_nobody_is_asked
from netbuilder.ui.runs import Runs
from netbuilder.ui.status import StatusBar
from netbuilder.ui.toolbar import ToolBar
from netbuilder.ui.trial import Trial
from netbuilder.ui.try_it import TryIt
from netbuilder.words import _

if TYPE_CHECKING:
    from netbuilder.ui.history import HistoryView

_START_ENGINE = 100  # ms after the window is shown: its first picture comes before the engine's start takes a core


class Window(QMainWindow):
    """Puts the views together; everything that computes is given to it."""

    def __init__(
        self,
        app: QApplication,
        document: Document,
        training: Training,
        engine: EngineLink,
        trying: Trying,
        previews: Previews,
        exporting: Exporting,
        pricing: Pricing,
        files: Files,
        preferences: Preferences,
        history: RunHistory | None = None,
    ) -> None:
        """``history``: None for the person's own, which is opened when it is first needed."""
        super().__init__()
        self._app = app
        self._preferences = preferences
        theme.apply(app, preferences.scheme)  # before there are widgets that would have to be dressed again
        self.setObjectName("window")
        self.setAcceptDrops(True)
        self.document, self.training, self.engine = document, training, engine
        self.trying, self.previews, self.exporting = trying, previews, exporting
        self.filing = Filing(document, files, training, preferences, self)
        self.actions_ = Actions(document.undo_stack, self)
        self.menus = Menus(self, self.actions_)
        self.outline, self.inspector, self.try_it = OutlinePanel(self), Inspector(self), TryIt(self)
        self.curves, self.messages, self.status = Curves(self), MessageBar(self), StatusBar(self)
        self.toolbar = ToolBar(self.actions_, self.menus.templates, self.menus.more, self.menus.exports, self)
        finish_entries_first(self.inspector, self.actions_, self.menus)
        self.history = history or RunHistory(parent=self)
        self.past = Past(self.history, document, training, self.curves, self.filing, self)
        parts = self.actions_, self.toolbar, self.status, self.curves, self.past.losing
        self.runs = Runs(document, training, pricing, engine, previews, *parts)
        self.noted, self.notes = Notes(document, self), NotesView(self)
        self.centre = Centre(self.messages, self)
        self.trial = Trial(document, training, trying, previews, self.try_it, self.inspector)
        self.editing = Editing(document, self.outline)
        self.exports = Exports(exporting, training, preferences, self.filing, self)
        self.looks = Looks(app, preferences, self.actions_, self.toolbar)
        self.help = Help(app, self)
        self.mirror = Mirror(
            self,
            document,
            training,
            engine,
            self.filing,
            self.outline,
            self.inspector,
            self.trial,
            self.menus,
            self.toolbar,
            self.messages,
            self.status,
        )
        self._closing = self._engine_started = False
        self._lay_out()
        self._wire()
        self._fill(files)

    def _lay_out(self) -> None:
        self.centre.add(self.curves, self.actions_.show_curves)
        self.centre.add(self.past, self.actions_.show_runs)
        self.centre.add(self.notes, self.actions_.show_notes)
        self.setCentralWidget(self.centre)
        self.addToolBar(self.toolbar)
        self.setStatusBar(self.status)
        self.outline_dock = Dock("outline", _("Outline"), self.outline, self)
        self.inspector_dock = Dock("inspector", _("Inspector"), self.inspector, self)
        self.try_dock = Dock("try it", _("Try it"), self.try_it, self)
        docks = (self.outline_dock, self.inspector_dock, self.try_dock)
        self.menus.fill(self, self.outline, docks)
        self.resize(QSize(1440, 900).boundedTo(self.screen().availableSize()))
        arrange(self, *docks)
        geometry, state = self._preferences.window()
        self.restoreGeometry(geometry)
        self.restoreState(state)

    def _wire(self) -> None:  # noqa: PLR0915 - one list, so that no connection has to be looked for
        act, outline = self.actions_, self.outline
        # Files
        act.new.triggered.connect(self.filing.new_default)
        act.open.triggered.connect(self.filing.open)
        act.save.triggered.connect(self.filing.save)
        act.save_as.triggered.connect(self.filing.save_as)
        act.quit.triggered.connect(self.close)
        self.menus.templates.triggered.connect(self._new_from)
        self.menus.recent.triggered.connect(self._open_recent)
        self.menus.exports.triggered.connect(self.exports.ask)
        self._preferences.recent_changed.connect(self._show_recent)
        self.filing.failed.connect(self.messages.show_message)
        self.filing.warned.connect(self.messages.warn)
        self.filing.told.connect(self.messages.tell)
        self.filing.began.connect(self.messages.dismiss)
        self.filing.began.connect(self.runs.forget)
        self.filing.began.connect(self._show_history)
        self.filing.began.connect(self.outline.begin)
        # Edits
        outline.add_asked.connect(self.editing.add_layer)
        outline.delete_asked.connect(self.editing.delete_layer)
        outline.duplicate_asked.connect(self.editing.duplicate_layer)
        outline.move_asked.connect(self.editing.move_layer)
        outline.edit_asked.connect(self.inspector.focus_form)
        outline.fix_asked.connect(self.editing.mend)
        self.notes.edited.connect(self.noted.write)
        self.document.cleanness_changed.connect(self.notes.note_modified)
        self.noted.changed.connect(self.notes.show_text)
        self.noted.cut.connect(self.messages.warn)
        act.add_layer.triggered.connect(outline.ask_for_layer)
        act.new_seed.triggered.connect(self.editing.new_seed)
        self.inspector.edited.connect(self.editing.edit)
        self.inspector.heading_changed.connect(self.inspector_dock.show_title)
        self.toolbar.device_chosen.connect(self.editing.choose_device)
        self.status.problem_asked.connect(outline.look_at)
        # Training
        self.training.began.connect(self.messages.dismiss)
        self.training.began.connect(self.trial.begin)
        self.training.told.connect(self.trial.hear)
        self.training.ended.connect(self.trial.end)
        self.training.ended.connect(self._close_if_asked)
        self.training.trained.connect(self.trial.end)
        self.runs.failed.connect(self.messages.show_message)
        self.runs.warned.connect(self.messages.warn)
        # What the engine is asked
        self.try_it.asked.connect(self.trial.ask)
        self.try_it.field_asked.connect(self.trial.ask_field)
        self.trying.answered.connect(self.try_it.show_answer)
        self.trying.field_answered.connect(self.try_it.show_field)
        self.previews.arrived.connect(self.trial.show_preview)
        self.previews.failed.connect(self.trial.show_no_preview)
        self.inspector.download_asked.connect(self.previews.download)
        self.inspector.cancel_download_asked.connect(self.previews.cancel_download)
        self.previews.download_progress.connect(self.inspector.show_download)
        self.previews.download_ended.connect(self.inspector.show_download_end)
        self.previews.download_ended.connect(self.trial.look_again)
        self.exporting.exported.connect(self.messages.tell)
        self.exporting.failed.connect(self.messages.show_message)
        self.curves.saved.connect(self.messages.tell)
        self.curves.failed.connect(self.messages.show_message)
        # Views, and what was trained before
        self.past.curves_asked.connect(act.show_curves.trigger)
        self.past.told.connect(self.messages.tell)
        self.past.failed.connect(self.messages.warn)
        # Looks and help
        act.schemes.triggered.connect(self.looks.choose)
        self._app.styleHints().colorSchemeChanged.connect(self.looks.put_on)
        act.whats_this.triggered.connect(self.help.explain)
        act.about.triggered.connect(self.help.about)

    def _fill(self, files: Files) -> None:
        self.menus.show_templates(files.templates())
        self.menus.show_exports(self.exporting.kinds())
        self._show_recent()
        self.mirror.show_all()
        # As if it had just been begun: the keyboard stands at the first card, and the empty curves say what to look at.
        self.filing.began.emit(next((one.look for one in files.templates()), ()))

    @property
    def past_view(self) -> HistoryView:
        """The Runs view; made when it is first asked for."""
        return self.past.view

    # What the person asks

    @Slot(QAction)
    def _new_from(self, action: QAction) -> None:
        self.filing.new(action.data())

    @Slot(QAction)
    def _open_recent(self, action: QAction) -> None:
        self.filing.open_path(action.data())

    @Slot()
    def _show_history(self) -> None:
        """Draws the runs of a network that came with its project."""
        if self.training.stored is not None:
            stopping = self.training.stored["project"].training.early_stopping
            self.curves.show_watch(stopping.monitor if stopping.on else None, stopping.patience)
            for event in self.training.history:
                self.curves.show_event(event)

    @Slot()
    def _show_recent(self) -> None:
        self.menus.show_recent(self._preferences.recent)

    @Slot()
    def _close_if_asked(self) -> None:
        if self._closing:
            self._closing = False
            when_nobody_is_asked(self, self.close)  # it may ask about the network

    def leave(self) -> None:
        """Lets go of the run and the history, and keeps how the window stands: the last thing before it closes."""
        self.training.leave()
        self._preferences.keep_window(self.saveGeometry(), self.saveState())
        self.past.close_history()
        self._preferences.settle()

    def _start_engine(self) -> None:
        self.engine.start()
        self.trial.ask_for_preview()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._engine_started:
            self._engine_started = True
            QTimer.singleShot(_START_ENGINE, self, self._start_engine)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        # A training is never waited for here: the window stays until its end, and then closes, asking about the network.
        self._closing = False
        self.inspector.finish_entry()
        run = self.training
        answer = ask_about_run(self, begun=run.begun, recorded=run.recorded) if run.running else "later"
        if answer == "stop" and run.running:  # it may have ended while the question was read
            self._closing = True
            self.runs.running.stop()
            event.ignore()
            return
        # While the next question is read, the run must not come to its end: it is to go on later.
        rests = answer == "later" and self.document.modified and self.runs.running.state.goes_on
        if rests:
            run.pause()
        if answer != "stay" and self.filing.may_leave():
            self.leave()
        else:
            event.ignore()
            if rests:
                run.resume()

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_project(event.mimeData()) is not None:
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_project(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.inspector.finish_entry()
            self.filing.open_path(path)
