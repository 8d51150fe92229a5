"""Whatever stands in a field of a project file is held within its rule, or refused with a sentence; then all answers."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.spec.goal import Goal
from netbuilder.spec.layers import layer
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.losses import loss
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.outline import outline
from netbuilder.spec.plain import NotAProject, project_from, to_plain
from netbuilder.spec.project import DataSpec, EarlyStopping, InputSpec, ProjectSpec, TrainingSpec, stack
from netbuilder.spec.rules import Field, Maybe, OneOf, Real, Several, Sizes, Whole, accepts, fields_of
from netbuilder.spec.schedules import schedule
from netbuilder.spec.sources import source
from netbuilder.spec.split import Split

FAMILIES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "source": (source, ("data", "source")),
    "layer": (layer, ("layers", 0, "layer")),
    "loss": (loss, ("training", "loss")),
    "optimizer": (optimizer, ("training", "optimizer")),
    "schedule": (schedule, ("training", "schedule")),
}
ALONE: list[tuple[Any, tuple[Any, ...]]] = [
    (DataSpec, ("data",)),
    (Split, ("data", "split")),
    (InputSpec, ("input",)),
    (TrainingSpec, ("training",)),
    (EarlyStopping, ("training", "early_stopping")),
    (Goal, ("training", "goal")),
]
PLACES = [
    *((entry.kind, place, entry.name) for catalog, place in FAMILIES.values() for entry in catalog),
    *((kind, place, "") for kind, place in ALONE),
]

NUMBERS = [0, -1, 1, 2, 2**31 - 1, 2**31, 2**32, 2**53 + 1, 2**63 - 1, 2**63, 10**12, 10**400, -(10**400)]
REALS = [float("nan"), float("inf"), float("-inf"), 0.0, -0.0, 0.5, 5e-324, 1e-45, 1e38, 1e39, 1.7e308]
OTHERS = [
    None,
    True,
    False,
    "",
    "0",
    "\0",
    "\ud800",
    "x" * 5000,
    [],
    [0],
    [1],
    [2**63],
    [100_000] * 4,
    [1] * 9,
    {},
    [[]],
]


def of_rule(field: Field) -> list[Any]:
    """The edges of a field's own rule, and what lies just beyond."""
    match field.rule:
        case Maybe(rule=rule):
            return of_rule(Field("", "", rule, None, "", "", ""))
        case Whole(at_least=low, at_most=high):
            return [low - 1, low, high, high + 1]
        case Real(at_least=low, at_most=high):
            return [low - 1e-9, low, low + 1e-300, high, high * 1.0000001 + 1e-9]
        case OneOf() | Several():
            names = list(field.rule.choices())
            return [*names, names, names[:1], names * 2]
        case Sizes(most=most, at_most=high):
            return [[high] * most, [high + 1], [1] * (most + 1), [high, 0]]
        case _:
            return []


def with_value(place: tuple[Any, ...], kind: str, name: str, value: Any) -> Any:
    """A project's plain values in which the field at that place has the value."""
    sound = ProjectSpec(DataSpec(source["moons"].kind()), stack(Dense(8), Dense(1, "sigmoid")), title="moons")
    plain = json.loads(json.dumps(to_plain(sound)))
    inside = plain
    for step in place[:-1]:
        inside = inside[step]
    if kind:
        inside[place[-1]] = {"kind": kind}
    inside[place[-1]][name] = value
    return plain


@pytest.mark.parametrize(
    "declared, place, name",
    [place for place in PLACES if fields_of(place[0])],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_every_field_holds_a_value_within_its_rule_or_refuses_it_with_a_sentence(declared, place, name) -> None:
    for field in fields_of(declared):
        for value in [*NUMBERS, *REALS, *OTHERS, *of_rule(field)]:
            plain = with_value(place, name, field.name, value)
            if not accepts(field.rule, value):
                with pytest.raises(NotAProject, match=rf"(?s)^{re.escape(field.label)} must be .+, but it is .+\.$"):
                    project_from(plain)
                continue
            project = project_from(plain)
            found = outline(project, project.data.source.facts(project.data.split))
            assert all(problem.sentence.endswith(".") for problem in found.problems)
            assert project_from(json.loads(json.dumps(to_plain(project)))) == project


def test_a_title_that_no_window_can_show_is_refused() -> None:
    for title in ("x" * 1001, "\ud800", 5):
        with pytest.raises(NotAProject, match='"title" a text of at most 1,000 characters'):
            project_from({"data": {"source": {"kind": "moons"}}, "layers": [], "title": title})
