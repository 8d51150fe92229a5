"""The Runs view in the window: its tab, its keys, and what it asks of the rest."""

import pytest
from PySide6.QtCore import Qt

from netbuilder.app.history import RunHistory

PATIENCE = 60_000


@pytest.fixture
def shown(qtbot, window):
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)  # or else keys find nobody
    return window


def test_the_window_opens_on_the_curves(shown) -> None:
    assert shown.curves.isVisible()
    assert not shown.past.isVisible()
    assert shown.past._made is None, "it is made when it is looked at: the start is not its time"
    assert shown.history._thread is None


def test_keys_turn_between_curves_and_runs(qtbot, shown) -> None:
    qtbot.keyClick(shown, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(shown.past_view.isVisible)
    assert not shown.curves.isVisible()
    qtbot.keyClick(shown, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(shown.curves.isVisible)


def test_the_tabs_turn_by_the_arrow_keys(qtbot, shown) -> None:
    shown.centre.tabs.setFocus()
    assert [shown.centre.tabs.tabText(place) for place in range(3)] == ["Curves", "Runs", "Notes"]
    qtbot.keyClick(shown.centre.tabs, Qt.Key.Key_Right)
    assert shown.past_view.isVisible()


def test_asking_for_curves_turns_to_them(shown) -> None:
    shown.centre.show_view(shown.past_view)
    shown.past.curves_asked.emit()
    assert shown.curves.isVisible()


def test_what_the_runs_have_to_say_stands_in_the_message_bar(shown) -> None:
    shown.past.told.emit("It went well.")
    assert shown.messages.says.text() == "It went well."
    shown.past.failed.emit("It did not.")
    assert shown.messages.says.text() == "It did not."
    assert shown.messages.isVisible()


def test_the_runs_of_the_history_are_listed(qtbot, shown, write, path) -> None:
    write(1)
    shown.history._path = path
    shown.actions_.show_runs.trigger()
    qtbot.waitUntil(lambda: shown.past_view.table.found.rowCount() == 1, timeout=PATIENCE)


def test_the_end_of_a_training_is_seen_in_the_runs_at_once(qtbot, shown, write, path) -> None:
    shown.history._path = path
    shown.actions_.show_runs.trigger()
    qtbot.waitUntil(lambda: "Press Train" in shown.past_view._empty.text(), timeout=PATIENCE)
    shown.history._clock.setInterval(100_000)
    shown.actions_.train.trigger()
    write(1)
    shown.training.finish(shown.document.spec)
    qtbot.waitUntil(lambda: shown.past_view.table.found.rowCount() == 1, timeout=PATIENCE)


def test_runs_that_were_trained_before_anybody_looked_are_listed(qtbot, shown, write, path) -> None:
    shown.history._path = path
    shown.actions_.train.trigger()
    write(1)
    with qtbot.waitSignal(shown.history.changed, timeout=PATIENCE):
        shown.training.finish(shown.document.spec)
    shown.actions_.show_runs.trigger()
    qtbot.waitUntil(lambda: shown.past_view.table.found.rowCount() == 1, timeout=PATIENCE)


def test_closing_the_window_ends_the_thread_of_the_history(qtbot, shown) -> None:
    shown.actions_.show_runs.trigger()
    qtbot.waitUntil(lambda: shown.history._thread is not None)
    thread = shown.history._thread
    shown.close()
    thread.join(PATIENCE / 1000)  # a slow machine needs longer than the window waits for it
    assert not thread.is_alive()
    assert isinstance(shown.history, RunHistory)


def test_a_note_is_kept_though_the_window_is_closed_at_once(qtbot, shown, write, path, kept, monkeypatch) -> None:
    monkeypatch.setattr("netbuilder.app.history._PATIENCE", PATIENCE / 1000)
    write(1)
    shown.history._path = path
    shown.actions_.show_runs.trigger()
    qtbot.waitUntil(lambda: shown.past_view.table.found.rowCount() == 1, timeout=PATIENCE)
    shown.past_view.table.selectRow(0)
    note = shown.past_view.details.note
    note.setFocus()
    qtbot.keyClicks(note, "half a thought")
    shown.close()
    assert shown.history._thread is None
    assert kept()[0].note == "half a thought"


def test_ctrl_z_undoes_an_edit_where_no_run_was_deleted(qtbot, shown, write, path) -> None:
    from netbuilder.spec import edits

    write(1)
    shown.history._path = path
    shown.actions_.show_runs.trigger()
    table = shown.past_view.table
    qtbot.waitUntil(lambda: table.found.rowCount() == 1, timeout=PATIENCE)
    before = shown.document.spec
    edit = edits.add_layer(before, "dropout")
    shown.document.edit(edit.text, edit.project)
    table.setFocus()
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: table.found.rowCount() == 0, timeout=PATIENCE)
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: table.found.rowCount() == 1, timeout=PATIENCE)
    assert shown.document.spec == edit.project
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert shown.document.spec == before
