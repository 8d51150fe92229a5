"""The field for the note of a run, which other programs write, too."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from netbuilder.ui.plain_text import PlainText
from netbuilder.words import _

_PAUSE = 600  # ms without a key after which a note is kept


class NoteField(PlainText):
    """Shows the note that the history has as long as nobody types; what is typed wins over what others write meanwhile.

    It is told when typing rests or the field is left; and again when it is left, where the history did not take it.
    """

    noted = Signal(str, str)  # uid, text

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._uid = ""
        self._note = ""  # the one that is shown, or that the shown one was made of
        self._text = ""  # how the field gives that back: with other ends of lines, and spaces that may break
        self._seen = ""  # what the history said last
        self._told: list[str] = []  # what the history was told, and has not said since
        self._doubted = False  # whether it has said something else since
        self._soon = QTimer(self, interval=_PAUSE, singleShot=True)
        self.setAccessibleName(_("Note about the run"))
        self.setPlaceholderText(_("A note: what you wanted to find out, and what you found."))
        self.setTabChangesFocus(True)
        self.setMinimumHeight(48)
        self.textChanged.connect(self._soon.start)
        self._soon.timeout.connect(self.keep)

    def show_note(self, uid: str, note: str) -> None:
        """Shows the note that the history says a run has, unless another is being typed or on its way there."""
        if uid != self._uid:
            self.keep()
            self._uid = uid
            self._show(note)
        elif note in self._told:
            self._note = self._text = note
            del self._told[: self._told.index(note) + 1]
        elif self._told:
            # The one that it said before may have been read before it was told; another was written since, elsewhere.
            if note != self._seen and self.toPlainText() == self._told[-1]:
                self._show(note)
        elif note != self._note and self.toPlainText() == self._text:
            self._show(note)
        self._doubted = bool(self._told)
        self._seen = note

    @Slot()
    def keep(self) -> None:
        """Tells what was typed, if the history is not known to have it."""
        self._soon.stop()
        text = self.toPlainText()
        last = self._told[-1] if self._told else self._text
        if text != last:
            self._told.append(text)
        if text != last or self._doubted:
            self._doubted = False
            self.noted.emit(self._uid, text)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.keep()

    def _show(self, note: str) -> None:
        with QSignalBlocker(self):
            self.setPlainText(note)
        self._note, self._text = note, self.toPlainText()
        self._told.clear()
