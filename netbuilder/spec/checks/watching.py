"""Early stopping and the on-plateau schedule: watching what is not there, or too late to act."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from netbuilder.spec.problems import Fix, Problem, View, check
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.schedules import OnPlateau
from netbuilder.words import _


@check
def stopping_watches_nothing(view: View) -> Iterator[Problem]:
    """Early stopping watches what the run does not measure, and would never act."""
    stopping = view.project.training.early_stopping
    if stopping.on and stopping.monitor not in view.measured:
        instead = _instead(view)
        words = _missing(view, stopping.monitor, _("early stopping"))
        fix = Fix(_("Watch {name}").format(name=instead), partial(_stopping, monitor=instead))
        yield Problem("warning", "early_stopping", words, fix)


@check
def plateau_watches_nothing(view: View) -> Iterator[Problem]:
    """The schedule watches what the run does not measure, and would never act."""
    schedule = view.project.training.schedule
    if schedule.watches() and schedule.watches() not in view.measured:
        instead = _instead(view)
        words = _missing(view, schedule.watches(), _("the schedule"))
        fix = Fix(_("Watch {name}").format(name=instead), partial(_plateau, monitor=instead))
        yield Problem("warning", "optimizer", words, fix)


@check
def stopping_begins_too_late(view: View) -> Iterator[Problem]:
    """Early stopping only looks at epochs after the last one."""
    training = view.project.training
    stopping, epochs = training.early_stopping, training.epochs
    if stopping.on and stopping.start_from_epoch >= epochs:
        sentence = _("Early stopping begins after epoch {start}, but training ends at {epochs}: it never acts.")
        words = sentence.format(start=stopping.start_from_epoch, epochs=epochs)
        fix = Fix(_("Begin at once"), partial(_stopping, start_from_epoch=0))
        yield Problem("warning", "early_stopping", words, fix)


@check
def stopping_waits_too_long(view: View) -> Iterator[Problem]:
    """The patience is as long as the training."""
    training = view.project.training
    stopping, epochs = training.early_stopping, training.epochs
    if stopping.on and epochs > 1 and stopping.patience >= epochs:
        shorter = epochs // 4
        sentence = _("With a patience of {patience} and {epochs} epochs it can never stop early.")
        words = sentence.format(patience=stopping.patience, epochs=epochs)
        fix = Fix(_("Set patience to {epochs}").format(epochs=shorter), partial(_stopping, patience=shorter))
        yield Problem("hint", "early_stopping", words, fix)


@check
def plateau_waits_too_long(view: View) -> Iterator[Problem]:
    """The schedule's patience is as long as the training."""
    training = view.project.training
    schedule, epochs = training.schedule, training.epochs
    if isinstance(schedule, OnPlateau) and epochs > 1 and schedule.patience >= epochs:
        shorter = max(1, epochs // 4)
        sentence = _("With a patience of {patience} and {epochs} epochs the learning rate never falls.")
        words = sentence.format(patience=schedule.patience, epochs=epochs)
        fix = Fix(_("Set patience to {epochs}").format(epochs=shorter), partial(_plateau, patience=shorter))
        yield Problem("hint", "optimizer", words, fix)


def _instead(view: View) -> str:
    return "val_loss" if view.facts.validation > 0 else "loss"


def _missing(view: View, name: str, who: str) -> str:
    if name.startswith("val_") and view.facts.validation < 1:
        sentence = _("No examples are kept for validation, so {who} can't watch {name} and never acts.")
    else:
        sentence = _("{name} is not measured, so {who} can't watch it and never acts: add the metric or watch another.")
    return sentence.format(who=who, name=name)


def _stopping(project: ProjectSpec, **values: int | str) -> ProjectSpec:
    stopping = replace(project.training.early_stopping, **values)  # type: ignore[arg-type]
    return replace(project, training=replace(project.training, early_stopping=stopping))


def _plateau(project: ProjectSpec, **values: int | str) -> ProjectSpec:
    schedule = replace(project.training.schedule, **values)  # type: ignore[type-var]
    return replace(project, training=replace(project.training, schedule=schedule))
