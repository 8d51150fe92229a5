"""Where the learning rate of a run is typed in: a small panel above its button."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from netbuilder.spec.optimizers import KerasOptimizer
from netbuilder.spec.rules import fields_of
from netbuilder.ui.forms.editor import editor_of
from netbuilder.ui.forms.steps import shown
from netbuilder.words import _

_WIDTH = 300
LEARNING_RATE = next(field for field in fields_of(KerasOptimizer) if field.name == "learning_rate")


class RatePanel(QFrame):
    """Opens above its button: a field, what came of the last change, and a way into the project."""

    chosen = Signal(float)
    keep_asked = Signal(float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.setFixedWidth(_WIDTH)
        self._rate = self._entered = 0.0
        self._settable = False
        title = QLabel(_("Learning rate of this run"), self)
        title.setObjectName("title")
        self.editor = editor_of(LEARNING_RATE.rule, self)
        self.editor.set_words(title.text(), _("Taken from the next batch on"))
        self.set_button = QPushButton(_("Set"), self)
        self.set_button.setObjectName("primary")
        self.set_button.setAccessibleName(_("Set the learning rate of this run"))
        self.says = QLabel(self)
        self.says.setObjectName("help")
        self.says.setWordWrap(True)
        self.keep = QPushButton(self)
        self.keep.setObjectName("link")
        self.keep.setToolTip(_("Makes it the optimizer’s learning rate in the project; can be undone"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.editor, 1)
        row.addWidget(self.set_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addWidget(title)
        column.addLayout(row)
        column.addWidget(self.says)
        column.addWidget(self.keep, 0, Qt.AlignmentFlag.AlignLeft)
        self.editor.edited.connect(self._enter)
        self.set_button.clicked.connect(self._set)
        self.keep.clicked.connect(self._keep)

    def show_rate(self, rate: float, sentence: str, *, settable: bool, keepable: bool) -> None:
        """Shows the rate of a run and, in a sentence, since when it holds.

        ``settable``: the run goes on; ``keepable``: a person has set it, and the project has another one.
        """
        if not self.isVisible():  # or else a schedule would write into what is just being typed
            self._entered = rate
            self.editor.show_value(rate)
        self._rate = rate
        self._settable = settable
        self.editor.setEnabled(settable)
        self.says.setText(sentence)
        self.keep.setText(_("Keep {rate} in the project").format(rate=shown(rate)))
        self.keep.setAccessibleName(self.keep.text())
        self.keep.setEnabled(keepable)
        self._show_settable()

    def open_above(self, button: QWidget) -> None:
        """Shows the panel at a button, with the number ready to be typed over."""
        self.adjustSize()
        corner = button.mapToGlobal(QPoint(0, -self.height() - 4))
        room = button.screen().availableGeometry()
        corner.setX(max(room.left() + 4, min(corner.x(), room.right() - self.width() - 4)))
        corner.setY(max(room.top() + 4, corner.y()))
        self.move(corner)
        self.show()
        self.editor.setFocus(Qt.FocusReason.TabFocusReason)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._set()
        else:
            super().keyPressEvent(event)

    def _enter(self, rate: float) -> None:
        self._entered = rate
        self._show_settable()

    def _show_settable(self) -> None:
        self.set_button.setEnabled(self._settable and self._entered != self._rate)

    def _set(self) -> None:
        if self.set_button.isEnabled():
            self.chosen.emit(self._entered)
            self.editor.setFocus()  # the button has nothing more to set

    def _keep(self) -> None:
        self.keep_asked.emit(self._rate)
