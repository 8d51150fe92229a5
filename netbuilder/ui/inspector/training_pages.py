"""The pages of loss, optimizer, and when a training ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Protocol

from PySide6.QtWidgets import QPushButton, QWidget
from typing_extensions import override

from netbuilder.spec import edits
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.goal import Goal
from netbuilder.spec.losses import loss
from netbuilder.spec.metrics import metric
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.project import EarlyStopping, ProjectSpec, TrainingSpec
from netbuilder.spec.schedules import schedule
from netbuilder.spec.targets import targets_of
from netbuilder.ui.forms import Form
from netbuilder.ui.forms.choice import ChoiceBox, SeveralEditor
from netbuilder.ui.inspector.kind import KindForm
from netbuilder.ui.inspector.page import FollowsNote, Page
from netbuilder.words import _


class Device(Protocol):
    """What can be computed on: ``name`` as projects hold it, ``label`` for people."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...


class LossPage(Page):
    """What is made small, and what is measured beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = KindForm(loss, _("Loss"), self)
        self.column.addWidget(self.kind)
        self.balance = Form(TrainingSpec, self, only=("balance_classes",))
        self.column.addWidget(self.balance)
        self.note = FollowsNote(self)
        self.column.addWidget(self.note)
        self.add_section()
        self.metrics = Form(TrainingSpec, self, only=("metrics",))
        self.column.addWidget(self.metrics)
        self.kind.edited.connect(self._change_loss)
        self.kind.turned.connect(self._turn)
        self.balance.edited.connect(self._change_balance)
        self.note.asked.connect(self._turn_following)
        self.metrics.edited.connect(self._change_metrics)

    @override
    def heading(self, project: ProjectSpec, place: str) -> str:
        return _("Loss and metrics")

    @override
    def show_place(self, project: ProjectSpec, facts: DataFacts, place: str) -> None:
        self.project = project
        self.kind.show_member(project.training.loss)
        self.balance.show_value(project.training)
        nothing_to_balance = facts.task == "numbers" and not project.training.balance_classes
        self.balance.lock(*(["balance_classes"] if nothing_to_balance else []))
        self.metrics.show_value(project.training)
        targets = targets_of(project, facts)
        editor = self.metrics.editors["metrics"]
        assert isinstance(editor, SeveralEditor)
        editor.offer({entry.name for entry in metric if targets in entry.kind().takes()})
        if project.output_follows_data:
            self.note.show_words(_("Output layer and loss fit other data by themselves."), _("Unlock"))
        else:
            self.note.show_words(_("Output layer and loss are set by hand."), _("Follow the data again"))

    def _turn_following(self) -> None:
        follows = self.shown.output_follows_data
        self.tell(edits.unlock_output(self.shown) if follows else edits.lock_output(self.shown))

    def _turn(self, new: Any) -> None:
        what = _("change loss to {title}").format(title=loss.of(new).title)
        self.tell(edits.change_training(self.shown, replace(self.shown.training, loss=new), what, "loss"))

    def _change_loss(self, new: Any, label: str, merge_key: str) -> None:
        what = _("{setting} of the loss").format(setting=label)
        changed = replace(self.shown.training, loss=new)
        self.tell(edits.change_training(self.shown, changed, what, "loss"), merge_key)

    def _change_balance(self, new: TrainingSpec, label: str, merge_key: str) -> None:
        changed = replace(self.shown.training, balance_classes=new.balance_classes)
        self.tell(edits.change_training(self.shown, changed, label, "loss"), merge_key)

    def _change_metrics(self, new: TrainingSpec, label: str, merge_key: str) -> None:
        changed = replace(self.shown.training, metrics=new.metrics)
        self.tell(edits.change_training(self.shown, changed, label, "loss"), merge_key)


class OptimizerPage(Page):
    """How the weights follow the gradient, how long, and on what."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run = Form(TrainingSpec, self, only=("epochs", "batch_size", "seed"))
        self.column.addWidget(self.run)
        self.new_seed = QPushButton(_("New seed"), self)
        self.add_row("", self.new_seed)
        self.new_seed.setAccessibleName(_("New seed"))
        self.new_seed.setToolTip(_("Draws other first weights and another data order"))
        self.device = ChoiceBox(self)
        self.add_row(_("Device"), self.device)
        self._device_words = self.add_words()
        self.add_section(_("Optimizer"))
        self.optimizer = KindForm(optimizer, _("Optimizer"), self, first=1)
        self.column.addWidget(self.optimizer)
        self.add_section(_("Learning-rate schedule"))
        self.schedule = KindForm(schedule, _("Learning-rate schedule"), self)
        self.column.addWidget(self.schedule)
        self.show_devices((), "")
        self.optimizer.edited.connect(self._change_optimizer)
        self.optimizer.turned.connect(self._turn_optimizer)
        self.schedule.edited.connect(self._change_schedule)
        self.schedule.turned.connect(self._turn_schedule)
        self.run.edited.connect(self._change_run)
        self.new_seed.clicked.connect(self._draw_seed)
        self.device.activated.connect(self._choose_device)

    @override
    def heading(self, project: ProjectSpec, place: str) -> str:
        return _("Optimizer and run")

    @override
    def show_place(self, project: ProjectSpec, facts: DataFacts, place: str) -> None:
        self.project = project
        self.optimizer.show_member(project.training.optimizer)
        self.schedule.show_member(project.training.schedule)
        self.run.show_value(project.training)
        self._show_device(project.training.device)

    def show_devices(self, devices: Iterable[Device], no_gpu_sentence: str) -> None:
        """Shows what can be computed on, and why not on more."""
        self.device.clear()
        self.device.addItem(_("automatic"), "auto")
        for one in devices:
            self.device.addItem(one.label, one.name)
        self._device_words.setText(no_gpu_sentence)
        self._device_words.setVisible(bool(no_gpu_sentence))
        if self.project is not None:
            self._show_device(self.project.training.device)

    def _show_device(self, name: str) -> None:
        if self.device.findData(name) < 0:  # chosen on another machine, or the engine has not said yet
            self.device.addItem(name, name)
        self.device.setCurrentIndex(self.device.findData(name))

    def _tell(self, what: str, merge_key: str = "", **changed: Any) -> None:
        training = replace(self.shown.training, **changed)
        self.tell(edits.change_training(self.shown, training, what, "optimizer"), merge_key)

    def _change_optimizer(self, new: Any, label: str, merge_key: str) -> None:
        self._tell(
            _("{setting} of {kind}").format(setting=label, kind=optimizer.of(new).title), merge_key, optimizer=new
        )

    def _turn_optimizer(self, new: Any) -> None:
        self._tell(_("change optimizer to {title}").format(title=optimizer.of(new).title), optimizer=new)

    def _change_schedule(self, new: Any, label: str, merge_key: str) -> None:
        self._tell(_("{setting} of the schedule").format(setting=label), merge_key, schedule=new)

    def _turn_schedule(self, new: Any) -> None:
        self._tell(_("change schedule to {title}").format(title=schedule.of(new).title), schedule=new)

    def _change_run(self, new: TrainingSpec, label: str, merge_key: str) -> None:
        self._tell(label, merge_key, epochs=new.epochs, batch_size=new.batch_size, seed=new.seed)

    def _draw_seed(self) -> None:
        self.tell(edits.new_seed(self.shown))

    def _choose_device(self, index: int) -> None:
        self.tell(edits.change_device(self.shown, self.device.itemData(index)))


