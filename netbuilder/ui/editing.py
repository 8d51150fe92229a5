"""From what is asked in outline and inspector to edits of the document."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from netbuilder.app.document import Document
from netbuilder.spec import edits
from netbuilder.spec.edits import Edit
from netbuilder.spec.problems import Problem
from netbuilder.ui.outline import OutlinePanel


class Editing(QObject):
    """Makes edits, and looks at what they changed."""

    def __init__(self, document: Document, outline: OutlinePanel) -> None:
        super().__init__(outline)
        self._document = document
        self._outline = outline

    @Slot(object, str)
    def edit(self, edit: Edit, merge_key: str) -> None:
        """Makes an edit of a form; the focus stays in the form."""
        self._document.edit(edit.text, edit.project, merge_key)

    @Slot(str, str)
    def add_layer(self, kind: str, below: str) -> None:
        """Adds a layer below another, or where new layers stand."""
        self._do(edits.add_layer(self._document.spec, kind, below or None))

    @Slot(str)
    def delete_layer(self, name: str) -> None:
        """Takes a layer out."""
        self._do(edits.delete_layer(self._document.spec, name))

    @Slot(str)
    def duplicate_layer(self, name: str) -> None:
        """Copies a layer."""
        self._do(edits.duplicate_layer(self._document.spec, name))

    @Slot(str, int)
    def move_layer(self, name: str, to: int) -> None:
        """Moves a layer."""
        self._do(edits.move_layer(self._document.spec, name, to))

    @Slot(object)
    def mend(self, problem: Problem) -> None:
        """Applies a problem's fix."""
        if problem.fix is not None:
            self._do(edits.mended(self._document.spec, problem.fix, problem.place))

    @Slot()
    def new_seed(self) -> None:
        """Draws other first weights."""
        self.edit(edits.new_seed(self._document.spec), "")

    @Slot(str)
    def choose_device(self, name: str) -> None:
        """Computes on another device."""
        self.edit(edits.change_device(self._document.spec, name), "")

    def _do(self, edit: Edit) -> None:
        self._document.edit(edit.text, edit.project)
        self._outline.look_at(edit.place)
