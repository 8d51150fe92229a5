"""Everything that can be asked of the program, with its words, keys and icon: for menus and toolbar alike."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QUndoStack

from netbuilder.ui.icons import icon
from netbuilder.ui.theme import Colours
from netbuilder.words import _


class Actions(QObject):
    """The window's actions. Those of the outline belong to the outline."""

    def __init__(self, undo_stack: QUndoStack, parent: QObject) -> None:
        super().__init__(parent)
        keys = QKeySequence.StandardKey
        self._icons: dict[QAction, str] = {}
        self.new = self._make(_("&New"), "new", keys.New, _("Begins a project with the digits to draw."))
        self.open = self._make(_("&Open…"), "open", keys.Open, _("Opens a project from a file."))
        self.save = self._make(_("&Save"), "save", keys.Save, _("Writes the project to its file."))
        self.save_as = self._make(_("Save &as…"), "", "Ctrl+Shift+S", _("Writes the project to another file."))
        self.quit = self._make(_("&Quit"), "", keys.Quit, _("Closes the program."))
        self.undo = undo_stack.createUndoAction(self, _("Undo"))
        self.redo = undo_stack.createRedoAction(self, _("Redo"))
        self.undo.setShortcuts([QKeySequence("Ctrl+Z")])
        self.redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        self._icons |= {self.undo: "undo", self.redo: "redo"}
        self.add_layer = self._make(_("&Add layer…"), "add", "Ctrl+L", _("Opens the list of layers."))
        self.train = self._make(_("&Train"), "train", "F5", _("Trains the network on the data."))
        self.stop = self._make(
            _("&Stop"), "stop", "Shift+F5", _("Ends the training within a batch; what was learnt stays.")
        )
        self.stop.setEnabled(False)
        self.new_seed = self._make(_("New &seed"), "", "", _("Draws other first weights and another data order."))
        self.whats_this = self._make(_("&What is this?"), "", "F1", _("Explains what has the focus."))
        self.about = self._make(_("&About netbuilder"), "", "", _("Shows versions."))
        self.schemes = QActionGroup(self)
        for name, text in (("system", _("As the s&ystem")), ("light", _("&Light")), ("dark", _("&Dark"))):
            action = self.schemes.addAction(text)
            action.setCheckable(True)
            action.setData(name)

    def dress(self, theme: Colours) -> None:
        """Draws the icons in the theme's colours."""
        for action, name in self._icons.items():
            action.setIcon(icon(name, theme.text, theme.border))
        self.train.setIcon(icon("train", theme.on_accent, theme.muted))
        self.stop.setIcon(icon("stop", theme.error, theme.muted))

    def show_scheme(self, scheme: str) -> None:
        """Marks the chosen theme."""
        for action in self.schemes.actions():
            action.setChecked(action.data() == scheme)

    def show_blocking(self, sentences: list[str], *, running: bool) -> None:
        """Lets train only what can be trained, and says in the tooltip why not."""
        self.train.setEnabled(not sentences and not running)
        why = "\n".join(sentences[:3]) if sentences else _("Trains the network on the data (F5)")
        self.train.setToolTip(why)
        self.stop.setEnabled(running)

    def _make(self, text: str, name: str, keys: QKeySequence.StandardKey | str, words: str) -> QAction:
        action = QAction(text, self)
        action.setWhatsThis(words)
        if keys:
            action.setShortcuts(QKeySequence.keyBindings(keys)) if not isinstance(keys, str) else action.setShortcut(
                keys
            )
        plain = text.replace("&", "").removesuffix("…")
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{plain} ({shown})" if shown else plain)
        if name:
            self._icons[action] = name
        return action
