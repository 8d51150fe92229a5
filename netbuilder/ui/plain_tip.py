"""Tooltips that say what a file says: as text, since Qt would draw HTML, and read whatever file a picture in it names."""

from __future__ import annotations

from PySide6.QtGui import Qt


def plain_tip(text: str) -> str:
    """The text, so that a tooltip shows it as it is."""
    # Only where it matters: what is no HTML stays what a screen reader and a test expect.
    return Qt.convertFromPlainText(text) if Qt.mightBeRichText(text) else text
