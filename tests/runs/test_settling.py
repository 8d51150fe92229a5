"""What was written reaches the disk every few seconds, whatever else is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from netbuilder.checkpoint import Checkpoint
from netbuilder.runs import settling
from netbuilder.runs.checkpoint_file import CheckpointFile
from netbuilder.runs.settling import Settling


def test_checkpoints_settle_also_without_a_history_and_none_is_made(
    tmp_path: Path, checkpoint: Callable[..., Checkpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "_APART", 0.001)
    file, settled = CheckpointFile(tmp_path / "one.checkpoint"), threading.Event()
    file.write(checkpoint(1))
    monkeypatch.setattr(file, "settle", settled.set)
    one = Settling(tmp_path / "history.db", file)
    assert settled.wait(60)
    one.stop()
    file.close()
    assert not (tmp_path / "history.db").exists()
