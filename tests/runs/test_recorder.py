"""A run in the history while it happens: all of it is told again, whatever died meanwhile, and no fault ends a training."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netbuilder.checkpoint import Checkpoint
from netbuilder.events import (
    BatchesTrained,
    EpochEnded,
    Event,
    LearningRateSet,
    NotRecorded,
    RunContinued,
    RunEnded,
    RunFailed,
    RunPaused,
)
from netbuilder.runs import positioned, setback, states
from netbuilder.runs.checkpoint_file import read_checkpoint
from netbuilder.runs.claims import checkpoint_path
from netbuilder.runs.history import History
from netbuilder.runs.unfinished import unfinished

Tell = Callable[..., Any]
Make = Callable[..., Checkpoint]
Same = Callable[[Checkpoint, Checkpoint], bool]


def plain(event: Event) -> Any:
    return replace(event, losses=event.losses.tolist()) if isinstance(event, BatchesTrained) else event


def epochs_of(events: list[Event]) -> list[int]:
    return [event.epoch for event in events if isinstance(event, EpochEnded)]


def files(path: Path) -> list[str]:
    return sorted(one.name for one in (path.parent / "checkpoints").iterdir())


def test_a_run_is_told_again_as_it_was_with_the_batches_of_an_epoch_together(path: Path, story: Tell) -> None:
    one = story().begin().epochs(3)
    one.tell(LearningRateSet(4, 2, 0.5, False), RunPaused(4, 2))
    one.epoch(4, best=4)
    one.end(4, "stopped_early", best_epoch=4, restored_best=True, message="Well.")
    with closing(History(path)) as history:
        told = history.events(one.uid)
        record = history.run(one.uid)
    expected: list[Any] = []
    for event in one.told:
        match event:
            case BatchesTrained(first_step=0):
                expected.append(event)
            case BatchesTrained():
                losses = np.concatenate([expected[-1].losses, event.losses])
                running = {"loss": 1 / event.epoch, "accuracy": 0.1 * event.epoch}  # those of the epoch's end
                expected[-1] = replace(event, first_step=0, losses=losses, metrics=running, seconds_left=0.0)
            case RunPaused():
                pass
            case _:
                expected.append(event)
    assert list(map(plain, told)) == list(map(plain, expected))
    assert told[1].losses.dtype == np.float32
    assert (record.state, record.reason, record.message, record.epochs) == ("ended", "stopped_early", "Well.", 4)
    assert (record.best_epoch, record.metrics["accuracy"], record.test) == (4, 0.4, {"loss": 0.25})
    assert (record.summary, record.title, record.seed) == ("4–16–3 · Adam 0.01 · batch 16", "Iris", 42)
    assert record.project().title == "Iris"
    assert record.versions == {"Keras": "3.15.1"}
    assert record.weights == ("last", "best")
    assert one.warnings == []


def test_a_run_shows_while_it_happens_and_its_last_epoch_stands_there(path: Path, story: Tell) -> None:
    one = story().begin()
    with closing(History(path)) as history:
        for number in (1, 2, 3):
            one.epoch(number)
            record = history.run(one.uid)
            assert (record.state, record.epochs, record.seconds) == ("running", number, float(number))
            assert record.metrics["loss"] == 1 / number


def test_the_end_leaves_state_and_no_files(path: Path, story: Tell, checkpoint: Make, same: Same) -> None:
    one = story().begin().epochs(3).end(3)
    assert files(path) == []
    with closing(History(path)) as history:
        found = history.checkpoint(one.uid)
    assert found is not None
    assert same(found, checkpoint(3))


def test_an_epoch_that_was_begun_and_not_ended_keeps_its_batches(path: Path, story: Tell) -> None:
    one = story().begin().epochs(2)
    one.tell(BatchesTrained(3, 0, np.ones(2, np.float32), {"loss": 0.1}, float("inf"), 1.0, 2.5))
    one.end(2, "stopped", part_steps=2)
    with closing(History(path)) as history:
        *_rest, batches, end = history.events(one.uid)
        record = history.run(one.uid)
    assert isinstance(batches, BatchesTrained)
    assert (batches.epoch, batches.losses.tolist(), dict(batches.metrics)) == (3, [1.0, 1.0], {"loss": 0.1})
    assert isinstance(end, RunEnded)
    assert (record.epochs, record.part_steps, record.metrics["loss"]) == (2, 2, 0.5)


def test_a_run_that_was_stopped_before_its_first_step_leaves_nothing(path: Path, story: Tell) -> None:
    story().begin().end(0, "stopped")
    with closing(History(path)) as history:
        assert history.runs() == []
    assert files(path) == []


def test_a_run_that_failed_keeps_what_it_had_come_to(path: Path, story: Tell, checkpoint: Make, same: Same) -> None:
    one = story().begin().epochs(2)
    one.tell(RunFailed("The memory does not suffice.", "details"))
    one.recorder.end(None)
    with closing(History(path)) as history:
        record, found = history.run(one.uid), history.checkpoint(one.uid)
        assert not any(isinstance(event, RunEnded) for event in history.events(one.uid))
    assert (record.state, record.reason, record.message) == ("ended", "failed", "The memory does not suffice.")
    assert found is not None
    assert same(found, checkpoint(2))
    assert files(path) == []


def test_ten_more_epochs_go_on_in_the_same_run(path: Path, story: Tell) -> None:
    one = story().begin(3).epochs(3).end(3)
    one.begin(5, first=4)
    with closing(History(path)) as history:
        record = history.run(one.uid)
        assert (record.state, record.reason, record.epochs, record.epochs_wanted) == ("running", None, 3, 5)
        assert epochs_of(history.events(one.uid)) == [1, 2, 3]
        one.epochs(5, first=4).end(5, seconds=2.0)
        record = history.run(one.uid)
        assert (record.state, record.epochs, record.seconds) == ("ended", 5, 5.0)
        assert epochs_of(history.events(one.uid)) == [1, 2, 3, 4, 5]
        assert len(history.runs()) == 1


def test_more_epochs_replace_the_one_that_was_not_ended(path: Path, story: Tell) -> None:
    one = story().begin(3).epochs(2)
    one.tell(BatchesTrained(3, 0, np.ones(2, np.float32), {"loss": 0.1}, 1.0, 1.0, 2.5))
    one.end(2, "stopped", part_steps=2)
    one.begin(4, first=3).epochs(4, first=3).end(4)
    with closing(History(path)) as history:
        assert epochs_of(history.events(one.uid)) == [1, 2, 3, 4]
        assert history.run(one.uid).part_steps == 0


def test_going_on_forgets_what_was_told_after_the_checkpoint(path: Path, story: Tell) -> None:
    one = story().begin().epochs(3)
    one.tell(LearningRateSet(4, 1, 0.5, False))
    one.epoch(4, keep=False)
    one.die()
    found = unfinished(one.uid, path)
    assert found.checkpoint is not None
    assert (found.checkpoint.epoch, found.record.epochs) == (3, 4)
    assert found.rates == (LearningRateSet(4, 1, 0.5, False),)
    one.begin(resumed=found.checkpoint, claim=found.claim)
    one.tell(RunContinued(3))
    with closing(History(path)) as history:
        assert epochs_of(history.events(one.uid)) == [1, 2, 3]
        assert history.run(one.uid).epochs == 3
        one.epochs(12, first=4).end(12, seconds=13.0)
        record = history.run(one.uid)
        assert (record.state, record.epochs, record.seconds) == ("ended", 12, 13.0)
        assert epochs_of(history.events(one.uid)) == list(range(1, 13))
        assert record.size > sum(len(event.losses) * 4 for event in history.events(one.uid) if hasattr(event, "losses"))


def test_a_rate_that_a_person_set_outlives_two_deaths_in_the_same_epoch(path: Path, story: Tell) -> None:
    one = story().begin().epochs(1)
    one.tell(LearningRateSet(2, 3, 0.5, True))
    for _ in range(2):
        one.die()
        found = unfinished(one.uid, path)
        assert found.rates == (LearningRateSet(2, 3, 0.5, True),)
        one.begin(resumed=found.checkpoint, claim=found.claim)


def test_a_run_that_died_before_its_first_checkpoint_begins_anew(path: Path, story: Tell) -> None:
    one = story().begin()
    one.epoch(1, keep=False)
    one.die()
    found = unfinished(one.uid, path)
    assert found.checkpoint is None
    one.begin(claim=found.claim)
    with closing(History(path)) as history:
        assert epochs_of(history.events(one.uid)) == []
        one.epochs(2).end(2)
        assert epochs_of(history.events(one.uid)) == [1, 2]
        assert history.run(one.uid).seconds == 2.0


def test_a_run_that_begins_anew_finds_no_checkpoint_of_its_earlier_life(path: Path, story: Tell) -> None:
    one = story().begin().epochs(3).die()
    one.begin()
    one.tell(RunFailed("No.", ""))
    one.recorder.end(None)
    with closing(History(path)) as history:
        assert history.checkpoint(one.uid) is None


def test_more_epochs_that_died_at_once_go_on_from_the_end_before(path: Path, story: Tell) -> None:
    one = story().begin(3).epochs(3).end(3)
    one.begin(13, first=4).die()
    found = unfinished(one.uid, path)
    assert found.checkpoint is not None
    assert (found.checkpoint.epoch, found.checkpoint.first, found.checkpoint.last) == (3, 4, 13)
    one.begin(13, first=4, resumed=found.checkpoint, claim=found.claim)
    one.epochs(13, first=4).end(13, seconds=10.0)
    with closing(History(path)) as history:
        assert history.run(one.uid).seconds == 13.0  # 3 before, and 10 of the clock of the ten more


@pytest.mark.parametrize("known", [False, True], ids=["of another program", "without its weights"])
def test_more_epochs_of_a_network_that_the_history_lacks_go_on_from_where_they_began(
    path: Path, story: Tell, checkpoint: Make, known: bool
) -> None:
    one = story()
    if known:
        one.begin(5).epochs(5).end(5)
        with closing(History(path)) as history:
            history.limit = 0
            history.sweep()
    one.begin(15, first=6, start=checkpoint(5)).die()
    found = unfinished(one.uid, path)
    assert found.checkpoint is not None
    assert found.checkpoint.epoch == 5
    one.begin(15, first=6, resumed=found.checkpoint, claim=found.claim).epochs(15, first=6).end(15)
    with closing(History(path)) as history:
        assert (history.run(one.uid).epochs, history.run(one.uid).weights) == (15, ("last", "best"))
    assert files(path) == []


def test_large_states_are_written_as_seldom_as_they_are_slow(
    path: Path, story: Tell, checkpoint: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic()
    monkeypatch.setattr("netbuilder.runs.recorder.monotonic", lambda: now)
    one = story().begin()
    file = checkpoint_path(path, one.uid)
    for seconds, epoch, written in ((0.0, 1, 1), (0.3, 2, 1), (0.3, 3, 3)):
        now += seconds
        one.recorder.keep(checkpoint(epoch, 500))  # 17 MB: half a second of training
        one.recorder.flush()
        found = read_checkpoint(file)
        assert found is not None
        assert found.epoch == written


def test_tiny_epochs_are_written_together_and_at_the_latest_when_they_are_told(
    path: Path, story: Tell, checkpoint: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netbuilder.runs.recorder._TOGETHER", 1000.0)
    one = story().begin()
    for epoch in (1, 2, 3):
        one.recorder.take(EpochEnded(epoch, 0.002, {"loss": 1.0}, 0.01, None, 0))
        one.recorder.keep(checkpoint(epoch))
    with closing(History(path)) as history:
        assert history.run(one.uid).epochs == 1, "the first one is written at once"
    one.recorder.flush()
    with closing(History(path)) as history:
        assert history.run(one.uid).epochs == 3
    found = read_checkpoint(checkpoint_path(path, one.uid))
    assert found is not None
    assert found.epoch == 3
    one.recorder.take(EpochEnded(4, 0.002, {"loss": 1.0}, 0.01, None, 0))
    one.recorder.keep(checkpoint(4))
    one.recorder.end(None)
    with closing(History(path)) as history:
        assert history.run(one.uid).epochs == 4, "the end of a program that fails writes what was held back"


def test_the_file_of_its_project_is_known_with_a_run_and_stays_where_it_goes_on_without_word_of_it(
    path: Path, story: Tell
) -> None:
    one = story().begin(3, file="/home/me/a.netbuilder").epochs(2).die()
    found = unfinished(one.uid, path)
    assert found.record.file == "/home/me/a.netbuilder"
    one.begin(3, resumed=found.checkpoint, claim=found.claim).epochs(3, first=3).end(3)
    with closing(History(path)) as history:
        assert history.run(one.uid).file == "/home/me/a.netbuilder"
        one.begin(5, first=4, file="/home/me/b.netbuilder").epochs(5, first=4).end(5)
        assert history.run(one.uid).file == "/home/me/b.netbuilder"
        assert history.run(story().begin(1).epochs(1).end(1).uid).file is None


# What goes wrong


def fails_with(code: int) -> Callable[..., Any]:
    def fail(*_arguments: Any) -> Any:
        raise OSError(code, os.strerror(code))

    return fail


def warnings_of(one: Any) -> list[str]:
    """What the run was warned of; each time, one sentence."""
    assert all(isinstance(event, NotRecorded) for event in one.warnings)
    return [event.sentence for event in one.warnings]


@pytest.mark.parametrize(
    "code, says", [(errno.ENOSPC, "disk is full"), (errno.EROFS, "only be read"), (errno.EIO, "Input/output error")]
)
def test_a_disk_that_takes_no_checkpoint_is_told_once_and_the_run_goes_on(
    path: Path, story: Tell, monkeypatch: pytest.MonkeyPatch, code: int, says: str
) -> None:
    one = story().begin().epochs(2)
    monkeypatch.setattr(setback, "_LONG", 0.0)
    monkeypatch.setattr(positioned, "_write", fails_with(code))
    one.epochs(5, first=3)
    (sentence,) = warnings_of(one)
    assert says in sentence
    assert sentence.count(". ") == 0
    one.die()
    found = unfinished(one.uid, path)
    found.claim.release()
    assert found.checkpoint is not None
    assert found.checkpoint.epoch == 2


@pytest.mark.parametrize("pragma, says", [("query_only = ON", "may not write"), ("max_page_count = 1", "disk is full")])
def test_a_database_that_takes_nothing_is_told_once_and_the_run_goes_on(
    path: Path, story: Tell, pragma: str, says: str
) -> None:
    one = story(steps=5_000).begin().epochs(2)
    one.recorder._writer._database.execute(f"PRAGMA {pragma}")
    one.epochs(30, first=3).end(30)
    (sentence,) = warnings_of(one)
    assert says in sentence
    with closing(History(path)) as history:
        record = history.run(one.uid)
        assert (record.state, record.epochs) == ("interrupted", len(epochs_of(history.events(one.uid))))


def test_a_fault_at_the_very_end_leaves_a_run_that_can_be_taken_up(path: Path, story: Tell) -> None:
    one = story().begin().epochs(12)
    one.recorder._writer._database.execute("PRAGMA query_only = ON")
    one.end(12)
    assert len(warnings_of(one)) == 1
    found = unfinished(one.uid, path)
    found.claim.release()
    assert found.checkpoint is not None
    assert found.checkpoint.epoch == 12


def test_weights_that_the_history_cannot_hold_are_refused_and_the_run_is_kept(
    path: Path, story: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "LARGEST", 100)
    one = story().begin().epochs(2).end(2)
    (sentence,) = warnings_of(one)
    assert "100 bytes" in sentence
    with closing(History(path)) as history:
        record = history.run(one.uid)
        assert (record.state, record.weights) == ("ended", ())


def test_a_history_of_a_newer_netbuilder_is_left_alone(path: Path, story: Tell) -> None:
    History(path).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    one = story().begin().epochs(2).end(2)
    (sentence,) = warnings_of(one)
    assert "newer netbuilder" in sentence
    assert path.read_bytes() == before


def test_a_run_that_another_program_trains_is_not_recorded_twice(path: Path, story: Tell) -> None:
    one = story().begin().epochs(1)
    other = story(uid=one.uid).begin().epochs(5).end(5)
    (sentence,) = warnings_of(other)
    assert "Another program" in sentence
    one.epoch(2)
    with closing(History(path)) as history:
        assert (history.run(one.uid).state, history.run(one.uid).epochs) == ("running", 2)


CHILD = """
import json, resource, signal, sys, time
from pathlib import Path
import numpy as np
from netbuilder.checkpoint import Checkpoint
from netbuilder.events import BatchesTrained, EpochEnded, RunEnded, RunPrepared
from netbuilder.files.templates import template_named
from netbuilder.runs.recorder import Recorder
from netbuilder.runs.unfinished import unfinished

