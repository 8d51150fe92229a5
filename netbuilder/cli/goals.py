"""From ``--minutes`` and ``--until`` to the goal of a training."""

from __future__ import annotations

from dataclasses import replace

from netbuilder.cli.opening import checked_input, facts_of
from netbuilder.cli.sentences import BadInput
from netbuilder.spec.goal import Goal
from netbuilder.spec.monitors import measured
from netbuilder.spec.outline import outline
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.rules import Maybe, fields_of
from netbuilder.words import _


def with_goal(project: ProjectSpec, minutes: float | None, until: str | None) -> ProjectSpec:
    """The project with another goal; None leaves minutes, or what is to be reached, as it is.

    ``until`` is such as "val_accuracy=0.98". Raises ``BadInput``, also for what is not measured or never reached: asked
    for on the command line, it must not go unheard.
    """
    goal = project.training.goal
    if minutes is not None:
        goal = replace(goal, minutes=_number("minutes", minutes))
    if until is not None:
        monitor, value = _read(until)
        names = measured(project.training.metrics, validation=facts_of(project).validation > 0)
        if monitor not in names:
            message = _("This project does not measure “{name}”: --until takes one of {names}.")
            raise BadInput(message.format(name=monitor, names=", ".join(names)))
        goal = replace(goal, monitor=monitor, value=_number("value", value))
        _refuse_what_never_acts(project, goal)
    return _with(project, goal)


def _with(project: ProjectSpec, goal: Goal) -> ProjectSpec:
    return replace(project, training=replace(project.training, goal=goal))


def _refuse_what_never_acts(project: ProjectSpec, goal: Goal) -> None:
    without, with_it = (_warnings(_with(project, one)) for one in (replace(goal, value=None), goal))
    for sentence in with_it:
        if sentence not in without:
            raise BadInput(sentence)


def _read(until: str) -> tuple[str, float]:
    name, equals, number = until.partition("=")
    try:
        if equals:
            return name.strip(), float(number)
    except ValueError:
        pass
    message = _("--until wants NAME=VALUE, such as val_accuracy=0.98, but “{received:.60}” was given.")
    raise BadInput(message.format(received=until))


def _number(name: str, value: float) -> float:
    field = next(field for field in fields_of(Goal) if field.name == name)
    assert isinstance(field.rule, Maybe)
    number: float = checked_input(replace(field, rule=field.rule.rule), value)
    return number


def _warnings(project: ProjectSpec) -> tuple[str, ...]:
    found = outline(project, facts_of(project)).at("early_stopping")
    return tuple(problem.sentence for problem in found if problem.severity == "warning")
