"""Promises of every declaration, and of the catalogs themselves."""

from __future__ import annotations

import re
from typing import Any

import pytest

from netbuilder.spec.activations import activation
from netbuilder.spec.catalogs import Catalog, UnknownKind
from netbuilder.spec.initializers import initializer
from netbuilder.spec.layers import layer
from netbuilder.spec.losses import loss
from netbuilder.spec.metrics import metric
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.rules import checked
from netbuilder.spec.schedules import schedule

CATALOGS: list[Catalog[Any]] = [layer, activation, initializer, loss, optimizer, schedule, metric]
ENTRIES = [pytest.param(entry, id=f"{one.family}-{entry.name}") for one in CATALOGS for entry in one]


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_kind_says_in_plain_words_what_it_does(entry: Any) -> None:
    assert len(entry.words) > 10
    assert entry.words.splitlines()[0].endswith(".")
    assert "dataclass" not in entry.words
    assert not entry.words.startswith(f"{entry.kind.__name__}(")  # what @dataclass writes where there is no docstring
    assert entry.title


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_kind_names_the_keras_since_which_it_exists(entry: Any) -> None:
    assert re.fullmatch(r"3\.\d+", entry.since)
    assert int(entry.since.split(".")[1]) <= 15


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if hasattr(entry.values[0].kind, "__dataclass_fields__")])
def test_every_default_lies_within_its_rule(entry: Any) -> None:
    for field in entry.fields:
        assert checked(field, field.default) == field.default
        assert field.label
    names = {field.name for field in entry.fields}
    assert all(field.needs in {"", *names} for field in entry.fields)


def test_own_fields_of_an_optimizer_come_before_those_that_all_share() -> None:
    names = [field.name for field in optimizer["sgd"].fields]
    assert names[:3] == ["learning_rate", "momentum", "nesterov"]
    assert names[-1] == "gradient_accumulation_steps"


@pytest.mark.parametrize("catalog", CATALOGS, ids=lambda one: one.family)
def test_an_unknown_kind_is_named_beside_those_that_are_known(catalog: Catalog[Any]) -> None:
    known = next(iter(catalog)).name
    with pytest.raises(UnknownKind, match=rf"no {catalog.family} named 'nonsense'. Known are: .*{known}"):
        catalog["nonsense"]
    assert "nonsense" not in catalog
    assert known in catalog


def test_a_name_cannot_be_declared_twice() -> None:
    catalog: Catalog[Any] = Catalog("toy")

    @catalog("one", "One")
    class First:
        """The first."""

    with pytest.raises(ValueError, match="two kinds of toy are named 'one'"):
        catalog("one", "Again")(int)
    assert catalog.of(First()).title == "One"
    assert catalog.holds(First())
    assert not catalog.holds(3)
    assert catalog.titles() == {"one": "One"}


def test_metrics_and_losses_cover_every_form_of_targets() -> None:
    forms = {"integers", "one-hot", "binary", "numbers"}
    assert {form for entry in metric for form in entry.kind().takes()} == forms
    assert {form for entry in loss for form in entry.kind.takes} == forms
