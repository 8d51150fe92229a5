"""What the window shows of a run, from the press on Train to its end."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from netbuilder.app.document import Document
from netbuilder.app.training import Training
from netbuilder.events import Event, RunEnded, RunFailed
from netbuilder.spec.project import ProjectSpec
from netbuilder.ui.actions import Actions
from netbuilder.ui.curves import Curves
from netbuilder.ui.run_words import Progress, after, ended_sentence
from netbuilder.ui.toolbar import ToolBar


class RunView(QObject):
    """Starts and stops runs, and shows them in toolbar and curves."""

    failed = Signal(str, str)  # sentence, details
    said = Signal(str)  # a sentence about how the run ended

    def __init__(
        self,
        document: Document,
        training: Training,
        actions: Actions,
        toolbar: ToolBar,
        curves: Curves,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._training = training
        self._actions = actions
        self._toolbar = toolbar
        self._curves = curves
        self._progress = Progress()
        self._outcome = ""

    @Slot()
    def start(self) -> None:
        """Trains the project as it is now, unless something has to be mended first."""
        if not self._training.running and not self._document.outline.blocking:
            self._training.start(self._document.spec)

    @Slot(object)
    def begin(self, project: ProjectSpec) -> None:
        """Clears the last run from the views."""
        stopping = project.training.early_stopping
        self._progress, self._outcome = Progress(), ""
        self._curves.clear()
        self._curves.show_watch(stopping.monitor if stopping.on else None, stopping.patience)
        self._toolbar.show_running(0.0, self._progress.sentence)
        self.show_actions()

    @Slot(object)
    def hear(self, event: Event) -> None:
        """Shows one event."""
        self._curves.show_event(event)
        self._progress = after(self._progress, event)
        match event:
            case RunEnded():
                self._outcome = ended_sentence(event)
                if event.message:
                    self.said.emit(event.message)
            case RunFailed():
                self.failed.emit(event.sentence, event.details)
            case _:
                self._toolbar.show_running(self._progress.share, self._progress.sentence)

    @Slot()
    def end(self) -> None:
        """Shows how it ended, and lets a next run begin."""
        self._toolbar.show_idle(self._outcome)
        self.show_actions()

    @Slot(object)
    def forget(self, look: Sequence[str]) -> None:
        """Another project is open: the last run was not about it. ``look`` says what to look at in the next."""
        self._curves.invite(look)
        if not self._training.running:
            self._outcome = ""
            self._curves.clear()
            self._toolbar.show_idle("")

    def show_project(self, before: ProjectSpec | None, project: ProjectSpec) -> None:
        """Follows an edit: with data of another kind, what was to be looked at is no longer to be seen."""
        if before is not None and type(before.data.source) is not type(project.data.source):
            self._curves.invite(())
        self.show_actions()

    def show_actions(self) -> None:
        """Lets train what can be trained."""
        sentences = [problem.sentence for problem in self._document.outline.blocking]
        self._actions.show_blocking(sentences, running=self._training.running)
        if not self._training.running:
            self._toolbar.show_idle(sentences[0] if sentences else self._outcome)
