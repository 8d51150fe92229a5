"""Numbers: typed, stepped with arrows, or switched off."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QHBoxLayout, QLineEdit, QWidget
from typing_extensions import override

from netbuilder.spec.rules import Maybe, Real, Whole
from netbuilder.ui.forms.editor import Editor, editor_of
from netbuilder.ui.forms.steps import may_become, read, shown, stepped
from netbuilder.ui.plain_tip import plain_tip


def belongs_to_the_document(event: QEvent) -> bool:
    """Whether the event asks if a field wants Ctrl+Z for itself.

    It must not: a line's own undo would take back letters, and leave the project as it is.
    """
    if event.type() != QEvent.Type.ShortcutOverride:
        return False
    assert isinstance(event, QKeyEvent)
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)


class NumberBox(QAbstractSpinBox):
    """A box for a number within its rule; tells of each number as it is typed, and of what it does not take."""

    edited = Signal(object)
    refused = Signal(str)

    def __init__(self, rule: Whole | Real, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rule = rule
        self._value: float = rule.at_least
        self._invalid = ""  # the text that a key or a paste would have made
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # not by the wheel
        self.setAccelerated(True)
        self.setMinimumWidth(72)
        line = self.lineEdit()
        line.setTextMargins(5, 0, 0, 0)  # a style sheet's padding does not reach the line inside a box
        line.textEdited.connect(self._read)
        line.inputRejected.connect(self._refuse)
        self.editingFinished.connect(self._finish)

    @override
    def lineEdit(self) -> QLineEdit:
        line = super().lineEdit()
        assert line is not None
        return line

    @property
    def value(self) -> float:
        return self._value

    def show_value(self, value: float) -> None:
        """Shows a number; a text that means the same, or that is still being typed, stays as it is."""
        same = value == self._value
        self._value = value
        typing = self.hasFocus() and read(self._rule, self.lineEdit().text()) in (None, value)
        if not (same and typing):
            self._tidy()

    @override
    def stepBy(self, steps: int) -> None:
        self._enter(stepped(self._rule, self._value, steps))
        self._tidy()
        self.selectAll()

    @override
    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flags = QAbstractSpinBox.StepEnabledFlag
        up = flags.StepUpEnabled if self._value < self._rule.at_most else flags.StepNone
        down = flags.StepDownEnabled if stepped(self._rule, self._value, -1) != self._value else flags.StepNone
        return up | down

    @override
    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        if read(self._rule, text) is not None:
            state = QValidator.State.Acceptable
        else:
            state = QValidator.State.Intermediate if may_become(self._rule, text) else QValidator.State.Invalid
        if state == QValidator.State.Invalid:
            self._invalid = text
        return state, text, position

    @override
    def event(self, event: QEvent) -> bool:
        if belongs_to_the_document(event):
            event.ignore()
            return False
        return super().event(event)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()  # the panel scrolls instead

    @override
    def clear(self) -> None:
        self.lineEdit().clear()

    def _read(self, text: str) -> None:
        number = read(self._rule, text)
        if number is not None:
            self._enter(number)

    def _enter(self, number: float) -> None:
        if number != self._value:
            self._value = number
            self.edited.emit(number)

    def _refuse(self) -> None:
        self.refused.emit(self._invalid)

    def _finish(self) -> None:
        text = self.lineEdit().text()
        self._tidy()
        if read(self._rule, text) is None:
            self.refused.emit(text)

    def _tidy(self) -> None:
        text = shown(self._value)
        if self.lineEdit().text() != text:
            self.lineEdit().setText(text)


class NumberEditor(Editor):
    """A number."""

    def __init__(self, rule: Whole | Real, parent: QWidget) -> None:
        super().__init__(parent)
        self.box = NumberBox(rule, self)
        self.setFocusProxy(self.box)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.box)
        self.box.edited.connect(self.edited)
        self.box.refused.connect(self.refused)
        self.box.editingFinished.connect(self.finished)

    @override
    def show_value(self, value: Any) -> None:
        self.box.show_value(value)

    @override
    def set_words(self, name: str, description: str) -> None:
        super().set_words(name, description)
        self.box.lineEdit().setAccessibleName(name)


class MaybeEditor(Editor):
    """A check box, and a number while it is on; the number comes back when it is switched on again."""

    def __init__(self, rule: Maybe, parent: QWidget) -> None:
        super().__init__(parent)
        start = rule.start if isinstance(rule.rule, Real) else round(rule.start)
        self._number: float = start
        self.check = QCheckBox(self)
        self.box = NumberBox(rule.rule, self)
        self.box.show_value(start)
        self.setFocusProxy(self.check)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.check)
        layout.addWidget(self.box, 1)
        self.check.clicked.connect(self._switch)
        self.box.edited.connect(self.edited)
        self.box.refused.connect(self.refused)
        self.box.editingFinished.connect(self.finished)

    @override
    def show_value(self, value: Any) -> None:
        self.check.setChecked(value is not None)
        self.box.setEnabled(value is not None)
        if value is not None:
            self._number = value
        self.box.show_value(self._number)

    @override
    def set_words(self, name: str, description: str) -> None:
        super().set_words(name, description)
        for part in (self.box, self.box.lineEdit()):
            part.setAccessibleName(name)
            part.setToolTip(plain_tip(description))

    def _switch(self, on: bool) -> None:
        self.edited.emit(self._number if on else None)
        self.finished.emit()


@editor_of.register(Whole)
@editor_of.register(Real)
def _number(rule: Whole | Real, parent: QWidget) -> Editor:
    return NumberEditor(rule, parent)


@editor_of.register
def _maybe(rule: Maybe, parent: QWidget) -> Editor:
    return MaybeEditor(rule, parent)
