"""Notes: what a person writes down about the open project, kept in its file."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from netbuilder.app.document import Document
from netbuilder.files.attachments import LONGEST_NOTES
from netbuilder.words import _


class Notes(QObject):
    """The notes of the open project; changes of them are steps that can be taken back."""

    changed = Signal(str)  # the whole text
    cut = Signal(str)  # sentence: the end of what was written is left out

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        document.belongings_changed.connect(self._tell)
        document.replaced.connect(self._tell)

    @property
    def text(self) -> str:
        """All of it, at most 1,048,576 characters."""
        return self._document.attached.notes

    @Slot(str, int)
    def write(self, text: str, step: int) -> None:
        """Makes that the notes, in one step with what was written before under the same number.

        What is beyond the most that a file holds, and what is no character, is left out.
        """
        kept = text[:LONGEST_NOTES].encode("utf-8", "ignore").decode("utf-8")  # half a surrogate pair is no character
        document = self._document
        attached = replace(document.attached, notes=kept)
        document.edit(_("change the notes"), document.spec, f"notes {step}", attached=attached)
        if kept != text:
            self._tell()
        if len(text) > LONGEST_NOTES:
            sentence = _(
                "Notes hold at most {most:,} characters, so their end was left out: undo the last change, or keep a part "
                "of them in a file of its own."
            )
            self.cut.emit(sentence.format(most=LONGEST_NOTES))

    @Slot()
    def _tell(self) -> None:
        self.changed.emit(self.text)
