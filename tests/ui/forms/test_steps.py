"""Numbers as people write, read and step them."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from netbuilder.spec.rules import Real, Whole
from netbuilder.ui.forms.steps import fits, may_become, read, shown, stepped

RATE = Real(0.0, 100.0, above=True, logarithmic=True)
L2 = Real(0.0, 10.0, logarithmic=True)
UNITS = Whole(1, 1_000_000, logarithmic=True)
SHARE = Real(0.0, 0.95)


@pytest.mark.parametrize(
    "number, text",
    [(1e-4, "0.0001"), (64, "64"), (0.5, "0.5"), (3.0, "3"), (0.0, "0"), (1e6, "1000000"), (1e-12, "1e-12")],
)
def test_numbers_are_written_without_an_exponent_where_people_would(number, text) -> None:
    assert shown(number) == text


@given(some.floats(allow_nan=False, allow_infinity=False))
def test_what_is_shown_reads_back_to_the_same_number(number) -> None:
    assert float(shown(number)) == number


@pytest.mark.parametrize("text, number", [("1e-3", 0.001), ("0,001", 0.001), (" 2 ", 2.0), ("1_0", 10.0), (".5", 0.5)])
def test_numbers_are_understood_as_people_type_them(text, number) -> None:
    assert read(RATE, text) == number


@pytest.mark.parametrize("text", ["", "-", "abc", "1e", "nan", "inf", "0", "101", "-1", "1e999"])
def test_what_the_rule_refuses_is_not_read(text) -> None:
    assert read(RATE, text) is None


@pytest.mark.parametrize(
    "rule, text", [(UNITS, "1000001"), (UNITS, "6.4"), (UNITS, "-3"), (RATE, "x"), (SHARE, "-0.1")]
)
def test_keys_that_lead_nowhere_are_refused(rule, text) -> None:
    assert not may_become(rule, text)


@pytest.mark.parametrize("rule, text", [(UNITS, ""), (RATE, "1e-"), (RATE, "0."), (RATE, "200"), (SHARE, "0,")])
def test_keys_on_the_way_to_a_number_are_taken(rule, text) -> None:
    assert may_become(rule, text)


def test_a_logarithmic_number_climbs_one_two_five_ten() -> None:
    climbed = [0.001]
    for _step in range(4):
        climbed.append(stepped(RATE, climbed[-1], 1))
    assert climbed == [0.001, 0.002, 0.005, 0.01, 0.02]
    assert stepped(RATE, 0.003, 1) == 0.005
    assert stepped(RATE, 0.003, -1) == 0.002
    assert stepped(RATE, 0.01, -3) == 0.001


def test_a_penalty_begins_at_a_millionth_and_goes_back_to_nothing() -> None:
    assert stepped(L2, 0.0, 1) == 1e-6
    assert stepped(L2, 1e-6, -1) == 0.0
    assert stepped(L2, 0.0, -1) == 0.0


def test_sizes_double_and_halve() -> None:
    assert [stepped(UNITS, 64, steps) for steps in (1, -1, 3)] == [128, 32, 512]
    assert stepped(UNITS, 100, 1) == 128
    assert stepped(UNITS, 100, -1) == 64
    assert stepped(UNITS, 8, -1) == 7
    assert stepped(UNITS, 1, -1) == 1


def test_shares_go_by_a_twentieth_and_end_at_their_bounds() -> None:
    assert stepped(SHARE, 0.2, 1) == 0.25
    assert stepped(SHARE, 0.2, -1) == 0.15
    assert stepped(SHARE, 0.95, 1) == 0.95
    assert stepped(SHARE, 0.0, -1) == 0.0


RULES = some.sampled_from([RATE, L2, UNITS, SHARE, Whole(0, 10), Real(-5.0, 5.0), Real(0.0, 1e8), Real(0.0, 0.9999)])


@given(RULES, some.integers(-400, 400))
def test_steps_never_leave_the_rule(rule, steps) -> None:
    start = rule.at_most
    assert fits(rule, stepped(rule, start, steps))


@given(some.sampled_from([L2, UNITS, SHARE, Whole(0, 10), Real(0.0, 1e8), Real(0.0, 0.9999)]))
def test_a_step_up_goes_up_until_the_bound(rule) -> None:
    value = rule.at_least
    for _step in range(2000):
        after = stepped(rule, value, 1)
        assert after > value or after == rule.at_most
        if after == value:
            break
        value = after
    assert value == rule.at_most
