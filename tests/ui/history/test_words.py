"""Runs in words, and what tells two of them apart."""

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from netbuilder.data.points.moons import Moons
from netbuilder.spec.catalogs import Catalog
from netbuilder.spec.goal import Goal
from netbuilder.spec.layers import layer
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.dropout import Dropout
from netbuilder.spec.losses import loss
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.project import DataSpec, EarlyStopping, Placed, TrainingSpec
from netbuilder.spec.rules import fields_of
from netbuilder.spec.schedules import schedule
from netbuilder.spec.sources import source
from netbuilder.spec.split import Split
from netbuilder.ui.history import words
from netbuilder.ui.history.differences import NOTHING, differences


def said(one: Any, other: Any) -> list[tuple[str, str, str]]:
    return [(each.label, each.one, each.other) for each in differences(one, other)]


def test_a_project_differs_in_nothing_from_itself_whatever_its_title(made) -> None:
    assert said(made(), replace(made(), title="Something else")) == []


def test_a_setting_is_told_with_its_label_and_both_values(made) -> None:
    assert said(made(64, batch_size=32), made(1024, batch_size=2048)) == [
        ("Layer 2, Dense: Units", "64", "1,024"),
        ("Batch size", "32", "2,048"),
    ]


def test_another_kind_is_told_by_what_it_is(made) -> None:
    sgd = optimizer["sgd"].kind()
    ((label, mine, theirs),) = said(made(), made(optimizer=sgd))
    assert (label, mine.split()[0], theirs.split()[0]) == ("Optimizer", "Adam", "SGD")


def test_a_layer_that_only_one_has_stands_beside_nothing(made) -> None:
    project = made()
    more = replace(project, layers=(*project.layers[:2], Placed("dropout_1", Dropout()), project.layers[2]))
    assert said(project, more) == [("Layer 3", NOTHING, f"Dropout {Dropout().summary()}")]
    assert said(more, project) == [("Layer 3", f"Dropout {Dropout().summary()}", NOTHING)]


def test_another_name_of_a_layer_is_told(made) -> None:
    project = made()
    first, second, last = project.layers
    renamed = replace(project, layers=(first, replace(second, name="features"), last))
    assert said(project, renamed) == [("Layer 2, Dense: Name", "dense_1", "features")]
    assert said(renamed, project) == [("Layer 2, Dense: Name", "features", "dense_1")]


def test_names_of_layers_of_another_kind_are_not_told_besides(made) -> None:
    project = made()
    dropout = replace(project, layers=(Placed("dropout_1", Dropout()), *project.layers[1:]))
    assert [label for label, _mine, _theirs in said(project, dropout)] == ["Layer 1"]


def test_a_setting_that_is_switched_off_in_both_does_not_matter(made) -> None:
    off, other = EarlyStopping(on=False, patience=3), EarlyStopping(on=False, patience=9)
    assert said(made(early_stopping=off), made(early_stopping=other)) == []
    on = said(made(early_stopping=off), made(early_stopping=replace(other, on=True)))
    assert ("Early stopping: Stop early", "no", "yes") in on
    assert ("Early stopping: Patience", NOTHING, "9") in on


def test_what_is_off_reads_so(made) -> None:
    assert said(made(goal=Goal()), made(goal=Goal(minutes=2.5))) == [("Goal: Minutes at most", "off", "2.5")]


def test_other_data_are_told_first(made) -> None:
    other = replace(made(), data=DataSpec(Moons(), made().data.split))
    assert said(made(), other)[0][0] == "Data"


MEMBERS = [
    (catalog, entry) for catalog in (layer, loss, optimizer, schedule, source) for entry in catalog if entry.fields
]


@pytest.mark.parametrize("catalog, entry", MEMBERS, ids=lambda one: getattr(one, "name", ""))
def test_every_setting_of_every_kind_can_be_told(catalog: Catalog[Any], entry: Any) -> None:
    """Whatever two values a declared field has, the difference names it by its label."""
    from netbuilder.spec.rules import Flag, Maybe, OneOf, Real, Several, Sizes, Text, Whole
    from netbuilder.ui.history.differences import _members

    for field in fields_of(entry.kind):
        match field.rule:
            case Whole() | Real():
                value: Any = field.rule.at_most
            case Flag():
                value = not field.default
            case OneOf():
                value = next((name for name in field.rule.choices() if name != field.default), field.default)
            case Several():
                value = tuple(field.rule.choices())
            case Text():
                value = "text"
            case Maybe():
                value = field.rule.start if field.default is None else None
            case Sizes():
                value = (3,) * field.rule.fewest
        plain = entry.kind()
        on = {field.needs: True} if field.needs else {}
        one, other = replace(plain, **on), replace(plain, **on, **{field.name: value})
        told = list(_members(catalog, "Here", one, other))
        expected = [] if one == other else [f"Here, {entry.title}: {field.label}"]
        assert [each.label for each in told] == expected
        assert all(each.one != each.other for each in told)


