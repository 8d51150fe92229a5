"""All that the window has to do with runs: their orders, their words, their learning rate and their price."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from netbuilder.app.document import Document
from netbuilder.app.engine import EngineLink
from netbuilder.app.previews import Previews
from netbuilder.app.pricing import Pricing
from netbuilder.app.training import Training
from netbuilder.ui.actions import Actions
from netbuilder.ui.curves import Curves
from netbuilder.ui.losing import Losing
from netbuilder.ui.price import PriceView
from netbuilder.ui.rate_panel import RatePanel
from netbuilder.ui.run_rate import RunRate
from netbuilder.ui.run_view import RunView
from netbuilder.ui.running import Running
from netbuilder.ui.status import StatusBar
from netbuilder.ui.toolbar import ToolBar


class Runs(QObject):
    """Puts together what starts, shows and prices runs."""

    failed = Signal(str, str)  # sentence, details
    warned = Signal(str)  # what to do about a run that could not end well

    def __init__(
        self,
        document: Document,
        training: Training,
        pricing: Pricing,
        engine: EngineLink,
        previews: Previews,
        actions: Actions,
        toolbar: ToolBar,
        status: StatusBar,
        curves: Curves,
        losing: Losing,
    ) -> None:
        super().__init__(toolbar)
        self._document, self._training, self._engine, self._previews = document, training, engine, previews
        self._actions, self._toolbar, self._status = actions, toolbar, status
        self.pricing = pricing
        self.running = Running(document, training, losing, self)
        self.price = PriceView(document, training, engine, pricing, self)
        self.view = RunView(document, self.price, toolbar, curves, self)
        self.panel = RatePanel(toolbar)
        self.rate = RunRate(document, training, actions.rate, status, self.panel)
        self._wire()
        self.rate.show_rate()

    @Slot(object)
    def forget(self, look: Sequence[str]) -> None:
        """Another project is open; ``look`` says what to look at in it."""
        self.price.settle(None)
        self.rate.forget()
        self.view.forget(look)

    def _wire(self) -> None:
        act, running, training = self._actions, self.running, self._training
        # What the person asks
        act.train.triggered.connect(running.start)
        act.pause.triggered.connect(running.pause)
        act.resume.triggered.connect(running.resume)
        act.step.triggered.connect(running.step_batch)
        act.step_epoch.triggered.connect(running.step_epoch)
        act.stop.triggered.connect(running.stop)
        act.stop_best.triggered.connect(running.stop_best)
        act.more_group.triggered.connect(self._train_more)
        act.rate.triggered.connect(self.rate.ask)
        self._status.rate.clicked.connect(self.rate.ask)
        self.panel.chosen.connect(self.rate.take)
        self.panel.keep_asked.connect(self.rate.keep)
        # What the run says
        training.began.connect(self.view.begin)
        training.began.connect(self.rate.begin)
        training.began.connect(self.price.forget)
        training.began.connect(running.begin)
        training.waits.connect(running.wait)
        training.told.connect(self.view.hear)
        training.told.connect(self.rate.hear)
        training.told.connect(running.hear)
        training.ended.connect(self.view.end)
        training.ended.connect(self.rate.show_rate)
        training.ended.connect(running.end)
        training.ended.connect(self._settle)
        training.trained.connect(running.look)
        running.changed.connect(self.view.show_state)
        self.view.failed.connect(self.failed)
        self.view.warned.connect(self.warned)
        # What a price depends on
        self._document.changed.connect(running.look)
        self._document.changed.connect(self.price.look_again)
        self._document.changed.connect(self.view.show_project)
        self._document.changed.connect(self.rate.show_rate)
        self._engine.ready.connect(self.price.look_again)
        self._engine.died.connect(self.price.note_death)
        self._engine.replaced.connect(self.price.look_again)
        self._engine.replaced.connect(running.look)
        self._previews.failed.connect(self.price.note_unreadable)
        self._previews.download_ended.connect(self.price.note_readable)
        self.price.changed.connect(self.view.show_words)

    @Slot(QAction)
    def _train_more(self, action: QAction) -> None:
        self.running.train_more(action.data())

    @Slot()
    def _settle(self) -> None:
        self.price.settle(self.view.project)
