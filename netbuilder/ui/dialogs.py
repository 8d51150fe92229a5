"""The few questions that have to be answered before anything else can go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from platform import python_version
from typing import Any, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QMessageBox, QVBoxLayout, QWidget

from netbuilder import __version__
from netbuilder.spec.catalogs import Entry
from netbuilder.ui.forms import Form
from netbuilder.ui.icons import icon
from netbuilder.words import _

Leaving = Literal["save", "discard", "cancel"]
Closing = Literal["later", "stop", "stay"]
Overwriting = Literal["overwrite", "save as", "open", "cancel"]
_PACKAGES = ("tensorflow", "keras", "numpy", "PySide6-Essentials", "pyqtgraph", "scikit-learn")


def ask_to_save(parent: QWidget, name: str) -> Leaving:
    """Asks what becomes of unsaved changes."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle(_("Unsaved changes"))
    box.setText(_("Save the changes to “{name}”?").format(name=name))
    box.setInformativeText(_("Without saving they are lost."))
    save = box.addButton(_("&Save"), QMessageBox.ButtonRole.AcceptRole)
    discard = box.addButton(_("&Don’t save"), QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(save)
    box.exec()
    clicked = box.clickedButton()
    box.deleteLater()
    return "save" if clicked is save else "discard" if clicked is discard else "cancel"


def ask_to_overwrite(parent: QWidget, sentence: str, *, gone: bool) -> Overwriting:
    """Asks what becomes of a project whose file is another than it was; ``gone``: there is none any more."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle(_("The file is gone") if gone else _("The file was changed"))
    box.setText(sentence)
    save_as = box.addButton(_("Save &as…"), QMessageBox.ButtonRole.AcceptRole)
    anyway = box.addButton(
        _("&Save it there again") if gone else _("&Overwrite it"), QMessageBox.ButtonRole.DestructiveRole
    )
    opened = None
    if gone:
        box.setInformativeText(_("What you see here is not lost: save it there again, or elsewhere."))
    else:
        box.setInformativeText(
            _("Save under another name, and both are kept. Opening what is there now drops your unsaved changes.")
        )
        opened = box.addButton(_("&Open what is there now"), QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(save_as)
    box.exec()
    clicked = box.clickedButton()
    box.deleteLater()
    if clicked is save_as:
        return "save as"
    if clicked is anyway:
        return "overwrite"
    return "open" if opened is not None and clicked is opened else "cancel"


def ask_about_run(parent: QWidget, *, recorded: bool) -> Closing:
    """Asks what becomes of a run when the window is closed; one that is not ``recorded`` can't go on later."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle(_("Training goes on"))
    box.setText(_("A network is being trained. Close nevertheless?"))
    later = None
    if recorded:
        box.setInformativeText(_("Its run can go on from its last whole epoch when netbuilder is opened again."))
        later = box.addButton(_("&Close, go on later"), QMessageBox.ButtonRole.AcceptRole)
    else:
        box.setInformativeText(_("The history could not be written, so the run can’t go on later."))
    stop = box.addButton(_("&Stop and close"), QMessageBox.ButtonRole.DestructiveRole)
    stay = box.addButton(_("Keep training"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(later or stay)
    box.exec()
    clicked = box.clickedButton()
    box.deleteLater()
    return "stop" if clicked is stop else "later" if later is not None and clicked is later else "stay"


def ask_for_options(
    parent: QWidget, entry: Entry[Any], comes_to: Callable[[Any], str] = lambda _value: ""
) -> Mapping[str, Any] | None:
    """Asks for the fields of a kind; None if the person thinks better of it.

    ``comes_to`` says in a sentence what the values as they stand come to.
    """
    asked = Options(parent, entry, comes_to)
    accepted = asked.exec() == QDialog.DialogCode.Accepted
    asked.deleteLater()
    return {field.name: getattr(asked.value, field.name) for field in entry.fields} if accepted else None


class Options(QDialog):
    """The form of a kind, and what its values come to."""

    def __init__(self, parent: QWidget, entry: Entry[Any], comes_to: Callable[[Any], str]) -> None:
        super().__init__(parent)
        self._comes_to = comes_to
        self.says = QLabel(self)
        self.says.setWordWrap(True)
        self.setWindowTitle(entry.title)
        self.setMinimumWidth(380)
        self.value = entry.kind()
        words = QLabel(entry.words, self)
        words.setWordWrap(True)
        form = Form(entry.kind, self)
        form.show_value(self.value)
        form.edited.connect(self._take)
        buttons = QDialogButtonBox(self)
        buttons.addButton(_("Export…"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(_("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (words, form, self.says, buttons):
            column.addWidget(widget)
        self._take(self.value)

    def _take(self, value: Any) -> None:
        self.value = value
        sentence = self._comes_to(value)
        self.says.setText(sentence)
        self.says.setVisible(bool(sentence))


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


def versions() -> dict[str, str]:
    """Packages and their versions, read without importing them: TensorFlow alone would take seconds."""
    found = {"Python": python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = _("not installed")
    return found
