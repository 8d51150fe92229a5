"""The curves of a network outlive a history that can't be written: what the window heard takes its place."""

import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from netbuilder.app import network_history
from netbuilder.app.network_history import Heard, Told, is_recorded, told_by
from netbuilder.events import (
    BatchesTrained,
    EpochEnded,
    Event,
    LearningRateSet,
    NotRecorded,
    RunContinued,
    RunEnded,
    RunPaused,
    RunPrepared,
)
from netbuilder.runs.database import connected
from netbuilder.runs.history import History
from netbuilder.runs.writing import Description, RunWriter
from netbuilder.spec.project import ProjectSpec

UID = "0" * 32
PREPARED = RunPrepared("CPU", False, 9, 2, 80, 20, 10, False)
ENDED = RunEnded("all_epochs", 9, None, False, 1.0, {})
LOST = NotRecorded("The disk is full.")


def batches(epoch: int, first: int = 0) -> BatchesTrained:
    return BatchesTrained(epoch, first, np.full(1, epoch + first / 10, np.float32), {"loss": 1.0}, 1.0, 0.0)


def epoch(number: int) -> list[Event]:
    return [batches(number), batches(number, 1), EpochEnded(number, 0.1, {"loss": 1 / number}, 0.1, None, 0)]


def epochs_in(events: tuple[Event, ...]) -> list[int]:
    return [event.epoch for event in events if isinstance(event, EpochEnded)]


def heard(*events: Event, runs: tuple[str, ...] = (UID,), before: dict | None = None) -> Heard:
    made = Heard(runs, before)
    for event in events:
        made.hear(event)
    return made


@pytest.fixture
def history(tmp_path: Path, monkeypatch) -> Path:
    """The path of a history that is this person's."""
    path = tmp_path / "history.db"
    monkeypatch.setattr("netbuilder.runs.history.history_path", lambda: path)
    return path


def write(path: Path, project: ProjectSpec, *events: Event, prepared: RunPrepared = PREPARED) -> None:
    with closing(connected(path)) as connection:
        writer = RunWriter(connection, Description(UID, project, "window", {}, ""))
        writer.prepare(prepared, None)
        for event in events:
            match event:
                case BatchesTrained():
                    writer.gather(event)
                case EpochEnded():
                    writer.close_epoch(event)
        writer.flush()


def test_a_run_that_was_never_recorded_is_told_as_it_was_heard(history: Path) -> None:
    history.mkdir()
    known = heard(LOST, PREPARED, *epoch(1), RunPaused(1, 2), LearningRateSet(2, 0, 0.5, False), *epoch(2), ENDED).known
    told = told_by(known).events
    assert told[0] == PREPARED
    assert told[-1] == ENDED
    assert epochs_in(told) == [1, 2]
    assert [type(event) for event in told[3:6]] == [LearningRateSet, BatchesTrained, EpochEnded]
    (_first, second) = (event for event in told if isinstance(event, BatchesTrained))
    assert (second.first_step, second.losses.tolist()) == (0, pytest.approx([2.0, 2.1]))


def test_batches_of_an_epoch_that_did_not_end_are_told(history: Path) -> None:
    told = told_by(heard(LOST, PREPARED, *epoch(1), batches(2), ENDED).known).events
    assert [event.epoch for event in told if isinstance(event, BatchesTrained)] == [1, 2]


def test_a_run_that_is_recorded_is_told_by_the_history(history: Path, small_project: ProjectSpec) -> None:
    write(history, small_project, *epoch(1))
    assert epochs_in(told_by(heard(PREPARED, *epoch(1), *epoch(2)).known).events) == [1]


def test_what_the_history_kept_until_it_was_full_stands_before_what_was_heard(
    history: Path, small_project: ProjectSpec, monkeypatch
) -> None:
    monkeypatch.setattr(network_history, "_MOST_EPOCHS", 2)
    write(history, small_project, *epoch(1), *epoch(2), *epoch(3))
    run = heard(PREPARED, *epoch(1), *epoch(2), *epoch(3), LOST, *epoch(4), *epoch(5), ENDED)
    told = told_by(run.known).events
    assert epochs_in(told) == [1, 2, 3, 4, 5]
    assert [event for event in told if isinstance(event, RunPrepared)] == [PREPARED]


def test_without_the_history_all_that_was_heard_is_told_with_its_beginning(
    history: Path, small_project: ProjectSpec
) -> None:
    told = told_by(heard(PREPARED, *epoch(1), *epoch(2), LOST, *epoch(3), ENDED).known).events
    assert told[0] == PREPARED
    assert epochs_in(told) == [1, 2, 3]


def test_epochs_that_were_lost_with_their_engine_are_not_told(history: Path) -> None:
    run = heard(PREPARED, *epoch(1), *epoch(2), batches(3), RunContinued(1), *epoch(2), LOST, ENDED)
    assert epochs_in(told_by(run.known).events) == [1, 2]


def test_a_run_that_begins_again_tells_nothing_of_its_first_beginning(history: Path) -> None:
    again = heard(LOST, PREPARED, *epoch(1), PREPARED, *epoch(1), ENDED)
    assert epochs_in(told_by(again.known).events) == [1]


def test_more_epochs_follow_those_that_were_heard_before(history: Path) -> None:
    first = heard(LOST, PREPARED, *epoch(1), ENDED)
    before = {**first.known, "history": ()}
    more = heard(LOST, replace(PREPARED, first_epoch=2), *epoch(2), ENDED, runs=(UID, "1" * 32), before=before)
    assert epochs_in(told_by(more.known).events) == [1, 2]


