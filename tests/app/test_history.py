"""The history from the window's side: a thread that reads, and sentences where it can't."""

import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QObject

from netbuilder.app.history import RunHistory
from netbuilder.checkpoint import Checkpoint
from netbuilder.events import BatchesTrained, EpochEnded, RunEnded, RunPrepared
from netbuilder.runs.history import CannotUseHistory, History
from netbuilder.runs.recorder import Recorder


def uid(number: int) -> str:
    return f"{number:032x}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
def write(path: Path, small_project: Any) -> Callable[..., None]:
    """Trains a run of one epoch into the history, as some other program does."""

    def one(number: int) -> None:
        recorder = Recorder(
            uid(number), small_project, origin="window", versions={}, data_hash="", tell=pytest.fail, path=path
        )
        recorder.take(RunPrepared("CPU", True, 1, 2, 100, 10, 50, False))
        recorder.take(BatchesTrained(1, 0, np.ones(2, np.float32), {}, 1e3, 1.0))
        recorder.take(EpochEnded(1, 1.0, {"loss": 1.0}, 0.001, None, 0))
        recorder.take(RunEnded("all_epochs", 1, None, False, 1.0, {}))
        recorder.end(Checkpoint(1, 1, 1, True, variables=(np.ones((2, 2), np.float32),), optimizer=()))

    return one


@pytest.fixture
def history(qapp, path: Path) -> Iterator[RunHistory]:
    link = RunHistory(path)
    yield link
    link.close()
    link.deleteLater()


def listed(qtbot, history: RunHistory, asked: Callable[[], object]) -> list[Any]:
    """The runs as they are told after something was asked."""
    with qtbot.waitSignal(history.changed) as told:
        asked()
    return told.args[0]


def finish(history: RunHistory) -> None:
    """Waits until all that was asked so far is done, while the window does nothing: so it asks nothing more itself."""
    done = Event()
    history._ask(lambda _history: done.set(), done.set)
    assert done.wait(60)


def lists(*uids: str) -> Callable[[Any], bool]:
    """Whether these runs are told: a sweep that ends meanwhile may tell others."""
    return lambda runs: [run.uid for run in runs] == list(uids)


def kept(path: Path) -> list[str]:
    """The uids of all runs that take room, deleted or not."""
    with closing(sqlite3.connect(path)) as database:
        return [uid for (uid,) in database.execute("SELECT uid FROM run ORDER BY uid")]