path, uid, epochs, limit = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])

def state(epoch):
    weights = tuple(np.full(300, epoch + place, "f4") for place in range(8))
    return Checkpoint(epoch, 1, epochs, True, weights, (), metrics={"loss": epoch})

def tell(event):
    print(event.sentence, flush=True)

resumed = claim = None
if sys.argv[5] == "on":
    found = unfinished(uid, path)
    resumed, claim = found.checkpoint, found.claim
project = template_named("iris").project()
recorder = Recorder(uid, project, origin="window", versions={}, data_hash="", tell=tell, path=path, resumed=resumed, claim=claim)
recorder.take(RunPrepared("CPU", True, epochs, 4, 120, 30, 67, False))
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
for epoch in range(1 if resumed is None else resumed.epoch + 1, epochs + 1):
    recorder.take(BatchesTrained(epoch, 0, np.full(4, epoch, "f4"), {"loss": epoch}, 1.0, 1.0, epoch))
    recorder.take(EpochEnded(epoch, 1.0, {"loss": float(epoch)}, 0.1, None, 0))
    recorder.keep(state(epoch))
    recorder.flush()
    print(epoch, flush=True)
recorder.take(RunEnded("all_epochs", epochs, None, False, 1.0, {}))
recorder.end(state(epochs))
print("ended", flush=True)
"""

not_windows = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither kill -9 nor file size limits")


def child(path: Path, uid: str, epochs: int, *, limit: int = 0, on: bool = False) -> subprocess.Popen[str]:
    arguments = [str(path), uid, str(epochs), str(limit), "on" if on else "anew"]
    return subprocess.Popen([sys.executable, "-c", CHILD, *arguments], stdout=subprocess.PIPE, text=True)


@not_windows
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_run_that_is_killed_again_and_again_loses_no_epoch(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    uid, told, on = f"{seed:032x}", 0, False
    for _death in range(4):
        with child(path, uid, 1_000_000, on=on) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert int(line) in (told + 1, told + 2)  # the last one may have been written and died untold
            end = time.monotonic() + chance.uniform(0.0, 0.3)
            while time.monotonic() < end:
                line = process.stdout.readline()
            process.send_signal(signal.SIGKILL)
            told = int((process.stdout.read().split() or [line])[-1])
        on = True
        with closing(History(path)) as history:
            (record,) = history.runs()
            assert record.state == "interrupted"
            epochs = epochs_of(history.events(uid))
            found = history.checkpoint(uid)
        assert found is not None
        assert all((one == found.epoch + place).all() for place, one in enumerate(found.variables))
        assert epochs == list(range(1, len(epochs) + 1))
        assert told <= found.epoch <= len(epochs) <= told + 2
    with child(path, uid, told + 20, on=True) as process:
        assert process.stdout is not None
        assert process.stdout.read().split()[-1] == "ended"
    with closing(History(path)) as history:
        record = history.run(uid)
        assert (record.state, record.epochs) == ("ended", told + 20)
        assert epochs_of(history.events(uid)) == list(range(1, told + 21))
    assert files(path) == []


@not_windows
def test_on_a_disk_that_fills_up_the_run_goes_on_and_says_so_once(path: Path) -> None:
    with child(path, "f" * 32, 3_000, limit=200_000) as process:
        assert process.stdout is not None
        lines = process.stdout.read().splitlines()
        assert process.wait() == 0
    sentences = [line for line in lines if not line.isdigit()]
    assert len(sentences) == 2
    assert "Not recorded from here on" in sentences[0]
    assert [int(line) for line in lines if line.isdigit()] == list(range(1, 3_001))
    with closing(History(path)) as history:
        (record,) = history.runs()
        found = history.checkpoint(record.uid)
        assert found is not None
        assert found.epoch > 0
        assert 0 < record.epochs == len(epochs_of(history.events(record.uid)))


@not_windows
def test_two_programs_write_one_history_and_nothing_is_lost(path: Path) -> None:
    uids = [f"{number:032x}" for number in range(3)]
    children = [child(path, uid, 400) for uid in uids]
    with closing(History(path)) as history:
        while any(process.poll() is None for process in children):
            for record in history.runs():
                history.note(record.uid, json.dumps(record.epochs))
            for process in children:  # a pipe that is full would stop its writer
                assert process.stdout is not None
                os.read(process.stdout.fileno(), 1 << 16)
        for process in children:
            process.communicate()
            assert process.returncode == 0
        assert sorted(record.uid for record in history.runs()) == uids
        for uid in uids:
            assert epochs_of(history.events(uid)) == list(range(1, 401))
            record = history.run(uid)
            assert (record.state, record.epochs) == ("ended", 400)
            found = history.checkpoint(uid)
            assert found is not None
            assert found.epoch == 400


class Killed(BaseException):
    """As if the program had been killed there."""


@pytest.mark.parametrize(
    "before", ["netbuilder.runs.writing.RunWriter.flush", "netbuilder.runs.checkpoint_file.write_at"]
)
def test_a_death_between_checkpoint_and_rows_repeats_no_epoch_of_the_history_and_leaves_no_gap(
    path: Path, story: Tell, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    one = story().begin().epochs(3)
    monkeypatch.setattr(one.recorder, "flush", lambda: None)
    one.epochs(6, first=4)  # tiny ones, which are written together

    def die(*_given: Any) -> None:
        raise Killed

    monkeypatch.undo()
    monkeypatch.setattr(before, die)
    with pytest.raises(Killed):
        one.recorder.flush()
    monkeypatch.undo()
    one.die()
    found = unfinished(one.uid, path)
    found.claim.release()
    assert found.checkpoint is not None
    assert found.record.epochs == found.checkpoint.epoch == 3
    assert [event.epoch for event in found.epochs] == [1, 2, 3]
