"""Choices: one of some names, several of them, yes or no."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from netbuilder.spec.catalogs import Catalog
from netbuilder.spec.rules import Flag, OneOf, Several
from netbuilder.ui.forms.editor import Editor, editor_of


def catalog_of(rule: OneOf | Several) -> Catalog[Any] | None:
    """The catalog from which a rule's names come, if they do."""
    owner = getattr(rule.choices, "__self__", None)
    return owner if isinstance(owner, Catalog) else None


def words_of(rule: OneOf | Several, name: str) -> str:
    """What a choice means, in its catalog's words, if its names come from a catalog."""
    catalog = catalog_of(rule)
    return catalog[name].words if catalog is not None and name in catalog else ""


class ChoiceBox(QComboBox):
    """A list to choose from that the wheel changes only while it has the focus, and that may be narrower than its texts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setMaxVisibleItems(20)

    def add_heading(self, text: str) -> None:
        """Adds a line that can't be chosen."""
        self.addItem(text.upper())
        at = self.count() - 1
        font = QFont(self.font())
        font.setPixelSize(11)
        font.setWeight(QFont.Weight.DemiBold)
        self.setItemData(at, font, Qt.ItemDataRole.FontRole)
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        model.item(at).setEnabled(False)

    def add_entries(self, catalog: Catalog[Any]) -> None:
        """Adds a catalog's kinds under the names of their groups, each with what it does as its tooltip."""
        groups = dict.fromkeys(entry.group for entry in catalog)
        for group in groups:
            if group and len(groups) > 1:
                self.add_heading(group)
            for entry in catalog:
                if entry.group == group:
                    self.addItem(entry.title, entry.name)
                    self.setItemData(self.count() - 1, entry.words, Qt.ItemDataRole.ToolTipRole)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class OneOfEditor(Editor):
    """One of some names."""

    def __init__(self, rule: OneOf, parent: QWidget) -> None:
        super().__init__(parent)
        self._rule = rule
        self._description = ""
        self.box = ChoiceBox(self)
        self.setFocusProxy(self.box)
        catalog = catalog_of(rule)
        if catalog is not None:
            self.box.add_entries(catalog)
        else:
            for name, title in rule.choices().items():
                self.box.addItem(title, name)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.box)
        self.box.activated.connect(self._choose)

    @override
    def show_value(self, value: Any) -> None:
        self.box.setCurrentIndex(self.box.findData(value))
        self.box.setToolTip(words_of(self._rule, value) or self._description)

    @override
    def set_words(self, name: str, description: str) -> None:
        super().set_words(name, description)
        self._description = description

    def _choose(self, index: int) -> None:
        self.edited.emit(self.box.itemData(index))
        self.finished.emit()


class SeveralEditor(Editor):
    """A check box a name; a name that is checked comes behind those that already are."""

    def __init__(self, rule: Several, parent: QWidget) -> None:
        super().__init__(parent)
        self._chosen: tuple[str, ...] = ()
        self.checks: dict[str, QCheckBox] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.setSpacing(4)
        for name, title in rule.choices().items():
            check = QCheckBox(title, self)
            check.setToolTip(words_of(rule, name))
            check.clicked.connect(self._choose)
            self.checks[name] = check
            layout.addWidget(check)

    @override
    def show_value(self, value: Any) -> None:
        self._chosen = value
        for name, check in self.checks.items():
            check.setChecked(name in value)

    @override
    def set_words(self, name: str, description: str) -> None:
        for check in self.checks.values():
            check.setAccessibleName(f"{name}: {check.text()}")
            check.setAccessibleDescription(check.toolTip() or description)

    def offer(self, names: Collection[str]) -> None:
        """Hides the names that are of no use now, except those that are chosen."""
        for name, check in self.checks.items():
            check.setVisible(name in names or name in self._chosen)

    def _choose(self) -> None:
        checked = {name for name, check in self.checks.items() if check.isChecked()}
        kept = tuple(name for name in self._chosen if name in checked)
        self.edited.emit((*kept, *(name for name in self.checks if name in checked and name not in kept)))
        self.finished.emit()


class FlagEditor(Editor):
    """Yes or no."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.check = QCheckBox(self)
        self.setFocusProxy(self.check)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.check)
        layout.addStretch(1)
        self.check.clicked.connect(self._choose)

    @override
    def show_value(self, value: Any) -> None:
        self.check.setChecked(value)

    def _choose(self, on: bool) -> None:
        self.edited.emit(on)
        self.finished.emit()


@editor_of.register
def _one_of(rule: OneOf, parent: QWidget) -> Editor:
    return OneOfEditor(rule, parent)


@editor_of.register
def _several(rule: Several, parent: QWidget) -> Editor:
    return SeveralEditor(rule, parent)


@editor_of.register
def _flag(_rule: Flag, parent: QWidget) -> Editor:
    return FlagEditor(parent)
