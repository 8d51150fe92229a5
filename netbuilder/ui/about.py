"""What the program is, and of what it is made."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from netbuilder import __version__
from netbuilder.app.versions import versions
from netbuilder.ui.icons import icon
from netbuilder.words import _


def show_about(parent: QWidget) -> None:
    """Shows what the program is and of what it is made."""
    box = QMessageBox(parent)
    box.setWindowTitle(_("About netbuilder"))
    box.setIconPixmap(icon("netbuilder", "#3A59E0").pixmap(64))
    box.setText(f"<h3>netbuilder {__version__}</h3>" + _("Build, train and understand a neural network by hand."))
    box.setInformativeText("<br>".join(f"{name} {number}" for name, number in versions().items()))
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.exec()
    box.deleteLater()
