"""Try it: the network answers what a person draws, sets or clicks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from netbuilder.app.pins import Drawing
from netbuilder.spec.facts import DataFacts
from netbuilder.ui.try_it.answer_view import bare_scroll
from netbuilder.ui.try_it.columns import Column
from netbuilder.ui.try_it.picture_form import PictureForm
from netbuilder.ui.try_it.plane_form import PlaneForm
from netbuilder.ui.try_it.strip import Strip
from netbuilder.ui.try_it.table_form import TableForm
from netbuilder.words import _

Form = PictureForm | PlaneForm | TableForm


class TryIt(QWidget):
    """A pad for pictures, a plane for two inputs, a form for tables.

    ``asked`` carries one raw example in the data's own units: uint8 of the pictures' shape, else float32.
    ``field_asked`` carries (6400, 2) float32 points, to be answered with ``show_field``; ``pins_asked`` the pictures of
    all pins, (n, height, width) uint8, to be answered with ``show_pin_answers``.
    """

    asked = Signal(object)
    field_asked = Signal(object)
    pins_asked = Signal(object)
    pinned = Signal(object, object)  # a drawing, uint8; the class that it was meant to be, or None
    unpinned = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.form: Form | None = None
        self._frame: QWidget | None = None
        self._pins: Sequence[Drawing] = ()
        self._empty = QLabel(_("Choose data: then a network can be tried here, also while it learns."))
        self._empty.setWordWrap(True)
        self._state, self._problem = Strip(keeps_room=True), Strip()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 12, 12)
        self._column.setSpacing(8)
        self._column.addWidget(self._empty, 1)
        self._column.addWidget(self._problem)
        self._column.addWidget(self._state)

    def show_facts(self, facts: DataFacts | None, columns: Sequence[Column] = (), targets: Sequence[str] = ()) -> None:
        """Shows the view that fits the data: ``columns`` are the inputs of a table, ``targets`` the names of its outputs."""
        if self.form is not None:
            self.form = None
        if self._frame is not None:
            self._column.removeWidget(self._frame)
            self._frame.hide()
            self._frame.deleteLater()
            self._frame = None
        self._problem.say("")
        self._empty.setVisible(facts is None)
        if facts is None:
            return
        self.form = self._form_of(facts, columns, targets)
        # A pad has a size below which nothing of it can be used: then it scrolls.
        self._frame = bare_scroll(self.form) if isinstance(self.form, PictureForm) else self.form
        self._column.insertWidget(0, self._frame, 1)
        self._frame.show()

    def show_examples(self, inputs: NDArray[np.floating], targets: NDArray[np.number]) -> None:
        """Shows examples in the plane, (n, 2) and (n,); other views need none."""
        if isinstance(self.form, PlaneForm):
            self.form.plane.show_examples(inputs, targets)

    def show_state(self, sentence: str) -> None:
        """Says what is to know of the network, such as that it is untrained; an empty sentence takes it away."""
        self._state.say(sentence)

    def forget_answer(self) -> None:
        """Shows no answer, for there is no network that could give it."""
        if self.form is not None:
            self.form.forget_answer()

    def show_answer(self, outputs: NDArray[np.float32]) -> None:
        """Shows the network's output, (k,), for the example that was asked last."""
        if self.form is not None:
            self.form.show_answer(outputs)

    def show_field(self, outputs: NDArray[np.float32]) -> None:
        """Shows the network's outputs, (6400, k), for the points of ``field_asked``."""
        if isinstance(self.form, PlaneForm):
            self.form.plane.show_field(outputs)

    def show_pins(self, drawings: Sequence[Drawing]) -> None:
        """Shows the drawings that are kept with the project, where the data are pictures."""
        self._pins = drawings
        if isinstance(self.form, PictureForm):
            self.form.show_pins(drawings)
            self.form.pins.ask()

    def show_pin_answers(self, outputs: NDArray[np.float32]) -> None:
        """Shows the network's outputs, (n, k), for the pictures of ``pins_asked``."""
        if isinstance(self.form, PictureForm):
            self.form.pins.show_answers(outputs)

    def put(self, example: NDArray[np.uint8] | NDArray[np.float32]) -> None:
        """Takes an example of the data, such as one clicked elsewhere, and asks about it."""
        match self.form:
            case PictureForm() as form:
                form.put(example.astype(np.uint8))
            case PlaneForm() | TableForm() as form:
                form.put(example.astype(np.float32))

    def ask(self) -> None:
        """Asks about what is shown once more, for the network has changed."""
        if self.form is not None:
            self.form.ask()

    @override
    def sizeHint(self) -> QSize:
        return QSize(340, 360)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(304, 240)

    def _form_of(self, facts: DataFacts, columns: Sequence[Column], targets: Sequence[str]) -> Form:
        if facts.picture:
            pictures = PictureForm(facts)
            pictures.asked.connect(self.asked)
            pictures.refused.connect(self._problem.say)
            pictures.drawn.connect(self._problem.fade)
            pictures.pinned.connect(self.pinned)
            pictures.pins.removed.connect(self.unpinned)
            pictures.pins.asked.connect(self.pins_asked)
            pictures.show_pins(self._pins)
            return pictures
        known = tuple(columns) or _unknown(facts)
        if facts.plane:
            plane = PlaneForm(facts, known, targets)
            plane.asked.connect(self.asked)
            plane.field_asked.connect(self.field_asked)
            return plane
        table = TableForm(facts, known, targets)
        table.asked.connect(self.asked)
        return table


def _unknown(facts: DataFacts) -> tuple[Column, ...]:
    """Columns of which only the range of all inputs is known."""
    low, high = facts.value_range
    count = int(np.prod(facts.shape))
    names = facts.features or tuple(_("input {number}").format(number=place + 1) for place in range(count))
    return tuple(Column(name, low, high, (low + high) / 2) for name in names)