@pytest.mark.parametrize("kind", [TrainingSpec, EarlyStopping, Goal, Split])
def test_every_declared_setting_of_a_training_is_looked_at(kind: type) -> None:
    """A field that nobody compares would be a difference that nobody sees."""
    names = {field.name for field in fields_of(kind)}
    beside = {"loss", "optimizer", "schedule", "early_stopping", "goal"}
    assert {field.name for field in fields(kind)} <= names | beside


@pytest.mark.parametrize(
    "metrics, shown, measured",
    [
        ({"loss": 0.2, "accuracy": 0.95, "val_loss": 0.3, "val_accuracy": 0.9}, "90.00\N{NO-BREAK SPACE}%", "val_accuracy"),
        ({"loss": 0.2, "mae": 0.5, "val_loss": 0.3, "val_mae": 2.3127}, "MAE 2.313", "val_mae"),
        ({"loss": 0.2, "val_loss": 0.3}, "loss 0.3000", "val_loss"),
        ({"loss": 0.2, "accuracy": 0.95}, "95.00\N{NO-BREAK SPACE}%", "accuracy"),
        ({"penalty": 0.1, "data_loss": 0.1, "loss": 0.2}, "loss 0.2000", "loss"),
        ({"loss": float("nan"), "accuracy": 0.1}, "10.00\N{NO-BREAK SPACE}%", "accuracy"),
        ({}, "–", ""),
    ],
)  # fmt: skip
def test_a_run_is_judged_by_its_validation_and_by_accuracy_before_loss(metrics, shown, measured, record) -> None:
    run = record(metrics=metrics)
    assert words.measure_of(run.metrics) == measured
    title = words.best_of(run)
    assert title.casefold() == shown.casefold()


def test_times_are_told_as_people_tell_them() -> None:
    now = datetime(2026, 3, 10, 15, 0).astimezone()

    def told(moment: datetime) -> str:
        return words.when(moment.timestamp(), now)

    assert told(now - timedelta(minutes=30)) == "today 14:30"
    assert told(now - timedelta(hours=16)) == "yesterday 23:00"
    assert told(now - timedelta(days=20)) == "18 Feb 15:00"
    assert told(now - timedelta(days=200)) == "22 Aug 2025"


def test_a_run_is_called_by_its_name_its_project_or_its_data(record) -> None:
    assert words.name_of(record(name="wide")) == "wide"
    assert words.name_of(record()) == "Digits"
    assert words.name_of(record(title="")) == source["digits_8x8"].title
    for damaged in ("", "[]", '{"data": 1}', '{"data": {"source": {"kind": ["x"]}}}', "[" * 100_000):
        assert words.name_of(record(title="", project_text=damaged)) == "Untitled"


def test_runs_without_names_are_told_apart_by_when_they_were_made(record) -> None:
    now = datetime(2026, 3, 10, 15, 0, 30).astimezone()

    def ago(**time: int) -> float:
        return (now - timedelta(**time)).timestamp()

    runs = [record(1, began=ago(hours=1)), record(2, began=ago(days=2)), record(3, name="wide")]
    assert words.short_names(runs, now) == ["14:00", "8 Mar", "wide"]
    runs = [record(1, began=ago(seconds=10)), record(2, began=ago(seconds=20)), record(3, began=ago(hours=1))]
    assert words.short_names(runs, now) == ["15:00:20", "15:00:10", "14:00"]


def test_a_run_that_ended_early_says_how_many_epochs_it_was_to_have(record) -> None:
    assert words.epochs_of(record(epochs=3, epochs_wanted=12)) == "3 of 12"
    assert words.epochs_of(record(epochs=12, epochs_wanted=12)) == "12"


@pytest.mark.parametrize("reason", ["all_epochs", "stopped_early", "goal_reached", "time_over", "stopped", "not_finite", "failed"])  # fmt: skip
def test_every_reason_has_words_and_a_sentence(reason: str, record) -> None:
    run = record(reason=reason)
    assert words.state_of(run) != words.state_of(record(reason="unheard of"))
    assert words.state_explained(run).endswith(".")


def test_dense_is_told_by_its_units(made) -> None:
    assert said(made(8), made(9)) == [("Layer 2, Dense: Units", "8", "9")]
    assert Dense().summary()
