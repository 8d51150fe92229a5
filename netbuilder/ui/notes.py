"""Where the notes of a project are written and read."""

from __future__ import annotations

import time
from itertools import takewhile

from PySide6.QtCore import QEvent, QSignalBlocker, Signal, Slot
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from netbuilder.ui.forms.number import belongs_to_the_document
from netbuilder.ui.plain_text import PlainText
from netbuilder.words import _

_TYPED = 16  # characters at a time: what is longer was pasted, but for what an input method puts together
_PAUSE = 3.0  # seconds after which typing begins another step
_NEW_LINE = "\u2029"  # as Qt's documents have it


class NotesView(PlainText):
    """Plain text without a memory of its own: Ctrl+Z takes back edits of the project, these among them.

    Letters that are typed one after the other are a step, as are those that are erased so. Everything else is one of its
    own, so that nothing that stood there for a while is gone between two steps.
    """

    edited = Signal(str, int)  # the whole text, and the number of the step

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step, self._last, self._at = 0, ("", 0), 0.0  # what was done last, where it would go on, and when
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setAccessibleName(_("Notes"))
        self.setPlaceholderText(
            _("What is this network for, what did you try, and what came of it? It is kept in the project’s file.")
        )
        self.document().contentsChange.connect(self._note_change)
        self.textChanged.connect(self._tell)

    @Slot(str)
    def show_text(self, text: str) -> None:
        """Shows the project's notes; the cursor stays, or stands where they were changed."""
        shown = self.toPlainText()
        if text == shown:
            return
        self.end_step()
        same = sum(1 for _both in takewhile(lambda both: both[0] == both[1], zip(text, shown, strict=False)))
        with QSignalBlocker(self):
            self.setPlainText(text)
        cursor = self.textCursor()
        cursor.setPosition(len(text[:same].encode("utf-16-le")) // 2)  # Qt counts in UTF-16
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    @Slot(bool)
    def note_modified(self, modified: bool) -> None:
        """What was saved is a state that undo comes back to."""
        if not modified:
            self.end_step()

    def end_step(self) -> None:
        """Begins another step with whatever is typed next."""
        self._last = ("", 0)

    @override
    def event(self, event: QEvent) -> bool:
        if belongs_to_the_document(event):
            event.ignore()
            return False
        return super().event(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.end_step()

    @Slot(int, int, int)
    def _note_change(self, place: int, removed: int, added: int) -> None:
        now = time.monotonic()
        typed = removed == 0 and 0 < added <= _TYPED and self.document().characterAt(place) != _NEW_LINE
        erased = added == 0 and removed == 1
        goes_on = self._last in (("typed", place), ("erased", place), ("erased", place + removed))
        done = "typed" if typed else "erased" if erased else ""
        if not goes_on or done != self._last[0] or now - self._at > _PAUSE:
            self._step += 1
        self._last, self._at = (done, place + added), now

    @Slot()
    def _tell(self) -> None:
        self.edited.emit(self.toPlainText(), self._step)
