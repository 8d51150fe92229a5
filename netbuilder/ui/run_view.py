"""What the window shows of a run, from the press on Train to its end, and of the next one before that."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from netbuilder.app.document import Document
from netbuilder.events import BatchesTrained, EpochEnded, Event, NotRecorded, RunEnded, RunFailed, RunPrepared
from netbuilder.spec.project import ProjectSpec, same_apart_from_title
from netbuilder.ui.curves import Curves
from netbuilder.ui.price import PriceView
from netbuilder.ui.progress import Progress, after
from netbuilder.ui.run_state import Phase, RunState
from netbuilder.ui.run_words import ended_sentence
from netbuilder.ui.toolbar import ToolBar
from netbuilder.words import _

_WORDS_APART = 200  # ms between two sentences about how far a run is


class RunView(QObject):
    """Shows runs in toolbar and curves."""

    failed = Signal(str, str)  # sentence, details
    warned = Signal(str)  # what to do about a run that could not end well

    def __init__(self, document: Document, price: PriceView, toolbar: ToolBar, curves: Curves, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._price = price
        self._toolbar = toolbar
        self._curves = curves
        self._state = RunState()
        self.project = document.spec
        """What the last run trained; before the first one, the project that is open."""
        self._progress = Progress()
        self._prepared: RunPrepared | None = None  # what the curves are not told yet
        self._outcome = ""
        self._ended_at: ProjectSpec | None = None  # the project as it was edited when the run ended
        self._soon = QTimer(self, interval=_WORDS_APART, singleShot=True)
        self._soon.timeout.connect(self.show_words)

    @Slot(object)
    def begin(self, project: ProjectSpec) -> None:
        """A run began."""
        minutes = project.training.goal.minutes
        self._progress = Progress(limit=None if minutes is None else 60 * minutes)
        self.project, self._prepared, self._outcome = project, None, ""
        self._curves.expect(run=True)

    @Slot(object)
    def hear(self, event: Event) -> None:
        """Shows one event."""
        self._draw(event)
        self._progress = after(self._progress, event)
        match event:
            case RunEnded():
                self._outcome = ended_sentence(event, self._progress.first_epoch, self._progress.first_step)
                if event.message:
                    self.warned.emit(event.message)
            case RunFailed():
                self.failed.emit(event.sentence, event.details)
            case NotRecorded():
                self.warned.emit(event.sentence)
            case BatchesTrained() | EpochEnded():
                if not self._soon.isActive():
                    self._soon.start()
                return
            case _:
                pass
        self.show_words()

    @Slot()
    def end(self) -> None:
        """The run is over: how it ended is said of its project, and of an edited one until that has a price."""
        self._ended_at = self._document.spec
        self._curves.expect(run=False)
        self.show_words()

    @Slot(object)
    def forget(self, look: Sequence[str]) -> None:
        """Another project is open: the last run was not about it. ``look`` says what to look at in the next."""
        self._curves.invite(look)
        if self._state.phase is Phase.IDLE:
            self._outcome = ""
            self._curves.clear()
            self.show_words()

    @Slot(object, object)
    def show_project(self, before: ProjectSpec, project: ProjectSpec) -> None:
        """Follows an edit: with data of another kind, what was to be looked at is no longer to be seen."""
        if type(before.data.source) is not type(project.data.source):
            self._curves.invite(())
        self.show_words()

    @Slot(object)
    def show_state(self, state: RunState) -> None:
        """Shows what can be asked of a run."""
        self._state = state
        self._toolbar.run.show_state(state)
        self.show_words()

    @Slot()
    def show_words(self) -> None:
        """Says how far the run is; without one, what has to be mended, how the last one ended, or what it will cost."""
        match self._state.phase:
            case _ if self._state.waits:
                self._toolbar.show_running(0.0, self._state.waits, self._state.waits)
            case Phase.STOPPING:
                self._toolbar.show_running(self._progress.share, _("Stopping …"), self._progress.details)
            case Phase.IDLE if self._state.blocking:
                self._toolbar.show_idle(self._state.blocking[0])
            case Phase.IDLE if self._says_outcome:
                self._toolbar.show_idle(self._outcome)
            case Phase.IDLE:
                self._toolbar.show_idle(self._price.sentence, self._price.details)
            case _:
                self._toolbar.show_running(self._progress.share, self._progress.sentence, self._progress.details)

    @property
    def _says_outcome(self) -> bool:
        spec = self._document.spec
        just_ended = not self._price.sentence and same_apart_from_title(self._ended_at, spec)
        return bool(self._outcome) and (just_ended or same_apart_from_title(self.project, spec))

    def _draw(self, event: Event) -> None:
        """Gives an event to the curves.

        The last run stays in them until there are values of this one, which may be stopped before: then the network
        that answers is still the last one's.
        """
        match event:
            case RunPrepared():
                self._prepared = event
            case BatchesTrained() | EpochEnded() if self._prepared is not None:
                stopping = self.project.training.early_stopping
                self._curves.show_watch(stopping.monitor if stopping.on else None, stopping.patience)
                self._curves.show_event(self._prepared)
                self._curves.show_event(event)
                self._prepared = None
            case _ if self._prepared is None:
                self._curves.show_event(event)
            case _:
                pass
