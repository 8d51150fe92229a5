"""The page of a layer."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget
from typing_extensions import override

from netbuilder.spec import edits
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.layers import layer
from netbuilder.spec.project import ProjectSpec
from netbuilder.ui.forms import Form
from netbuilder.ui.inspector.page import FollowsNote, Page
from netbuilder.words import _

_FOLLOWING = ("units", "activation")  # of the output layer, while it follows the data


class LayerPage(Page):
    """The form of a layer of any kind, and for the output layer whether it follows the data."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = ""
        self._forms: dict[type, Form] = {}
        self._words = self.add_words()
        self.note = FollowsNote(self)
        self.column.addWidget(self.note)
        self.note.asked.connect(self._turn_following)

    @override
    def heading(self, project: ProjectSpec, place: str) -> str:
        title = layer.of(project.layers[project.place_of(place)].layer).title
        return _("{kind} layer").format(kind=title)

    @override
    def show_place(self, project: ProjectSpec, facts: DataFacts, place: str) -> None:
        self.project, self._place = project, place
        shown = project.layers[project.place_of(place)].layer
        entry = layer.of(shown)
        self._words.setText(entry.words if entry.fields else f"{entry.words} {_('There is nothing to set.')}")
        form = self._form(shown)
        form.show_value(shown)
        output = project.output()
        is_output = output is not None and output.name == place
        following = is_output and project.output_follows_data
        form.lock(*(_FOLLOWING if following else ()))
        self._show_note(following=following)
        self.note.setVisible(is_output)

    @property
    def form(self) -> Form:
        """The form that is shown."""
        return self._form(self.shown.layers[self.shown.place_of(self._place)].layer)

    def _form(self, shown: Any) -> Form:
        if type(shown) not in self._forms:
            form = Form(shown, self)
            form.edited.connect(self._change)
            self.column.addWidget(form)
            self._forms[type(shown)] = form
        for kind, form in self._forms.items():
            form.setVisible(kind is type(shown))
        return self._forms[type(shown)]

    def _show_note(self, *, following: bool) -> None:
        if following:
            self.note.show_words(_("The output layer: units and activation follow the data."), _("Unlock"))
        else:
            self.note.show_words(_("The output layer: set by hand."), _("Follow the data again"))

    def _turn_following(self) -> None:
        follows = self.shown.output_follows_data
        self.tell(edits.unlock_output(self.shown) if follows else edits.lock_output(self.shown))

    def _change(self, new: Any, label: str, merge_key: str) -> None:
        self.tell(edits.change_layer(self.shown, self._place, new, label), f"{self._place}:{merge_key}")
