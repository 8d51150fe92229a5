"""One run: what was trained and what came of it, a note, and what can be taken from it."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from netbuilder.app.history import RunRecord
from netbuilder.ui import numbers
from netbuilder.ui.history import words
from netbuilder.ui.history.note import NoteField
from netbuilder.words import _, plural

_WIDE = 560  # pixels from which the note stands beside the facts


class RunDetails(QWidget):
    """Shows a run."""

    noted = Signal(str, str)  # uid, text
    settings_asked = Signal(str)  # uid
    weights_asked = Signal(str, bool)  # uid, whether those of the best epoch
    continue_asked = Signal(str)  # uid
    end_asked = Signal(str)  # uid: what it had come to shall be its end

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._run: RunRecord | None = None
        self._busy = False
        self.facts = QLabel(self)
        self.facts.setTextFormat(Qt.TextFormat.RichText)
        self.facts.setWordWrap(True)
        self.facts.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.note = NoteField(self)
        self.settings = QPushButton(_("Restore settings"), self)
        self.settings.setToolTip(_("Makes the settings of this run those of the project; Undo takes it back."))
        self.last = QPushButton(_("Last weights"), self)
        self.last.setAccessibleName(_("Restore the last weights"))
        self.best = QPushButton(_("Best weights"), self)
        self.best.setAccessibleName(_("Restore the best weights"))
        self.go_on = QPushButton(_("Continue"), self)
        self.end_here = QPushButton(_("End it here"), self)
        self.end_here.setToolTip(_("What the run had come to is its end; its weights can be restored then."))
        self._lay_out()
        self._wire()

    def show_run(self, run: RunRecord) -> None:
        """Shows a run, in place of the one before; a note that is being typed is left alone."""
        self._run = run
        text = _facts(run)
        if text != self.facts.text():
            self.facts.setText(text)
        self.note.show_note(run.uid, run.note)
        self._show_buttons()

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """What can be asked for a run; those that make no sense for the one that is shown are hidden."""
        return (self.settings, self.last, self.best, self.go_on, self.end_here)

    def show_busy(self, *, busy: bool) -> None:
        """Whether a training goes on in this window, which no other weights may disturb."""
        self._busy = busy
        self._show_buttons()

    def keep_note(self) -> None:
        """Tells what was typed, if the history is not known to have it."""
        self.note.keep()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= _WIDE
        directions = QBoxLayout.Direction
        self._columns.setDirection(directions.LeftToRight if wide else directions.TopToBottom)

    def _lay_out(self) -> None:
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(8)
        self._columns.addWidget(self.facts, 3)
        self._columns.addWidget(self.note, 2)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in self.buttons:
            buttons.addWidget(button)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._columns, 1)
        column.addLayout(buttons)

    def _wire(self) -> None:
        self.note.noted.connect(self.noted)
        self.settings.clicked.connect(self._ask_settings)
        self.last.clicked.connect(self._ask_last)
        self.best.clicked.connect(self._ask_best)
        self.go_on.clicked.connect(self._ask_on)
        self.end_here.clicked.connect(self._ask_end)

    def _show_buttons(self) -> None:
        run = self._run
        if run is None:
            return
        for button in (self.go_on, self.end_here):
            button.setVisible(run.state == "interrupted")
        for button in (self.last, self.best):
            button.setVisible(run.state != "interrupted")
        for button, which, tip in (
            (self.last, "last", _("Makes the network as it was at the end of this run the current one.")),
            (self.best, "best", _("Makes the network as it was at the best epoch of this run the current one.")),
        ):
            why_not = _why_not(run, which, busy=self._busy)
            button.setEnabled(not why_not)
            button.setToolTip(why_not or tip)
        self.go_on.setEnabled(not self._busy)
        self.go_on.setToolTip(
            _("Stop the training first.") if self._busy else _("Trains on from the last epoch that was kept.")
        )

    def _ask_settings(self) -> None:
        if self._run is not None:
            self.settings_asked.emit(self._run.uid)

    def _ask_last(self) -> None:
        if self._run is not None:
            self.weights_asked.emit(self._run.uid, False)

    def _ask_best(self) -> None:
        if self._run is not None:
            self.weights_asked.emit(self._run.uid, True)

    def _ask_on(self) -> None:
        if self._run is not None:
            self.continue_asked.emit(self._run.uid)

    def _ask_end(self) -> None:
        if self._run is not None:
            self.end_asked.emit(self._run.uid)


def _why_not(run: RunRecord, which: str, *, busy: bool) -> str:
    if run.state == "running":
        return _("It is being trained now.")
    if which not in run.weights:
        return _("These weights are not kept: restore the settings, and train again.")
    return _("Stop the training first.") if busy else ""


def _facts(run: RunRecord) -> str:
    """Name, what was trained, how it ended, the values, and on what; as HTML."""
    amount = _("{epochs} epochs in {time}").format(epochs=words.epochs_of(run), time=numbers.duration(run.seconds))
    ended = f"{words.state_explained(run)} {amount}"
    if run.best_epoch is not None:
        ended += _(", the best is {epoch}").format(epoch=numbers.count(run.best_epoch))
    made = [run.device, _("seed {seed}").format(seed=run.seed)]
    made += [plural("{count} parameter", "{count} parameters", run.parameters)]
    made += [numbers.size(run.size)]
    made += [f"{name}{numbers.SPACE}{version}" for name, version in run.versions.items()]
    tested = words.tested(run)
    lines = [
        f"<b>{escape(words.name_of(run))}</b> · {escape(words.when(run.began))}",
        escape(run.summary),
        escape(f"{ended}."),
        _table(run),
        escape(_("Test: {results}").format(results=tested)) if tested else "",
        escape(" · ".join(part for part in made if part)),
    ]
    return "".join(line if line.startswith("<table") else f"<div>{line}</div>" for line in lines if line)


def _table(run: RunRecord) -> str:
    rows = [
        f"<tr><td>{escape(title)}</td>"
        + "".join(f"<td align='right' style='padding-left:16px'>{escape(value)}</td>" for value in values)
        + "</tr>"
        for title, *values in words.results(run)
    ]
    if not rows:
        return ""
    head = "".join(
        f"<td align='right' style='padding-left:16px'>{escape(one)}</td>" for one in (_("train"), _("validation"))
    )
    return f"<table cellspacing='0' cellpadding='0'><tr><td></td>{head}</tr>{''.join(rows)}</table>"
