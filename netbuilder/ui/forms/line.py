"""Lines of text: names, files and folders, shapes."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget
from typing_extensions import override

from netbuilder.data.shares import may_look
from netbuilder.spec.rules import Sizes, Text, accepts
from netbuilder.ui.forms.editor import Editor, editor_of
from netbuilder.ui.forms.number import belongs_to_the_document
from netbuilder.words import _


class Line(QLineEdit):
    """A line whose Ctrl+Z belongs to the document."""

    @override
    def event(self, event: QEvent) -> bool:
        if belongs_to_the_document(event):
            event.ignore()
            return False
        return super().event(event)


class TextEditor(Editor):
    """A line of text, told while it is typed; a path only when it is finished, since each would be looked for."""

    def __init__(self, rule: Text, parent: QWidget) -> None:
        super().__init__(parent)
        self._rule = rule
        self._value = ""
        self._path = rule.path
        self.line = Line(self)
        self.line.setMaxLength(rule.longest)
        self.setFocusProxy(self.line)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.line, 1)
        if rule.path:
            self.browse = QPushButton(_("Browse…"), self)
            self.browse.clicked.connect(self._browse)
            layout.addWidget(self.browse)
        else:
            self.line.textEdited.connect(self._enter)
        self.line.inputRejected.connect(self._refuse)
        self.line.editingFinished.connect(self._finish)

    @override
    def show_value(self, value: Any) -> None:
        self._value = value
        if self.line.text() != value:
            self.line.setText(value)

    @override
    def set_words(self, name: str, description: str) -> None:
        super().set_words(name, description)
        if self._path:
            self.browse.setAccessibleName(_("Browse for {name}").format(name=name))

    def _enter(self, text: str) -> None:
        if text != self._value and accepts(self._rule, text):
            self._value = text
            self.edited.emit(text)

    def _refuse(self) -> None:
        """A key or a paste was cut off: the line is full."""
        self.refused.emit(self.line.text())

    def _finish(self) -> None:
        text = self.line.text()
        self._enter(text)
        if text != self._value:
            self.line.setText(self._value)
            self.refused.emit(text)
        self.finished.emit()

    def _browse(self) -> None:
        begin = self._value if may_look(self._value) else ""
        chosen = QFileDialog.getExistingDirectory(self, _("Choose a folder"), begin)
        if chosen:
            self.line.setText(chosen)
            self._finish()


class SizesEditor(Editor):
    """A shape, such as "28 × 28"; commas and spaces are understood too."""

    def __init__(self, rule: Sizes, parent: QWidget) -> None:
        super().__init__(parent)
        self._rule = rule
        self._value: tuple[int, ...] = ()
        self.line = Line(self)
        self.setFocusProxy(self.line)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.line)
        self.line.textEdited.connect(self._enter)
        self.line.editingFinished.connect(self._finish)

    @override
    def show_value(self, value: Any) -> None:
        typing = self.line.hasFocus() and sizes_read(self._rule, self.line.text()) in (None, value)
        same, self._value = value == self._value, value
        if not (same and typing):
            self.line.setText(sizes_shown(value))

    def _enter(self, text: str) -> None:
        found = sizes_read(self._rule, text)
        if found is not None and found != self._value:
            self._value = found
            self.edited.emit(found)

    def _finish(self) -> None:
        text = self.line.text()
        self.line.setText(sizes_shown(self._value))
        if sizes_read(self._rule, text) is None:
            self.refused.emit(text)
        self.finished.emit()


def sizes_shown(value: tuple[int, ...]) -> str:
    """A shape as people write it."""
    return " × ".join(map(str, value))


def sizes_read(rule: Sizes, text: str) -> tuple[int, ...] | None:
    """The shape that was typed, if the rule takes it."""
    parts = [part for part in re.split(r"[×x*,;\s]+", text.strip("() ")) if part]
    if not rule.fewest <= len(parts) <= rule.most or not all(part.isdecimal() and len(part) < 12 for part in parts):
        return None
    found = tuple(map(int, parts))
    return found if all(1 <= size <= rule.at_most for size in found) else None


@editor_of.register
def _text(rule: Text, parent: QWidget) -> Editor:
    return TextEditor(rule, parent)


@editor_of.register
def _sizes(rule: Sizes, parent: QWidget) -> Editor:
    return SizesEditor(rule, parent)
