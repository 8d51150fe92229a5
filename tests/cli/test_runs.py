"""The history of runs on the command line, and a training that was killed and goes on."""

import csv
import io
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import unicodedata
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import keras
import numpy as np
import pytest

from netbuilder.checkpoint import Checkpoint
from netbuilder.cli.arguments import main
from netbuilder.cli.course import Course
from netbuilder.cli.sentences import BAD_INPUT
from netbuilder.data.examples import Examples
from netbuilder.events import BatchesTrained, EpochEnded, Event, RunEnded, RunPrepared
from netbuilder.export import Exported
from netbuilder.files.contents import Contents
from netbuilder.files.project_file import save
from netbuilder.files.templates import template_named
from netbuilder.orders import Orders
from netbuilder.runs.database import history_path
from netbuilder.runs.history import CannotUseHistory, History
from netbuilder.runs.recorder import Recorder
from netbuilder.spec.project import EarlyStopping


@pytest.fixture(autouse=True)
def own_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the history of this test alone is."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "netbuilder" / "history.db"


def recorded(uid: str = "", epochs: int = 3, *, end: bool = True, weights: Any = None) -> str:
    """The uid of a run that the history has."""
    uid = uid or uuid.uuid4().hex
    project = template_named("iris").project()
    recorder = Recorder(uid, project, origin="window", versions={"Keras": "3.15.1"}, data_hash="abc", tell=print)
    recorder.take(RunPrepared("CPU · 2 cores", True, 12, 4, 120, 30, 67, False))
    for epoch in range(1, epochs + 1):
        recorder.take(BatchesTrained(epoch, 0, np.ones(4, np.float32), {"loss": 0.5}, 1.0, 1.0, float(epoch)))
        metrics = {"loss": 1 / epoch, "accuracy": 0.3, "val_loss": float("nan"), "val_accuracy": 0.1 * epoch}
        recorder.take(EpochEnded(epoch, 1.0, metrics, 0.01, None, 0))
    if end:
        recorder.take(RunEnded("stopped_early", epochs, None, False, 3.0, {"loss": 0.25}))
    state = None if weights is None else Checkpoint(epochs, 1, 12, True, variables=(weights,), optimizer=())
    if state is not None and not end:
        recorder.keep(state)
    recorder.end(state)
    return uid


