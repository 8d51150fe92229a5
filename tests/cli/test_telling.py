"""How a run is told on the terminal, without a run."""

import json
from io import StringIO
from pathlib import Path
from typing import get_args

import pytest

from netbuilder.cli.telling import JsonLines, Table
from netbuilder.events import Reason, RunEnded

REASONS: tuple[Reason, ...] = get_args(Reason)


def end(reason: Reason, epochs: int = 3, part_steps: int = 0) -> RunEnded:
    return RunEnded(reason, epochs, None, False, 4.0, {}, "The loss is no number any more.", part_steps)


def told(event: RunEnded) -> str:
    out = StringIO()
    Table(out).ended(event, Path("out/project.netbuilder"), Path("out/model.keras"), "Saved.")
    return out.getvalue()


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_for_an_end_has_its_own_sentence(reason: Reason) -> None:
    others = [told(end(other)) for other in REASONS if other != reason]
    assert told(end(reason)) not in others


def test_a_folder_whose_name_controls_terminals_is_told_without_doing_so() -> None:
    out = StringIO()
    Table(out).ended(end("stopped"), Path("netbuilder-\x1b[31m\nred/project.netbuilder"), Path("model.keras"), "Saved.")
    assert "Written to netbuilder-?[31m red: model.keras" in out.getvalue()


def test_an_epoch_that_was_not_finished_is_told_and_not_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Epoch 4 was not finished: it had 120 batches." in told(end("stopped", 3, 120))
    assert "not finished" not in told(end("stopped", 3))
    out = StringIO()
    JsonLines(out).ended(end("stopped", 3, 120), Path("out/project.netbuilder"), Path("out/model.keras"), "Saved.")
    line = json.loads(out.getvalue())
    assert (line["reason"], line["epochs"], line["part_steps"]) == ("stopped", 3, 120)
