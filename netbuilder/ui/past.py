"""The place of the Runs view in the window, empty until somebody looks: to make it would cost the start some 60 ms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from netbuilder.app.document import Document
from netbuilder.app.history import RunHistory
from netbuilder.app.training import Training
from netbuilder.ui.curves import Curves
from netbuilder.ui.filing import Filing
from netbuilder.ui.losing import Losing

if TYPE_CHECKING:
    from netbuilder.ui.history import HistoryView, PastRuns


class Past(QWidget):
    """Shows what was trained before."""

    told = Signal(str)  # what went well
    failed = Signal(str)  # what did not
    curves_asked = Signal()  # the curves shall be looked at

    def __init__(
        self,
        history: RunHistory,
        document: Document,
        training: Training,
        curves: Curves,
        filing: Filing,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._history, self._document, self._training, self._curves = history, document, training, curves
        self._filing = filing
        self.losing = Losing(history, document, training, self)
        self._made: tuple[HistoryView, PastRuns] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # which the view's table has for it
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        training.ended.connect(history.tidy)

    @property
    def view(self) -> HistoryView:
        """What is seen here; made when it is first asked for."""
        return self._parts()[0]

    @property
    def runs(self) -> PastRuns:
        """What is done here; made with the view."""
        return self._parts()[1]

    @property
    def training(self) -> bool:
        """Whether a run goes on in this window."""
        return self._training.running

    def _parts(self) -> tuple[HistoryView, PastRuns]:
        if self._made is None:
            from netbuilder.ui.history import HistoryView, PastRuns
            from netbuilder.ui.homecoming import Homecoming

            view = HistoryView(self)
            bring = Homecoming(self._document, self._filing).bring
            runs = PastRuns(self._history, self._document, self._training, view, self._curves, bring, self.losing)
            runs.told.connect(self.told)
            runs.failed.connect(self.failed)
            runs.curves_asked.connect(self.curves_asked)
            self._column.addWidget(view)
            self.setFocusProxy(view.table)
            self._made = view, runs
        return self._made

    def close_history(self) -> None:
        """Keeps what is being typed, and ends the thread that reads and writes."""
        if self._made is not None:
            self.view.details.keep_note()
        self._history.close()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.view.show()
