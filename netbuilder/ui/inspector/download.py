"""Fetching data from where they are published, with progress."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from netbuilder.ui.forms.form import LABEL_WIDTH
from netbuilder.ui.numbers import size
from netbuilder.words import _


class DownloadRow(QWidget):
    """A button that fetches the data, and how far it has come."""

    asked = Signal()
    cancel_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._running = False
        self.button = QPushButton(self)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Download"))
        self._says = QLabel(self)
        self._says.setObjectName("help")
        self._says.setTextFormat(Qt.TextFormat.PlainText)  # a server may answer in HTML
        self._says.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.button)
        row.addWidget(self.bar, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(LABEL_WIDTH + 8, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._says)
        self.button.clicked.connect(self._press)
        self._show(running=False)
        self._says.hide()

    def show_progress(self, done: int, total: int) -> None:
        """Shows how many bytes have come; ``total`` 0 means that nobody knows."""
        self._show(running=True)
        self.bar.setRange(0, 1000 if total else 0)
        self.bar.setValue(round(1000 * done / total) if total else 0)
        self._say(_("{done} of {total}").format(done=size(done), total=size(total)) if total else size(done))

    def show_end(self, sentence: str) -> None:
        """Shows that the download is over; the sentence says what went wrong, if anything did."""
        self._show(running=False)
        self._say(sentence or _("The data are here."))

    def _show(self, *, running: bool) -> None:
        self._running = running
        text = _("Cancel") if running else _("Download")
        self.button.setText(text)
        self.button.setAccessibleName(_("Cancel the download") if running else _("Download the data"))
        self.bar.setVisible(running)

    def _say(self, sentence: str) -> None:
        self._says.setText(sentence)
        self._says.setVisible(bool(sentence))

    def _press(self) -> None:
        if self._running:
            self.cancel_asked.emit()
        else:
            self._show(running=True)
            self.bar.setRange(0, 0)
            self.asked.emit()
