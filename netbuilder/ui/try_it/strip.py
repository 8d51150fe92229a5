"""A line of warning below a view."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QWidget
from typing_extensions import override

from netbuilder.ui import theme


class Strip(QLabel):
    """An amber strip with a sentence.

    It paints its ground itself: a style sheet would put that ground into its palette, and the theme be read from there.
    """

    def __init__(self, parent: QWidget | None = None, *, keeps_room: bool = False) -> None:
        """With ``keeps_room`` its place stays empty while it has nothing to say, so that nothing above it jumps."""
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)  # a class may be named as HTML
        self.setWordWrap(True)
        self.setContentsMargins(8, 6, 8, 6)
        if keeps_room:
            policy = self.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            self.setSizePolicy(policy)
            self.setMinimumHeight(2 * self.fontMetrics().lineSpacing() + 12)  # what it says takes one line or two
        self.hide()
        self._dress()

    def say(self, sentence: str) -> None:
        """Shows a sentence; an empty one hides the strip."""
        self.setText(sentence)
        self.setVisible(bool(sentence))

    def fade(self) -> None:
        """Hides the strip: what it was about is past."""
        self.say("")

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # Setting the colour of the text changes the palette again; only the theme's change matters.
        if event.type() == QEvent.Type.PaletteChange and theme.colours(self.palette()) != self._worn:
            self._dress()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._worn.warning_soft))
        painter.drawRoundedRect(self.rect().toRectF(), 8, 8)
        painter.end()
        super().paintEvent(event)

    def _dress(self) -> None:
        self._worn = theme.colours(self.palette())
        palette = QPalette()  # nothing of the theme but the text: the rest is inherited
        palette.setColor(QPalette.ColorRole.WindowText, QColor(self._worn.warning))
        self.setPalette(palette)
