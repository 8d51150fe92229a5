"""Runs that were interrupted are offered when the window opens, and go on if that is wanted."""

from dataclasses import replace
from uuid import uuid4

import pytest

from netbuilder.events import EpochEnded, RunPrepared
from netbuilder.files.contents import Contents
from netbuilder.files.project_file import save
from netbuilder.runs.claims import Hold
from netbuilder.runs.database import history_path
from netbuilder.runs.recorder import Recorder
from netbuilder.spec.project import ProjectSpec
from netbuilder.ui import filing
from netbuilder.ui.offering import Offering

PATIENCE = 60_000


def interrupted(project: ProjectSpec, epochs: int, file: str | None = None) -> str:
    """A run in the history whose program died."""
    uid = uuid4().hex
    known = {"origin": "window", "versions": {}, "data_hash": "0" * 64, "file": file}
    recorder = Recorder(uid, project, **known, tell=lambda _event: None)
    recorder.take(
        RunPrepared(
            "CPU", compiled=False, epochs=12, steps_per_epoch=3, train=90, validation=0, parameters=1, penalty=False
        )
    )
    for epoch in range(1, epochs + 1):
        recorder.take(EpochEnded(epoch, 0.1, {"loss": 1.0}, 0.001, None, 0))
    recorder.end(None)
    return uid


@pytest.fixture
def offering(window, qtbot, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    made = Offering(window.history, window.past, window.messages, window)
    window.show()
    yield made
    window.past.close_history()


def asked(window, qtbot, offering) -> str:
    with qtbot.waitSignal(window.history.interrupted, timeout=PATIENCE):
        offering.offer_soon()
    qtbot.waitUntil(window.messages.isVisible, timeout=PATIENCE)
    return window.messages.says.text()


def test_the_latest_interrupted_run_is_offered_and_the_others_counted(window, qtbot, offering):
    interrupted(window.document.spec, 3)
    interrupted(window.document.spec, 7)
    sentence = asked(window, qtbot, offering)
    assert "was interrupted after epoch 7 of 12" in sentence
    assert "1 more waits in Runs" in sentence


def test_it_goes_on_with_its_settings_in_the_project(window, qtbot, offering):
    before = window.document.spec
    trained = type(before)(before.data, before.layers[:-1], title=before.title)
    uid = interrupted(trained, 3)
    asked(window, qtbot, offering)
    window.messages.answers[0].click()
    qtbot.waitUntil(lambda: bool(window.training.orders), timeout=PATIENCE)
    assert window.training.orders == [("take up", uid)]
    assert window.document.spec == trained
    window.document.undo_stack.undo()
    assert window.document.spec == before
    window.training.finish(None)


def test_a_project_that_a_file_holds_is_left_for_it(window, qtbot, offering, tmp_path):
    document, mine = window.document, tmp_path / "mine.netbuilder"
    document.saved(document.spec, mine)
    trained = type(document.spec)(document.spec.data, document.spec.layers[:-1], title="Hers")
    uid = interrupted(trained, 3)
    asked(window, qtbot, offering)
    window.messages.answers[0].click()
    qtbot.waitUntil(lambda: bool(window.training.orders), timeout=PATIENCE)
    assert window.training.orders[-1] == ("take up", uid)
    assert (document.spec, document.path) == (trained, None)
    assert document.modified, "no file has it"
    window.training.finish(None)


def test_a_project_that_a_file_holds_is_kept_where_its_edits_shall_not_be_lost(
    window, qtbot, offering, tmp_path, monkeypatch
):
    document, mine = window.document, tmp_path / "mine.netbuilder"
    document.saved(document.spec, mine)
    interrupted(type(document.spec)(document.spec.data, document.spec.layers[:-1], title="Hers"), 3)
    window.editing.new_seed()
    edited = document.spec
    monkeypatch.setattr(filing, "ask_to_save", lambda *_: "cancel")
    asked(window, qtbot, offering)
    window.messages.answers[0].click()
    assert (document.spec, document.path) == (edited, mine)
    assert window.training.orders == []


def test_it_goes_on_in_the_file_of_its_project(shown, qtbot, offering, tmp_path):
    trained, mine = replace(shown.document.spec, layers=shown.document.spec.layers[:-1]), tmp_path / "mine.netbuilder"
    save(mine, Contents(trained))
    uid = interrupted(trained, 3, str(mine))
    asked(shown, qtbot, offering)
    shown.messages.answers[0].click()
    qtbot.waitUntil(lambda: bool(shown.training.orders), timeout=PATIENCE)
    assert shown.training.orders == [("take up", uid)]
    assert (shown.document.path, shown.document.spec) == (mine, trained)
    assert not shown.messages.isVisible()
    shown.training.finish(None)


def test_why_it_goes_on_without_its_file_can_be_read_while_it_is_trained(shown, qtbot, offering, tmp_path):
    uid = interrupted(shown.document.spec, 3, str(tmp_path / "gone.netbuilder"))
    asked(shown, qtbot, offering)
    shown.messages.answers[0].click()
    qtbot.waitUntil(lambda: bool(shown.training.orders), timeout=PATIENCE)
    assert shown.training.orders == [("take up", uid)]
    assert shown.messages.isVisible()
    assert "is no longer there" in shown.messages.says.text()
    shown.training.finish(None)


def test_one_that_another_window_has_taken_meanwhile_changes_nothing_here(shown, qtbot, offering, tmp_path):
    before, mine = shown.document.spec, tmp_path / "mine.netbuilder"
    trained = replace(before, layers=before.layers[:-1])
    save(mine, Contents(trained))
    uid = interrupted(trained, 3, str(mine))
    asked(shown, qtbot, offering)
    other = Hold(history_path(), uid)
    shown.messages.answers[0].click()
    other.release()
    assert "Another program is training this run" in shown.messages.says.text()
    assert (shown.document.path, shown.document.spec) == (None, before)
    assert shown.training.orders == []


def test_it_waits_in_runs_if_it_is_not_wanted_now(window, qtbot, offering):
    interrupted(window.document.spec, 3)
    asked(window, qtbot, offering)
    window.messages.close_button.click()
    assert not window.messages.isVisible()
    asked(window, qtbot, offering)


def test_it_is_ended_where_it_is(window, qtbot, offering):
    uid = interrupted(window.document.spec, 3)
    asked(window, qtbot, offering)
    window.messages.answers[2].click()
    assert "kept in Runs" in window.messages.says.text()
    with qtbot.waitSignal(window.history.interrupted, timeout=PATIENCE) as found:
        window.history.ask_interrupted()
    assert uid not in [run.uid for run in found.args[0]]


def test_where_there_is_no_history_none_is_made(window, qtbot, offering, tmp_path):
    with qtbot.assertNotEmitted(window.history.interrupted, wait=900):
        offering.offer_soon()
    assert list(tmp_path.rglob("*.db")) == []
