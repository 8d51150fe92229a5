"""The Curves view: what a run says is kept at once and drawn when there is time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from netbuilder.disk import CannotWrite, write_whole
from netbuilder.events import Event
from netbuilder.ui import theme
from netbuilder.ui.curves.loading import Loading
from netbuilder.ui.curves.marks import Watch
from netbuilder.ui.curves.pace import Pace
from netbuilder.ui.curves.points import CurveData
from netbuilder.ui.curves.tables import batch_table, epoch_table
from netbuilder.ui.curves.tools import Tools
from netbuilder.ui.saving import ask_where
from netbuilder.words import _

if TYPE_CHECKING:
    from netbuilder.ui.curves.board import Board
    from netbuilder.ui.curves.earlier import Earlier

_AFTER_FIRST_PAINT = 150


class Curves(QWidget):
    """Loss and metric of a run while it trains and after."""

    saved = Signal(str)
    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.data = CurveData()
        self._board: Board | None = None
        self._watch: Watch | None = None
        self._earlier: tuple[Earlier, ...] = ()
        self._title = QLabel(_("Loss"))
        self._title.setStyleSheet("font-weight: 600")
        self.tools = Tools()
        self._empty = QLabel()
        self._look: tuple[str, ...] = ()
        self._expects = False
        self._say_what_comes()
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._clock = QTimer(self, singleShot=True)
        self._pace = Pace()
        self._opened = False
        self._opening = QTimer(self, interval=_AFTER_FIRST_PAINT, singleShot=True)
        self._loading = Loading(self)
        self._lay_out()
        self._wire()
        self._dress()
        self._show_what_there_is()

    @property
    def ready(self) -> bool:
        """Whether the plots are made, so that the first value is drawn at once."""
        return self._board is not None

    def show_event(self, event: Event) -> None:
        """Takes an event of the live run; it is drawn as soon as there is time if the view can be seen."""
        self.data.take(event)
        self._ask_for_drawing()

    def show_watch(self, monitor: str | None, patience: int = 0) -> None:
        """What early stopping of this run looks at (such as "val_loss") and how long it waits; None if it is off."""
        self._watch = Watch(monitor, patience) if monitor is not None else None
        self._ask_for_drawing()

    def lay_under(self, earlier: Sequence[Earlier]) -> None:
        """Draws these runs, and no others, under the live one; each has an ink of its own."""
        self._earlier = tuple(earlier)
        self._ask_for_drawing()

    def invite(self, look: Sequence[str]) -> None:
        """What stands here until there is a run: how to begin one, and lines on what to look at in it."""
        self._look = tuple(look)
        self._say_what_comes()

    def expect(self, *, run: bool) -> None:
        """Whether a run was begun, whose first values are on their way."""
        self._expects = run
        self._say_what_comes()

    def clear(self) -> None:
        """Forgets the run."""
        self.data.clear()
        self._show_what_there_is()
        self._ask_for_drawing()

    def draw(self) -> None:
        """Draws what there is now, without waiting for the clock."""
        self._show_what_there_is()
        if not self._empty_now:
            self._looked_at().draw()

    def save_picture(self, path: Path) -> None:
        """Writes the plots as PNG in twice their size."""
        self.draw()
        from netbuilder.ui.curves.export import png

        self._write(path, [png(self._build(), self._title.text())])

    def save_epochs(self, path: Path) -> None:
        """Writes a CSV file with a line for each epoch."""
        self._write(path, (piece.encode() for piece in epoch_table(self.data)))

    def save_batches(self, path: Path) -> None:
        """Writes a CSV file with a line for each batch."""
        self._write(path, (piece.encode() for piece in batch_table(self.data)))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._board is None and not self._opened:
            self._opened = True
            self._opening.start()
        colours = theme.colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.setBrush(QColor(colours.surface))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.end()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask_for_drawing()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    @override
    def sizeHint(self) -> QSize:
        return QSize(760, 440)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(360, 240)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(8, 0, 0, 0)
        head.addWidget(self._title)
        head.addStretch()
        head.addWidget(self.tools)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 8, 8, 8)
        self._column.setSpacing(0)
        self._column.addLayout(head)
        self._column.addWidget(self._empty, 1)

    def _wire(self) -> None:
        self._clock.timeout.connect(self._tick)
        self._opening.timeout.connect(self._loading.start)
        self._loading.done.connect(self._build)
        self.tools.log_chosen.connect(self._ask_for_drawing)
        self.tools.smoothing_chosen.connect(self._ask_for_drawing)
        self.tools.picture_asked.connect(self._ask_where_to_save_picture)
        self.tools.epochs_asked.connect(self._ask_where_to_save_epochs)
        self.tools.batches_asked.connect(self._ask_where_to_save_batches)

    def _dress(self) -> None:
        self._empty.setStyleSheet(f"color: {theme.colours(self.palette()).muted}; padding: 24px")

    def _build(self) -> Board:
        """The board, made when it is first needed."""
        if self._board is None:
            from netbuilder.ui.curves.board import Board

            self._opening.stop()
            self._loading.stop()
            self._board = Board(self.data)
            self._column.addWidget(self._board, 1)
            self._show_what_there_is()
        return self._board

    def _looked_at(self) -> Board:
        """The board, to be drawn as the tools say."""
        board = self._build()
        board.look(
            log=self.tools.log.isChecked(),
            weight=self.tools.smooth.value(),
            watch=self._watch,
            earlier=self._earlier,
        )
        return board

    @property
    def _empty_now(self) -> bool:
        return self.data.empty and not self._earlier

    def _say_what_comes(self) -> None:
        here = _("The loss appears here after the first steps.")
        there = _("Press Train (F5): the loss appears here after the first steps.")
        self._empty.setText("\n\n".join((here if self._expects else there, *self._look)))

    def _show_what_there_is(self) -> None:
        empty = self._empty_now
        self._empty.setVisible(empty)
        self._title.setVisible(not empty)
        self.tools.setVisible(not empty)
        if self._board is not None:
            self._board.setVisible(not empty)

    def _ask_for_drawing(self) -> None:
        if self.isVisible() and not self._clock.isActive():
            self._clock.start(self._pace.wait(training=self.data.running))

    def _tick(self) -> None:
        self._show_what_there_is()
        began = perf_counter()
        if not self._empty_now and self.isVisible() and self._looked_at().draw_changes():
            self._pace.drawn(perf_counter() - began)
            self._ask_for_drawing()

    def _ask_where_to_save_picture(self) -> None:
        self._ask_where(_("Save picture"), "curves.png", _("Picture (*.png)"), self.save_picture)

    def _ask_where_to_save_epochs(self) -> None:
        self._ask_where(_("Save values of each epoch"), "epochs.csv", _("Table (*.csv)"), self.save_epochs)

    def _ask_where_to_save_batches(self) -> None:
        self._ask_where(_("Save values of each batch"), "batches.csv", _("Table (*.csv)"), self.save_batches)

    def _ask_where(self, title: str, name: str, kinds: str, save: Callable[[Path], None]) -> None:
        path = ask_where(self, title, name, kinds, Path(name).suffix, others_do=True)
        if path is not None:
            save(path)

    def _write(self, path: Path, pieces: Iterable[bytes]) -> None:
        try:
            write_whole(path, lambda file: file.writelines(pieces))
        except CannotWrite as problem:
            self.failed.emit(str(problem))
        else:
            self.saved.emit(_("Saved {name}.").format(name=path.name))
