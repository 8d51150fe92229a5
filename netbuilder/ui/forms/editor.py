"""What an editor of one field is, and which one a rule gets: a new rule needs one registered function, no more."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from netbuilder.spec.rules import Rule
from netbuilder.ui.plain_tip import plain_tip


class Editor(QWidget):
    """Edits one value. It shows what it is given and tells what was entered; it keeps no truth of its own."""

    edited = Signal(object)  # a value within the rule
    finished = Signal()  # the gesture is over: what is entered next is another step
    refused = Signal(str)  # what was entered and is not taken

    def show_value(self, value: Any) -> None:
        """Shows the value; what is just being typed, and means the same, is left alone."""
        raise NotImplementedError

    def set_words(self, name: str, description: str) -> None:
        """Gives the part that takes the focus its name and description, for screen readers and as a tooltip."""
        part = self.focusProxy() or self
        part.setAccessibleName(name)
        part.setAccessibleDescription(description)
        part.setToolTip(plain_tip(description))
        part.setWhatsThis(plain_tip(description))


@singledispatch
def editor_of(rule: Rule, parent: QWidget) -> Editor:
    """A new editor for a field, chosen by its rule's type."""
    message = f"no editor is registered for {type(rule).__name__}, asked for by {parent.objectName()}"
    raise TypeError(message)
