"""The form of any declared value: one field a row, made from the declaration alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from netbuilder.spec.problems import Problem
from netbuilder.spec.rules import Field, Flag, OneOf, Several, Text, expected, fields_of, matters, refusal
from netbuilder.ui.forms.advice import Advice
from netbuilder.ui.forms.editor import Editor, editor_of
from netbuilder.words import _

_GRAVEST_FIRST = ("blocking", "warning", "hint")
LABEL_WIDTH = 116  # forms stand below one another, so their labels share a column


class Form(QWidget):
    """Edits a value of one declared kind. It shows what it is given and tells the value that an entry would make."""

    edited = Signal(object, str, str)  # the new value, the label of the field that was changed, the merge key

    def __init__(self, kind: Any, parent: QWidget | None = None, *, only: tuple[str, ...] = (), first: int = 0) -> None:
        """``kind``: a declared class or one of its values; ``only``: the names of the fields to show, if not all.

        ``first``: how many fields stand open; further ones are unfolded by a button, or when they have been changed or do
        not fit.
        """
        super().__init__(parent)
        self.fields = tuple(field for field in fields_of(kind) if not only or field.name in only)
        self.editors: dict[str, Editor] = {}
        self.advice: dict[str, Advice] = {}
        self._refused: dict[str, int] = {}  # the gesture in which something was refused, by field
        self._problems: dict[str, Problem] = {}
        self._labels: dict[str, QLabel] = {}
        self._rows: list[tuple[QWidget, ...]] = []
        self._locked: frozenset[str] = frozenset()
        self._value: Any = None
        self._gesture = 0
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(8)
        self._layout.setVerticalSpacing(0)
        self._layout.setColumnMinimumWidth(0, LABEL_WIDTH)
        self._layout.setColumnStretch(1, 1)
        self._first = first if first and len(self.fields) > first + 1 else 0
        for row, field in enumerate(self.fields):
            self._add(2 * row, field)
        self.more = QPushButton(_("More settings ({count})").format(count=len(self.fields) - self._first), self)
        self.more.setObjectName("link")
        self.more.setAccessibleName(self.more.text())
        self.more.clicked.connect(self.unfold)
        self.more.setVisible(bool(self._first))
        self._layout.addWidget(self.more, 2 * len(self.fields), 1, Qt.AlignmentFlag.AlignLeft)
        self._fold()

    def show_value(self, value: Any) -> None:
        """Shows a value of the kind."""
        if value != self._value:
            self._take_back()
        self._value = value
        if self._first and any(getattr(value, field.name) != field.default for field in self.fields[self._first :]):
            self.unfold()
        for field in self.fields:
            self.editors[field.name].show_value(getattr(value, field.name))
        self._enable()

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """Shows what does not fit beside the field that is at fault: of several at one field, the gravest."""
        now: dict[str, Problem] = {}
        for one in sorted(problems, key=lambda one: _GRAVEST_FIRST.index(one.severity)):
            if one.field in self.editors:
                now.setdefault(one.field, one)
        if self._first and any(field.name in now for field in self.fields[self._first :]):
            self.unfold()
        before, self._problems = self._problems, now
        for field in self.fields:
            told = [one and (one.severity, one.sentence) for one in (before.get(field.name), now.get(field.name))]
            if told[0] != told[1] and field.name not in self._refused:
                self._say(field)

    def unfold(self) -> None:
        """Opens all fields."""
        had_focus = self.more.hasFocus()
        opened, self._first = self._first, 0
        self.more.hide()
        self._fold()
        if had_focus:
            self.editors[self.fields[opened].name].setFocus(Qt.FocusReason.OtherFocusReason)

    def lock(self, *names: str) -> None:
        """Takes the fields of these names out of the person's hands, and gives back all others."""
        self._locked = frozenset(names)
        self._enable()

    def _add(self, row: int, field: Field) -> None:
        editor = editor_of(field.rule, self)
        editor.set_words(field.label, described(field))
        label = QLabel(field.label, self)
        label.setWordWrap(True)
        label.setMaximumWidth(LABEL_WIDTH)
        label.setBuddy(editor.focusProxy() or editor)
        label.setToolTip(described(field))
        top = isinstance(field.rule, Several)
        self._layout.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignVCenter)
        self._layout.addWidget(editor, row, 1)
        if top:
            label.setContentsMargins(0, 4, 0, 0)
        editor.setMinimumHeight(24 if isinstance(field.rule, Flag) else 30)
        advice = Advice(field.help, self)
        self._layout.addWidget(advice, row + 1, 1)
        self._rows.append((label, editor, advice))
        self.advice[field.name] = advice
        self.editors[field.name] = editor
        self._labels[field.name] = label
        editor.edited.connect(self._enter)
        editor.finished.connect(self._end_gesture)
        editor.refused.connect(self._refuse)

    def _fold(self) -> None:
        for at, row in enumerate(self._rows):
            for widget in row:
                widget.setVisible(not self._first or at < self._first)

    def _enter(self, entered: Any) -> None:
        field = self._asking()
        self._take_back(keep=field.name)
        self._value = replace(self._value, **{field.name: entered})
        self._enable()
        self.edited.emit(self._value, field.label, f"{type(self._value).__name__}.{field.name}:{self._gesture}")

    def _refuse(self, typed: str) -> None:
        field = self._asking()
        if self._refused.get(field.name) == self._gesture:
            return  # the first thing that was not taken is what the person meant
        sentence = refusal(field, typed)
        self._refused[field.name] = self._gesture
        self.advice[field.name].show_fault(sentence)
        self.editors[field.name].set_words(field.label, sentence)

    def _take_back(self, keep: str = "") -> None:
        """Forgets refusals; the one of ``keep`` only once its gesture is over, for -1 leaves a 1 behind."""
        for field in self.fields:
            said = self._refused.get(field.name)
            if said is not None and not (field.name == keep and said == self._gesture):
                del self._refused[field.name]
                self._say(field)

    def _say(self, field: Field) -> None:
        problem = self._problems.get(field.name)
        if problem is None:
            self.advice[field.name].show_help()
        else:
            self.advice[field.name].show_fault(problem.sentence, problem.severity)
        self.editors[field.name].set_words(field.label, described(field) if problem is None else problem.sentence)

    def _asking(self) -> Field:
        """The field whose editor sent the signal."""
        return next(field for field in self.fields if self.editors[field.name] is self.sender())

    def _end_gesture(self) -> None:
        self._gesture += 1

    def _enable(self) -> None:
        for field in self.fields:
            on = field.name not in self._locked and matters(field, self._value)
            self.editors[field.name].setEnabled(on)
            self._labels[field.name].setEnabled(on)


def described(field: Field) -> str:
    """A field's help and range in one sentence or two, for its tooltip and for screen readers."""
    tells_itself = isinstance(field.rule, Flag | OneOf | Several | Text)
    bounds = "" if tells_itself else expected(field.rule)
    return ". ".join(part[:1].upper() + part[1:] for part in (field.help, bounds) if part)
