"""Numbers as people read them."""

import math

import pytest

from netbuilder.ui import numbers


@pytest.mark.parametrize(
    "shown, expected",
    [
        (numbers.value(0.0123), "0.0123"),
        (numbers.value(0.0312345), "0.0312"),
        (numbers.value(2.3456), "2.35"),
        (numbers.value(152.34), "152"),
        (numbers.value(1719), "1,719"),
        (numbers.value(0), "0"),
        (numbers.value(-0.5), "−0.500"),
        (numbers.value(0.0000032), "3.20e-6"),
        (numbers.value(math.nan), "not a number"),
        (numbers.value(-math.inf), "−∞"),
        (numbers.percent(0.9868), "98.7 %"),
        (numbers.measure("val_accuracy", 0.9868), "98.7 %"),
        (numbers.measure("mae", 0.9868), "0.987"),
        (numbers.rate(320_400), "320k samples/s"),
        (numbers.rate(999.7), "1k samples/s"),
        (numbers.rate(1_200), "1.2k samples/s"),
        (numbers.rate(830), "830 samples/s"),
        (numbers.size(206 * 1024), "206 KB"),
        (numbers.size(1023), "1023 B"),
        (numbers.size(1_300_000), "1.2 MB"),
        (numbers.size(5 * 2**50), "5120 TB"),
        (numbers.duration(0.41), "0.4 s"),
        (numbers.duration(0.97), "1 s"),
        (numbers.duration(59.7), "1 min"),
        (numbers.duration(125), "2 min 5 s"),
        (numbers.duration(3_780), "1 h 3 min"),
        (numbers.duration(200_000), "2 days"),
        (numbers.duration(math.inf), "–"),
    ],
)
def test_numbers_are_short_and_have_their_unit(shown: str, expected: str) -> None:
    assert shown.replace(numbers.SPACE, " ") == expected


def test_no_line_break_comes_between_a_number_and_its_unit() -> None:
    assert " " not in numbers.percent(0.5) + numbers.rate(10) + numbers.size(10) + numbers.duration(200_000)
