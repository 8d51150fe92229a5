"""The network's answer: large, and a painted bar for each class."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from netbuilder.ui import theme
from netbuilder.ui.try_it.answer import Answer, Choice
from netbuilder.words import _

_ROW = 18
_GAP = 6
_SMALL = 12
_MEDIUM, _LARGE = 20, 32
_MANY = 12


class Bars(QWidget):
    """One line a class: name, bar, value. One widget that paints, since ten progress bars take longer than a stroke."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: Sequence[Choice] = ()
        self._best: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_choices(self, choices: Sequence[Choice], best: int | None) -> None:
        """Shows the lines; the best one is bold and green."""
        if len(choices) != len(self._choices):
            self.setFixedHeight(_ROW * len(choices))
        self._choices, self._best = choices, best
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(128, _ROW * len(self._choices))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plain, bold = QFont(self.font()), QFont(self.font())
        plain.setPixelSize(_SMALL)
        bold.setPixelSize(_SMALL)
        bold.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetricsF(bold)
        longest = max((metrics.horizontalAdvance(choice.name) for choice in self._choices), default=0.0)
        names = min(longest, 0.42 * self.width())
        values = metrics.horizontalAdvance("100.0 %") + 1
        barred = any(choice.share for choice in self._choices) or self._best is None
        left, right = names + _GAP, self.width() - values - _GAP
        for number, choice in enumerate(self._choices):
            top = number * _ROW
            if top > event.rect().bottom() or top + _ROW < event.rect().top():
                continue
            best = number == self._best
            painter.setFont(bold if best else plain)
            painter.setPen(QColor(colours.good if best else colours.text))
            name = metrics.elidedText(choice.name, Qt.TextElideMode.ElideRight, names)
            painter.drawText(QRectF(0, top, names + 1, _ROW), Qt.AlignmentFlag.AlignVCenter, name)
            if barred and right > left:
                self._paint_bar(painter, QRectF(left, top + 4, right - left, _ROW - 8), choice.share, best=best)
            painter.setPen(QColor(colours.good if best else colours.muted))
            place = QRectF(self.width() - values, top, values, _ROW)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, choice.text)
        painter.end()

    def _paint_bar(self, painter: QPainter, track: QRectF, share: float, *, best: bool) -> None:
        colours = theme.colours(self.palette())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(track, 3, 3)
        filled = QRectF(track.left(), track.top(), track.width() * share, track.height())
        if filled.width() >= 0.5:
            painter.setBrush(QColor(colours.good if best else colours.train))
            radius = min(3.0, filled.width() / 2)
            painter.drawRoundedRect(filled, radius, radius)


class AnswerView(QWidget):
    """The answer in large type above its bars, which scroll where there are many."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Answer of the network"))
        self.headline = QLabel()
        self.headline.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.detail = QLabel()
        self.detail.setWordWrap(True)
        self.bars = Bars()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.headline, 1)
        head.addWidget(self.detail, 0, Qt.AlignmentFlag.AlignBottom)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self.bars)
        scroll.setAccessibleName(_("Classes"))
        self._scroll = scroll
        self._headline, self._good = "", False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(scroll, 1)

    def show_answer(self, answer: Answer) -> None:
        """Shows an answer."""
        self._say(answer.headline, answer.detail, good=answer.best is not None)
        self.bars.show_choices(answer.choices, answer.best)
        self._reveal(answer.best, len(answer.choices))
        self.setAccessibleDescription(answer.sentence)

    def show_nothing(self, choices: Sequence[Choice]) -> None:
        """Shows the lines without values, for there is nothing to answer yet."""
        self._say("–", "", good=False)
        self.bars.show_choices(choices, None)
        self.setAccessibleDescription("")

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._fit()

    def _say(self, headline: str, detail: str, *, good: bool) -> None:
        self._headline, self._good = headline, good
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        self._fit()

    def _fit(self) -> None:
        """A single character stands large, a word smaller, and what is still too long is shortened."""
        colours = theme.colours(self.palette())
        font = QFont(self.font())
        font.setPixelSize(_LARGE if len(self._headline) <= 6 else _MEDIUM)
        font.setWeight(QFont.Weight.Bold)
        self.headline.setFont(font)
        room = self.headline.width() if self.headline.width() > _LARGE else 1000
        elided = QFontMetricsF(font).elidedText(self._headline, Qt.TextElideMode.ElideRight, room)
        self.headline.setText(elided)
        self.headline.setToolTip(self._headline if elided != self._headline else "")
        for label, colour in (
            (self.headline, colours.good if self._good else colours.text),
            (self.detail, colours.muted),
        ):
            palette = label.palette()
            palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
            label.setPalette(palette)

    def _reveal(self, best: int | None, count: int) -> None:
        """Keeps the best line in sight; with many lines the keyboard can scroll them."""
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus if count > _MANY else Qt.FocusPolicy.NoFocus)
        if best is not None and count > _MANY:
            self._scroll.ensureVisible(0, best * _ROW + _ROW // 2, 0, _ROW)
