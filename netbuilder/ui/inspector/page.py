"""What all pages of the inspector are: they show a place of the project and tell the edits that are made there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from netbuilder.spec.edits import Edit
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.problems import Problem
from netbuilder.spec.project import ProjectSpec
from netbuilder.ui.forms import Form
from netbuilder.ui.forms.form import LABEL_WIDTH


class Page(QWidget):
    """One page."""

    edited = Signal(object, str)  # an Edit, its merge key

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.project: ProjectSpec | None = None
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)

    def show_place(self, project: ProjectSpec, facts: DataFacts, place: str) -> None:
        """Shows what the project has at the place."""
        raise NotImplementedError

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Shows what does not fit at the place beside the fields that are at fault."""
        for form in self.findChildren(Form):
            form.show_problems(problems)

    def heading(self, project: ProjectSpec, place: str) -> str:
        """What the page is about, in two words."""
        raise NotImplementedError

    @property
    def shown(self) -> ProjectSpec:
        """The project that is shown; there is one as soon as anything can be entered."""
        assert self.project is not None
        return self.project

    def tell(self, edit: Edit, merge_key: str = "") -> None:
        """Tells that the person made an edit."""
        self.edited.emit(edit, merge_key)

    def add_section(self, title: str = "") -> None:
        """Adds a line between two forms, and the title of the second if it does not say by itself what it is."""
        rule = QFrame(self)
        rule.setObjectName("rule")
        self.column.addSpacing(6)
        self.column.addWidget(rule)
        self.column.addSpacing(2)
        if title:
            label = QLabel(title.upper(), self)
            label.setObjectName("heading")
            self.column.addWidget(label)

    def add_words(self) -> QLabel:
        """Adds an empty help text."""
        words = QLabel(self)
        words.setObjectName("help")
        words.setWordWrap(True)
        self.column.addWidget(words)
        return words

    def add_row(self, label: str, widget: QWidget) -> QLabel:
        """Adds a labelled widget that lines up with the forms."""
        named = QLabel(label, self)
        named.setFixedWidth(LABEL_WIDTH)
        named.setBuddy(widget)
        widget.setAccessibleName(label)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(named)
        row.addWidget(widget, 1)
        self.column.addLayout(row)
        return named


class FollowsNote(QFrame):
    """Says that something follows the data, or was set by hand, with the button that changes it."""

    asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.setProperty("severity", "hint")
        self._says = QLabel(self)
        self._says.setWordWrap(True)
        self.button = QPushButton(self)
        self.button.setObjectName("link")
        self.button.clicked.connect(self.asked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(2)
        layout.addWidget(self._says)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_words(self, sentence: str, button: str) -> None:
        """Shows how things are, and what the button does."""
        self._says.setText(sentence)
        self.button.setText(button)
        self.button.setAccessibleName(button)
        self.button.setAccessibleDescription(sentence)
