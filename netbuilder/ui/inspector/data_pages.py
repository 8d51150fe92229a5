"""The pages of the data and of the input."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget
from typing_extensions import override

from netbuilder.data.preview import Preview
from netbuilder.data.shares import may_look, places
from netbuilder.spec import edits
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.outline import input_shape
from netbuilder.spec.project import DataSpec, InputSpec, ProjectSpec
from netbuilder.spec.rules import Text, fields_of
from netbuilder.spec.scaling import scaling_in_effect
from netbuilder.spec.sources import source
from netbuilder.spec.split import Split
from netbuilder.ui.data_preview import DataPreviewView
from netbuilder.ui.forms import Form
from netbuilder.ui.inspector.download import DownloadRow
from netbuilder.ui.inspector.kind import KindForm
from netbuilder.ui.inspector.page import Page
from netbuilder.words import _


class DataPage(Page):
    """Where examples come from, how they are divided, and a look at them."""

    download_asked = Signal(object)  # a Source
    cancel_asked = Signal()
    places_chosen = Signal(object)  # the files and folders, as a tuple of str, where a person wants the data looked for

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = KindForm(source, _("Source"), self)
        self.column.addWidget(self.kind)
        self.download = DownloadRow(self)
        self.column.addWidget(self.download)
        self.preview = DataPreviewView(self)
        self.column.addWidget(self.preview)
        self.look = QPushButton(_("Look there"), self)
        self.look.setToolTip(_("Looks for the data on that computer, now and whenever this place is named."))
        self.column.addWidget(self.look, alignment=Qt.AlignmentFlag.AlignLeft)
        self.add_section(_("Split"))
        self.split = Form(Split, self)
        self.column.addWidget(self.split)
        self.add_section()
        self.labels = Form(DataSpec, self, only=("labels",))
        self.column.addWidget(self.labels)
        self.kind.turned.connect(self._turn)
        self.kind.edited.connect(self._change_source)
        self.split.edited.connect(self._change_split)
        self.labels.edited.connect(self._change_labels)
        self.download.asked.connect(self._ask_for_download)
        self.download.cancel_asked.connect(self.cancel_asked)
        self.look.clicked.connect(self._look_there)

    @override
    def heading(self, project: ProjectSpec, place: str) -> str:
        return _("Data")

    @override
    def show_place(self, project: ProjectSpec, facts: DataFacts, place: str) -> None:
        self.project = project
        self.kind.show_member(project.data.source)
        self.split.show_value(project.data.split)
        self.labels.show_value(project.data)
        self.labels.setEnabled(facts.task == "classes")
        fields = fields_of(project.data.source)
        self.download.setVisible(any(isinstance(field.rule, Text) and field.rule.path for field in fields))
        self._offer_to_look()

    def show_preview(self, preview: Preview) -> None:
        """Shows some of the examples."""
        self.preview.show_preview(preview)

    def show_no_preview(self, sentence: str) -> None:
        """Says why there is nothing to see."""
        self.preview.show_sentence(sentence)

    def _turn(self, new: Any) -> None:
        # Another source begins with its own values: what both happen to name alike, such as a seed, means another thing.
        self.tell(edits.change_source(self.shown, type(new)()))

    def _change_source(self, new: Any, label: str, merge_key: str) -> None:
        before = places(self.shown.data.source)
        if chosen := tuple(path for path in places(new) if path not in before):
            self.places_chosen.emit(chosen)
        self.tell(edits.change_source(self.shown, new, label), merge_key)

    def _change_split(self, new: Split, label: str, merge_key: str) -> None:
        self.tell(edits.change_split(self.shown, new, label), merge_key)

    def _change_labels(self, new: DataSpec) -> None:
        self.tell(edits.change_labels(self.shown, new.labels))

    def _offer_to_look(self) -> None:
        self.look.setVisible(not all(map(may_look, places(self.shown.data.source))))

    def _look_there(self) -> None:
        self.places_chosen.emit(places(self.shown.data.source))
        self._offer_to_look()

    def _ask_for_download(self) -> None:
        self.download_asked.emit(self.shown.data.source)


class InputPage(Page):
    """What enters the network."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add_words().setText(_("The raw data, scaled inside the model."))
        self.form = Form(InputSpec, self)
        self.column.addWidget(self.form)
        self.form.edited.connect(self._change)

    @override
    def heading(self, project: ProjectSpec, place: str) -> str:
        return _("Input")

    @override
    def show_place(self, project: ProjectSpec, facts: DataFacts, place: str) -> None:
        self.project = project
        scaling = scaling_in_effect(project.input, facts)
        self.form.show_value(replace(project.input, shape=input_shape(project, facts), scaling=scaling))
        self.form.lock(*(("shape", "scaling") if project.input.follows_data else ()))

    def _change(self, new: InputSpec, label: str, merge_key: str) -> None:
        if new.follows_data != self.shown.input.follows_data:
            self.tell(edits.lock_input(self.shown) if new.follows_data else edits.unlock_input(self.shown))
        else:
            self.tell(edits.change_input(self.shown, new, label), merge_key)
