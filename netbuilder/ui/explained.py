"""Help on what has the focus, in the words of the declarations."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication, QWhatsThis, QWidget

from netbuilder.words import _


class Help(QObject):
    """Answers F1 and the Help menu."""

    def __init__(self, app: QApplication, window: QWidget) -> None:
        super().__init__(window)
        self._app = app
        self._window = window

    @Slot()
    def explain(self) -> None:
        """Explains what has the focus, beside it."""
        widget = self._app.focusWidget() or self._window
        QWhatsThis.showText(widget.mapToGlobal(widget.rect().bottomLeft()), explained(widget), widget)

    @Slot()
    def about(self) -> None:
        """Shows what the program is made of."""
        from netbuilder.ui.about import show_about

        show_about(self._window)


def explained(widget: QWidget) -> str:
    """What a widget is for, in its own words or in those of what it stands in."""
    at: QWidget | None = widget
    while at is not None:
        words = at.whatsThis() or at.accessibleDescription() or at.toolTip()
        if words:
            return words
        at = at.parentWidget()
    return _("Choose a card at the left to edit it at the right; press Train (F5) to see the network learn.")
