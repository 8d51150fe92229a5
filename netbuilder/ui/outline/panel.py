"""The column of cards: shows the project, and tells what a person asks for by mouse or keyboard."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from netbuilder.spec.facts import DataFacts
from netbuilder.spec.outline import Outline
from netbuilder.spec.project import ProjectSpec
from netbuilder.ui.outline.card import Item
from netbuilder.ui.outline.faces import Face, faces
from netbuilder.words import _

if TYPE_CHECKING:
    from netbuilder.ui.outline.add_layer import LayerMenu


class OutlinePanel(QScrollArea):
    """Data, network and training from top to bottom. What is chosen here is edited in the inspector."""

    chosen = Signal(str)  # a place: "data", "input", a layer's name, "loss", "optimizer", "early_stopping"
    add_asked = Signal(str, str)  # a kind of layer, the place below which it is wanted
    delete_asked = Signal(str)  # a layer's name
    duplicate_asked = Signal(str)
    move_asked = Signal(str, int)  # a layer's name, its new position
    fix_asked = Signal(object)  # a Problem
    edit_asked = Signal()  # the form of what is chosen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumWidth(220)
        self._items: dict[str, Item] = {}
        self._place = "data"
        self._dragged: str | None = None
        self._page = QWidget(self)
        self._page.setObjectName("page")
        self._column = QVBoxLayout(self._page)
        self._column.setContentsMargins(12, 4, 12, 12)
        self._column.setSpacing(6)
        self._data, self._network, self._training = (self._section(title) for title in _sections())
        self._add = QPushButton(_("+ Add layer"), self._page)
        self._add.setToolTip(_("Adds a layer below the chosen one (Ctrl+L)"))
        self._add.setAccessibleName(_("Add layer"))
        self._column.insertWidget(self._column.indexOf(self._training), self._add)
        self._column.addStretch(1)
        self._line = QFrame(self._page)
        self._line.setStyleSheet("background: palette(highlight); border-radius: 1px;")
        self._line.hide()
        self.setWidget(self._page)
        self._make_actions()
        self._add.clicked.connect(self.ask_for_layer)

    @cached_property
    def layer_menu(self) -> LayerMenu:
        """What layers are chosen from; made when it is first asked for."""
        from netbuilder.ui.outline.add_layer import LayerMenu

        menu = LayerMenu(self)
        menu.picked.connect(self._ask_to_add)
        return menu

    @property
    def place(self) -> str:
        """What is chosen."""
        return self._place

    def item(self, place: str) -> Item:
        """The card of a place with its strips."""
        return self._items[place]

    def show_project(self, project: ProjectSpec, facts: DataFacts, outline: Outline) -> None:
        """Shows a project: cards that say the same as before are not touched."""
        drawn = faces(project, facts, outline)
        before, places = list(self._items), {face.place for face in drawn}
        for place in [place for place in self._items if place not in places]:
            self._drop(place)
        for face in drawn:
            if face.place in self._items:
                self._items[face.place].show_face(face)
            else:
                self._put(face)
        self._order(drawn)
        if self._place in self._items:
            self._mark()
        else:
            self.choose(self._neighbour(before))

    def choose(self, place: str) -> None:
        """Chooses what is edited; an unknown place is ignored."""
        if place in self._items:
            changed, self._place = place != self._place, place
            self._mark()
            if changed:
                self.chosen.emit(place)

    def look_at(self, place: str) -> None:
        """Chooses a place, brings it into view and gives it the focus."""
        self.choose(place)
        if place in self._items:
            self._items[place].card.setFocus(Qt.FocusReason.OtherFocusReason)
            QTimer.singleShot(0, self._show_chosen)  # once the layout knows where a new card stands

    @Slot()
    def begin(self) -> None:
        """Looks at the data: they come first in another project, and may have to be found before it can be trained."""
        self.look_at("data")

    def ask_for_layer(self) -> None:
        """Opens the menu of layers below its button."""
        self.ensureWidgetVisible(self._add)
        self.layer_menu.open_below(self._add)

    def _make_actions(self) -> None:
        self.delete_action = self._action(_("&Delete layer"), "Del", self._ask_to_delete)
        self.duplicate_action = self._action(_("D&uplicate layer"), "Ctrl+D", self._ask_to_duplicate)
        self.up_action = self._action(_("Move layer &up"), "Alt+Up", self._ask_to_move_up)
        self.down_action = self._action(_("Move layer dow&n"), "Alt+Down", self._ask_to_move_down)

    def _action(self, text: str, keys: str, does: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)  # Del and Alt+Down mean more elsewhere
        action.triggered.connect(does)
        self.addAction(action)
        return action

    def _section(self, title: str) -> QLabel:
        label = QLabel(title, self._page)
        label.setObjectName("heading")
        label.setContentsMargins(0, 10, 0, 0)
        self._column.addWidget(label)
        return label

    def _put(self, face: Face) -> None:
        item = Item(face, self._page)
        item.fix_asked.connect(self.fix_asked)
        item.card.reached.connect(self.choose)
        item.card.dragged.connect(self._drag)
        item.card.dropped.connect(self._let_go)
        self._items[face.place] = item

    def _drop(self, place: str) -> None:
        item = self._items.pop(place)
        if place == self._dragged:
            self._end_drag()
        self._column.removeWidget(item)
        item.hide()
        item.deleteLater()

    def _neighbour(self, before: list[str]) -> str:
        """What stands where the chosen layer stood: the next one that is still there, or else the one before."""
        at = before.index(self._place) if self._place in before else 0
        candidates = [*before[at:], *reversed(before[:at])]
        layers = self._layers()
        return next((place for place in candidates if place in layers), "input")

    def _order(self, drawn: tuple[Face, ...]) -> None:
        """Puts every widget of the column where it belongs, and leaves alone what already stands there."""
        wanted: list[QWidget] = [self._data, self._items["data"], self._network, self._items["input"]]
        wanted += [self._items[face.place] for face in drawn if face.layer]
        wanted += [self._add, self._training, *(self._items[at] for at in ("loss", "optimizer", "early_stopping"))]
        for position, widget in enumerate(wanted):
            if self._column.indexOf(widget) != position:
                self._column.removeWidget(widget)
                self._column.insertWidget(position, widget)
        stops = [stop for widget in wanted for stop in (widget.stops() if isinstance(widget, Item) else [widget])]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)
        self._items = {face.place: self._items[face.place] for face in drawn}

    def _mark(self) -> None:
        for place, item in self._items.items():
            item.card.show_chosen(place == self._place)
        layers = self._layers()
        is_layer = self._place in layers
        self.delete_action.setEnabled(is_layer)
        self.duplicate_action.setEnabled(is_layer)
        self.up_action.setEnabled(is_layer and self._place != layers[0])
        self.down_action.setEnabled(is_layer and self._place != layers[-1])

    def _show_chosen(self) -> None:
        if self._place in self._items:
            self.ensureWidgetVisible(self._items[self._place], 0, 12)

    def _layers(self) -> list[str]:
        return [place for place, item in self._items.items() if item.card.face.layer]

    def _ask_to_add(self, kind: str) -> None:
        layers = self._layers()
        below = self._place if self._place in layers or self._place == "input" else ""
        self.add_asked.emit(kind, below)

    def _ask_to_delete(self) -> None:
        self.delete_asked.emit(self._place)

    def _ask_to_duplicate(self) -> None:
        self.duplicate_asked.emit(self._place)

    def _ask_to_move_up(self) -> None:
        self.move_asked.emit(self._place, self._layers().index(self._place) - 1)

    def _ask_to_move_down(self) -> None:
        self.move_asked.emit(self._place, self._layers().index(self._place) + 1)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        places = list(self._items)
        at = places.index(self._place)
        if event.key() == Qt.Key.Key_Escape and self._dragged is not None:
            self._end_drag()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._items[self._place].card.hasFocus():
            self.edit_asked.emit()
        elif event.modifiers() == Qt.KeyboardModifier.NoModifier and event.key() in _MOVES:
            self.look_at(places[max(0, min(len(places) - 1, _MOVES[event.key()](at, len(places))))])
        else:
            event.ignore()

    def _drag(self, place: str, where: QPoint) -> None:
        self._dragged = place
        gap = self._gap(where)
        layers = self._layers()
        item = self._items[layers[min(gap, len(layers) - 1)]]
        y = item.y() - 5 if gap < len(layers) else item.geometry().bottom() + 2
        self._line.setGeometry(item.x(), y, item.width(), 3)
        self._line.show()
        self._line.raise_()
        self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        inside = self._page.mapFromGlobal(where)
        self.ensureVisible(self.width() // 2, inside.y(), 0, 40)

    def _let_go(self, place: str, where: QPoint) -> None:
        gap, at = self._gap(where), self._layers().index(place)
        was_dragging = self._dragged == place
        self._end_drag()
        to = gap - 1 if gap > at else gap
        if was_dragging and to != at:
            self.move_asked.emit(place, to)

    def _gap(self, where: QPoint) -> int:
        y = self._page.mapFromGlobal(where).y()
        return sum(self._items[name].geometry().center().y() < y for name in self._layers())

    def _end_drag(self) -> None:
        if self._dragged in self._items:
            self._items[self._dragged].card.cancel_drag()
        self._dragged = None
        self._line.hide()
        self.viewport().unsetCursor()


_MOVES: dict[int, Callable[[int, int], int]] = {
    Qt.Key.Key_Up: lambda at, _count: at - 1,
    Qt.Key.Key_Down: lambda at, _count: at + 1,
    Qt.Key.Key_Home: lambda _at, _count: 0,
    Qt.Key.Key_End: lambda _at, count: count - 1,
}


def _sections() -> tuple[str, str, str]:
    return _("DATA"), _("NETWORK"), _("TRAINING")
