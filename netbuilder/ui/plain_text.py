"""A field for plain text that any text may come into."""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QPlainTextEdit
from typing_extensions import override

_LONGEST_WORD = 2000  # characters; to break one of 100,000, Qt takes half a second at each key, of a million minutes


class PlainText(QPlainTextEdit):
    """Breaks its lines between words, but does not where a word is so long that Qt would look for its end too long.

    Who opens a file, or pastes, gets what somebody else wrote.
    """

    @override
    def setPlainText(self, text: str) -> None:
        if _is_long(text):
            self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
            super().setPlainText(text)
        else:  # in the other order, the text before would be broken first
            super().setPlainText(text)
            self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)

    @override
    def insertFromMimeData(self, source: QMimeData) -> None:
        if _is_long(self.toPlainText() + source.text()):
            self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        super().insertFromMimeData(source)


def _is_long(text: str) -> bool:
    return max(map(len, text.split()), default=0) > _LONGEST_WORD
