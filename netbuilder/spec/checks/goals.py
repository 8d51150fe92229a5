"""The goal of a training: a value that is not measured, never reached, always reached, or not kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from netbuilder.spec.goal import Goal
from netbuilder.spec.metrics import metric
from netbuilder.spec.monitors import bounds, direction
from netbuilder.spec.problems import Fix, Problem, View, check
from netbuilder.spec.project import ProjectSpec
from netbuilder.words import _


@check
def goal_watches_nothing(view: View) -> Iterator[Problem]:
    """The goal watches what the run does not measure, and would never end it."""
    goal, training = view.project.training.goal, view.project.training
    if goal.value is None or goal.monitor in view.measured:
        return
    name = goal.monitor.removeprefix("val_")
    if goal.monitor != name and view.facts.validation < 1:
        words = _("No examples are kept for validation, so the goal can't watch {name} and is never reached.")
        seen, label = name, _("Watch {name}")
    else:
        words = _("{name} is not measured, so the goal is never reached: add the metric or watch another.")
        seen, label = goal.monitor, _("Measure {name}")
    is_measured = name in view.measured
    fix = Fix(_("Leave the value out"), partial(_with_goal, goal=replace(goal, value=None)))
    if is_measured or view.targets in metric[name].kind().takes():
        metrics = training.metrics if is_measured else (*training.metrics, name)
        fix = Fix(label.format(name=name), partial(_with_goal, goal=replace(goal, monitor=seen), metrics=metrics))
    yield Problem("warning", "early_stopping", words.format(name=goal.monitor), fix)


@check
def goal_is_out_of_reach(view: View) -> Iterator[Problem]:
    """What is watched never gets that good."""
    goal = view.project.training.goal
    best = _bound(view, goal, best=True)
    if goal.value is None or not _better(goal, goal.value, best):
        return
    higher = direction(goal.monitor) == "max"
    words = _("{name} is never above {best:g}, so the goal of {value:g} is never reached.")
    words = words if higher else _("{name} is never below {best:g}, so the goal of {value:g} is never reached.")
    sentence = words.format(name=goal.monitor, best=best, value=goal.value)
    fix = Fix(_("Leave the value out"), partial(_with_goal, goal=replace(goal, value=None)))
    if higher and best == 1.0 and goal.value <= 100.0:  # meant in percent
        share = goal.value / 100.0
        fix = Fix(_("Set to {value:g}").format(value=share), partial(_with_goal, goal=replace(goal, value=share)))
    yield Problem("warning", "early_stopping", sentence, fix)


@check
def goal_is_always_reached(view: View) -> Iterator[Problem]:
    """What is watched is never worse, so that one epoch is enough."""
    goal = view.project.training.goal
    worst = _bound(view, goal, best=False)
    if goal.value is not None and not _better(goal, goal.value, worst):
        sentence = _("{name} always reaches {value:g}, so the training ends after one epoch.")
        fix = Fix(_("Leave the value out"), partial(_with_goal, goal=replace(goal, value=None)))
        yield Problem("warning", "early_stopping", sentence.format(name=goal.monitor, value=goal.value), fix)


@check
def goal_is_not_kept(view: View) -> Iterator[Problem]:
    """Early stopping goes back to the best epoch of another measure."""
    goal, stopping = view.project.training.goal, view.project.training.early_stopping
    goes_back = stopping.on and stopping.restore_best and stopping.monitor != goal.monitor
    if goal.value is not None and goes_back and goal.monitor in view.measured:
        sentence = _("Early stopping goes back to the best {kept}, which may not have reached the goal for {name}.")
        fix = Fix(_("Watch {name} in both").format(name=goal.monitor), partial(_in_both, name=goal.monitor))
        words = sentence.format(kept=stopping.monitor, name=goal.monitor)
        yield Problem("hint", "early_stopping", words, fix)


def _bound(view: View, goal: Goal, *, best: bool) -> float:
    """The best or the worst value that what the goal watches can have."""
    least, most = bounds(goal.monitor, view.project.training.loss)
    return most if best == (direction(goal.monitor) == "max") else least


def _better(goal: Goal, value: float, than: float) -> bool:
    return value > than if direction(goal.monitor) == "max" else value < than


def _with_goal(project: ProjectSpec, goal: Goal, metrics: tuple[str, ...] | None = None) -> ProjectSpec:
    metrics = project.training.metrics if metrics is None else metrics
    return replace(project, training=replace(project.training, goal=goal, metrics=metrics))


def _in_both(project: ProjectSpec, name: str) -> ProjectSpec:
    stopping = replace(project.training.early_stopping, monitor=name)
    return replace(project, training=replace(project.training, early_stopping=stopping))
