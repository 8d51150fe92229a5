"""The line under a field: its help, or what is wrong with what was entered there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

_GAP = 4  # pixels to the next field, where there is nothing to say
_UNBOUNDED = (1 << 24) - 1  # Qt's QWIDGETSIZE_MAX, which PySide6 does not name


class Advice(QLabel):
    """Says what a field is for; after a refusal, or where its value does not fit, the sentence that tells why."""

    def __init__(self, help_line: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._help = help_line
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)  # a refusal quotes what was entered, which may be HTML
        self.show_help()

    def show_help(self) -> None:
        """Says what the field is for."""
        self._become("help", "")
        self.setText(self._help)
        self.setContentsMargins(0, 0, 0, 6)
        if not self._help:
            self.setFixedHeight(_GAP)

    def show_fault(self, sentence: str, severity: str = "blocking") -> None:
        """Says why what was entered is not taken, or does not fit."""
        self._become("strip", severity)
        self.setText(sentence)
        self.setContentsMargins(8, 5, 6, 5)
        self.setMinimumHeight(0)
        self.setMaximumHeight(_UNBOUNDED)

    def _become(self, name: str, severity: str) -> None:
        """Another look, which the style sheet gives by name and severity."""
        self.setObjectName(name)
        self.setProperty("severity", severity)
        self.style().unpolish(self)
        self.style().polish(self)
