"""The menu of layers: type to find one, Enter adds it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from typing_extensions import override

from netbuilder.spec.catalogs import Entry
from netbuilder.spec.layers import Layer, layer
from netbuilder.words import _

_WIDTH, _HEIGHT = 380, 420
_NAME = Qt.ItemDataRole.UserRole


_FIRST = "Weights"  # the group that most people come for


def found(entries: Iterable[Entry[Layer]], text: str) -> list[Entry[Layer]]:
    """The entries that have every typed word in their title, group or words; titles that begin so come first.

    Without a typed word all entries, group by group.
    """
    typed = text.lower().split()
    matching = [
        entry
        for entry in entries
        if all(word in f"{entry.title} {entry.group} {entry.words}".lower() for word in typed)
    ]
    if typed:
        return sorted(matching, key=lambda entry: not entry.title.lower().startswith(text.strip().lower()))
    groups = list(dict.fromkeys(entry.group for entry in matching))
    return sorted(matching, key=lambda entry: (entry.group != _FIRST, groups.index(entry.group)))


class LayerMenu(QFrame):
    """A list of every layer kind, by group, with what it does."""

    picked = Signal(str)  # the kind's name

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(_("Type to find a layer"))
        self.search.setAccessibleName(_("Find a layer"))
        self.search.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setAccessibleName(_("Layers"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard stays in the search line
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._pick)
        self.list.itemClicked.connect(self._pick)

    def open_below(self, button: QWidget) -> None:
        """Shows the menu at a button, above it where there is no room below."""
        self.search.clear()
        self._fill("")
        room = button.screen().availableGeometry()
        corner = button.mapToGlobal(button.rect().bottomLeft())
        if corner.y() + _HEIGHT > room.bottom():
            corner.setY(max(room.top(), button.mapToGlobal(button.rect().topLeft()).y() - _HEIGHT))
        corner.setX(max(room.left(), min(corner.x(), room.right() - _WIDTH)))
        self.setGeometry(corner.x(), corner.y(), _WIDTH, min(_HEIGHT, room.height()))
        self.show()
        self.search.setFocus()

    def _fill(self, text: str) -> None:
        self.list.clear()
        group = None
        entries = found(layer, text)
        for entry in entries:
            if not text.strip() and entry.group and entry.group != group:
                self._head(entry.group)
            group = entry.group
            self._row(entry)
        if not entries:
            self._head(_("No layer is called so."))
        first = next((row for row in range(self.list.count()) if self.list.item(row).data(_NAME)), -1)
        self.list.setCurrentRow(first)

    def _head(self, text: str) -> None:
        item = QListWidgetItem(self.list)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        label = QLabel(text.upper() if text in {entry.group for entry in layer} else text)
        label.setObjectName("heading")
        label.setContentsMargins(6, 8, 6, 2)
        self._place(item, label)

    def _row(self, entry: Entry[Layer]) -> None:
        item = QListWidgetItem(self.list)
        item.setData(_NAME, entry.name)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{entry.title}: {entry.words}")
        row = QWidget()
        row.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        title, words = QLabel(entry.title), QLabel(entry.words)
        title.setObjectName("title")
        words.setObjectName("help")
        words.setWordWrap(True)
        layout = QVBoxLayout(row)
        layout.setContentsMargins(8, 5, 8, 6)
        layout.setSpacing(1)
        layout.addWidget(title)
        layout.addWidget(words)
        self._place(item, row)

    def _place(self, item: QListWidgetItem, widget: QWidget) -> None:
        width = _WIDTH - 36
        widget.setFixedWidth(width)
        widget.ensurePolished()
        height = widget.heightForWidth(width) if widget.hasHeightForWidth() else widget.sizeHint().height()
        item.setSizeHint(QSize(width, max(height, widget.minimumSizeHint().height())))
        self.list.setItemWidget(item, widget)

    def _pick(self) -> None:
        for item in self.list.selectedItems():
            self.hide()
            self.picked.emit(item.data(_NAME))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            step = {int(Qt.Key.Key_Down): 1, int(Qt.Key.Key_Up): -1}.get(event.key())
            if step is not None:
                self._move(step)
                return True
        return super().eventFilter(watched, event)

    def _move(self, step: int) -> None:
        row = self.list.currentRow() + step
        while 0 <= row < self.list.count():
            if self.list.item(row).data(_NAME):
                self.list.setCurrentRow(row)
                return
            row += step
