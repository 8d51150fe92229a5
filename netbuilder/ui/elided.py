"""A line of text that takes the room there is, and never asks for more."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from typing_extensions import override

from netbuilder.ui.numbers import SPACE
from netbuilder.ui.plain_tip import plain_tip


class Elided(QLabel):
    """One line, or two smaller ones where one does not fit, cut with "…" at last; it never asks for room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setObjectName("muted")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setMinimumWidth(40)
        self.setText("1\n2")
        self.setMinimumHeight(self.sizeHint().height())
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str, details: str = "") -> None:
        """Shows a text; the tooltip has ``details``, or else all of the text."""
        self._whole = text.replace(" …", f"{SPACE}…")  # which never stands alone in a line
        self.setToolTip(plain_tip(details or text))
        self.setAccessibleName(text)
        self.setAccessibleDescription(details)
        self._cut()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        self.setText("\n".join(lines(self._whole, self.fontMetrics(), self.width())))


def lines(text: str, metrics: QFontMetrics, width: int) -> tuple[str, ...]:
    """The text in one line or two, broken at a "·" if it can be; what does not fit into the second ends with "…"."""

    def fits(part: str) -> bool:
        return metrics.horizontalAdvance(part) <= width

    if fits(text):
        return (text,)
    for mark in (" · ", " "):
        parts = text.split(mark)
        halves = [(mark.join(parts[:n]), mark.join(parts[n:])) for n in range(len(parts) - 1, 0, -1)]
        fitting = [half for half in halves if fits(half[0]) and (mark == " " or fits(half[1]))]
        if fitting:
            first, rest = fitting[0]
            return first, metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width)
    return (metrics.elidedText(text, Qt.TextElideMode.ElideRight, width),)
