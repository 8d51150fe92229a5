"""Trying a network on drawings: the pad, its buttons, the answer, what the network sees of it, and what is pinned."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSlider, QVBoxLayout, QWidget
from typing_extensions import override

from netbuilder.app.pins import Drawing
from netbuilder.spec.facts import DataFacts
from netbuilder.ui import theme
from netbuilder.ui.icons import icon
from netbuilder.ui.try_it.answer import answer, unasked
from netbuilder.ui.try_it.answer_view import AnswerView
from netbuilder.ui.try_it.pace import Pace
from netbuilder.ui.try_it.pad import PEN, Pad
from netbuilder.ui.try_it.pin_row import HEIGHT, PinRow
from netbuilder.ui.try_it.seen import SIDE, Seen
from netbuilder.ui.try_it.sight import example, explanation, invitation
from netbuilder.words import _

_SMALLEST, _LARGEST = 120, 320
_NARROWEST = 144  # pixels that the row of buttons needs
_ANSWER = 124  # pixels that a class's name, a bar that can be read, and its value need
_GAP = 8
_BESIDE = 12  # pixels between the pad and the answer
_AFTER_FIRST_PAINT = 400
_BUTTONS = 32  # pixels of their row


class PictureForm(QWidget):
    """Draw, and read the answer beside it."""

    asked = Signal(object)
    refused = Signal(str)
    drawn = Signal()
    pinned = Signal(object, object)  # what is on the pad, uint8; the class that it was meant to be, or None

    def __init__(self, facts: DataFacts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts = facts
        self.pad = Pad()
        self.clear = QPushButton(_("Clear"))
        self.clear.setToolTip(_("Clears the pad (Delete)"))
        self.undo = QPushButton()
        self.undo.setAccessibleName(_("Undo stroke"))
        self.undo.setToolTip(_("Takes the last stroke back (Ctrl+Z on the pad)"))
        self.pin = QPushButton()
        self.pin.setAccessibleName(_("Pin"))
        self.pin.setToolTip(_("Keeps the drawing with the project, to see what becomes of its answer"))
        self.pin.setEnabled(False)
        self.pins = PinRow(facts, self)
        self.width_of_pen = QSlider(Qt.Orientation.Horizontal)
        self.width_of_pen.setRange(3, 16)
        self.width_of_pen.setValue(round(100 * PEN))
        self.width_of_pen.setAccessibleName(_("Pen width"))
        self.width_of_pen.setToolTip(_("Pen width"))
        self.width_of_pen.setMinimumWidth(24)
        self.answer = AnswerView()
        self.seen = Seen()
        self._explanation = QLabel()
        self._explanation.setWordWrap(True)
        self._pace = Pace(self)
        # The first preparation imports Pillow: it had better be over before the first stroke, and hold nothing up.
        self._warming = QTimer(self, interval=_AFTER_FIRST_PAINT, singleShot=True)
        self._lay_out()
        self._wire()
        self._dress()
        self.pad.invite(invitation(facts))
        self._explanation.setText(explanation(facts))
        self.forget_answer()

    def forget_answer(self) -> None:
        """Shows no answer to the drawing and about the pins, until there is one."""
        self.answer.show_nothing(unasked(self._facts))
        self.pins.forget_answers()

    def show_answer(self, outputs: NDArray[np.float32]) -> None:
        """Shows the output for the drawing; an answer that comes after the pad was cleared is dropped."""
        if not self.pad.drawing.empty:
            self.answer.show_answer(answer(outputs, self._facts))

    def show_pins(self, drawings: Sequence[Drawing]) -> None:
        """Shows the drawings that are kept with the project."""
        self.pins.show_pins(drawings)
        self._fit()

    def put(self, picture: NDArray[np.uint8]) -> None:
        """Shows a picture of the data on the pad."""
        top = self._facts.value_range[1] or 255.0
        self.pad.put(np.rint(picture * (255 / top)).clip(0, 255).astype(np.uint8))

    def ask(self) -> None:
        """Asks about the drawing, if there is one, and about the pins."""
        self.pins.ask()
        if self.pad.drawing.empty:
            self._pace.drop()
            self.seen.show_nothing()
            self.answer.show_nothing(unasked(self._facts))
            return
        picture = example(self.pad.ink, self._facts)
        self.seen.show_picture(picture, self._facts.value_range[1] or 255.0)
        self.asked.emit(picture)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._warming.start()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        below = self._below()
        wide = min(round(0.56 * self.width()), self.width() - _BESIDE - _ANSWER)
        side = max(min(wide, self.height() - below, _LARGEST), _SMALLEST)
        self.pad.setFixedSize(side, side)
        self._left.setFixedWidth(max(side, self._buttons.minimumSizeHint().width()))
        room = max(self.height() - below + _BUTTONS + _GAP, side + _GAP + _BUTTONS)
        self._top.setFixedHeight(min(max(side + _GAP + _BUTTONS, self.answer.natural_height()), room))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST + _BESIDE + _ANSWER, _SMALLEST + self._below())

    @override
    def heightForWidth(self, width: int) -> int:
        return self.minimumSizeHint().height()  # a scroll area asks; what the layout says is how it stands now

    def _dress(self) -> None:
        colours = theme.colours(self.palette())
        self.undo.setIcon(icon("undo", colours.text))
        self.pin.setIcon(icon("pin", colours.text, colours.border))
        self._explanation.setStyleSheet(f"color: {colours.muted}; font-size: 12px")

    def _lay_out(self) -> None:
        self._buttons = QWidget()
        buttons = QHBoxLayout(self._buttons)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(_GAP)
        buttons.addWidget(self.clear)
        buttons.addWidget(self.undo)
        buttons.addWidget(self.width_of_pen, 1)
        self._left = QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(_GAP)
        left.addWidget(self.pad)
        left.addWidget(self._buttons)
        left.addStretch()
        self._top = QWidget()
        top = QHBoxLayout(self._top)
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(_BESIDE)
        top.addWidget(self._left)
        top.addWidget(self.answer, 1)
        below = QHBoxLayout()
        below.setSpacing(_GAP)
        below.addWidget(self.seen)
        below.addWidget(self._explanation, 1)
        below.addWidget(self.pin)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_GAP)
        column.addWidget(self._top)
        column.addLayout(below)
        column.addWidget(self.pins)
        column.addStretch()

    def _wire(self) -> None:
        self.pad.changed.connect(self._changed)
        self.pad.refused.connect(self.refused)
        self._pace.due.connect(self.ask)
        self._warming.timeout.connect(self._warm)
        self.clear.clicked.connect(self.pad.clear)
        self.undo.clicked.connect(self.pad.undo)
        self.pin.clicked.connect(self._ask_what_it_is)
        self.pins.chosen.connect(self._look_again)
        self.width_of_pen.valueChanged.connect(self._choose_pen)

    def _warm(self) -> None:
        stroke = np.eye(32, dtype=np.uint8) * np.uint8(255)
        threading.Thread(target=example, args=(stroke, self._facts), name="pad_warming", daemon=True).start()

    def _below(self) -> int:
        """Pixels of what stands below the pad."""
        return _BUTTONS + SIDE + 2 * _GAP + (0 if self.pins.isHidden() else HEIGHT + _GAP)

    def _ask_what_it_is(self) -> None:
        """Asks what the drawing was meant to be, in a menu below the button, and pins it.

        Nothing waits for the answer here: other data may take the form away in the meantime, and the menu with it.
        """
        menu = QMenu(self)
        for name in self._facts.classes:
            menu.addAction(_("It is “{name}”").format(name=name)).setData(name)
        if self._facts.classes:
            menu.addSeparator()
        menu.addAction(_("Pin without saying what it is"))
        ink = self.pad.ink.copy()

        def pin(chosen: QAction) -> None:
            self.pinned.emit(ink, chosen.data())

        menu.triggered.connect(pin)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.pin.mapToGlobal(self.pin.rect().bottomLeft()))

    def _look_again(self, drawing: Drawing) -> None:
        self.pad.put(drawing.pixels)

    def _changed(self) -> None:
        self.pin.setEnabled(not self.pad.drawing.empty)
        self.drawn.emit()
        self._pace.ask()

    def _choose_pen(self, percent: int) -> None:
        self.pad.pen = percent / 100
        self.pad.update()
