"""The row of tools above the curves: how they are looked at, and saving them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from netbuilder.words import _


class Tools(QWidget):
    """Log y, smoothing, save."""

    log_chosen = Signal(bool)
    smoothing_chosen = Signal(float)
    picture_asked = Signal()
    epochs_asked = Signal()
    batches_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.log = _button(_("log y"), _("Shows values by their powers of ten"))
        self.log.setCheckable(True)
        self.smooth = QDoubleSpinBox()
        self.smooth.setRange(0.0, 0.99)
        self.smooth.setSingleStep(0.05)
        self.smooth.setDecimals(2)
        self.smooth.setAccessibleName(_("Smoothing"))
        self.smooth.setToolTip(_("How much of the earlier values a smoothed line keeps; 0 smooths nothing"))
        label = QLabel(_("smooth"))
        label.setBuddy(self.smooth)
        self.smooth.setFixedWidth(72)
        self.smooth.lineEdit().setTextMargins(5, 0, 0, 0)  # a style sheet's padding does not reach it
        self.save = _button(_("save"), _("Saves the curves as a picture or as a table"))
        self.save.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.save)
        self._picture = QAction(_("Picture …"), menu)
        self._of_epochs = QAction(_("Values of each epoch …"), menu)
        self._of_batches = QAction(_("Values of each batch …"), menu)
        menu.addActions([self._picture, self._of_epochs, self._of_batches])
        self.save.setMenu(menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.log, label, self.smooth, self.save):
            row.addWidget(widget)
        self._wire()

    def _wire(self) -> None:
        self.log.toggled.connect(self.log_chosen)
        self.smooth.valueChanged.connect(self.smoothing_chosen)
        self._picture.triggered.connect(self.picture_asked)
        self._of_epochs.triggered.connect(self.epochs_asked)
        self._of_batches.triggered.connect(self.batches_asked)


def _button(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(text)
    button.setAutoRaise(True)
    return button
