"""Trying a network on points of the plane: the plane and the answer at its probe."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from netbuilder.spec.facts import DataFacts
from netbuilder.ui.try_it.answer import answer, unasked
from netbuilder.ui.try_it.answer_view import AnswerView
from netbuilder.ui.try_it.columns import Column
from netbuilder.ui.try_it.ground import grid
from netbuilder.ui.try_it.pace import Pace
from netbuilder.ui.try_it.plane import Plane


class PlaneForm(QWidget):
    """The probe's answer stands below the plane."""

    asked = Signal(object)
    field_asked = Signal(object)

    def __init__(self, facts: DataFacts, columns: Sequence[Column], targets: Sequence[str] = ()) -> None:
        super().__init__()
        self._facts, self._targets = facts, tuple(targets)
        self.plane = Plane(facts, columns)
        self._grid = grid(self.plane.low, self.plane.high)
        self.answer = AnswerView()
        self.forget_answer()
        self.answer.setFixedHeight(self.answer.natural_height(most=4))
        if facts.classes:
            self.answer.bars.mark = self.plane.paint_symbol
        self._pace = Pace(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.plane, 1)
        column.addWidget(self.answer)
        self.plane.moved.connect(self._pace.ask)
        self._pace.due.connect(self._ask_at_probe)

    def forget_answer(self) -> None:
        """Shows no answer, neither at the probe nor everywhere, until there is one."""
        self.plane.show_field(None)
        self.answer.show_nothing(unasked(self._facts, self._targets))

    def show_answer(self, outputs: NDArray[np.float32]) -> None:
        """Shows the output at the probe."""
        self.answer.show_answer(answer(outputs, self._facts, self._targets))

    def put(self, example: NDArray[np.float32]) -> None:
        """Moves the probe to an example of the data."""
        self.plane.place(float(example[0]), float(example[1]))

    def ask(self) -> None:
        """Asks at the probe and everywhere."""
        self._ask_at_probe()
        self.field_asked.emit(self._grid)

    def _ask_at_probe(self) -> None:
        self.asked.emit(np.array(self.plane.probe, np.float32))
