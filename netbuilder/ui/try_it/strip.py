"""A line of warning below a view; it takes no room while there is nothing to say."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLabel, QWidget
from typing_extensions import override

from netbuilder.ui import theme


class Strip(QLabel):
    """An amber strip with a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
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
        # A style sheet changes the palette again; only the theme's change matters.
        if event.type() == QEvent.Type.PaletteChange and theme.colours(self.palette()) != self._worn:
            self._dress()

    def _dress(self) -> None:
        self._worn = colours = theme.colours(self.palette())
        self.setStyleSheet(
            f"background: {colours.warning_soft}; color: {colours.warning}; border-radius: 8px; padding: 6px 8px;"
        )
