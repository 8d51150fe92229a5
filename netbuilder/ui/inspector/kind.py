"""The choice of a kind from a catalog, and the form of what was chosen."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from netbuilder.spec.catalogs import Catalog
from netbuilder.spec.edits import turned_into
from netbuilder.ui.forms import Form
from netbuilder.ui.forms.choice import ChoiceBox


class KindForm(QWidget):
    """Edits a member of a catalog: which kind it is, and its fields."""

    edited = Signal(object, str, str)  # the new member, the label of what was changed, the merge key
    turned = Signal(object)  # a member of another kind, with all that both share

    def __init__(self, catalog: Catalog[Any], label: str, parent: QWidget, *, first: int = 0) -> None:
        """``first``: how many fields of its form stand open, if not all."""
        super().__init__(parent)
        self._catalog = catalog
        self._member: Any = None
        self._first = first
        self.form: Form | None = None
        self.box = ChoiceBox(self)
        self.box.add_entries(catalog)
        self.box.setAccessibleName(label)
        self._words = QLabel(self)
        self._words.setObjectName("help")
        self._words.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addWidget(self.box)
        self._column.addWidget(self._words)
        self.box.activated.connect(self._turn)

    def show_member(self, member: Any) -> None:
        """Shows a member; its form is made anew only where the kind is another one."""
        entry = self._catalog.of(member)
        if self._member is None or type(member) is not type(self._member):
            self._show_kind(member)
            self.box.setCurrentIndex(self.box.findData(entry.name))
            self.box.setToolTip(entry.words)
            self.box.setAccessibleDescription(entry.words)
            self._words.setText(entry.words)
        self._member = member
        if self.form is not None:
            self.form.show_value(member)

    def _show_kind(self, member: Any) -> None:
        if self.form is not None:
            self._column.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
            self.form = None
        if self._catalog.of(member).fields:
            self.form = Form(member, self, first=self._first)
            self.form.edited.connect(self.edited)
            self._column.addWidget(self.form)

    def _turn(self, index: int) -> None:
        entry = self._catalog[self.box.itemData(index)]
        if entry.kind is not type(self._member):
            self.turned.emit(turned_into(entry, self._member))
