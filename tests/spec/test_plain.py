"""Between specs and plain values: nothing is lost, and whatever does not read is refused with a sentence."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.data.points.moons import Moons
from netbuilder.spec.goal import Goal
from netbuilder.spec.layers import layer
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.losses import loss
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.plain import NotAProject, project_from, to_plain
from netbuilder.spec.project import (
    RESERVED_NAMES,
    DataSpec,
    EarlyStopping,
    InputSpec,
    ProjectSpec,
    TrainingSpec,
    stack,
)
from netbuilder.spec.rules import Flag, Maybe, OneOf, Real, Several, Sizes, Text, Whole, fields_of
from netbuilder.spec.schedules import schedule
from netbuilder.spec.sources import source
from netbuilder.spec.split import Split

SOUND = ProjectSpec(DataSpec(Moons()), stack(Dense(8), Dense(1, "sigmoid")), title="two moons")


def values(rule: Any) -> st.SearchStrategy[Any]:
    """Values that the rule accepts, edges among them."""
    match rule:
        case Whole():
            return st.integers(rule.at_least, rule.at_most)
        case Real():
            return st.floats(rule.at_least, rule.at_most, exclude_min=rule.above)
        case OneOf():
            return st.sampled_from(sorted(rule.choices()))
        case Several():
            return st.lists(st.sampled_from(sorted(rule.choices())), unique=True).map(tuple)
        case Flag():
            return st.booleans()
        case Text():
            return st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=rule.longest)
        case Maybe():
            return st.none() | values(rule.rule)
        case Sizes():
            return st.lists(st.integers(1, rule.at_most), min_size=rule.fewest, max_size=rule.most).map(tuple)
        case _:
            raise AssertionError(rule)


def filled(kind: type[Any], **ready: Any) -> st.SearchStrategy[Any]:
    return st.builds(kind, **{field.name: values(field.rule) for field in fields_of(kind)}, **ready)


def member(catalog: Any) -> st.SearchStrategy[Any]:
    return st.one_of([filled(entry.kind) for entry in catalog])


PROJECTS = st.builds(
    ProjectSpec,
    filled(DataSpec, source=member(source), split=filled(Split)),
    st.lists(member(layer), max_size=4).map(lambda layers: stack(*layers)),
    filled(InputSpec),
    filled(
        TrainingSpec,
        loss=member(loss),
        optimizer=member(optimizer),
        schedule=member(schedule),
        early_stopping=filled(EarlyStopping),
        goal=filled(Goal),
    ),
    st.booleans(),
    values(Text(longest=50)),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(PROJECTS)
def test_a_project_survives_the_way_through_json(one: ProjectSpec) -> None:
    assert project_from(json.loads(json.dumps(to_plain(one)))) == one


BROKEN = [
    (("data", "source", "kind"), "nonsense", "no data source named 'nonsense'"),
    (("layers", 0, "layer", "kind"), "nonsense", "no layer named 'nonsense'"),
    (("layers", 0, "layer", "units"), 0, "Units must be a whole number"),
    (("layers", 0, "layer", "units"), 1e400, "Units must be a whole number"),
    (("layers", 0, "layer", "nonsense"), 1, "no setting named nonsense"),
    (("layers", 0, "name"), "", "name must be of letters"),
    (("layers", 0, "name"), "dense_2", "same name"),
    (("layers",), {}, "must be a list"),
    (("layers",), [{}] * 1001, "must be a list of at most"),
    (("data",), None, "must be an object"),
    (("training", "loss", "kind"), ["mean_squared_error"], "no loss named"),
    (("training", "metrics"), ["nonsense"], "Metrics must be some of"),
    (("training", "optimizer", "learning_rate"), float("nan"), "Learning rate must be a number above 0"),
    (("training", "schedule"), "constant", "must be an object"),
    (("training", "goal"), 5, "must be an object"),
    (("training", "goal", "minutes"), 0, "Minutes at most must be off \\(null\\), or a number above 0"),
    (("training", "goal", "value"), float("nan"), "Value to reach must be off"),
    (("training", "goal", "monitor"), "nonsense", "Watches must be one of"),
    (("training", "balance_classes"), 1, "Balance classes must be true or false"),
    (("output_follows_data",), "yes", "must be true or false"),
    (("nonsense",), 1, "no setting named nonsense"),
]


@pytest.mark.parametrize("path, value, sentence", BROKEN)
def test_what_does_not_read_is_refused_with_a_sentence(path: tuple[Any, ...], value: Any, sentence: str) -> None:
    plain = json.loads(json.dumps(to_plain(SOUND)))
    inside = plain
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    with pytest.raises(NotAProject, match=sentence):
        project_from(plain)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(ANYTHING)
def test_whatever_is_no_project_is_refused(plain: Any) -> None:
    with pytest.raises(NotAProject):
        project_from(plain)


@given(st.sampled_from(["data", "input", "training", "layers", "title", "output_follows_data"]), ANYTHING)
def test_a_project_with_anything_in_one_place_reads_or_is_refused(name: str, value: Any) -> None:
    plain = json.loads(json.dumps(to_plain(SOUND)))
    plain[name] = value
    with suppress(NotAProject):  # any other exception fails the test
        project_from(plain)


def test_what_is_left_out_has_its_default() -> None:
    plain = {"data": {"source": {"kind": "moons"}}, "layers": []}
    assert project_from(plain) == replace(SOUND, layers=(), title="")


@pytest.mark.parametrize("name", RESERVED_NAMES)
def test_a_layer_with_the_name_of_something_else_is_refused(name: str) -> None:
    plain = to_plain(ProjectSpec(DataSpec(Moons()), stack(Dense(1))))
    plain["layers"][0]["name"] = name
    with pytest.raises(NotAProject, match=name):
        project_from(plain)
