"""A card of the outline, and the strips of problems below it."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent, QPixmap
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from netbuilder.spec.problems import Problem
from netbuilder.ui.icons import picture
from netbuilder.ui.outline.faces import Face, Warned
from netbuilder.ui.theme import Colours, colours
from netbuilder.words import _


class Card(QFrame):
    """What stands on one card; tells when it is clicked, reached by keyboard or dragged."""

    reached = Signal(str)  # its place
    dragged = Signal(str, QPoint)  # its place, where the mouse is on the screen
    dropped = Signal(str, QPoint)

    def __init__(self, face: Face, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.face = face
        self._pressed_at: QPoint | None = None
        self._dragging = False
        self._grip = QLabel(self)
        self._grip.setVisible(face.layer)
        self._head = QLabel(self)
        self._head.setWordWrap(True)
        self._head.setTextFormat(Qt.TextFormat.RichText)
        self._below = QLabel(self)
        self._below.setObjectName("muted")
        self._below.setWordWrap(True)
        self._figure = QLabel(self)
        self._figure.setObjectName("muted")
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._head)
        texts.addWidget(self._below)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 7, 10, 7)
        layout.setSpacing(6)
        layout.addWidget(self._grip)
        layout.addLayout(texts, 1)
        layout.addWidget(self._figure, 0, Qt.AlignmentFlag.AlignVCenter)
        self.show_face(face)

    def show_face(self, face: Face) -> None:
        """Writes what the card says now."""
        self.face = face
        theme = colours(self.palette())
        detail = f' <span style="color:{theme.muted}">{escape(kept(face.detail))}</span>' if face.detail else ""
        self._head.setText(f"<b>{escape(face.title)}</b>{detail}")
        self._below.setText(kept(face.below))
        self._below.setVisible(bool(face.below))
        self._figure.setText(face.figure)
        self._figure.setVisible(bool(face.figure))
        self._grip.setPixmap(_crisp(self, "grip", theme.muted))
        self.setAccessibleName(face.spoken)
        self.setAccessibleDescription("; ".join(one.sentence for one in face.warned))

    def show_chosen(self, chosen: bool) -> None:
        """Marks the card as the one that is edited in the inspector; it alone is reached by Tab."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if chosen else Qt.FocusPolicy.ClickFocus)
        if self.property("chosen") != chosen:
            self.setProperty("chosen", chosen)
            self.style().unpolish(self)
            self.style().polish(self)

    def cancel_drag(self) -> None:
        """Forgets that the mouse is down."""
        self._pressed_at = None
        self._dragging = False

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.globalPosition().toPoint()
        self.reached.emit(self.face.place)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is None or not self.face.layer:
            return
        now = event.globalPosition().toPoint()
        far = (now - self._pressed_at).manhattanLength() >= QApplication.startDragDistance()
        self._dragging = self._dragging or far
        if self._dragging:
            self.dragged.emit(self.face.place, now)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_dragging = self._dragging
        self.cancel_drag()
        if was_dragging:
            self.dropped.emit(self.face.place, event.globalPosition().toPoint())

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.reached.emit(self.face.place)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.show_face(self.face)


class Strip(QFrame):
    """A problem under the card it is about, with its fix."""

    fix_asked = Signal(object)  # the Problem

    def __init__(self, warned: Warned, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.setProperty("severity", warned.severity)
        self._warned = warned
        self._icon = QLabel(self)
        says = QLabel(warned.sentence, self)
        says.setWordWrap(True)
        says.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 5, 6, 5)
        layout.setSpacing(7)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(says)
        layout.addLayout(texts, 1)
        self.button = self._fix_button(warned) if warned.fix else None
        if self.button is not None:
            texts.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self._paint_icon()

    @property
    def problem(self) -> Problem:
        return self._warned.problem

    def show_warned(self, warned: Warned) -> None:
        """Takes the newest fix behind the same words."""
        self._warned = warned

    def _fix_button(self, warned: Warned) -> QPushButton:
        button = QPushButton(warned.fix, self)
        button.setObjectName("link")
        button.setAccessibleName(_("Fix: {what}").format(what=warned.fix))
        button.setAccessibleDescription(warned.sentence)
        button.clicked.connect(self._fix)
        return button

    def _fix(self) -> None:
        self.fix_asked.emit(self._warned.problem)

    def _paint_icon(self) -> None:
        theme = colours(self.palette())
        self._icon.setPixmap(_crisp(self, self._warned.severity, _ink(theme, self._warned.severity)))
        severity = {"blocking": _("Error"), "warning": _("Warning"), "hint": _("Hint")}[self._warned.severity]
        self._icon.setAccessibleName(severity)
        self._icon.setToolTip(severity)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_icon()


class Item(QWidget):
    """A card with its strips."""

    fix_asked = Signal(object)

    def __init__(self, face: Face, parent: QWidget) -> None:
        super().__init__(parent)
        self.card = Card(face, self)
        self.strips: tuple[Strip, ...] = ()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._layout.addWidget(self.card)
        self._show_strips(face)

    def show_face(self, face: Face) -> None:
        """Updates what differs; strips that read the same stay, and keep the focus."""
        if face.warned != self.card.face.warned:
            self._show_strips(face)
        for strip, warned in zip(self.strips, face.warned, strict=True):
            strip.show_warned(warned)
        if face != self.card.face:
            self.card.show_face(face)

    def stops(self) -> list[QWidget]:
        """What Tab reaches, in order."""
        return [self.card, *(strip.button for strip in self.strips if strip.button is not None)]

    def _show_strips(self, face: Face) -> None:
        for strip in self.strips:
            self._layout.removeWidget(strip)
            strip.hide()
            strip.deleteLater()
        self.strips = tuple(Strip(warned, self) for warned in face.warned)
        for strip in self.strips:
            self._layout.addWidget(strip)
            strip.fix_asked.connect(self.fix_asked)


def _ink(theme: Colours, severity: str) -> str:
    return {"blocking": theme.error, "warning": theme.warning, "hint": theme.accent}[severity]


def _crisp(widget: QWidget, name: str, colour: str) -> QPixmap:
    ratio = widget.devicePixelRatioF()
    drawn = QPixmap(picture(name, colour, round(16 * ratio)))
    drawn.setDevicePixelRatio(ratio)
    return drawn


def kept(text: str) -> str:
    """The text with its dots at the ends of lines, never at a beginning."""
    return text.replace(" · ", "\N{NO-BREAK SPACE}· ")
