"""Everything that can be asked of the program, with its words, keys and icon: for menus and toolbar alike."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QUndoStack

from netbuilder.ui.forms.steps import shown
from netbuilder.ui.icons import icon
from netbuilder.ui.run_state import RunState
from netbuilder.ui.theme import Colours
from netbuilder.words import _, plural

MORE = (1, 10, 100)
"""How many epochs more can be asked for with one click; the one in the middle by the button itself."""


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
        self._make_run()
        self.new_seed = self._make(_("New &seed"), "", "", _("Draws other first weights and another data order."))
        self.show_curves = self._make(_("&Curves"), "", "Ctrl+1", _("Shows the curves of the run."))
        self.show_runs = self._make(_("&Runs"), "", "Ctrl+2", _("Shows every run that was made."))
        self.show_notes = self._make(_("&Notes"), "", "Ctrl+3", _("Shows what is written down about this project."))
        self.whats_this = self._make(_("&What is this?"), "", "F1", _("Explains what has the focus."))
        self.show_log = self._make(
            _("Show the &log folder"), "", "", _("Opens the folder of the log, which says what went wrong and when.")
        )
        self.report = self._make(
            _("&Report a problem…"),
            "",
            "",
            _("Shows versions and the log’s last lines, to be copied. Nothing is sent."),
        )
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
        self.stop.setIcon(icon("stop", theme.error, theme.muted))

    def show_scheme(self, scheme: str) -> None:
        """Marks the chosen theme."""
        for action in self.schemes.actions():
            action.setChecked(action.data() == scheme)

    def show_run(self, state: RunState) -> None:
        """Lets be asked what can be done, and says in a tooltip why nothing can be trained."""
        self.train.setEnabled(state.can_train)
        self.train.setToolTip("\n".join(state.blocking[:3]) or _hint(self.train))
        self.pause.setEnabled(state.can_pause)
        self.resume.setEnabled(state.can_resume)
        for action in (self.step, self.step_epoch):
            action.setEnabled(state.can_step)
        self.stop.setEnabled(state.can_stop)
        self.stop_best.setEnabled(state.can_stop and state.epoch_ended)
        for action in self.more.values():
            action.setEnabled(state.can_train_more)
            action.setToolTip(_hint(action) + _left(state.rate_left))
        self.more[0].setText(_("As &many as the project says ({count})").format(count=f"{state.epochs:,}"))

    def _make_run(self) -> None:
        self.train = self._make(_("&Train"), "train", "F5", _("Trains the network on the data."))
        self.pause = self._make(
            _("&Pause"), "pause", "F6", _("Lets the training rest; the network answers as it is by then.")
        )
        self.resume = self._make(_("&Resume"), "train", "F5", _("Goes on with the training."))
        self.resume.setShortcuts([QKeySequence("F5"), QKeySequence("F6")])
        self.step = self._make(
            _("Step one &batch"), "step", "F10", _("Trains one batch and rests; begins a training if there is none.")
        )
        self.step_epoch = self._make(
            _("Step to the end of the &epoch"), "", "Ctrl+F10", _("Trains to the end of the epoch and rests.")
        )
        self.stop = self._make(
            _("&Stop and keep the last weights"),
            "stop",
            "Shift+F5",
            _("Ends the training within a batch; what was learnt stays."),
        )
        self.stop_best = self._make(
            _("Stop and keep the best &weights"),
            "",
            "Ctrl+Shift+F5",
            _("Ends the training and goes back to the weights of its best epoch."),
        )
        self.more = {
            epochs: self._make(
                plural("{count} epoch more", "{count} epochs more", epochs),
                "more" if epochs == MORE[1] else "",
                "Ctrl+F5" if epochs == MORE[1] else "",
                _("Trains on where the last training ended."),
            )
            for epochs in (*MORE, 0)
        }
        self.rate = self._make(
            _("&Learning rate of this run…"), "", "F8", _("Changes the step size of the training that goes on.")
        )
        self.step.setIconText(_("Step"))
        self.stop.setIconText(_("Stop"))
        self.more[MORE[1]].setIconText(_("{count} more").format(count=MORE[1]))
        self.more_group = QActionGroup(self)
        for epochs, action in self.more.items():
            action.setData(epochs)
            self.more_group.addAction(action)
        for action in self.run:
            action.setToolTip(_hint(action))
        self.show_run(RunState())

    @property
    def run(self) -> tuple[QAction, ...]:
        """What is about a run."""
        stepping = (self.pause, self.resume, self.step, self.step_epoch)
        return (self.train, *stepping, self.stop, self.stop_best, *self.more.values(), self.rate)

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


def _left(rate: float | None) -> str:
    """What more epochs are trained with, where those of the project end with a learning rate of 0; else nothing."""
    if rate is None:
        return ""
    words = _("Once the schedule has come to 0, they are trained with a learning rate of {rate}.")
    return "\n" + words.format(rate=shown(float(f"{rate:.6g}")))


def _hint(action: QAction) -> str:
    """What an action does, and its key."""
    key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    words = action.whatsThis()
    return f"{words.removesuffix('.')} ({key})" if key else words