def pass_hours(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE run SET deleted = deleted - 7200")


def test_nothing_is_opened_before_something_is_asked(qtbot, history, path) -> None:
    history.look()
    qtbot.wait(50)
    assert history._thread is None
    assert not path.exists()


def test_whoever_watches_is_told_the_runs_newest_first(qtbot, history, write) -> None:
    write(1)
    write(2)
    assert [run.uid for run in listed(qtbot, history, lambda: history.watch(on=True))] == [uid(2), uid(1)]


def test_what_another_program_adds_is_told_to_whoever_watches(qtbot, history, write) -> None:
    write(1)
    listed(qtbot, history, lambda: history.watch(on=True))
    assert [run.uid for run in listed(qtbot, history, lambda: write(2))] == [uid(2), uid(1)]


def test_whoever_begins_to_watch_is_told_the_runs_though_they_were_listed_before(qtbot, history, write) -> None:
    write(1)
    assert len(listed(qtbot, history, history.tidy)) == 1, "nobody looks yet"
    assert len(listed(qtbot, history, lambda: history.watch(on=True))) == 1
    history.watch(on=False)
    assert len(listed(qtbot, history, lambda: history.watch(on=True))) == 1


def test_what_did_not_change_is_not_told_again(qtbot, history, write) -> None:
    write(1)
    listed(qtbot, history, lambda: history.watch(on=True))
    with qtbot.assertNotEmitted(history.changed, wait=200):
        history.look()


def test_listing_very_many_runs_takes_a_small_share_of_the_time(qtbot, history, write, monkeypatch) -> None:
    write(1)
    listing = History.runs
    monkeypatch.setattr(History, "runs", lambda self: (time.sleep(0.3), listing(self))[1])
    listed(qtbot, history, lambda: history.watch(on=True))
    finish(history)  # or else it might look once more, as it did before it had listed any
    write(2)
    with qtbot.assertNotEmitted(history.changed, wait=2500):
        pass
    assert len(listed(qtbot, history, history.look)) == 2, "what is asked for is done at once"


def test_nobody_is_told_who_does_not_watch(qtbot, history, write) -> None:
    write(1)
    listed(qtbot, history, lambda: history.watch(on=True))
    history.watch(on=False)
    finish(history)
    write(2)
    with qtbot.assertNotEmitted(history.changed, wait=200):
        history.look()


def test_names_and_notes_are_kept(qtbot, history, write, path) -> None:
    write(1)
    listed(qtbot, history, lambda: history.watch(on=True))
    assert listed(qtbot, history, lambda: history.rename(uid(1), "wide"))[0].name == "wide"
    assert listed(qtbot, history, lambda: history.note(uid(1), "It helps."))[0].note == "It helps."
    history.close()
    other = History(path)
    assert (other.run(uid(1)).name, other.run(uid(1)).note) == ("wide", "It helps.")
    other.close()


def test_deleted_runs_come_back_until_they_are_let_go(qtbot, history, write, path) -> None:
    write(1)
    write(2)
    listed(qtbot, history, lambda: history.watch(on=True))
    assert listed(qtbot, history, lambda: history.delete([uid(1), uid(2)])) == []
    history.tidy()
    assert [run.uid for run in listed(qtbot, history, lambda: history.bring_back([uid(1)]))] == [uid(1)]
    listed(qtbot, history, lambda: history.delete([uid(1)]))
    history.let_go([uid(1)])
    qtbot.waitUntil(lambda: kept(path) == [uid(2)])
    with qtbot.waitSignal(history.failed) as said:
        history.ask_events(uid(1))
    assert "no longer in the history" in said.args[0]
    # What was not let go can still be brought back.
    with qtbot.waitSignal(history.changed, check_params_cb=lists(uid(2))):
        history.bring_back([uid(2)])


def test_what_was_deleted_here_comes_back_also_after_hours(qtbot, history, write, path) -> None:
    write(1)
    write(2)
    with closing(History(path)) as other:
        other.delete([uid(2)])
    listed(qtbot, history, lambda: history.watch(on=True))
    listed(qtbot, history, lambda: history.delete([uid(1)]))
    pass_hours(path)
    history.tidy()
    qtbot.waitUntil(lambda: kept(path) == [uid(1)])
    with qtbot.waitSignal(history.changed, check_params_cb=lists(uid(1))):
        history.bring_back([uid(1)])


def test_what_can_not_be_brought_back_is_told(qtbot, history, write, path) -> None:
    write(1)
    write(2)
    listed(qtbot, history, lambda: history.delete([uid(1), uid(2)]))
    with closing(History(path)) as other:
        other.remove([uid(2)])
    with qtbot.waitSignal(history.failed) as said:
        assert [run.uid for run in listed(qtbot, history, lambda: history.bring_back([uid(1), uid(2)]))] == [uid(1)]
    assert said.args[0].startswith("1 run can't be brought back: ")


def test_what_went_on_since_it_was_deleted_is_not_let_go(qtbot, history, write, path) -> None:
    write(1)
    listed(qtbot, history, lambda: history.watch(on=True))
    listed(qtbot, history, lambda: history.delete([uid(1)]))
    write(1)
    listed(qtbot, history, lambda: history.let_go([uid(1)]))
    history.close()
    assert kept(path) == [uid(1)]


def test_closing_lets_go_of_what_is_deleted(qtbot, history, write, path) -> None:
    for number in (1, 2, 3):
        write(number)
    listed(qtbot, history, lambda: history.delete([uid(1), uid(2)]))
    listed(qtbot, history, lambda: history.bring_back([uid(2)]))
    with closing(History(path)) as other:
        other.delete([uid(2)])  # is another window's matter now
    history.close()
    qtbot.waitUntil(lambda: kept(path) == [uid(2), uid(3)])


def test_closing_does_not_wait_until_the_space_is_given_back(qtbot, history, write, path, monkeypatch) -> None:
    write(1)
    listed(qtbot, history, lambda: history.delete([uid(1)]))
    thread, closed, sweep = history._thread, Event(), History.sweep
    monkeypatch.setattr("netbuilder.app.history._PATIENCE", 120.0)
    monkeypatch.setattr(History, "sweep", lambda *given, **also: (closed.wait(60), sweep(*given, **also)))
    history.close()
    assert thread.is_alive()
    closed.set()
    thread.join(60)
    assert kept(path) == []


def test_what_is_asked_during_a_sweep_is_answered_before_its_end(qtbot, history, write, path, monkeypatch) -> None:
    for number in (1, 2, 3):
        write(number)
    swept = begin_slow_sweep(history, path, monkeypatch)
    for number in (2, 3):
        with qtbot.waitSignal(history.events_read) as read:
            history.ask_events(uid(number))
        assert read.args[0] == uid(number)
        assert kept(path) == [uid(1), uid(2), uid(3)]
    swept.set()
    qtbot.waitUntil(lambda: kept(path) == [uid(2), uid(3)])


def test_the_end_of_a_sweep_is_told_to_whoever_saw_the_runs(qtbot, history, write, path, monkeypatch) -> None:
    write(1)
    begun, swept = slow_sweep(monkeypatch)
    assert all(run.weights for run in listed(qtbot, history, partial(history.allow, 1)))
    assert begun.wait(60)
    with qtbot.waitSignal(history.changed) as told:
        swept.set()
    assert not any(run.weights for run in told.args[0])


def test_a_sweep_that_finds_nothing_lists_nothing_again(qtbot, history, write, path) -> None:
    write(1)
    listed(qtbot, history, lambda: history.watch(on=True))
    with qtbot.assertNotEmitted(history.changed, wait=50):
        history.tidy()
        history.look()
        finish(history)  # the sweep has begun by then
        qtbot.waitUntil(lambda: history._sweeping is None)
        finish(history)


def test_whatever_is_asked_all_the_time_space_is_given_back(qtbot, history, write, path) -> None:
    for number in (1, 2, 3):
        write(number)
    with closing(History(path)) as other:
        other.delete([uid(1), uid(2)])
        other.give_up([uid(1), uid(2)])
    history.ask_interrupted()
    end = time.monotonic() + 60
    while kept(path) != [uid(3)]:
        assert time.monotonic() < end
        with qtbot.waitSignal(history.events_read):  # the next is asked when this is answered: they never pile up
            history.ask_events(uid(3))


def test_a_sweep_that_is_asked_for_again_does_what_was_asked_since(qtbot, history, write, path, monkeypatch) -> None:
    for number in (1, 2, 3):
        write(number)
    begun, swept = slow_sweep(monkeypatch)
    listed(qtbot, history, lambda: history.delete([uid(1), uid(2)]))
    history.let_go([uid(1)])
    assert begun.wait(60)
    history.let_go([uid(2)])
    swept.set()
    qtbot.waitUntil(lambda: kept(path) == [uid(3)])


def test_a_sweep_that_fails_is_said_and_ends(qtbot, history, write, monkeypatch) -> None:
    def fail(*_given: object, **_also: object) -> Iterator[None]:
        yield
        raise CannotUseHistory("It is full.")

    write(1)
    monkeypatch.setattr(History, "sweeping", fail)
    with qtbot.waitSignal(history.failed) as said:
        history.tidy()
    assert said.args == ["It is full."]
    monkeypatch.undo()
    assert [run.uid for run in listed(qtbot, history, lambda: history.watch(on=True))] == [uid(1)]


def test_whatever_fails_ends_the_sweep(qtbot, history, write, monkeypatch) -> None:
    def fail(*_given: object) -> None:
        raise CannotUseHistory("It was damaged.")

    write(1)
    begun, swept = slow_sweep(monkeypatch)
    monkeypatch.setattr(History, "events", fail)
    history.ask_interrupted()
    assert begun.wait(60)
    with qtbot.waitSignal(history.failed):
        history.ask_events(uid(1))
    assert history._sweeping is None, "it may have been about a history that was moved aside"
    assert not swept.is_set()


def test_closing_does_not_wait_for_a_sweep(qtbot, history, write, path, monkeypatch) -> None:
    write(1)
    swept = begin_slow_sweep(history, path, monkeypatch)
    thread = history._thread
    monkeypatch.setattr("netbuilder.app.history._PATIENCE", 60.0)
    history.close()
    assert thread.is_alive()
    swept.set()
    thread.join(60)
    assert kept(path) == []


def slow_sweep(monkeypatch) -> tuple[Event, Event]:
    """Lets no sweep come to anything before the second event is set; the first one is, when one has begun."""
    begun, swept, sweeping = Event(), Event(), History.sweeping

    def slow(*given: Any, **also: Any) -> Iterator[None]:
        begun.set()
        for _part in range(20_000):
            if swept.wait(0.005):
                break
            yield
        assert swept.is_set(), "nothing was done in between"
        yield from sweeping(*given, **also)

    monkeypatch.setattr(History, "sweeping", slow)
    return begun, swept


def begin_slow_sweep(history, path, monkeypatch):
    """Has the history sweep the first run away, and waits until it does; returns what says that it is done."""
    with closing(History(path)) as other:
        other.delete([uid(1)])
        other.give_up([uid(1)])
    begun, swept = slow_sweep(monkeypatch)
    history.ask_interrupted()
    assert begun.wait(60)
    return swept


def test_the_next_window_gives_back_what_was_let_go_and_not_yet_removed(qtbot, history, write, path) -> None:
    for number in (1, 2, 3):
        write(number)
    with closing(History(path)) as other:
        other.delete([uid(1), uid(2)])
        other.give_up([uid(1)])
    history.ask_interrupted()
    qtbot.waitUntil(lambda: kept(path) == [uid(2), uid(3)])


@pytest.mark.parametrize("way", ["delete", "bring_back"])
def test_what_could_not_be_changed_is_told_by_its_uids(qtbot, history, write, monkeypatch, way: str) -> None:
    def fail(*_given: object) -> None:
        raise CannotUseHistory("It is full.")

    write(1)
    told = {"delete": history.not_deleted, "bring_back": history.not_brought_back}[way]
    monkeypatch.setattr(History, way, fail)
    with qtbot.waitSignals([told, history.failed]), qtbot.assertNotEmitted(history.deleted):
        getattr(history, way)([uid(1)])


def test_what_nobody_foresaw_is_told_as_a_fault_and_what_is_asked_next_is_answered(
    qtbot, history, write, monkeypatch
) -> None:
    write(1)
    faults: list[object] = []
    monkeypatch.setattr("threading.excepthook", faults.append)
    listed(qtbot, history, lambda: history.watch(on=True))

    def fail(*_arguments: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(History, "delete", fail)
        with qtbot.waitSignal(history.not_deleted):
            history.delete([uid(1)])
        qtbot.waitUntil(lambda: bool(faults))
    assert faults[0].exc_type is MemoryError  # type: ignore[attr-defined]
    write(2)
    with qtbot.waitSignal(history.changed, check_params_cb=lists(uid(2), uid(1))):
        history.watch(on=True)


def test_all_values_of_a_run_are_read(qtbot, history, write) -> None:
    write(1)
    with qtbot.waitSignal(history.events_read) as read:
        history.ask_events(uid(1))
    assert read.args[0] == uid(1)
    assert [type(event) for event in read.args[1]] == [RunPrepared, BatchesTrained, EpochEnded, RunEnded]


def test_the_size_and_its_limit_are_told_also_beyond_what_an_int_of_c_holds(qtbot, history, write) -> None:
    write(1)
    with qtbot.waitSignal(history.sized) as told:
        history.watch(on=True)
    assert told.args[0] > 10_000
    with qtbot.waitSignal(history.sized) as told:
        history.allow(50 << 30)
    assert told.args[1] == 50 << 30
    assert told.args[2] == 0


def test_what_can_not_be_read_is_said_once_and_tried_again(qtbot, history, path, write) -> None:
    write(1)
    hidden = path.with_suffix(".hidden")
    path.rename(hidden)
    path.mkdir()
    with qtbot.waitSignal(history.failed) as said:
        history.watch(on=True)
    assert "history.db" in said.args[0]
    with qtbot.assertNotEmitted(history.failed, wait=200):
        history.look()
    finish(history)  # or else it might make a new one in between
    path.rmdir()
    hidden.rename(path)
    assert [run.uid for run in listed(qtbot, history, history.look)] == [uid(1)]


def test_it_can_be_asked_again_after_it_was_closed(qtbot, history, write) -> None:
    write(1)
    listed(qtbot, history, lambda: history.watch(on=True))
    history.close()
    assert [run.uid for run in listed(qtbot, history, lambda: history.watch(on=True))] == [uid(1)]


def test_closing_does_what_was_asked_before(qtbot, history, write, path, monkeypatch) -> None:
    write(1)
    monkeypatch.setattr("netbuilder.app.history._PATIENCE", 60.0)
    history.rename(uid(1), "kept")
    history.close()
    other = History(path)
    assert other.run(uid(1)).name == "kept"
    other.close()


def test_a_history_that_goes_with_its_window_ends_its_thread_quietly(qtbot, qapp, path, write) -> None:
    write(1)
    window = QObject()
    history = RunHistory(path, window)
    history.watch(on=True)
    thread = history._thread
    shiboken6.delete(window)
    qtbot.waitUntil(lambda: not thread.is_alive())


def test_the_window_does_not_wait_for_the_database_to_be_imported() -> None:
    """Importing SQLite and the room of the history takes some 10 ms, which belong to the thread."""
    import subprocess

    program = "import sys, netbuilder.app.history; print('sqlite3' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
