"""From what is asked in outline and inspector to edits of the document."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from netbuilder.app.document import Document
from netbuilder.spec import edits
from netbuilder.spec.edits import Edit
from netbuilder.spec.problems import Problem
from netbuilder.ui.actions import Actions
from netbuilder.ui.inspector import Inspector
from netbuilder.ui.menus import Menus
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


def finish_entries_first(inspector: Inspector, actions: Actions, menus: Menus) -> None:
    """Lets what is still being typed into the project before anything is done with it; to be called before all others.

    A key or a click in the toolbar leaves the focus where it is: a path would stay out of what is saved or trained, and
    be told once the focus goes, as an edit of whatever project is open by then.
    """
    for action in actions.findChildren(QAction):
        if action not in (actions.undo, actions.redo):
            action.triggered.connect(inspector.finish_entry)
    for menu in (menus.templates, menus.recent, menus.exports):
        menu.triggered.connect(inspector.finish_entry)
