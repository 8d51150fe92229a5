"""Help on what has the focus, in the words of the declarations."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from netbuilder.words import _


def explained(widget: QWidget) -> str:
    """What a widget is for, in its own words or in those of what it stands in."""
    at: QWidget | None = widget
    while at is not None:
        words = at.whatsThis() or at.accessibleDescription() or at.toolTip()
        if words:
            return words
        at = at.parentWidget()
    return _("Choose a card at the left to edit it at the right; press Train (F5) to see the network learn.")
