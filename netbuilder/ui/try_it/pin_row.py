"""The pinned drawings: small pictures, each with what the network takes it for now."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListView, QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from typing_extensions import override

from netbuilder.app.pins import Drawing
from netbuilder.spec.facts import DataFacts
from netbuilder.ui import theme
from netbuilder.ui.try_it.answer import answer
from netbuilder.ui.try_it.sight import example
from netbuilder.words import _

HEIGHT = 54  # pixels: a heading and a row of pictures; more of them scroll
_PICTURE, _WIDTH, _ROW = 24, 76, 30  # pixels


class PinRow(QWidget):
    """A row of pins, and how many of those that were meant as one of the classes are read so.

    ``asked`` carries their pictures as the network gets them, (n, height, width) uint8.
    """

    chosen = Signal(object)  # a Drawing, to be looked at again
    removed = Signal(int)  # the place of one that is not wanted any more
    asked = Signal(object)

    def __init__(self, facts: DataFacts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts = facts
        self._drawings: tuple[Drawing, ...] = ()
        self._asked: tuple[Drawing, ...] = ()  # those of the latest question
        self._answers: list[str] = []
        self._prepared: dict[Drawing, NDArray[np.uint8]] = {}
        # One takes some 5 ms: a project may come with many, and the window must not stand still for them.
        self._preparing = QTimer(self, interval=0, singleShot=True)
        self._preparing.timeout.connect(self.ask)
        self.score = QLabel(self)
        self.list = _List(self)
        self.list.itemClicked.connect(self._choose)
        self.list.itemActivated.connect(self._choose)
        self.list.removal_asked.connect(self.removed)
        heading = QHBoxLayout()
        title = QLabel(_("Pinned").upper(), self)
        title.setObjectName("heading")
        heading.addWidget(title)
        heading.addStretch()
        heading.addWidget(self.score)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(heading)
        column.addWidget(self.list)
        self.setFixedHeight(HEIGHT)
        self.hide()

    def show_pins(self, drawings: Sequence[Drawing]) -> None:
        """Shows these; their answers come when the network has been asked."""
        self._drawings, self._answers = tuple(drawings), []
        self._prepared = {one: known for one, known in self._prepared.items() if one in self._drawings}
        self.list.clear()
        for drawing in self._drawings:
            QListWidgetItem(_icon(drawing.pixels), "", self.list)
        self._say()
        self.setVisible(bool(drawings))

    def ask(self) -> None:
        """Asks what the network takes them for now."""
        missing = next((one for one in self._drawings if one not in self._prepared), None)
        if missing is not None:
            self._prepared[missing] = example(missing.pixels, self._facts)
            self._preparing.start()
        elif self._drawings:
            self._asked = self._drawings
            self.asked.emit(np.stack([self._prepared[one] for one in self._drawings]))

    def forget_answers(self) -> None:
        """Shows no answers, until there are some."""
        self._answers = []
        self._say()

    def show_answers(self, outputs: NDArray[np.float32]) -> None:
        """Shows the outputs, (n, k), for the pins as they were asked; those for other pins are dropped."""
        if self._asked is self._drawings and len(outputs) == len(self._drawings):
            self._answers = [answer(one, self._facts).headline for one in outputs]
            self._say()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._say()

    def _say(self) -> None:
        colours = theme.colours(self.palette())
        meant = right = 0
        for place, drawing in enumerate(self._drawings):
            item, said = self.list.item(place), self._answers[place] if self._answers else ""
            text, words, colour = said, _("Read as {answer}").format(answer=said), colours.text
            if drawing.label in self._facts.classes:
                meant += 1
                right += said == drawing.label
                text, words, colour = _judged(drawing.label, said, colours)
            elif drawing.label is not None:  # it was pinned when the data were others, whose classes these are not
                text = f"{drawing.label} → {said}" if said else drawing.label
                words = _("Meant as {label}, which is none of the classes now").format(label=drawing.label)
            item.setText(text or "–")
            item.setForeground(QColor(colour))
            item.setToolTip(_("{words}. Click shows it on the pad, Delete takes it out.").format(words=words))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
        told = _("{right} of {count} right").format(right=right, count=meant) if meant and self._answers else ""
        self.score.setText(told)

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(self._drawings[self.list.row(item)])


def _judged(label: str, said: str, colours: theme.Colours) -> tuple[str, str, str]:
    """What stands below a picture, what is said of it, and its colour."""
    if not said:
        return label, _("Meant as {label}").format(label=label), colours.text
    if said == label:
        return f"{label} ✓", _("Meant as {label}, and read so").format(label=label), colours.good
    words = _("Meant as {label}, but read as {answer}").format(label=label, answer=said)
    return f"{label} → {said}", words, colours.warning


class _List(QListWidget):
    removal_asked = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Pinned drawings"))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setIconSize(QSize(_PICTURE, _PICTURE))
        self.setGridSize(QSize(_WIDTH, _ROW))
        self.setFixedHeight(_ROW)
        self.verticalScrollBar().setSingleStep(_ROW)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _removes(event):
            event.accept()  # or the outline would delete a layer
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _removes(event) and self.currentRow() >= 0:
            self.removal_asked.emit(self.currentRow())
        else:
            super().keyPressEvent(event)


def _removes(event: QKeyEvent) -> bool:
    return event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


def _icon(pixels: NDArray[np.uint8]) -> QIcon:
    height, width = pixels.shape
    kept = np.ascontiguousarray(pixels)
    image = QImage(kept.data, width, height, width, QImage.Format.Format_Grayscale8)
    size = 2 * _PICTURE  # sharp on dense screens, too
    smooth = Qt.TransformationMode.SmoothTransformation
    return QIcon(QPixmap.fromImage(image.scaled(size, size, Qt.AspectRatioMode.KeepAspectRatio, smooth)))
