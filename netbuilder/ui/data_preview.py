"""A look at the data: example pictures, points or columns, and how many examples each class has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from netbuilder.data.preview import Preview
from netbuilder.ui.numbers import value
from netbuilder.ui.theme import Colours, colours
from netbuilder.words import _, plural

_MOST_COLUMNS = 12  # of a table, described one a line
_MOST_BARS = 20


class DataPreviewView(QWidget):
    """Shows a preview, or a sentence that says why there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pictures = Pictures(self)
        self.points = Points(self)
        self.bars = Bars(self)
        self.says = QLabel(self)
        self.says.setObjectName("help")
        self.says.setTextFormat(Qt.TextFormat.PlainText)  # a path that is written as HTML shall not be drawn as such
        self.says.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(8)
        for widget in (self.pictures, self.points, self.says, self.bars):
            column.addWidget(widget)
        self.show_sentence("")

    def show_preview(self, preview: Preview) -> None:
        """Shows the examples."""
        width = preview.rows.shape[1] if preview.rows.ndim == 2 and len(preview.rows) else 0
        self.pictures.setVisible(len(preview.pictures) > 0)
        self.pictures.show_pictures(preview.pictures)
        drawn = width in (1, 2)
        self.points.setVisible(drawn)
        if drawn:
            regression = not preview.classes
            other = preview.row_targets if width == 1 else preview.rows[:, 1]
            belongs = np.zeros(len(preview.rows), int) if regression else preview.row_targets.astype(int)
            self.points.show_points(np.stack([preview.rows[:, 0], other], axis=1), belongs)
        self.says.setText("" if drawn else _columns(preview))
        self.says.setVisible(bool(self.says.text()))
        self.bars.setVisible(bool(preview.train_counts))
        self.bars.show_counts(preview.classes, preview.train_counts)

    def show_sentence(self, sentence: str) -> None:
        """Shows why there is nothing to see."""
        for widget in (self.pictures, self.points, self.bars):
            widget.hide()
        self.says.setText(sentence)
        self.says.setVisible(bool(sentence))


def _columns(preview: Preview) -> str:
    """A line a column: its name and from where to where it goes."""
    lines = [
        _("{name}: {low} to {high}").format(name=name, low=value(low), high=value(high))
        for name, low, high in zip(preview.features, preview.lowest, preview.highest, strict=False)
    ]
    more = len(lines) - _MOST_COLUMNS
    return "\n".join(
        [*lines[:_MOST_COLUMNS], *([plural("and {count} more", "and {count} more", more)] if more > 0 else [])]
    )


class Pictures(QWidget):
    """Example pictures side by side, class after class."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._images: list[QImage] = []
        self.setAccessibleName(_("Example pictures"))

    def show_pictures(self, pictures: NDArray[np.uint8]) -> None:
        """Shows (k, height, width) pictures."""
        # Without copy() the image would look into memory that NumPy may free.
        self._images = [
            QImage(one.tobytes(), one.shape[1], one.shape[0], one.shape[1], QImage.Format.Format_Grayscale8).copy()
            for one in pictures
        ]
        self.updateGeometry()
        self.update()

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int) -> int:
        across, side = self._grid(width)
        return -(-len(self._images) // across) * side

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(240))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        across, side = self._grid(self.width())
        for number, image in enumerate(self._images):
            row, column = divmod(number, across)
            painter.drawImage(QRectF(column * side, row * side, side - 2, side - 2), image)

    def _grid(self, width: int) -> tuple[int, int]:
        across = 8 if len(self._images) > 5 else 5
        return across, max(12, width // across)


class Points(QWidget):
    """Points in the plane; classes differ in colour and in shape."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._points = np.empty((0, 2))
        self._classes = np.empty(0, int)
        self.setAccessibleName(_("Points"))
        self.setFixedHeight(200)

    def show_points(self, points: NDArray[np.float32], classes: NDArray[np.int_]) -> None:
        """Shows (n, 2) points and the number of the class of each."""
        self._points, self._classes = points.astype(float), classes
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(theme.window))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        if not len(self._points):
            return
        low, high = self._points.min(axis=0), self._points.max(axis=0)
        span = np.where(high > low, high - low, 1.0)
        room = np.array([self.width() - 24, self.height() - 24])
        placed = (self._points - low) / span * room * [1, -1] + [12, self.height() - 12]
        painter.setPen(Qt.PenStyle.NoPen)
        for number in np.unique(self._classes):
            painter.setBrush(class_colour(theme, int(number)))
            for x, y in placed[self._classes == number]:
                _draw_mark(painter, x, y, int(number))


class Bars(QWidget):
    """How many training examples each class has."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[tuple[str, int]] = []
        self._more = 0
        self.setAccessibleName(_("Training examples of each class"))

    def show_counts(self, classes: tuple[str, ...], counts: tuple[int, ...]) -> None:
        """Shows a bar a class."""
        named = list(zip(classes, counts, strict=False))
        self._rows, self._more = named[:_MOST_BARS], max(0, len(named) - _MOST_BARS)
        self.setAccessibleDescription(", ".join(f"{name}: {count:,}" for name, count in self._rows))
        self.setFixedHeight(18 * (len(self._rows) + (1 if self._more else 0)))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = painter.fontMetrics()
        most = max((count for _name, count in self._rows), default=1) or 1
        named = min(110, max((metrics.horizontalAdvance(name) for name, _count in self._rows), default=0) + 8)
        figured = metrics.horizontalAdvance(f"{most:,}") + 8
        for row, (name, count) in enumerate(self._rows):
            line = QRectF(0, 18 * row, self.width(), 18)
            painter.setPen(QColor(theme.text))
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(
                QRectF(0, line.y(), named, 18), middle, metrics.elidedText(name, Qt.TextElideMode.ElideRight, named - 6)
            )
            painter.setPen(QColor(theme.muted))
            painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, f"{count:,}")
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.raised))
            track = QRectF(named, line.y() + 6, max(0.0, self.width() - named - figured), 6)
            painter.drawRoundedRect(track, 3, 3)
            painter.setBrush(QColor(theme.accent))
            painter.drawRoundedRect(QRectF(track.x(), track.y(), track.width() * count / most, 6), 3, 3)
        if self._more:
            painter.setPen(QColor(theme.muted))
            words = plural("and {count} more class", "and {count} more classes", self._more)
            painter.drawText(QPointF(0, 18 * len(self._rows) + 13), words)


def class_colour(theme: Colours, number: int) -> QColor:
    """The colour of a class among points; the mark's shape tells it too."""
    inks = (theme.train, theme.validation, theme.good, theme.error, theme.muted)
    return QColor(inks[number % len(inks)])


def _draw_mark(painter: QPainter, x: float, y: float, number: int) -> None:
    match number % 4:
        case 0:
            painter.drawEllipse(QPointF(x, y), 2.6, 2.6)
        case 1:
            painter.drawRect(QRectF(x - 2.3, y - 2.3, 4.6, 4.6))
        case 2:
            painter.drawPolygon(QPolygonF([QPointF(x, y - 3.2), QPointF(x + 3, y + 2.4), QPointF(x - 3, y + 2.4)]))
        case _:
            painter.drawPolygon(
                QPolygonF([QPointF(x, y - 3.4), QPointF(x + 3.4, y), QPointF(x, y + 3.4), QPointF(x - 3.4, y)])
            )
