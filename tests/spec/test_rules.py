"""What a field may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.spec.rules import (
    Field,
    Flag,
    Maybe,
    OneOf,
    OutsideRule,
    Real,
    Several,
    Sizes,
    Text,
    Whole,
    changed,
    checked,
    fields_of,
    flag,
    real,
    whole,
)


def field(rule: Any) -> Field:
    return Field("value", "Value", rule, None, "", "", "")


def names() -> dict[str, str]:
    return {"a": "A", "b": "B"}


ACCEPTED = [
    (Whole(1, 10), 1, 1),
    (Real(0.0, 1.0), 1, 1.0),
    (Real(0.0, 1.0, above=True), 1e-300, 1e-300),
    (OneOf(names), "a", "a"),
    (Several(names), ["b", "a"], ("b", "a")),
    (Several(names), [], ()),
    (Flag(), True, True),
    (Text(3), "abc", "abc"),
    (Maybe(Whole(1, 3), 1), None, None),
    (Maybe(Real(0.0, 3.0), 1.0), 2, 2.0),
    (Sizes(1, 2, 100), [28, 28], (28, 28)),
]
REFUSED = [
    (Whole(1, 10), 0),
    (Whole(1, 10), 2.0),
    (Whole(0, 10), True),
    (Whole(0, 10), "3"),
    (Real(0.0, 1.0), 1.1),
    (Real(0.0, 1.0, above=True), 0.0),
    (Real(0.0, 1.0), float("nan")),
    (Real(0.0, 1.0), 10**400),
    (Real(0.0, 1.0), False),
    (OneOf(names), "c"),
    (OneOf(names), ["a"]),
    (Several(names), ["a", "a"]),
    (Several(names), "ab"),
    (Several(names), [["a"]]),
    (Flag(), 1),
    (Text(3), "abcd"),
    (Text(3), "a\0"),
    (Maybe(Whole(1, 3), 1), 4),
    (Sizes(1, 2, 100), []),
    (Sizes(1, 2, 100), [1, 2, 3]),
    (Sizes(1, 2, 100), [0]),
    (Sizes(1, 2, 100), [1.5]),
]


@pytest.mark.parametrize("rule, received, held", ACCEPTED)
def test_a_value_within_its_rule_is_held(rule: Any, received: Any, held: Any) -> None:
    found = checked(field(rule), received)
    assert found == held
    assert type(found) is type(held)


@pytest.mark.parametrize("rule, received", REFUSED)
def test_a_refusal_names_the_label_and_what_was_expected_and_received(rule: Any, received: Any) -> None:
    with pytest.raises(OutsideRule, match=r"(?s)^Value must be .+, but it is .+\.$") as refusal:
        checked(field(rule), received)
    assert len(str(refusal.value)) < 200


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.sampled_from([rule for rule, *_others in ACCEPTED]), ANYTHING)
def test_whatever_is_received_is_held_or_refused(rule: Any, received: Any) -> None:
    try:
        held = checked(field(rule), received)
    except OutsideRule:
        return
    assert checked(field(rule), held) == held


@dataclass(frozen=True, slots=True)
class Family:
    shared: int = whole("Shared", default=1)


@dataclass(frozen=True, slots=True)
class Kind(Family):
    own: float = real("Own", default=0.5)
    other: bool = flag("Other", default=False)


def test_own_fields_come_before_inherited_ones() -> None:
    assert [one.name for one in fields_of(Kind)] == ["own", "other", "shared"]
    assert [one.name for one in fields_of(Family())] == ["shared"]


def test_only_what_differs_from_its_default_has_changed() -> None:
    assert changed(Kind()) == {}
    assert changed(Kind(shared=2, own=0.1)) == {"own": 0.1, "shared": 2}
    assert changed(Kind(shared=2, own=0.1), "own") == {"shared": 2}
