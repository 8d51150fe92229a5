"""The inspector's frame: which page is shown, made when it is first needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from netbuilder.data.preview import Preview
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.problems import Problem
from netbuilder.spec.project import ProjectSpec
from netbuilder.ui.inspector.data_pages import DataPage, InputPage
from netbuilder.ui.inspector.layer_page import LayerPage
from netbuilder.ui.inspector.page import Page
from netbuilder.ui.inspector.training_pages import Device, EarlyStoppingPage, LossPage, OptimizerPage


class Inspector(QScrollArea):
    """The form of what is chosen. It shows the project and tells the edits that are made."""

    edited = Signal(object, str)  # an Edit, its merge key
    heading_changed = Signal(str)
    download_asked = Signal(object)  # a Source
    cancel_download_asked = Signal()
    places_chosen = Signal(object)  # the files and folders, as a tuple of str, where the data shall be looked for

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumWidth(270)
        self._pages: dict[str, Page] = {}
        self._place = ""
        self._heading = ""
        self._devices: tuple[tuple[Device, ...], str] = ((), "")
        self._preview: Preview | str = ""
        inside = QWidget(self)
        inside.setObjectName("page")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(12, 4, 12, 12)
        self._column.addStretch(1)
        self.setWidget(inside)

    def show_place(self, project: ProjectSpec, facts: DataFacts, place: str, problems: Sequence[Problem]) -> None:
        """Shows the form of a place: "data", "input", a layer's name, "loss", "optimizer", "early_stopping".

        ``problems`` are those of the place; where one is about a field, its sentence stands beside that.
        """
        page = self.page(place)
        page.show_place(project, facts, place)
        page.show_problems(problems)
        if place != self._place:
            self._place = place
            for other in self._pages.values():
                other.setVisible(other is page)
            self.verticalScrollBar().setValue(0)
        heading = page.heading(project, place)
        if heading != self._heading:
            self._heading = heading
            self.heading_changed.emit(heading)

    def show_devices(self, devices: Iterable[Device], no_gpu_sentence: str) -> None:
        """Shows what can be computed on."""
        self._devices = (tuple(devices), no_gpu_sentence)
        page = self._pages.get("optimizer")
        if isinstance(page, OptimizerPage):
            page.show_devices(*self._devices)

    def show_preview(self, preview: Preview | str) -> None:
        """Shows some examples of the data, or a sentence that says why there are none."""
        self._preview = preview
        page = self._pages.get("data")
        if isinstance(page, DataPage):
            self._show_preview(page)

    def show_download(self, done: int, total: int) -> None:
        """Shows how many bytes of a download have come."""
        self._data().download.show_progress(done, total)

    def show_download_end(self, sentence: str) -> None:
        """Shows that a download is over, and what went wrong if anything did."""
        self._data().download.show_end(sentence)

    def focus_form(self) -> None:
        """Gives the focus to the first field that can be edited."""
        for field in self.page(self._place).findChildren(QWidget):
            by_tab = field.focusPolicy() & Qt.FocusPolicy.TabFocus and field.focusProxy() is None
            if by_tab and field.isVisible() and field.isEnabled():
                field.setFocus(Qt.FocusReason.TabFocusReason)
                break

    @Slot()
    def finish_entry(self) -> None:
        """Takes what is still being typed for entered; the focus stays."""
        line = self.focusWidget()
        if isinstance(line, QLineEdit):
            line.editingFinished.emit()

    def page(self, place: str) -> Page:
        """The page of a place."""
        key = self._key(place)
        if key not in self._pages:
            page = _PAGES[key](self)
            page.hide()
            page.edited.connect(self.edited)
            self._column.insertWidget(0, page)
            self._pages[key] = page
            if isinstance(page, DataPage):
                page.download_asked.connect(self.download_asked)
                page.cancel_asked.connect(self.cancel_download_asked)
                page.places_chosen.connect(self.places_chosen)
                self._show_preview(page)
            if isinstance(page, OptimizerPage):
                page.show_devices(*self._devices)
        return self._pages[key]

    def _key(self, place: str) -> str:
        return place if place in _PAGES else "layer"

    def _data(self) -> DataPage:
        page = self.page("data")
        assert isinstance(page, DataPage)
        return page

    def _show_preview(self, page: DataPage) -> None:
        if isinstance(self._preview, str):
            page.show_no_preview(self._preview)
        else:
            page.show_preview(self._preview)


_PAGES: dict[str, type[Page]] = {
    "data": DataPage,
    "input": InputPage,
    "layer": LayerPage,
    "loss": LossPage,
    "optimizer": OptimizerPage,
    "early_stopping": EarlyStoppingPage,
}