def test_more_epochs_that_are_not_recorded_follow_those_of_the_same_run_that_are(
    history: Path, small_project: ProjectSpec
) -> None:
    write(history, small_project, *epoch(1), *epoch(2))
    more = heard(LOST, replace(PREPARED, first_epoch=3), *epoch(3), ENDED)
    assert epochs_in(told_by(more.known).events) == [1, 2, 3]


def test_no_more_than_the_last_epochs_of_a_recorded_run_are_held(monkeypatch) -> None:
    monkeypatch.setattr(network_history, "_MOST_EPOCHS", 3)
    run = heard(PREPARED, *(event for number in range(1, 9) for event in epoch(number)))
    assert [one[-1].epoch for one in run._epochs] == [6, 7, 8]


def test_a_network_is_recorded_whose_last_run_the_history_could_take() -> None:
    lost = heard(PREPARED, *epoch(1), LOST, ENDED).known
    assert not is_recorded(lost)
    assert not is_recorded(heard(PREPARED, *epoch(2), LOST, runs=(UID, "2"), before={}).known)
    assert is_recorded(heard(PREPARED, *epoch(1), ENDED).known)
    assert is_recorded(heard(PREPARED, *epoch(2), ENDED, runs=(UID, "2"), before=lost).known), "with all it learned"
    assert is_recorded({"runs": (UID,)}), "it was restored from there"
    assert is_recorded({}), "it was opened from a file"


def test_what_another_program_holds_is_not_waited_for_and_said_to_be_missing(
    history: Path, small_project: ProjectSpec, monkeypatch
) -> None:
    monkeypatch.setattr(network_history, "PATIENCE", 0.1)
    write(history, small_project, *epoch(1))
    stored = {"runs": (UID, "1" * 32, "2" * 32), "history": (PREPARED,)}
    with closing(sqlite3.connect(history, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO setting VALUES ('x', 1)")
        other.execute("COMMIT")
        began = time.monotonic()
        told = told_by(stored)
        assert time.monotonic() - began < 15, "it waits for 30 s where nobody says otherwise"
    assert told.events == (PREPARED,)
    assert "another program has been writing it" in told.lacks
    assert (told_by(stored).lacks, epochs_in(told_by(stored).events)) == ("", [1])


def test_damage_that_is_found_on_the_way_is_told_with_all_that_could_be_taken_over(
    history: Path, small_project: ProjectSpec
) -> None:
    write(history, small_project, *epoch(1))
    with closing(sqlite3.connect(history)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'rate'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    with history.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    told = told_by({"runs": (UID,)})
    assert "The history of runs was damaged" in told.lacks
    assert "kept as" in told.lacks
    again = told_by({"runs": (UID,)})
    assert (again.lacks, epochs_in(again.events)) == ("", epochs_in(told.events))


def test_what_was_heard_from_the_first_batch_on_lacks_nothing_where_there_is_no_history(history: Path) -> None:
    history.mkdir()
    assert told_by(heard(LOST, PREPARED, *epoch(1), ENDED).known).lacks == ""
    assert "there is a folder of that name" in told_by(heard(LOST, PREPARED, *epoch(2), ENDED).known).lacks


def test_a_run_that_the_person_deleted_is_not_said_to_be_missing(history: Path) -> None:
    assert told_by({"runs": (UID,)}) == Told(())


def remove(path: Path) -> None:
    with closing(History(path)) as history:
        history.remove((UID,))


def test_a_run_that_the_person_deleted_is_told_as_it_was_heard(history: Path, small_project: ProjectSpec) -> None:
    write(history, small_project, *epoch(1), *epoch(2))
    first = heard(PREPARED, *epoch(1), *epoch(2), batches(3), ENDED).known
    remove(history)
    told = told_by(first)
    assert (epochs_in(told.events), told.lacks) == ([1, 2], "")
    assert told.events[-1] == ENDED
    third = [batches(3, 1), EpochEnded(3, 0.1, {"loss": 0.3}, 0.1, None, 0)]
    write(history, small_project, *third, prepared=(goes_on := replace(PREPARED, first_epoch=3, first_step=1)))
    told = told_by(heard(goes_on, *third, ENDED, before=first).known)
    assert (epochs_in(told.events), told.lacks) == ([1, 2, 3], "")
    steps = [(event.epoch, event.first_step) for event in told.events if isinstance(event, BatchesTrained)]
    assert steps == [(1, 0), (2, 0), (3, 0), (3, 1)]
    remove(history)
    told = told_by(heard(goes_on, *third, ENDED, before=first).known)
    assert (epochs_in(told.events), told.lacks) == ([1, 2, 3], "")
    assert [event for event in told.events if isinstance(event, RunEnded)] == [ENDED]


def test_what_was_heard_and_is_not_held_any_more_is_said_to_be_missing_where_its_run_was_deleted(
    history: Path, small_project: ProjectSpec, monkeypatch
) -> None:
    monkeypatch.setattr(network_history, "_MOST_EPOCHS", 2)
    many = heard(PREPARED, *(event for number in range(1, 5) for event in epoch(number)), ENDED).known
    write(history, small_project, *(event for number in range(1, 5) for event in epoch(number)))
    assert (told_by(many).lacks, epochs_in(told_by(many).events)) == ("", [1, 2, 3, 4])
    remove(history)
    told = told_by(many)
    assert epochs_in(told.events) == [3, 4]
    assert "was deleted from the history" in told.lacks


def test_what_was_heard_lacks_nothing_where_the_history_can_not_be_read(history: Path) -> None:
    history.mkdir()
    told = told_by(heard(PREPARED, *epoch(1), *epoch(2), ENDED).known)
    assert (epochs_in(told.events), told.lacks) == ([1, 2], "")
