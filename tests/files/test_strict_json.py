"""JSON of unknown origin: each liberty that Python's own reader takes is refused, and ours comes back exactly."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.files.strict_json import DEEPEST, NotStrict, parse, text_of

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(PLAIN)
def test_what_we_write_comes_back_to_the_bit(value: object) -> None:
    assert repr(parse(text_of(value))) == repr(value)


@pytest.mark.parametrize(
    "text, why",
    [
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "-Infinity"),
        (b'{"a": 1e999}', "beyond all bounds"),
        (b'{"a": ' + b"9" * 41 + b"}", "very long number"),
        (b'{"a": 1, "a": 1}', "twice"),
        (b'{"b": [{"a": 1, "a": 2}]}', "twice"),
        (b"[" * 50 + b"]" * 50, "too deeply"),
        (b"[" * 100_000 + b"]" * 100_000, "too deeply"),
        (b'"\xff"', "no JSON"),
        (b"{} {}", "no JSON"),
        (b"", "no JSON"),
        (b"{'a': 1}", "no JSON"),
    ],
    ids=lambda value: value[:24].decode("latin-1") if isinstance(value, bytes) else "",
)
def test_liberties_are_refused_with_the_reason(text: bytes, why: str) -> None:
    with pytest.raises(NotStrict, match=why):
        parse(text)


def test_the_deepest_that_is_accepted() -> None:
    assert parse(b"[" * (DEEPEST - 1) + b"]" * (DEEPEST - 1))


def test_numbers_that_are_none_are_not_written() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        text_of({"loss": math.nan})
