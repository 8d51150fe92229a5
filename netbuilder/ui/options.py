"""Asks for the options of something, such as an export, in the form that its kind declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from netbuilder.spec.catalogs import Entry
from netbuilder.ui.forms import Form
from netbuilder.words import _


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
