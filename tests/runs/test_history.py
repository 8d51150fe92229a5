"""The history: what is asked of it, what it takes of the disk, and what becomes of one that is damaged."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netbuilder.checkpoint import Checkpoint
from netbuilder.events import BatchesTrained, EpochEnded, RunEnded, RunPrepared
from netbuilder.runs import database
from netbuilder.runs.claims import checkpoint_path
from netbuilder.runs.database import CannotUseHistory, Damaged
from netbuilder.runs.history import History
from netbuilder.runs.migrations import MIGRATIONS
from netbuilder.runs.room import LIMIT

FILE = "/home/somebody/iris.netbuilder"
GOLDEN = sorted((Path(__file__).resolve().parents[1] / "golden").glob("history-*.db"))

Tell = Callable[..., Any]
Make = Callable[..., Checkpoint]


def uids(history: History) -> list[str]:
    return [record.uid for record in history.runs()]


def test_a_history_begins_empty(path: Path) -> None:
    with closing(History(path)) as history:
        assert history.runs() == []
        assert 0 < history.size < 200_000
        assert history.limit == LIMIT


def test_runs_stand_newest_first(path: Path, story: Tell) -> None:
    made = [story().begin().epochs(1).end(1).uid for _ in range(3)]
    with closing(History(path)) as history:
        assert uids(history) == made[::-1]


def test_a_run_that_did_not_change_is_told_as_the_very_same_record(path: Path, story: Tell) -> None:
    one, other = (story().begin().epochs(1).end(1).uid for _ in range(2))
    with closing(History(path)) as history:
        before = {record.uid: record for record in history.runs()}
        history.rename(other, "Other")
        after = {record.uid: record for record in history.runs()}
        assert after[one] is before[one]
        assert (before[other].name, after[other].name) == ("", "Other")


def test_a_run_bears_name_and_note_also_while_it_goes_on(path: Path, story: Tell) -> None:
    one = story().begin().epochs(1)
    with closing(History(path)) as history:
        history.rename(one.uid, "Größer")
        history.note(one.uid, "zwei\nZeilen")
        one.epochs(2, first=2).end(2)
        record = history.run(one.uid)
        assert (record.name, record.note, record.epochs) == ("Größer", "zwei\nZeilen", 2)


def test_a_run_that_goes_on_counts_with_its_checkpoint_which_costs_no_other_run_its_weights(
    path: Path, story: Tell, checkpoint: Make
) -> None:
    done = story().begin().epochs(1)
    done.tell(RunEnded("all_epochs", 1, None, False, 1.0, {}))
    done.recorder.end(checkpoint(1, 100))
    with closing(History(path)) as history:
        before = history.size
        history.limit = before + 100_000
        one = story().begin()
        one.recorder.keep(checkpoint(1, 100))  # 680 KB
        one.recorder.flush()
        assert history.size > before + 600_000
        history.sweep()
        assert history.checkpoint(done.uid) is not None


def test_half_a_surrogate_pair_in_name_and_note_is_a_question_mark(path: Path, story: Tell) -> None:
    uid = story().begin().epochs(1).end(1).uid
    with closing(History(path)) as history:
        history.rename(uid, "caf\udce9")
        history.note(uid, "\ud83d – \U0001f600")
        assert (history.run(uid).name, history.run(uid).note) == ("caf?", "? – \U0001f600")


@pytest.mark.parametrize("ask", ["run", "events", "checkpoint"])
def test_an_unknown_run_is_a_key_error(path: Path, ask: str) -> None:
    with closing(History(path)) as history, pytest.raises(KeyError):
        getattr(history, ask)("0" * 32)


def test_a_name_for_an_unknown_run_is_a_key_error(path: Path) -> None:
    with closing(History(path)) as history, pytest.raises(KeyError):
        history.rename("0" * 32, "x")


def test_a_deleted_run_comes_back_as_it_was(path: Path, story: Tell) -> None:
    one, other = (story().begin().epochs(2).end(2) for _ in range(2))
    with closing(History(path)) as history:
        before = history.runs()
        history.delete([one.uid, "0" * 32])
        assert uids(history) == [other.uid]
        history.bring_back([one.uid])
        assert history.runs() == before


def test_sweeping_removes_what_was_deleted_long_enough_ago(path: Path, story: Tell) -> None:
    one = story().begin().epochs(2).end(2)
    with closing(History(path)) as history:
        history.delete([one.uid])
        history.sweep(older_than=3600.0)
        history.bring_back([one.uid])
        assert uids(history) == [one.uid]
        history.delete([one.uid])
        history.sweep()
        history.bring_back([one.uid])
        assert uids(history) == []


def test_sweeping_gives_all_bytes_back(path: Path, story: Tell, checkpoint: Make) -> None:
    with closing(History(path)) as history:
        empty = history.size
        made = []
        for _ in range(4):
            one = story(steps=2_000).begin().epochs(3)
            one.tell(RunEnded("all_epochs", 3, None, False, 3.0, {}))
            one.recorder.end(checkpoint(3, 100))
            made.append(one.uid)
        full = history.size
        claimed = sum(record.size for record in history.runs())
        assert full - empty > claimed > 4 * 600_000
        history.delete(made)
        assert history.size >= full
        history.sweep()
        assert history.size <= empty + 4096


def test_sweeping_removes_the_checkpoint_of_a_deleted_run(path: Path, story: Tell) -> None:
    one = story().begin().epochs(2).die()
    file = checkpoint_path(path, one.uid)
    assert file.exists()
    with closing(History(path)) as history:
        history.delete([one.uid])
        history.sweep()
    assert list(file.parent.iterdir()) == []


def test_a_run_that_goes_on_is_not_swept_away(path: Path, story: Tell) -> None:
    one = story().begin().epochs(2)
    with closing(History(path)) as history:
        history.delete([one.uid])
        history.sweep()
        one.epochs(4, first=3).end(4)
        history.bring_back([one.uid])
        assert history.run(one.uid).epochs == 4


def test_beyond_the_limit_the_oldest_weights_go_and_named_or_noted_ones_last(
    path: Path, story: Tell, checkpoint: Make
) -> None:
    made = []
    for _ in range(6):
        one = story().begin().epochs(1)
        one.tell(RunEnded("all_epochs", 1, None, False, 1.0, {}))
        one.recorder.end(checkpoint(1, 100))  # 680 KB
        made.append(one.uid)
    with closing(History(path)) as history:
        history.rename(made[0], "first")
        history.note(made[1], "second")
        history.sweep()
        assert all(record.weights for record in history.runs())
        history.limit = history.size - 1_000_000
        history.sweep()
        assert history.size <= history.limit
        assert {record.uid for record in history.runs() if record.weights} == {made[0], made[1], made[4], made[5]}
        assert history.checkpoint(made[2]) is None
        assert all(len(history.events(uid)) == 4 for uid in made)
        history.limit = 1
        history.sweep()
        assert not any(record.weights for record in history.runs())
        assert len(history.runs()) == 6
    with closing(History(path)) as history:
        assert history.limit == 1


def test_its_version_changes_with_whatever_anybody_changes(path: Path, story: Tell) -> None:
    with closing(History(path)) as history, closing(History(path)) as other:
        seen = [history.version()]

        def changed() -> bool:
            seen.append(history.version())
            return seen[-1] not in seen[:-1]

        assert history.version() == seen[0]
        one = story().begin()
        assert changed()
        one.epoch(1)
        assert changed()
        history.rename(one.uid, "mine")
        assert changed()
        other.rename(one.uid, "theirs")
        assert changed()
        assert history.version() == seen[-1]
        one.die()
        assert changed()  # nothing was written, but the run no longer goes on


def test_a_killed_run_is_interrupted_and_shows_its_last_checkpoint(path: Path, story: Tell) -> None:
    one = story().begin().epochs(3).die()
    with closing(History(path)) as history:
        found = history.checkpoint(one.uid)
        assert history.run(one.uid).state == "interrupted"
        assert found is not None
        assert found.epoch == 3


def test_a_thousand_runs_and_a_million_points_are_all_there(path: Path, story: Tell) -> None:
    made = []
    for number in range(1_000):
        one = story(steps=500, title=f"Run {number}").begin()
        for epoch in (1, 2):
            one.epoch(epoch, keep=False)
        one.tell(RunEnded("all_epochs", 2, None, False, 2.0, {}))
        one.recorder.end(None)
        one.told.clear()
        made.append(one.uid)
    with closing(History(path)) as history:
        found = history.runs()
        assert [record.uid for record in found] == made[::-1]
        assert [record.title for record in found] == [f"Run {number}" for number in range(999, -1, -1)]
        points = 0
        for record in found:
            batches = [event.losses for event in history.events(record.uid) if isinstance(event, BatchesTrained)]
            assert np.array_equal(batches[1][:250], (2 + np.arange(250, dtype=np.float32)) / 7)
            points += sum(map(len, batches))
        assert points == 1_000_000
        assert history.size < 8_000_000 + 1_000 * 6_000


# What is damaged, foreign or newer


def test_what_is_no_database_is_kept_aside_and_a_new_history_begins(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"This is no database. " * 1000)
    with pytest.raises(Damaged, match="was damaged: 0 runs could be taken over") as caught:
        History(path)
    (aside,) = path.parent.glob("history.damaged-*.db")
    assert str(aside) in str(caught.value)
    assert aside.read_bytes() == b"This is no database. " * 1000
    with closing(History(path)) as history:
        assert history.runs() == []


def test_of_two_that_are_damaged_within_a_second_both_are_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database.time, "strftime", lambda _form: "20261122-120000")
    path.parent.mkdir()
    for content in (b"one" * 1000, b"other" * 1000):
        for file in path.parent.glob("history.db*"):
            file.unlink()
        path.write_bytes(content)
        with pytest.raises(Damaged):
            History(path)
    kept = {file.name: file.read_bytes() for file in path.parent.glob("history.damaged-*.db")}
    assert kept == {
        "history.damaged-20261122-120000.db": b"one" * 1000,
        "history.damaged-20261122-120000-2.db": b"other" * 1000,
    }


def test_a_foreign_database_is_kept_aside(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as foreign:
        foreign.execute("CREATE TABLE mine (x)")
        foreign.execute("PRAGMA user_version = 1")
    with pytest.raises(Damaged):
        History(path)
    (aside,) = path.parent.glob("history.damaged-*.db")
    with closing(sqlite3.connect(aside)) as foreign:
        assert foreign.execute("SELECT name FROM sqlite_master").fetchall() == [("mine",)]


def read_all(history: History, made: list[str]) -> None:
    for uid in made:
        history.events(uid)
        history.checkpoint(uid)


def test_of_a_damaged_history_all_runs_are_taken_over_that_can_be_read(
    path: Path, story: Tell, checkpoint: Make, same: Callable[[Checkpoint, Checkpoint], bool]
) -> None:
    made = [story(steps=5_000, title=f"Run {number}").begin().epochs(3).end(3).uid for number in range(40)]
    going = story().begin().epochs(2).die()
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 20 * 4096] = b"\xff" * 20 * 4096  # blobs and leaves of some runs
    path.write_bytes(content)
    with closing(History(path)) as history:
        with pytest.raises(Damaged, match="runs could be taken over into a new one, and the old one is kept as"):
            read_all(history, made)
        (aside,) = path.parent.glob("history.damaged-*.db")
        assert aside.read_bytes() == content
        found = history.runs()
        assert len(found) >= 36
        sound = [record for record in found if record.weights]
        assert len(sound) >= 30
        for record in sound:
            state = history.checkpoint(record.uid)
            assert state is not None
            assert same(state, checkpoint(3))
            assert (
                sum(len(one.losses) for one in history.events(record.uid) if isinstance(one, BatchesTrained)) == 15_000
            )
        assert history.run(going.uid).state == "interrupted"
        left = history.checkpoint(going.uid)
        assert left is not None
        assert left.epoch == 2
        story().begin().epochs(1).end(1)
        assert len(history.runs()) == len(found) + 1


def test_what_is_damaged_beyond_reading_is_kept_aside_and_the_next_question_finds_a_new_one(
    path: Path, story: Tell
) -> None:
    story(steps=5_000).begin().epochs(20).end(20)
    content = bytearray(path.read_bytes())
    for start in range(8192, len(content), 4096):
        content[start : start + 100] = b"\xff" * 100
    path.write_bytes(content)
    with closing(History(path)) as history:
        with pytest.raises(Damaged, match="0 runs could be taken over"):
            history.runs()
        assert history.runs() == []
        story().begin().epochs(1).end(1)
        assert len(history.runs()) == 1
    (aside,) = path.parent.glob("history.damaged-*.db")
    assert aside.read_bytes() == content


def test_a_new_history_is_not_taken_for_the_damaged_one_that_another_program_has_moved(path: Path, story: Tell) -> None:
    story().begin().epochs(1).end(1)
    with pytest.raises(Damaged, match="try again"), database.told(path):
        raise database._NotOurs
    with closing(History(path)) as history:
        assert len(history.runs()) == 1


def test_a_newer_history_is_left_as_it_is(path: Path) -> None:
    History(path).close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = path.read_bytes()
    with pytest.raises(CannotUseHistory, match="newer netbuilder"):
        History(path)
    assert path.read_bytes() == before


def test_a_place_that_may_not_be_written_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database.os, "access", lambda _place, _mode: False)
    with pytest.raises(CannotUseHistory, match="you may not write there"):
        History(path)


def test_a_folder_in_its_place_is_told(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(CannotUseHistory, match=r"history\.db.*since there is a folder of that name: move that away"):
        History(path)


def test_what_is_no_ordinary_file_is_told(path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no pipes with names")
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)
    with pytest.raises(CannotUseHistory, match="no ordinary file: move that away"):
        History(path)


def test_a_file_in_the_place_of_its_folder_is_told(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    with pytest.raises(CannotUseHistory, match="is no folder: move that away"):
        History(path / "history.db")


def test_a_file_that_can_not_be_opened_is_told(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(tmp_path / "nowhere" / "history.db")
    with pytest.raises(CannotUseHistory, match="it can't be opened: look whether its folder is there"):
        History(path)


ODD = [
    ("run", "names", "'[[1]]'"),
    ("run", "names", "'nonsense'"),
    ("run", "names", "x'ff00ff'"),
    ("run", "test", "'{\"loss\": []}'"),
    ("run", "test", f"'{'[' * 100_000}'"),
    ("run", "test", "'{\"loss\": NaN}'"),
    ("run", "versions", "'[]'"),
    ("run", "epochs", "-1"),
    ("run", "epochs", "'many'"),
    ("run", "seconds", "9e999"),
    ("run", "began", "x'00'"),
    ("run", "began", "'yesterday'"),
    ("run", "began", "9e999"),
    ("run", "began", "-9e999"),
    ("run", "began", "1e18"),
    ("run", "began", "-1e18"),
    ("run", "began", "9223372036854775807"),
    ("run", "reason", "'boredom'"),
    ("run", "title", "x'ff'"),
    ("epoch", "metrics", "x'00'"),
    ("epoch", "metrics", "'text'"),
    ("epoch", "names", "7"),
]
ODD_IN_EVENTS = [
    ("epoch", "losses", "x'000000'"),
    ("epoch", "losses", "'four'"),
    ("epoch", "rate", "'fast'"),
    ("epoch", "waited", "-3"),
    ("run", "steps_per_epoch", "-1"),
    ("run", "device", "x'ff'"),
]
ODD_IN_STATES = [
    ("state", "plain", "'{}'"),
    ("state", "plain", "'[1'"),
    ("array", "kind", "'|O'"),
    ("array", "kind", "'<f16'"),
    ("array", "shape", "'[-1]'"),
    ("array", "shape", "'[1000000, 1000000]'"),
    ("array", "shape", "'[99]'"),
    ("array", "shape", "'8'"),
    ("array", "numbers", "x'00'"),
    ("array", "numbers", "'text'"),
]


@pytest.mark.parametrize(
    "ask, table, column, value",
    [
        *(("run", *odd) for odd in ODD),
        *(("events", *odd) for odd in ODD_IN_EVENTS),
        *(("checkpoint", *odd) for odd in ODD_IN_STATES),
    ],
)
def test_odd_values_are_a_sentence(path: Path, story: Tell, ask: str, table: str, column: str, value: str) -> None:
    one = story().begin().epochs(2).end(2)
    with closing(sqlite3.connect(path)) as hostile, hostile:
        hostile.execute(f"UPDATE {table} SET {column} = {value}")
    with closing(History(path)) as history:
        with pytest.raises(CannotUseHistory, match="holds a run that is damaged"):
            getattr(history, ask)(one.uid)
        assert ask != "run" or [run.title for run in history.runs()] == ["A run that is damaged"]
        history.delete([one.uid])
        assert history.runs() == []


def test_two_programs_that_begin_a_history_at_once_begin_the_same(path: Path) -> None:
    import multiprocessing

    begin = multiprocessing.get_context("spawn")
    children = [begin.Process(target=_open_and_close, args=(path,)) for _ in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0] * 4
    assert [one.name for one in path.parent.glob("*damaged*")] == []


def _open_and_close(path: Path) -> None:
    for _ in range(20):
        History(path).close()


# Old versions


def golden_history(path: Path) -> None:
    """Writes what the golden file of the current version holds: run it once, when there is a new version."""
    from netbuilder.files.templates import template_named
    from netbuilder.runs.recorder import Recorder

    project = template_named("iris").project()
    for uid, seconds in (("a" * 32, 2.0), ("b" * 32, 3.0)):
        recorder = Recorder(
            *(uid, project), origin="window", versions={"Keras": "3"}, data_hash="d", tell=print, path=path, file=FILE
        )
        recorder.take(RunPrepared("CPU · 2 cores", True, 2, 2, 120, 30, 67, False))
        for epoch in (1, 2):
            recorder.take(BatchesTrained(epoch, 0, np.array([1, 0.5], np.float32), {"loss": 0.5}, 1.0, 0.0, seconds))
            recorder.take(EpochEnded(epoch, 1.0, {"loss": 0.5, "val_loss": 0.25}, 0.01, epoch, 0))
        recorder.take(RunEnded("all_epochs", 2, 2, True, seconds, {"loss": 0.75}))
        weights = (np.arange(4, dtype=np.float32),)
        recorder.end(Checkpoint(2, 1, 2, True, weights, (np.array(8, np.int64),), seconds))
    with closing(History(path)) as history:
        history.rename("a" * 32, "Mine")
        history.note("b" * 32, "Note")


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.stem)
def test_an_old_history_opens_for_ever(golden: Path, path: Path) -> None:
    path.parent.mkdir()
    shutil.copy(golden, path)
    with closing(History(path)) as history:
        second, first = history.runs()
        assert (first.name, second.note, first.seconds, second.seconds) == ("Mine", "Note", 2.0, 3.0)
        assert (first.state, first.reason, first.metrics) == ("ended", "all_epochs", {"loss": 0.5, "val_loss": 0.25})
        assert first.test == {"loss": 0.75}
        assert first.project().training.epochs > 0
        assert first.file == (None if golden.stem == "history-1" else FILE)
        events = history.events(first.uid)
        assert [type(event) for event in events] == [RunPrepared, *[BatchesTrained, EpochEnded] * 2, RunEnded]
        assert isinstance(events[1], BatchesTrained)
        assert events[1].losses.tolist() == [1.0, 0.5]
        found = history.checkpoint(first.uid)
        assert found is not None
        assert found.variables[0].tolist() == [0.0, 1.0, 2.0, 3.0]
        assert (found.optimizer[0].shape, int(found.optimizer[0])) == ((), 8)


def test_every_version_has_its_golden_file() -> None:
    assert [golden.stem for golden in GOLDEN] == [f"history-{version}" for version in range(1, len(MIGRATIONS) + 1)]


def test_a_run_that_is_damaged_hides_no_other_and_can_be_deleted(path: Path, story: Tell) -> None:
    sound = story(title="Sound").begin().epochs(2).end(2).uid
    broken = story().begin().epochs(2).end(2).uid
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE run SET names = '[[1]]', epochs = -5 WHERE uid = ?", (broken,))
        database.commit()
    with closing(History(path)) as history:
        assert {run.uid: run.title for run in history.runs()} == {sound: "Sound", broken: "A run that is damaged"}
        with pytest.raises(CannotUseHistory, match="delete it"):
            history.events(broken)
        history.remove([broken])
        assert [run.uid for run in history.runs()] == [sound]