class EarlyStoppingPage(Page):
    """When a training ends by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add_words().setText(_("Ends the training once what it watches no longer gets better."))
        self.form = Form(EarlyStopping, self)
        self.column.addWidget(self.form)
        self.add_section(_("Goal"))
        self.add_words().setText(
            _("Ends the training by the clock, or once a value is reached: whichever comes first.")
        )
        self.goal = Form(Goal, self)
        self.column.addWidget(self.goal)
        self.form.edited.connect(self._change)
        self.goal.edited.connect(self._change_goal)

    @override
    def heading(self, project: ProjectSpec, place: str) -> str:
        return _("When to stop")

    @override
    def show_place(self, project: ProjectSpec, facts: DataFacts, place: str) -> None:
        self.project = project
        self.form.show_value(project.training.early_stopping)
        self.goal.show_value(project.training.goal)

    def _change(self, new: EarlyStopping, label: str, merge_key: str) -> None:
        what = _("{setting} of early stopping").format(setting=label)
        training = replace(self.shown.training, early_stopping=new)
        self.tell(edits.change_training(self.shown, training, what, "early_stopping"), merge_key)

    def _change_goal(self, new: Goal, label: str, merge_key: str) -> None:
        self.tell(edits.change_goal(self.shown, new, label), merge_key)
