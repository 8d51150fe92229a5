"""The learning rate of the run that goes on: seen, changed, and kept in the project if it was a good one."""

from __future__ import annotations

from dataclasses import replace
from math import isclose
from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from netbuilder.app.document import Document
from netbuilder.app.training import Training
from netbuilder.events import EpochEnded, Event, LearningRateSet, RunPrepared
from netbuilder.spec import edits
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.rules import accepts
from netbuilder.ui.forms.steps import shown
from netbuilder.ui.numbers import count
from netbuilder.ui.rate_panel import LEARNING_RATE, RatePanel
from netbuilder.ui.status import StatusBar
from netbuilder.words import _


class RunRate(QObject):
    """Between the panel, the run and the project: what is set holds for the run, until it is kept."""

    def __init__(
        self, document: Document, training: Training, action: QAction, status: StatusBar, panel: RatePanel
    ) -> None:
        super().__init__(panel)
        self._action = action
        self._document = document
        self._training = training
        self._status = status
        self._panel = panel
        self._project = document.spec
        self._prepared = False
        self._rate = 0.0
        self._sentence = ""
        self._set_by_hand = False

    @Slot(object)
    def begin(self, project: ProjectSpec) -> None:
        """A run began; where it goes on, its optimizer has the rate that it had."""
        self._project, self._prepared = project, False
        self.show_rate()

    @Slot(object)
    def hear(self, event: Event) -> None:
        """Follows what a schedule makes of it, and what was set."""
        match event:
            case RunPrepared():
                self._prepared = True
                rate = self._project.training.optimizer.learning_rate
                if event.goes_on and event.learning_rate is not None:
                    rate = rounded(event.learning_rate)
                if not event.goes_on or rate != self._rate:
                    self._rate, self._set_by_hand = rate, False
                    self._sentence = _("Taken from the next batch on, for this run only.")
            case EpochEnded():
                if rounded(event.learning_rate) == self._rate:
                    return
                self._rate = rounded(event.learning_rate)
            case LearningRateSet():
                self._rate, self._set_by_hand = rounded(event.learning_rate), True
                self._sentence = rate_sentence(event)
            case _:
                return
        self.show_rate()

    @Slot()
    def forget(self) -> None:
        """Another project is open."""
        self._set_by_hand = False
        self.show_rate()

    @Slot()
    def show_rate(self) -> None:
        """Shows the rate while a run goes on, and after it as long as it is worth keeping."""
        running = self._training.running and self._prepared
        kept = self._document.spec.training.optimizer.learning_rate
        # A run makes 0 of what is too small for its float32: no project may have that, nor could its file be opened.
        keepable = self._set_by_hand and accepts(LEARNING_RATE.rule, self._rate)
        keepable = keepable and not isclose(self._rate, kept, rel_tol=1e-6)
        self._action.setEnabled(running or keepable)
        self._status.show_rate(shown(float(f"{self._rate:.3g}")) if running or keepable else "")
        self._panel.show_rate(self._rate, self._sentence, settable=running, keepable=keepable)

    @Slot()
    def ask(self) -> None:
        """Opens the panel, at the rate as it is now."""
        self.show_rate()
        self._panel.open_above(self._status.rate)

    @Slot(float)
    def take(self, rate: float) -> None:
        """Asks the run to take it. In place of a schedule that takes a moment, since the steps are compiled anew."""
        self._training.set_learning_rate(rate)
        self._sentence = _("The run will take {rate} …").format(rate=shown(rate))
        self.show_rate()

    @Slot(float)
    def keep(self, rate: float) -> None:
        """Makes it the learning rate of the project, in one step."""
        training = self._document.spec.training
        chosen: Any = training.optimizer
        what = _("{setting} of {kind}").format(setting=_("Learning rate"), kind=optimizer.of(chosen).title)
        changed = replace(training, optimizer=replace(chosen, learning_rate=rate))
        edit = edits.change_training(self._document.spec, changed, what, "optimizer")
        self._document.edit(edit.text, edit.project)


def rate_sentence(event: LearningRateSet) -> str:
    """Such as "From batch 120 of epoch 3 on: 0.0005, in place of the schedule."."""
    words = _("From batch {step} of epoch {epoch} on: {rate}.")
    if event.replaces_schedule:
        words = _("From batch {step} of epoch {epoch} on: {rate}, in place of the schedule.")
    return words.format(step=count(event.step + 1), epoch=count(event.epoch), rate=shown(rounded(event.learning_rate)))


def rounded(rate: float) -> float:
    """What was typed, of what came back: on the way it was a float32."""
    return float(f"{rate:.6g}")
