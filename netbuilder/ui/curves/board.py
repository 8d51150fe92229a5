"""The two plots above one another with one epoch axis, and the cross-hair through both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from netbuilder.spec.metrics import metric as metric_catalog
from netbuilder.ui import theme
from netbuilder.ui.curves.earlier import Earlier, lay_under, reached
from netbuilder.ui.curves.hint import Hint
from netbuilder.ui.curves.marks import Marks, Watch, marks
from netbuilder.ui.curves.picture import Picture, Role, Under, picture
from netbuilder.ui.curves.plot import Plot
from netbuilder.ui.curves.points import CurveData
from netbuilder.ui.curves.reading import Reading, reading
from netbuilder.words import _

_NOTHING = (-1, -1)
_SNAP = 6  # pixels within which the cross-hair is drawn to the end of an epoch


class Board(QWidget):
    """Draws a run: the loss above, the chosen metric below. Importing this module imports pyqtgraph."""

    def __init__(self, data: CurveData, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data = data
        self._log = False
        self._weight = 0.0
        self._watch: Watch | None = None
        self._earlier: tuple[Earlier, ...] = ()
        self._under: dict[str, tuple[Under, ...]] = {}  # the lines of earlier runs, by plot
        self._pictures: dict[str, Picture] = {}
        self._drawn = _NOTHING  # the run's version and ended epochs that the plots show
        self._place: float | None = None
        self.loss_plot = Plot(axis=False)
        self.metric_plot = Plot(axis=True)
        self._title = QLabel()
        self._title.setStyleSheet("font-weight: 600")
        self.chooser = QComboBox()
        self.chooser.setAccessibleName(_("Metric of the lower plot"))
        self._hint = Hint(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Curves of the run; the arrow keys move the cross-hair"))
        self._lay_out()
        self._wire()
        self._dress()

    def look(self, *, log: bool, weight: float, watch: Watch | None, earlier: tuple[Earlier, ...] = ()) -> None:
        """How the run is drawn from the next ``draw`` on, and over which; ``weight`` (0…0.99) smooths."""
        if log != self._log:
            self._pictures.clear()
        if (log, weight, watch, earlier) != (self._log, self._weight, self._watch, self._earlier):
            self._drawn = _NOTHING
            self._under.clear()
        self._log, self._weight, self._watch, self._earlier = log, weight, watch, earlier

    def draw(self) -> None:
        """Shows the run as it is now: both plots in one turn, so that neither is ahead of the other."""
        self._offer_metrics()
        ended_before, ended = self._drawn[1], len(self._data.epochs)
        self._drawn = (self._data.version, ended)
        found = marks(self._data, self._watch)
        self._draw_plot("loss", self.loss_plot, "loss", ended_before, found)
        if self.chosen:
            without_words = Marks(best=found.best, broken=found.broken)
            self._draw_plot("metric", self.metric_plot, self.chosen, ended_before, without_words)
        if self._place is not None:
            self._point_at(self._place)

    def draw_changes(self) -> bool:
        """Draws if there is something new; false if there is not."""
        if self._drawn[0] == self._data.version:
            return False
        self.draw()
        return True

    @contextmanager
    def at_ratio(self, ratio: float) -> Iterator[None]:
        """Draws without cross-hair, and lines as thick as a picture with that many pixels for one needs them."""
        self._point_at(None)
        self._dress(ratio)
        self.draw()
        try:
            yield
        finally:
            self._dress()
            self.draw()

    @property
    def chosen(self) -> str:
        """The metric of the lower plot by Keras's name; empty where there is none."""
        return str(self.chooser.currentData() or "")

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and (self._earlier or not self._data.empty):
            end = max(self._data.reached, reached(self._earlier))
            here = self._place if self._place is not None else end + (1 if step < 0 else 0)
            self._point_at(min(max(round(here) + step, 1), max(end, 1.0)))
        elif event.key() == Qt.Key.Key_Escape and self._place is not None:
            self._point_at(None)
        else:
            super().keyPressEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.DevicePixelRatioChange}:
            self._dress()
            if self._pictures:
                self.draw()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(None)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(8, 0, 8, 0)
        head.addWidget(self._title)
        head.addWidget(self.chooser)
        head.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.loss_plot, 3)
        column.addLayout(head)
        column.addWidget(self.metric_plot, 2)
        self.loss_plot.setMinimumHeight(80)
        self.metric_plot.setMinimumHeight(64)
        self._offer_metrics()

    def _wire(self) -> None:
        self.chooser.currentIndexChanged.connect(self._choose)
        self.loss_plot.hovered.connect(self._hover)
        self.metric_plot.hovered.connect(self._hover)

    def _dress(self, ratio: float | None = None) -> None:
        colours = theme.colours(self.palette())
        self._hint.dress(colours)
        for plot in (self.loss_plot, self.metric_plot):
            plot.dress(colours, ratio or self.devicePixelRatioF())

    def _offer_metrics(self) -> None:
        names = tuple(dict.fromkeys(name for one in (self._data, *self._others) for name in one.metrics))
        offered = [self.chooser.itemData(place) for place in range(self.chooser.count())]
        if list(names) != offered or self._title.isHidden() == (len(names) == 1):
            before = self.chosen
            self.chooser.blockSignals(True)
            self.chooser.clear()
            for name in names:
                self.chooser.addItem(title_of(name), name)
            self.chooser.setCurrentIndex(max(self.chooser.findData(before), 0) if names else -1)
            self.chooser.blockSignals(False)
            self._title.setText(title_of(names[0]) if names else "")
            self._title.setVisible(len(names) == 1)
            self.chooser.setVisible(len(names) > 1)
            self.metric_plot.setVisible(bool(names))
            self.loss_plot.hide_axis(bool(names))

    @property
    def _others(self) -> list[CurveData]:
        return [one.data for one in self._earlier]

    @property
    def _end(self) -> float:
        """Where the epoch axis ends."""
        if self._data.empty and not self._data.running and self._earlier:
            return max(reached(self._earlier), 1e-9)
        return max(self._data.end, reached(self._earlier))

    def _choose(self) -> None:
        self._pictures.pop("metric", None)
        self._under.pop("metric", None)
        self.draw()

    def _draw_plot(self, which: str, plot: Plot, name: str, ended_before: int, found: Marks) -> None:
        log, ended = self._log and which == "loss", len(self._data.epochs)
        if which not in self._under:
            self._under[which] = lay_under(self._earlier, name, log=log, weight=self._weight)
        shown = self._pictures.get(which) if ended >= ended_before else None
        drawn = picture(
            self._data,
            name,
            log=log,
            weight=self._weight,
            before=shown.scale if shown else None,
            may_shrink=ended != ended_before or not self._data.running,
            under=self._under[which],
        )
        self._pictures[which] = drawn
        plot.draw(drawn, self._end, found)

    def _hover(self, place: float | None) -> None:
        self._point_at(place, snap=self.loss_plot.epochs_in(_SNAP))

    def _point_at(self, place: float | None, snap: float = 0.0) -> None:
        found = reading(self._data, place, self.chosen, snap, self._earlier) if place is not None else None
        self._place = found.place if found else None
        for plot, which in ((self.loss_plot, "loss"), (self.metric_plot, "metric")):
            plot.point_at(self._place, self._heights(found, which))
        if found is None:
            self._hint.hide()
            self.setAccessibleDescription("")
            return
        at = self.loss_plot.mapTo(self, QPoint(round(self.loss_plot.place_of(found.place)), 44))
        self._hint.show_reading(found, _("Loss"), title_of(self.chosen), at)
        self.setAccessibleDescription(found.sentence)

    def _heights(self, found: Reading | None, which: str) -> dict[Role, float]:
        """Where the lines of the epoch meet the cross-hair, if it stands on the epoch's end."""
        drawn = self._pictures.get(which)
        if found is None or drawn is None or found.place != found.epoch:
            return {}
        lines = [line for line in drawn.strokes if not line.faint and line.role != "steps"]
        return {line.role: float(line.y[line.x == found.place][-1]) for line in lines if (line.x == found.place).any()}


def title_of(name: str) -> str:
    """The title of a metric by Keras's name."""
    if name in metric_catalog:
        return metric_catalog[name].title
    return name.upper() if len(name) <= 4 else name.replace("_", " ").capitalize()
