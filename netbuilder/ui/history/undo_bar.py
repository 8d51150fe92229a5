"""Says what was deleted, with the button that brings it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget
from typing_extensions import override

from netbuilder.ui.history.words import deleted
from netbuilder.ui.icons import icon
from netbuilder.ui.theme import colours
from netbuilder.words import _


class UndoBar(QFrame):
    """Remembers what was deleted, the last first."""

    bring_back_asked = Signal(object)  # uids
    given_up = Signal(object)  # uids that will not be brought back
    changed = Signal()  # it holds something more, or something less

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.setProperty("severity", "hint")
        self._deleted: list[tuple[str, ...]] = []
        self._unanswered: Counter[str] = Counter()  # deletions that were asked for and are not done yet
        self.says = QLabel(self)
        self.undo = QPushButton(_("Undo"), self)
        self.undo.setObjectName("link")
        self.undo.setToolTip(_("Brings the runs back (Ctrl+Z in the table)"))
        self.close_button = QToolButton(self)
        self.close_button.setIconSize(QSize(14, 14))
        self.close_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.close_button.setToolTip(_("Lets them go for good"))
        self.close_button.setAccessibleName(_("Let the deleted runs go for good"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 3, 6, 3)
        row.setSpacing(10)
        row.addWidget(self.says)
        row.addWidget(self.undo)
        row.addStretch()
        row.addWidget(self.close_button)
        self.undo.clicked.connect(self.take_back)
        self.close_button.clicked.connect(self.give_up)
        self._dress()

    @property
    def holds_something(self) -> bool:
        return bool(self._deleted)

    def add(self, uids: tuple[str, ...]) -> None:
        """These are being deleted: whether they are, ``confirm`` or ``withdraw`` tells."""
        self._unanswered.update(uids)
        self._deleted.append(uids)
        self._show()

    @Slot(object)
    def confirm(self, uids: Collection[str]) -> None:
        """These are deleted now: should they be listed from here on, they have come alive again."""
        self._unanswered.subtract(uids)

    @Slot(object)
    def withdraw(self, uids: Collection[str]) -> None:
        """These could not be deleted."""
        self.confirm(uids)
        self._forget(uids)

    @Slot(object)
    def offer_again(self, uids: Collection[str]) -> None:
        """These could not be brought back now."""
        self._deleted.append(tuple(uids))
        self._show()

    def show_listed(self, uids: Collection[str]) -> None:
        """These runs are in the list: whichever of them was deleted before has gone on since."""
        self._forget([uid for some in self._deleted for uid in some if uid in uids and self._unanswered[uid] <= 0])

    def take_back(self) -> None:
        """Asks for what was deleted last to be brought back."""
        if self._deleted:
            uids = self._deleted.pop()
            self._show()
            self.bring_back_asked.emit(uids)

    def give_up(self) -> None:
        """Lets all of it go."""
        uids = tuple(uid for some in self._deleted for uid in some)
        self._deleted.clear()
        self._show()
        self.given_up.emit(uids)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _forget(self, uids: Collection[str]) -> None:
        if uids:
            left = [tuple(uid for uid in some if uid not in uids) for some in self._deleted]
            self._deleted = [some for some in left if some]
            self._show()

    def _show(self) -> None:
        if self._deleted:
            sentence = deleted(len(self._deleted[-1]))
            self.says.setText(sentence)
            self.undo.setAccessibleName(f"{_('Undo')}: {sentence}")
        self.changed.emit()

    def _dress(self) -> None:
        self.close_button.setIcon(icon("close", colours(self.palette()).muted))
