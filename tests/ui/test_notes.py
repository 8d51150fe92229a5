"""Notes are written in the window, taken back with everything else, and stay with the project."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt

from netbuilder.app.notes import Notes
from netbuilder.files.attachments import LONGEST_NOTES
from netbuilder.ui import notes
from netbuilder.ui.notes import NotesView

CONTROL = Qt.KeyboardModifier.ControlModifier


def turned(qtbot, window) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_3, CONTROL)
    qtbot.waitUntil(window.notes.hasFocus)


def undo(qtbot, window) -> str:
    qtbot.keyClick(window.notes, Qt.Key.Key_Z, CONTROL)
    return window.notes.toPlainText()


def typed(qtbot, window, text: str) -> None:
    for letter in text:
        key = Qt.Key.Key_Return if letter == "\n" else letter
        qtbot.keyClick(window.notes, key)


def test_a_key_turns_to_the_notes_and_they_are_written_at_once(qtbot, shown) -> None:
    turned(qtbot, shown)
    assert shown.notes.hasFocus()
    typed(qtbot, shown, "Dropout helps.")
    assert shown.document.attached.notes == "Dropout helps."
    assert shown.document.modified


def test_undo_takes_back_a_line_and_then_what_was_edited_before(qtbot, shown) -> None:
    turned(qtbot, shown)
    first = shown.document.spec
    shown.editing.new_seed()
    typed(qtbot, shown, "one\ntwo")
    undone = [undo(qtbot, shown) for _step in range(3)]
    assert undone == ["one\n", "one", ""]
    assert shown.document.spec != first
    undo(qtbot, shown)
    assert shown.document.spec == first
    assert not shown.document.modified
    for _step in range(3):
        qtbot.keyClick(shown.notes, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert shown.notes.toPlainText() == "one\n"


def test_what_is_deleted_or_written_over_comes_back(qtbot, shown) -> None:
    turned(qtbot, shown)
    typed(qtbot, shown, "a paragraph")
    qtbot.keyClick(shown.notes, Qt.Key.Key_A, CONTROL)
    qtbot.keyClick(shown.notes, Qt.Key.Key_Delete)
    assert undo(qtbot, shown) == "a paragraph"
    qtbot.keyClick(shown.notes, Qt.Key.Key_A, CONTROL)
    typed(qtbot, shown, "x")
    assert undo(qtbot, shown) == "a paragraph"


def test_letters_that_are_erased_one_after_the_other_come_back_together(qtbot, shown) -> None:
    turned(qtbot, shown)
    typed(qtbot, shown, "abcd")
    for _letter in range(3):
        qtbot.keyClick(shown.notes, Qt.Key.Key_Backspace)
    assert shown.notes.toPlainText() == "a"
    typed(qtbot, shown, "z")
    assert [undo(qtbot, shown) for _step in range(3)] == ["a", "abcd", ""]


def test_undo_comes_back_to_what_was_saved(qtbot, shown, tmp_path: Path) -> None:
    turned(qtbot, shown)
    typed(qtbot, shown, "saved")
    assert shown.filing._write(tmp_path / "mine.netbuilder")
    typed(qtbot, shown, " and more")
    assert undo(qtbot, shown) == "saved"
    assert not shown.document.modified


def test_a_pause_ends_a_step(qtbot, shown, monkeypatch) -> None:
    turned(qtbot, shown)
    typed(qtbot, shown, "then")
    monkeypatch.setattr(notes, "_PAUSE", -1.0)
    typed(qtbot, shown, "n")
    assert undo(qtbot, shown) == "then"


def test_the_notes_are_those_of_the_open_project(qtbot, shown) -> None:
    turned(qtbot, shown)
    typed(qtbot, shown, "mine")
    shown.document.replace(shown.document.spec, None)
    assert shown.notes.toPlainText() == ""
    shown.document.attach(replace(shown.document.attached, notes="hers"), saved=True)
    assert shown.notes.toPlainText() == "hers"
    assert not shown.document.modified, "showing them is no edit"


def test_the_cursor_stands_where_the_text_was_changed(qtbot) -> None:
    view = NotesView()
    qtbot.addWidget(view)
    view.show_text("🙂 one\ntwo")
    view.show_text("🙂 one\nand two")
    assert view.textCursor().position() == len("🙂 one\n") + 1, "an emoji counts as two in Qt"


def test_what_no_file_can_hold_is_left_out_and_is_seen_to_be(qtbot, document) -> None:
    kept, view = Notes(document), NotesView()
    qtbot.addWidget(view)
    view.edited.connect(kept.write)
    kept.changed.connect(view.show_text)
    view.setPlainText("n" * (LONGEST_NOTES + 5))
    assert len(view.toPlainText()) == len(kept.text) == LONGEST_NOTES
    kept.write("half a pair: \ud83d!", 0)
    assert kept.text == view.toPlainText() == "half a pair: !"
    document.undo_stack.clear()


def test_notes_that_are_cut_are_said_to_be(qtbot, shown) -> None:
    turned(qtbot, shown)
    shown.notes.setPlainText(f"{'n' * 63}\n" * (LONGEST_NOTES // 64))
    assert not shown.messages.isVisible()
    qtbot.keyClick(shown.notes, "x")
    assert shown.messages.isVisible()
    assert "at most 1,048,576 characters" in shown.messages.says.text()
    assert len(shown.notes.toPlainText()) == len(shown.document.attached.notes) == LONGEST_NOTES


def test_notes_are_there_again_when_the_project_is_opened(qtbot, shown, tmp_path: Path) -> None:
    turned(qtbot, shown)
    typed(qtbot, shown, "kept")
    path = tmp_path / "noted.netbuilder"
    assert shown.filing._write(path)
    shown.filing.new_default()
    assert shown.notes.toPlainText() == ""
    shown.filing.open_path(path)
    assert shown.notes.toPlainText() == "kept"
    assert not shown.document.modified
