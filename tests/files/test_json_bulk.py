"""JSON is bounded in values before it is parsed, whatever texts are in it."""

import json

import pytest

from netbuilder.files.json_bulk import MOST_MARKS, refuse_bulk
from netbuilder.files.strict_json import NotStrict, text_of


@pytest.mark.parametrize("piece", [b"[],", b"0,", b'{"":0},', b"[[[[", b'"a,b",'])
def test_text_that_becomes_too_many_values_is_refused(piece: bytes) -> None:
    with pytest.raises(NotStrict, match="too many values"):
        refuse_bulk(b"[" + piece * MOST_MARKS + b"0]")


@pytest.mark.parametrize("note", ["a, b: [c] {d} ", 'he said "a, b", ', "back\\slash, ", 'both \\", '])
def test_notes_may_be_full_of_commas(note: str) -> None:
    text = text_of({"notes": note * MOST_MARKS})
    refuse_bulk(text)
    refuse_bulk(json.dumps({"notes": note * MOST_MARKS}).encode())


@pytest.mark.parametrize("end", [b"", b"\\"])
def test_marks_that_are_no_text_are_looked_at_once(end: bytes) -> None:
    """A search that begins again behind each of them would take hours."""
    with pytest.raises(NotStrict, match="too many"):
        refuse_bulk(b"," * 250_001 + b'\\"' * 1_000_000 + end)
    with pytest.raises(NotStrict, match="too many"):
        refuse_bulk(b"," * 250_001 + b'"' + b'\\"' * 1_000_000 + end)
