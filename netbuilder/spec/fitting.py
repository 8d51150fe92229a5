"""The output that follows the data: last Dense layer, loss, labels and metrics are made to fit, and nothing more."""

from __future__ import annotations

from dataclasses import replace

from netbuilder.spec.answer import answer_of, doubt, usual_activation, with_activation, with_units
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.losses import Loss, SparseCategoricalCrossentropy, Takes
from netbuilder.spec.losses.binary import BinaryCrossentropy
from netbuilder.spec.losses.classes import CategoricalCrossentropy
from netbuilder.spec.losses.regression import MeanSquaredError
from netbuilder.spec.metrics import metric
from netbuilder.spec.monitors import measured
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.schedules import OnPlateau


def fitted(project: ProjectSpec, facts: DataFacts) -> ProjectSpec:
    """The project whose output fits the data, where it is to follow them; what already fits stays as it is."""
    if not project.output_follows_data:
        return project
    targets = _fitting_targets(project, facts)
    loss = _fitting_loss(project.training.loss, targets, facts)
    training = replace(
        project.training,
        loss=loss,
        metrics=fitting_metrics(project.training.metrics, targets),
        balance_classes=project.training.balance_classes and targets != "numbers",
    )
    fit = with_units(replace(project, training=training), units_for(targets, facts))
    answer = answer_of(fit)
    if answer is not None and doubt(answer, loss, targets):
        fit = with_activation(fit, usual_activation(loss, targets))
    return watching_what_is_measured(fit)


def settled(project: ProjectSpec, facts: DataFacts) -> ProjectSpec:
    """The project with its output made to fit, whether it is to follow the data or not."""
    after = fitted(replace(project, output_follows_data=True), facts)
    return replace(after, output_follows_data=project.output_follows_data)


def units_for(targets: Takes, facts: DataFacts) -> int:
    """How many output units such targets need."""
    return {"numbers": facts.targets, "binary": 1}.get(targets, max(1, len(facts.classes)))


def usual_loss(targets: Takes) -> Loss:
    """The loss that such targets are usually trained with."""
    usual: dict[Takes, Loss] = {
        "integers": SparseCategoricalCrossentropy(),
        "one-hot": CategoricalCrossentropy(),
        "binary": BinaryCrossentropy(),
        "numbers": MeanSquaredError(),
    }
    return usual[targets]


def fitting_metrics(names: tuple[str, ...], targets: Takes) -> tuple[str, ...]:
    """The metrics that can measure such targets; the usual one where there were some and none can."""
    kept = tuple(name for name in names if targets in metric[name].kind().takes())
    return kept or ((("mean_absolute_error" if targets == "numbers" else "accuracy"),) if names else ())


def watching_what_is_measured(project: ProjectSpec) -> ProjectSpec:
    """Early stopping and the schedule watch the validation loss where they would watch what is not measured.

    A goal gives up its value there: 0.98 of another measure would mean another thing.
    """
    training = project.training
    known = {name.removeprefix("val_") for name in measured(training.metrics)}
    if training.early_stopping.monitor.removeprefix("val_") not in known:
        training = replace(training, early_stopping=replace(training.early_stopping, monitor="val_loss"))
    if isinstance(training.schedule, OnPlateau) and training.schedule.monitor.removeprefix("val_") not in known:
        training = replace(training, schedule=replace(training.schedule, monitor="val_loss"))
    if training.goal.monitor.removeprefix("val_") not in known:
        training = replace(training, goal=replace(training.goal, value=None))
    return replace(project, training=training)


def _fitting_targets(project: ProjectSpec, facts: DataFacts) -> Takes:
    if facts.task == "numbers":
        return "numbers"
    if project.data.labels == "one-hot":
        return "one-hot"
    answer = answer_of(project)
    if answer is None or len(facts.classes) != 2:
        return "integers"
    two_units_fit = answer.dense.units == 2 and "integers" in project.training.loss.takes
    return "integers" if two_units_fit else "binary"


def _fitting_loss(loss: Loss, targets: Takes, facts: DataFacts) -> Loss:
    fits = targets in loss.takes and units_for(targets, facts) >= loss.least_units
    return loss if fits else usual_loss(targets)
