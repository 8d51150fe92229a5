"""What was trained, in a few words."""

import pytest

from netbuilder.files.templates import template_named, templates
from netbuilder.runs.summaries import summary


@pytest.mark.parametrize("name", [one.name for one in templates()])
def test_every_template_has_a_short_summary(name: str) -> None:
    words = summary(template_named(name).project())
    assert 10 < len(words) < 80
    assert words.count(" · ") >= 2


def test_inputs_and_units_stand_in_a_row() -> None:
    assert summary(template_named("mnist-128").project()) == "784–128–10 · Adam 0.001 · batch 32"
