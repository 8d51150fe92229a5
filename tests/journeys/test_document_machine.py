"""Whatever is done to a project in whatever order: undo takes it back, forms show it, files keep it, Keras builds it."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from netbuilder.app.document import Document
from netbuilder.files.project_file import Contents, open_project, save
from netbuilder.files.templates import templates
from netbuilder.spec import edits
from netbuilder.spec.edits import Edit
from netbuilder.spec.layers import layer
from netbuilder.spec.memory import PROGRAM
from netbuilder.spec.project import PLACES, ProjectSpec
from netbuilder.spec.recipe import recipe
from netbuilder.spec.rules import accepts, fields_of
from netbuilder.ui.forms import Form
from netbuilder.ui.forms.choice import ChoiceBox, FlagEditor, OneOfEditor, SeveralEditor
from netbuilder.ui.forms.editor import Editor
from netbuilder.ui.forms.line import SizesEditor, TextEditor, sizes_read
from netbuilder.ui.forms.number import MaybeEditor, NumberEditor
from netbuilder.ui.inspector import Inspector
from netbuilder.ui.inspector.kind import KindForm

SMALL = PROGRAM + 10**8  # bytes; a model that is built in a moment
ENTRIES = [
    "0",
    "1",
    "2",
    "32",
    "1000000",
    "1e6",
    "0.5",
    "-1",
    "-0.5",
    "1e-5",
    "1e999",
    "nan",
    "",
    "2147483648",
    "4 x 4",
]
SEEDS = st.integers(0, 2**31 - 1)


class Editing(RuleBasedStateMachine):
    """A person at the document and its forms."""

    folder: Path
    built: int  # networks that Keras made, over all runs

    @initialize(at=SEEDS)
    def begin(self, at: int) -> None:
        (self.folder / "project.netbuilder").unlink(missing_ok=True)
        known = templates()
        self.document = Document(known[at % len(known)].project())
        self.inspector = Inspector()
        self.place = "data"
        self.back: list[ProjectSpec] = []  # what each undo should bring back
        self.inspector.edited.connect(self.take)
        self.inspector.show_place(self.spec, self.document.facts, self.place, self.document.outline.at(self.place))
        self.inspector.show()

    @property
    def spec(self) -> ProjectSpec:
        return self.document.spec

    def take(self, edit: Edit, merge_key: str = "") -> None:
        """Makes an edit, and keeps a list of its own of what undo should bring back."""
        before, steps = self.spec, self.document.undo_stack.index()
        self.document.edit(edit.text, edit.project, merge_key)
        assert self.spec == edit.project
        after = self.document.undo_stack.index()
        assert after - steps in (-1, 0, 1)
        self.back = [*self.back[:steps], before] if after > steps else self.back[:after]
        self.show()

    def show(self) -> None:
        if self.place not in PLACES and self.place not in {placed.name for placed in self.spec.layers}:
            self.place = "input"
        self.inspector.show_place(self.spec, self.document.facts, self.place, self.document.outline.at(self.place))

    def chosen_layer(self, at: int) -> str:
        return self.spec.layers[at % len(self.spec.layers)].name

    @rule(at=SEEDS)
    def look_at_another_place(self, at: int) -> None:
        places = (*PLACES, *(placed.name for placed in self.spec.layers))
        self.place = places[at % len(places)]
        self.show()

    @rule(kind=st.sampled_from([entry.name for entry in layer]), at=SEEDS)
    def add_a_layer(self, kind: str, at: int) -> None:
        below = [None, "input", *(placed.name for placed in self.spec.layers)]
        self.take(edits.add_layer(self.spec, kind, below[at % len(below)]))

    @precondition(lambda self: self.spec.layers)
    @rule(at=SEEDS, to=st.integers(-2, 12))
    def move_a_layer(self, at: int, to: int) -> None:
        self.take(edits.move_layer(self.spec, self.chosen_layer(at), to))

    @precondition(lambda self: self.spec.layers)
    @rule(at=SEEDS)
    def delete_a_layer(self, at: int) -> None:
        self.take(edits.delete_layer(self.spec, self.chosen_layer(at)))

    @precondition(lambda self: 0 < len(self.spec.layers) < 12)
    @rule(at=SEEDS)
    def duplicate_a_layer(self, at: int) -> None:
        self.take(edits.duplicate_layer(self.spec, self.chosen_layer(at)))

    @rule(at=SEEDS)
    def press_a_fix(self, at: int) -> None:
        offered = [problem for problem in self.document.outline.problems if problem.fix is not None]
        if offered:
            problem = offered[at % len(offered)]
            assert problem.fix is not None
            self.take(edits.mended(self.spec, problem.fix, problem.place))
            assert problem.sentence not in {one.sentence for one in self.document.outline.at(problem.place)}

    @rule(change=st.sampled_from([edits.lock_input, edits.unlock_input, edits.lock_output, edits.unlock_output]))
    def let_follow_or_set_by_hand(self, change: Any) -> None:
        self.take(change(self.spec))

    @rule(seed=st.integers(0, 999_999))
    def draw_another_seed(self, seed: int) -> None:
        self.take(edits.new_seed(self.spec, seed))

    @rule(at=SEEDS)
    def choose_another_kind(self, at: int) -> None:
        boxes = [kind.box for kind in self.inspector.page(self.place).findChildren(KindForm)]
        if boxes:
            self.choose(boxes[at % len(boxes)], at // 7)

    @rule(at=SEEDS, which=SEEDS, text=st.sampled_from(ENTRIES), by_key=st.booleans())
    def fill_in_a_field(self, at: int, which: int, text: str, by_key: bool) -> None:
        forms = [
            form for form in self.inspector.page(self.place).findChildren(Form) if form.isVisibleTo(self.inspector)
        ]
        names = [(form, name) for form in forms for name, editor in form.editors.items() if editor.isEnabled()]
        if not names:
            return
        form, name = names[at % len(names)]
        form.unfold()
        self.enter(form.editors[name], text, which, by_key=by_key)

    def enter(self, editor: Editor, text: str, which: int, *, by_key: bool) -> None:
        match editor:
            case FlagEditor():
                editor.check.click()
            case OneOfEditor():
                self.choose(editor.box, which)
            case SeveralEditor():
                tuple(editor.checks.values())[which % len(editor.checks)].click()
            case MaybeEditor():
                if which % 3 == 0:
                    editor.check.click()
                if editor.check.isChecked():
                    self.write(editor.box.lineEdit(), editor.box, text, by_key=by_key)
            case NumberEditor():
                if which % 3 == 0:
                    editor.box.stepBy(which % 7 - 3)
                else:
                    self.write(editor.box.lineEdit(), editor.box, text, by_key=by_key)
            case TextEditor() | SizesEditor():
                self.write(editor.line, editor.line, text, by_key=by_key)
            case _:
                raise AssertionError(editor)

    @staticmethod
    def write(line: QLineEdit, box: Any, text: str, *, by_key: bool) -> None:
        line.selectAll()
        if by_key:
            QTest.keyClicks(line, text)
        else:
            line.insert(text)
        QTest.keyClick(box, Qt.Key.Key_Return)

    @staticmethod
    def choose(box: ChoiceBox, which: int) -> None:
        can = [at for at in range(box.count()) if box.itemData(at) is not None]
        at = can[which % len(can)]
        box.setCurrentIndex(at)
        box.activated.emit(at)

    @precondition(lambda self: self.document.undo_stack.canUndo())
    @rule(steps=st.integers(1, 4))
    def undo_and_redo(self, steps: int) -> None:
        there = [self.spec]
        while len(there) <= steps and self.document.undo_stack.canUndo():
            self.document.undo_stack.undo()
            assert self.spec == self.back[self.document.undo_stack.index()]
            there.append(self.spec)
        for after in there[-2::-1]:
            self.document.undo_stack.redo()
            assert self.spec == after
        self.show()

    @precondition(lambda self: self.document.undo_stack.canUndo())
    @rule()
    def undo(self) -> None:
        self.document.undo_stack.undo()
        assert self.spec == self.back[self.document.undo_stack.index()]
        self.show()

    @rule()
    def save_and_open(self) -> None:
        path = self.folder / "project.netbuilder"
        save(path, Contents(self.spec))
        self.document.saved(self.spec, path)
        assert not self.document.modified
        assert open_project(path).project == self.spec

    @precondition(lambda self: (self.folder / "project.netbuilder").exists())
    @rule()
    def open_what_was_saved(self) -> None:
        path = self.folder / "project.netbuilder"
        self.document.replace(open_project(path).project, path)
        self.back = []
        assert not self.document.undo_stack.canUndo()
        self.show()

    @invariant()
    def every_value_is_within_its_rule_and_the_forms_show_it(self) -> None:
        for form in self.inspector.page(self.place).findChildren(Form):
            if form.isVisibleTo(self.inspector):
                for field in fields_of(form._value):
                    value = getattr(form._value, field.name)
                    assert accepts(field.rule, value), (field.label, value)
                    if field.name in form.editors:
                        assert shows(form.editors[field.name], value), (field.label, value)
        page = self.inspector.page(self.place)
        assert page.project == self.spec

    @invariant()
    def the_outline_answers_in_sentences(self) -> None:
        found = self.document.outline
        assert len(found.rows) == len(self.spec.layers)
        places = {*PLACES, *(placed.name for placed in self.spec.layers)}
        for problem in found.problems:
            assert problem.place in places
            assert problem.sentence.endswith(".")

    def teardown(self) -> None:
        if not hasattr(self, "document"):
            return
        found = self.document.outline
        if not found.blocking and found.need.total < SMALL and type(self).built < 40:
            from netbuilder.engine.build import build

            model = build(self.spec, recipe(self.spec, self.document.facts, None))
            assert model.count_params() == found.parameters
            type(self).built += 1
        self.inspector.close()
        self.inspector.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def shows(editor: Editor, value: Any) -> bool:
    """Whether the editor shows the value."""
    match editor:
        case NumberEditor():
            return float(editor.box.lineEdit().text()) == value
        case MaybeEditor():
            return editor.check.isChecked() == (value is not None) and (
                value is None or float(editor.box.lineEdit().text()) == value
            )
        case OneOfEditor():
            return bool(editor.box.currentData() == value)
        case SeveralEditor():
            return {name for name, check in editor.checks.items() if check.isChecked()} == set(value)
        case FlagEditor():
            return editor.check.isChecked() == value
        case SizesEditor():
            return sizes_read(editor._rule, editor.line.text()) == value
        case TextEditor():
            return editor.line.text() == value
        case _:
            raise AssertionError(editor)


@pytest.mark.slow
def test_whatever_is_edited_can_be_undone_is_shown_is_kept_and_is_built(qapp: QApplication, tmp_path: Path) -> None:
    class Here(Editing):
        folder = tmp_path
        built = 0

    checks = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
    run_state_machine_as_test(
        Here, settings=settings(max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=checks)
    )
    assert Here.built
