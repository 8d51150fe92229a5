"""What the history takes of the disk, and how much it may take."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget
from typing_extensions import override

from netbuilder.ui.elided import Elided
from netbuilder.ui.numbers import size as size_text
from netbuilder.words import _

_WIDE = 600  # pixels from which there is room to say what happens beyond the limit; else it is a tooltip
_GIBIBYTE = 1 << 30
_LIMITS = tuple(round(share * _GIBIBYTE) for share in (0.25, 0.5, 1, 2, 5, 10, 20, 50, 100))


class Foot(QWidget):
    """A line below the table."""

    limit_chosen = Signal(object)  # bytes, which are too many for an int of C

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.says = QLabel(self)
        self.says.setObjectName("muted")
        self.limits = QComboBox(self)
        self.limits.setAccessibleName(_("Size that the history may have"))
        self._explained = Elided(self)
        self._explain(warns=False, what=_beyond())
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 0, 2, 0)
        row.setSpacing(8)
        row.addWidget(self.says)
        row.addWidget(self.limits)
        row.addWidget(self._explained, 1)
        row.addStretch()
        self.limits.activated.connect(self._choose)
        self.limits.hide()

    def show_size(self, size: int, limit: int, interrupted: int) -> None:
        """Shows how many bytes there are, and how many there may be; ``interrupted`` runs take so many that stay."""
        alone = _("Interrupted runs alone take {size}, and none is dropped: allow more, or end or delete some of them.")
        warns = interrupted > limit
        self._explain(warns=warns, what=alone.format(size=size_text(interrupted)) if warns else _beyond())
        self.says.setText(_("The history takes {size} of").format(size=size_text(size)))
        if self.limits.currentData() != limit:
            self.limits.clear()
            for one in sorted({*_LIMITS, limit}):
                self.limits.addItem(size_text(one), one)
            self.limits.setCurrentIndex(self.limits.findData(limit))
        self.limits.show()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_explained()

    def _explain(self, *, warns: bool, what: str) -> None:
        self._warns = warns
        if what != self.limits.toolTip():
            self._explained.show_text(what)
            self.limits.setToolTip(what)
            self.limits.setAccessibleDescription(what)
        self._show_explained()

    def _show_explained(self) -> None:
        self._explained.setVisible(self._warns or self.width() >= _WIDE)

    def _choose(self, index: int) -> None:
        self.limit_chosen.emit(self.limits.itemData(index))


def _beyond() -> str:
    return _("Beyond that, the oldest weights go, those of runs with a name or a note last. Runs and curves stay.")
