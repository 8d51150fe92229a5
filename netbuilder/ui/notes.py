"""Where the notes of a project are written and read."""

from __future__ import annotations

from itertools import takewhile

from PySide6.QtCore import QEvent, QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from typing_extensions import override

from netbuilder.ui.forms.number import belongs_to_the_document
from netbuilder.words import _


class NotesView(QPlainTextEdit):
    """Plain text without a memory of its own: Ctrl+Z takes back edits of the project, these among them."""

    edited = Signal(str)  # the whole text

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setAccessibleName(_("Notes"))
        self.setPlaceholderText(
            _("What is this network for, what did you try, and what came of it? It is kept in the project’s file.")
        )
        self.textChanged.connect(self._tell)

    @Slot(str)
    def show_text(self, text: str) -> None:
        """Shows the project's notes; the cursor stays, or stands where they were changed."""
        shown = self.toPlainText()
        if text == shown:
            return
        same = sum(1 for _both in takewhile(lambda both: both[0] == both[1], zip(text, shown, strict=False)))
        with QSignalBlocker(self):
            self.setPlainText(text)
        cursor = self.textCursor()
        cursor.setPosition(len(text[:same].encode("utf-16-le")) // 2)  # Qt counts in UTF-16
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    @override
    def event(self, event: QEvent) -> bool:
        if belongs_to_the_document(event):
            event.ignore()
            return False
        return super().event(event)

    @Slot()
    def _tell(self) -> None:
        self.edited.emit(self.toPlainText())