def printed(capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    capfd.readouterr()
    assert main(["runs", *arguments]) == 0
    out, errors = capfd.readouterr()
    assert errors == ""
    return out


def refused(capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    capfd.readouterr()
    assert main(["runs", *arguments]) == 2
    out, errors = capfd.readouterr()
    assert out == ""
    assert errors.count("\n") == 1
    return errors


def test_an_empty_history_says_how_it_fills(capfd: pytest.CaptureFixture[str]) -> None:
    assert "No runs yet" in printed(capfd)
    assert printed(capfd, "--json") == ""


def test_runs_are_listed_newest_first_with_state_and_best_metric(capfd: pytest.CaptureFixture[str]) -> None:
    old, new = recorded(), recorded(end=False)
    head, *lines, _empty, taken = printed(capfd).splitlines()
    assert head.split() == ["Run", "When", "What", "State", "Epochs", "Best", "Seconds"]
    assert [line.split()[0] for line in lines] == [new[:8], old[:8]]
    assert "interrupted" in lines[0]
    assert "stopped early" in lines[1]
    assert "3/12" in lines[1]
    assert "val_accuracy 0.3000" in lines[1]
    assert lines[1].endswith(" 3.0")
    assert re.fullmatch(r"The history takes 0\.\d of 2,048\.0 MiB\.", taken)


def test_interrupted_runs_that_take_more_than_the_limit_are_told_with_what_to_do(
    capfd: pytest.CaptureFixture[str],
) -> None:
    waiting = recorded(end=False, weights=np.ones(1_000_000, np.float32))
    assert "Interrupted" not in printed(capfd)
    with closing(History()) as history:
        history.limit = 1 << 20
    last = printed(capfd).splitlines()[-1]
    assert re.match(r"Interrupted runs take 3\.\d of them, and none is dropped: go on with them", last)
    with closing(History()) as history:
        history.sweep()
        assert history.checkpoint(waiting) is not None
    printed(capfd, "delete", waiting)
    assert "Interrupted" not in printed(capfd)


def changed(uid: str, column: str, value: object) -> None:
    """Another program has written that into the history."""
    with closing(sqlite3.connect(history_path())) as database, database:
        database.execute(f"UPDATE run SET {column} = ? WHERE uid = ?", (value, uid))


def test_a_run_that_began_at_an_impossible_time_says_so_and_hides_no_other(capfd: pytest.CaptureFixture[str]) -> None:
    sound, broken = recorded(), recorded()
    changed(broken, "began", 1e18)
    _head, one, other, *_rest = printed(capfd).splitlines()
    assert (one.split()[0], other.split()[0]) == (broken[:8], sound[:8])
    assert "A run that is damaged" in one


HOSTILE = "a\x1b[31mb\x07c\x9bd\x7fe\u2028f\ng\th\r\x00i"
"""What colours, rings, breaks a line and goes back to its beginning, on a terminal that is given it as it is."""


def controls(text: str) -> list[str]:
    """The signs that are no writing, but for the ends of lines."""
    return [sign for sign in text if sign != "\n" and unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Cs")]


@pytest.mark.parametrize("column", ["name", "title", "summary", "note", "message", "device", "data_hash"])
def test_no_control_character_of_a_run_reaches_the_terminal(capfd: pytest.CaptureFixture[str], column: str) -> None:
    uid = recorded()
    if column == "summary":
        changed(uid, "title", "")
    changed(uid, column, HOSTILE)
    lines = printed(capfd).splitlines()
    assert len(lines) == 4, "a head, a run, and below them what the history takes"
    assert controls("\n".join(lines)) == []
    assert ("a?[31mb?c?d?e f g h" in lines[1]) == (column in ("name", "title", "summary"))
    shown = printed(capfd, "show", uid)
    assert controls(shown) == []
    assert "a?[31mb?c?d?e" in shown or column == "data_hash"


def test_names_of_metrics_and_of_versions_are_as_harmless(capfd: pytest.CaptureFixture[str]) -> None:
    uid = recorded()
    names = ["loss", HOSTILE, "val_loss", f"val_{HOSTILE}"]
    changed(uid, "names", json.dumps([names]))
    changed(uid, "versions", json.dumps({HOSTILE: HOSTILE}))
    changed(uid, "test", json.dumps({HOSTILE: 1.0}))
    for words in ([], ["show", uid]):
        out = printed(capfd, *words)
        assert "a?[31mb?c" in out
        assert controls(out) == []


def test_the_lines_of_a_note_stay_lines_beside_its_label(capfd: pytest.CaptureFixture[str]) -> None:
    uid = recorded()
    printed(capfd, "note", uid, "One.\r\n\nAnd \x1b[1mtwo.\n")
    lines = printed(capfd, "show", uid).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("Note"))
    column = lines[start].index("One.")
    assert [line[:column].strip() for line in lines[start : start + 3]] == ["Note", "", ""]
    assert [line[column:] for line in lines[start : start + 3]] == ["One.", "", "And ?[1mtwo."]
    assert lines[start + 3].startswith("Project")


def test_a_refusal_quotes_no_control_character(capfd: pytest.CaptureFixture[str]) -> None:
    assert "No run begins with “?[31m b”" in refused(capfd, "show", "\x1b[31m\nb")


def test_json_is_one_object_a_run(capfd: pytest.CaptureFixture[str]) -> None:
    recorded()
    uid = recorded()
    one, other = (json.loads(line) for line in printed(capfd, "--json").splitlines())
    assert one["uid"] == uid != other["uid"]
    assert (one["state"], one["epochs"], one["metrics"]["val_loss"], one["origin"]) == ("ended", 3, "nan", "window")


def test_a_run_is_shown_by_an_unambiguous_beginning_of_its_uid(capfd: pytest.CaptureFixture[str]) -> None:
    first, second = recorded("ab" * 16), recorded("ac" * 16)
    shown = printed(capfd, "show", "aB")
    assert first in shown
    assert "4–16–3 · Adam 0.01 · batch 16" in shown
    assert json.loads(printed(capfd, "show", second, "--json"))["project"]["title"] == "Iris"
    assert "Several runs begin with “a” (" in refused(capfd, "show", "a")
    assert "No run begins with “b”" in refused(capfd, "show", "b")
    assert "No run begins with “”" in refused(capfd, "show", "")


def test_a_run_is_named_and_noted(capfd: pytest.CaptureFixture[str]) -> None:
    uid = recorded()
    assert printed(capfd, "rename", uid[:6], "Mine") == ""
    assert printed(capfd, "note", uid, "A note.") == ""
    assert "Mine" in printed(capfd).splitlines()[1]
    assert "A note." in printed(capfd, "show", uid)


def test_text_that_is_not_utf_8_names_and_notes_a_run_or_names_none(capfd: pytest.CaptureFixture[str]) -> None:
    uid = recorded()
    assert printed(capfd, "rename", uid, "caf\udce9") == ""
    assert printed(capfd, "note", uid, "caf\udce9") == ""
    assert "caf?" in printed(capfd, "show", uid)
    assert main(["runs", "rename", "caf\udce9", "x"]) == BAD_INPUT
    assert "Traceback" not in capfd.readouterr().err


def test_deleted_runs_are_gone_and_their_space_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    one, other, kept = recorded(), recorded(), recorded()
    out = printed(capfd, "delete", one, other)
    assert out.startswith("2 runs are deleted, ")
    assert [json.loads(line)["uid"] for line in printed(capfd, "--json").splitlines()] == [kept]


def deleted(*, hours_ago: float) -> str:
    """The uid of a run that was deleted in the window some time ago."""
    uid = recorded()
    with closing(History()) as history:
        history.delete([uid])
        with sqlite3.connect(history_path()) as database:
            database.execute("UPDATE run SET deleted = deleted - ? WHERE uid = ?", (3600 * hours_ago, uid))
        database.close()
    return uid


def kept() -> set[str]:
    """The uids of all runs that take room, deleted or not."""
    with closing(sqlite3.connect(history_path())) as database:
        return {uid for (uid,) in database.execute("SELECT uid FROM run")}


def test_deleting_removes_also_what_was_deleted_in_the_window_long_ago(capfd: pytest.CaptureFixture[str]) -> None:
    stays, _gone, offered = recorded(), deleted(hours_ago=1.1), deleted(hours_ago=0.9)
    assert printed(capfd, "delete", recorded()).startswith("1 run is deleted, ")
    assert kept() == {stays, offered}


class Session:
    """Learns nothing, in no time."""

    project = template_named("iris").project()
    end = None

    def run(self, emit: Callable[[Event], None], _orders: Orders, *, keep: object) -> None:
        emit(RunPrepared("CPU", True, 1, 4, 120, 30, 67, False))
        emit(BatchesTrained(1, 0, np.ones(4, np.float32), {"loss": 0.5}, 1.0, 1.0, 1.0))
        emit(EpochEnded(1, 1.0, {"loss": 0.5}, 0.01, None, 0))
        emit(RunEnded("all_epochs", 1, None, False, 3.0, {}))


def learn(uid: str | None) -> None:
    examples = Examples(np.zeros((2, 4), np.float32), np.zeros(2, np.int32))
    course = Course(uid)
    end = course.run(cast("Any", Session()), examples, lambda _event: None, Orders())
    assert end.reason == "all_epochs"
    course.tidy()


def test_the_end_of_a_training_removes_what_was_deleted_long_ago_and_weights_beyond_the_limit(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netbuilder.cli.course.MOMENT", 60.0)
    _gone, offered, own = deleted(hours_ago=1.1), deleted(hours_ago=0.9), uuid.uuid4().hex
    with closing(History()) as history:
        history.limit = 1
        heavy = recorded(weights=np.ones(100_000, np.float32))
        assert history.run(heavy).weights
        learn(own)
        assert not history.run(heavy).weights
    assert kept() == {offered, heavy, own}
    assert capfd.readouterr().err == ""


def test_a_training_waits_a_moment_at_most_for_space_that_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = {deleted(hours_ago=2) for _number in range(3)}
    own = uuid.uuid4().hex
    monkeypatch.setattr("netbuilder.cli.course.MOMENT", 0.0)
    learn(own)
    assert len(kept() & gone) == 2
    learn(own)
    assert len(kept() & gone) == 1


def test_space_is_given_back_when_the_results_are_written_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    done: list[str] = []

    def write(*_given: object) -> tuple[Path, Exported]:
        done.append("written")
        return Path("project.netbuilder"), Exported("Exported.", (Path("model.keras"),))

    def sweep(*_given: object, **_also: object) -> None:
        done.append("told" if "Exported." in capfd.readouterr().out else "silent")

    monkeypatch.setattr("netbuilder.engine.session.Session", lambda *_given: Session())
    monkeypatch.setattr("netbuilder.cli.results.write_results", write)
    monkeypatch.setattr(History, "sweep", sweep)
    assert main(["train", "iris", "--out", str(tmp_path / "out")]) == 0
    assert done == ["written", "told"]


def test_a_training_that_is_not_recorded_leaves_the_history_alone(
    own_history: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    old = deleted(hours_ago=2)
    learn(None)
    assert kept() == {old}
    own_history.unlink()
    own_history.mkdir()
    learn(uuid.uuid4().hex)
    assert capfd.readouterr().err.count("\n") == 1


def test_a_history_that_can_not_be_swept_is_told_and_the_training_ends_well(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*_given: object, **_also: object) -> None:
        raise CannotUseHistory("It is full.")

    monkeypatch.setattr(History, "sweep", fail)
    learn(uuid.uuid4().hex)
    assert capfd.readouterr().err == "netbuilder: It is full.\n"


def test_a_run_that_goes_on_is_neither_deleted_nor_continued(
    own_history: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    uid = uuid.uuid4().hex
    project = template_named("iris").project()
    recorder = Recorder(uid, project, origin="window", versions={}, data_hash="", tell=print)
    recorder.take(RunPrepared("CPU", True, 12, 4, 120, 30, 67, False))
    try:
        assert "stop it first" in refused(capfd, "delete", uid)
        assert "Another program is training this run" in refused(capfd, "continue", uid)
    finally:
        recorder.end(None)


def test_a_run_that_is_over_is_not_continued(capfd: pytest.CaptureFixture[str]) -> None:
    assert "That run is over" in refused(capfd, "continue", recorded())


def test_its_curve_is_exported_with_every_bit(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    uid = recorded()
    rows = list(csv.DictReader(io.StringIO(printed(capfd, "export", uid))))
    assert [float(row["loss"]) for row in rows] == [1.0, 1 / 2, 1 / 3]
    assert list(rows[0]) == ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds"]
    assert str(tmp_path / "a.csv") in printed(capfd, "export", uid, "--out", str(tmp_path / "a.csv"))
    with (tmp_path / "a.csv").open(newline="") as file:
        assert list(csv.DictReader(file)) == rows
    assert "folder is gone" in refused(capfd, "export", uid, "--out", str(tmp_path / "no" / "a.csv"))


def test_a_history_that_cannot_be_used_is_told(own_history: Path, capfd: pytest.CaptureFixture[str]) -> None:
    own_history.parent.mkdir(parents=True)
    own_history.write_bytes(b"no database " * 100)
    assert "was damaged: 0 runs could be taken over" in refused(capfd)
    assert "No runs yet" in printed(capfd)


def test_listing_loads_neither_tensorflow_nor_qt() -> None:
    code = """
import sys
from netbuilder.__main__ import main
main(["runs"])
print(sorted({'tensorflow', 'keras', 'PySide6', 'sklearn'} & set(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


# Real trainings


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "netbuilder", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def finish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Any:
    """Trains in this process, which has TensorFlow already; gives what it told."""
    monkeypatch.chdir(tmp_path)

    def told(*arguments: str) -> list[dict[str, Any]]:
        capfd.readouterr()
        code, (out, errors) = main([*arguments, "--json"]), capfd.readouterr()
        assert code == 0, errors
        return [json.loads(line) for line in out.splitlines()]

    return told


def weights(folder: Path) -> list[Any]:
    return [one.tobytes() for one in keras.models.load_model(folder / "model.keras").get_weights()]


@pytest.mark.slow
def test_a_killed_training_goes_on_to_the_very_same_end(finish: Any, tmp_path: Path, own_history: Path) -> None:
    epochs = 1_000  # the training waits where its pipe is full, after some 400 lines: a late kill finds it there
    project = template_named("iris").project()
    patient = replace(project.training, epochs=epochs, early_stopping=EarlyStopping(patience=epochs))
    save(tmp_path / "patient.netbuilder", Contents(replace(project, training=patient)))
    arguments = ("train", "patient.netbuilder", "--seed", "3")
    whole = finish(*arguments, "--out", "whole")
    with start(tmp_path, *arguments, "--out", "killed", "--json") as process:
        assert process.stdout is not None
        for _line in range(20):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate()
    history = History()
    interrupted, ended = history.runs()
    assert (interrupted.state, ended.state, ended.origin) == ("interrupted", "ended", "command line")
    assert 20 <= interrupted.epochs < epochs
    rest = finish("runs", "continue", interrupted.uid[:8], "--out", "continued")
    assert rest[0]["epoch"] <= interrupted.epochs + 1
    again, ended = history.runs()
    assert (again.state, again.reason, again.epochs) == ("ended", ended.reason, ended.epochs)

    def points(uid: str) -> list[Any]:
        told = history.events(uid)
        batches = [one.losses.tobytes() for one in told if isinstance(one, BatchesTrained)]
        return [*batches, *(one.metrics for one in told if isinstance(one, EpochEnded))]

    assert points(again.uid) == points(ended.uid)
    history.close()
    assert rest[-1]["test"] == whole[-1]["test"]
    assert weights(tmp_path / "continued") == weights(tmp_path / "whole")
    with (tmp_path / "continued" / "history.csv").open(newline="") as file:
        assert [int(row["epoch"]) for row in csv.DictReader(file)] == list(range(1, again.epochs + 1))
    assert list((own_history.parent / "checkpoints").iterdir()) == []


def test_a_training_without_history_leaves_none(finish: Any, own_history: Path) -> None:
    finish("train", "iris", "--epochs", "2", "--no-history", "--out", "out")
    assert not own_history.exists()


def test_a_run_is_not_continued_on_other_data(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    uid = recorded(end=False)
    assert "The data are no longer those" in refused(capfd, "continue", uid, "--out", str(tmp_path / "out"))
    with closing(History()) as history:
        assert history.run(uid).state == "interrupted"
