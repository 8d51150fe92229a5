"""Pins: drawings that a person keeps with the project, to see what becomes of their answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from netbuilder.app.document import Document
from netbuilder.files.contents import Drawing
from netbuilder.words import _

__all__ = ["MOST", "Drawing", "Pins"]

MOST = 100
"""How many a project may have: each takes 150 KB of its file."""


class Pins(QObject):
    """The pins of the open project; each change of them is a step that can be taken back."""

    changed = Signal(object)  # tuple of Drawing

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._told: tuple[Drawing, ...] = ()
        document.belongings_changed.connect(self._tell)
        document.replaced.connect(self._tell)

    @property
    def drawings(self) -> tuple[Drawing, ...]:
        """The pinned pictures, the oldest first."""
        return self._document.attached.drawings

    def add(self, pixels: NDArray[np.uint8], label: str | None) -> None:
        """Pins a picture, (height, width), bright ink on black; ``label`` is the class that it was meant to be.

        Beyond ``MOST``, the oldest one goes.
        """
        self._keep(_("pin a drawing"), (*self.drawings, Drawing(np.array(pixels), label))[-MOST:])

    def remove(self, place: int) -> None:
        """Takes a pin out."""
        drawings = self.drawings
        self._keep(_("unpin a drawing"), (*drawings[:place], *drawings[place + 1 :]))

    def _keep(self, text: str, drawings: tuple[Drawing, ...]) -> None:
        document = self._document
        document.edit(text, document.spec, attached=replace(document.attached, drawings=drawings))

    @Slot()
    def _tell(self) -> None:
        if self.drawings != self._told:
            self._told = self.drawings
            self.changed.emit(self._told)
