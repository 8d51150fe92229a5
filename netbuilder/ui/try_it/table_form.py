"""Trying a network on a row of a table: a slider and a field for each column, and the live answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from netbuilder.spec.facts import DataFacts
from netbuilder.ui.try_it.answer import answer, unasked
from netbuilder.ui.try_it.answer_view import AnswerView, bare_scroll
from netbuilder.ui.try_it.columns import Column
from netbuilder.ui.try_it.elided import Elided
from netbuilder.ui.try_it.pace import Pace
from netbuilder.words import _, plural

MOST = 100
"""Columns that can be changed; a form of thousands would take seconds to appear, and nobody would read it."""

_STEPS = 1000


class Entry:
    """A line of the form: label, slider and field for one column, kept equal."""

    def __init__(self, column: Column) -> None:
        self.column = column
        low, high = column.reach
        self.label = Elided(column.name)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setAccessibleName(_("{name}, slider").format(name=column.name))
        self.slider.setMinimumWidth(48)
        self.field = QDoubleSpinBox()
        self.field.setDecimals(column.decimals)
        self.field.setRange(low, high)
        self.field.setSingleStep((high - low) / 100)
        self.field.setAccessibleName(column.name)
        self.field.setFixedWidth(96)
        self.field.lineEdit().setTextMargins(5, 0, 0, 0)  # a style sheet's padding does not reach it
        self.set(column.mean)

    def set(self, value: float) -> None:
        """Shows a value in both."""
        self.field.setValue(value)
        self.follow()

    def follow(self) -> None:
        """Moves the slider to the field's value."""
        low, high = self.column.reach
        self.slider.blockSignals(True)
        self.slider.setValue(round(_STEPS * (self.field.value() - low) / (high - low)))
        self.slider.blockSignals(False)

    def lead(self) -> None:
        """Takes the slider's value over into the field."""
        low, high = self.column.reach
        self.field.blockSignals(True)
        self.field.setValue(low + (high - low) * self.slider.value() / _STEPS)
        self.field.blockSignals(False)


class TableForm(QWidget):
    """A form that starts at the means of the columns."""

    asked = Signal(object)

    def __init__(self, facts: DataFacts, columns: Sequence[Column], targets: Sequence[str] = ()) -> None:
        super().__init__()
        self._facts, self._targets = facts, tuple(targets)
        self._columns = tuple(columns)
        self._pace = Pace(self)
        self.entries = [Entry(column) for column in self._columns[:MOST]]
        self.answer = AnswerView()
        self.forget_answer()
        self.means = QPushButton(_("Means"))
        self.means.setToolTip(_("Sets every column back to its mean"))
        self._lay_out()
        self._wire()

    @property
    def example(self) -> NDArray[np.float32]:
        """The row as it stands, in the data's own units and shape."""
        row = np.array([column.mean for column in self._columns], np.float32)
        row[: len(self.entries)] = [entry.field.value() for entry in self.entries]
        return row.reshape(self._facts.shape)

    def forget_answer(self) -> None:
        """Shows no answer, until there is one."""
        self.answer.show_nothing(unasked(self._facts, self._targets))

    def show_answer(self, outputs: NDArray[np.float32]) -> None:
        """Shows the output for the row."""
        self.answer.show_answer(answer(outputs, self._facts, self._targets))

    def put(self, example: NDArray[np.float32]) -> None:
        """Shows an example of the data in the form."""
        for entry, value in zip(self.entries, example.ravel().tolist(), strict=False):
            entry.set(value)

    def reset(self) -> None:
        """Sets every column back to its mean."""
        for entry in self.entries:
            entry.set(entry.column.mean)

    def ask(self) -> None:
        """Asks about the row."""
        self.asked.emit(self.example)

    def _lay_out(self) -> None:
        rows = QWidget()
        grid = QGridLayout(rows)
        grid.setContentsMargins(0, 0, 4, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 7)
        grid.setColumnStretch(1, 4)
        for number, entry in enumerate(self.entries):
            for place, widget in enumerate((entry.label, entry.slider, entry.field)):
                grid.addWidget(widget, number, place)
        grid.setRowStretch(len(self.entries), 1)
        foot = QHBoxLayout()
        foot.addWidget(self.means)
        left = len(self._columns) - len(self.entries)
        if left:
            words = plural("{count} more column stays at its mean", "{count} more columns stay at their means", left)
            more = QLabel(words)
            more.setWordWrap(True)
            foot.addWidget(more, 1)
        foot.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.answer)
        column.addWidget(bare_scroll(rows), 1)
        column.addLayout(foot)
        self.answer.setFixedHeight(self.answer.natural_height(most=6))

    def _wire(self) -> None:
        for entry in self.entries:
            entry.slider.valueChanged.connect(self._slid)
            entry.field.valueChanged.connect(self._typed)
        self.means.clicked.connect(self.reset)
        self._pace.due.connect(self.ask)

    def _slid(self) -> None:
        for entry in self.entries:
            if entry.slider is self.sender():
                entry.lead()
        self._pace.ask()

    def _typed(self) -> None:
        for entry in self.entries:
            if entry.field is self.sender():
                entry.follow()
        self._pace.ask()
