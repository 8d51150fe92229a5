"""A history, or a checkpoint, that is moved, removed or replaced while somebody has it open: nothing goes with it unsaid."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from netbuilder.events import NotRecorded
from netbuilder.runs import database
from netbuilder.runs.checkpoint_file import read_checkpoint
from netbuilder.runs.claims import checkpoint_path
from netbuilder.runs.history import History

Tell = Callable[..., Any]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows moves and removes no file that is open")


def remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{path}{ending}").unlink(missing_ok=True)


def remove_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


def move_folder(path: Path) -> None:
    path.parent.rename(path.parent.with_name("elsewhere"))


def replace(path: Path) -> None:
    remove(path)
    History(path).close()


@pytest.mark.parametrize("away", [remove, remove_folder, move_folder, replace])
def test_a_run_whose_history_goes_away_says_so_and_keeps_its_checkpoint(
    path: Path, story: Tell, away: Callable[[Path], None]
) -> None:
    one = story().begin().epochs(3)
    away(path)
    one.epochs(5, first=4).end(5)
    (warning,) = one.warnings
    assert isinstance(warning, NotRecorded)
    assert "moved, removed or replaced" in warning.sentence
    moved = path.parent.with_name("elsewhere") / path.name
    found = read_checkpoint(checkpoint_path(moved if moved.exists() else path, one.uid))
    if away is not remove_folder:
        assert found is not None
        assert found.epoch >= 3


def test_checkpoints_go_on_in_another_file_where_theirs_was_removed(path: Path, story: Tell) -> None:
    one = story().begin().epochs(3)
    file = checkpoint_path(path, one.uid)
    file.unlink()
    one.epoch(4)
    found = read_checkpoint(file)
    assert found is not None
    assert found.epoch == 4
    assert one.warnings == []


@pytest.mark.parametrize("away", [remove, remove_folder, move_folder, replace])
def test_who_reads_a_history_that_went_away_is_told_of_the_one_that_is_there(
    path: Path, story: Tell, away: Callable[[Path], None]
) -> None:
    story().begin().epochs(1).end(1)
    with closing(History(path)) as history:
        before = history.version()
        away(path)
        assert history.version() != before
        assert history.runs() == []
        history.limit = 5 << 30
    with closing(History(path)) as other:
        assert other.limit == 5 << 30


def test_who_meets_a_history_that_can_not_be_opened_for_a_while_reads_it_afterwards(path: Path, story: Tell) -> None:
    uid = story().begin().epochs(1).end(1).uid
    with closing(History(path)) as history:
        hidden = path.with_suffix(".hidden")
        path.rename(hidden)
        path.mkdir()
        with pytest.raises(database.CannotUseHistory):
            history.runs()
        path.rmdir()
        hidden.rename(path)
        assert [run.uid for run in history.runs()] == [uid]


def test_a_sweep_leaves_alone_what_came_in_the_place_of_its_history(path: Path, story: Tell) -> None:
    one = story().begin(3).epochs(3).end(3)
    gone = [story().begin().epochs(1).end(1).uid for _ in range(3)]
    with closing(History(path)) as history:
        history.delete(gone)
        parts = history.sweeping()
        next(parts)
        path.rename(path.with_suffix(".aside"))
        other = story().begin(3).epochs(3).die()  # the new one knows it, the old one doesn't
        assert list(parts) == []
        assert [run.uid for run in history.runs()] == [other.uid]
    assert checkpoint_path(path, other.uid).exists()
    assert one.warnings == []
