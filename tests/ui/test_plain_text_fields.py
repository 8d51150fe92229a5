"""Fields for plain text hold whatever is written, and are never held up by it."""

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from netbuilder.ui.history.note import NoteField
from netbuilder.ui.notes import NotesView

BROKEN, WHOLE = QPlainTextEdit.LineWrapMode.WidgetWidth, QPlainTextEdit.LineWrapMode.NoWrap


@pytest.fixture(params=[NotesView, NoteField])
def field(request, qtbot) -> QPlainTextEdit:
    found = request.param(None)
    qtbot.addWidget(found)
    return found


def test_lines_of_words_are_broken_between_them(field) -> None:
    field.setPlainText("three short words " * 1000)
    assert field.lineWrapMode() == BROKEN


def test_a_word_without_end_is_not_broken(field) -> None:
    field.setPlainText("before " + "x" * 1_000_000)
    assert field.lineWrapMode() == WHOLE
    field.show()
    QApplication.processEvents()  # held up for minutes, where its end is looked for
    field.setPlainText("words again")
    assert field.lineWrapMode() == BROKEN


def test_so_is_one_that_is_pasted_bit_by_bit(field) -> None:
    pasted = QMimeData()
    pasted.setText("x" * 1500)
    field.insertFromMimeData(pasted)
    assert field.lineWrapMode() == BROKEN
    field.insertFromMimeData(pasted)
    assert field.lineWrapMode() == WHOLE
    assert field.toPlainText() == "x" * 3000
