"""Forms are made from declarations: a promise over every kind of every catalog."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.app.document import Document
from netbuilder.spec.layers import layer
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.losses import loss
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.problems import Problem
from netbuilder.spec.project import DataSpec, EarlyStopping, InputSpec, TrainingSpec
from netbuilder.spec.rules import Flag, Maybe, OneOf, Real, Rule, Several, Sizes, Text, Whole, fields_of, matters
from netbuilder.spec.schedules import schedule
from netbuilder.spec.sources import source
from netbuilder.spec.split import Split
from netbuilder.ui.forms import Form
from netbuilder.ui.forms.choice import FlagEditor, OneOfEditor, SeveralEditor
from netbuilder.ui.forms.editor import Editor
from netbuilder.ui.forms.line import SizesEditor, TextEditor
from netbuilder.ui.forms.number import MaybeEditor, NumberBox, NumberEditor
from netbuilder.ui.forms.steps import shown, stepped

CATALOGS = (layer, loss, optimizer, schedule, source)
KINDS = [entry.kind for catalog in CATALOGS for entry in catalog]
DECLARED = [*KINDS, DataSpec, EarlyStopping, InputSpec, Split, TrainingSpec]


@pytest.fixture
def made(qtbot):
    def make(value: Any, **more: Any) -> Form:
        form = Form(value, **more)
        qtbot.addWidget(form)
        form.show_value(value)
        form.unfold()
        form.show()
        return form

    return make


def value_of(kind: Any) -> Any:
    return DataSpec(source["moons"].kind()) if kind is DataSpec else kind()


def other(rule: Rule, value: Any) -> Any:
    """Another value that the rule takes."""
    match rule:
        case Whole() | Real():
            up = stepped(rule, value, 1)
            return up if up != value else stepped(rule, value, -1)
        case OneOf():
            return next((name for name in rule.choices() if name != value), value)
        case Several():
            return tuple(name for name in rule.choices() if name not in value)[:1] + value
        case Flag():
            return not value
        case Text():
            return value + "x"
        case Maybe():
            start = rule.start if isinstance(rule.rule, Real) else round(rule.start)
            return start if value is None else None
        case Sizes():
            return (*value[:-1], value[-1] + 1)


def with_all_needs(value: Any) -> Any:
    """The value with every sibling as another field needs it: switched on, or of a certain value."""
    fields = {field.name: field for field in fields_of(value)}
    needed = {field.needs.partition("=")[::2] for field in fields.values() if not matters(field, value)}
    return replace(value, **{name: wanted or other(fields[name].rule, False) for name, wanted in needed})


def type_into(qtbot, box: NumberBox, text: str) -> None:
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box.lineEdit(), text)
    qtbot.keyClick(box.lineEdit(), Qt.Key.Key_Return)


def enter(qtbot, editor: Editor, value: Any) -> None:
    """Enters a value as a person would."""
    match editor:
        case NumberEditor():
            type_into(qtbot, editor.box, shown(value))
        case MaybeEditor():
            editor.check.click()
        case OneOfEditor():
            at = editor.box.findData(value)
            editor.box.setCurrentIndex(at)
            editor.box.activated.emit(at)
        case SeveralEditor():
            editor.checks[value[0]].click()
        case FlagEditor():
            editor.check.click()
        case TextEditor() | SizesEditor():
            editor.line.setFocus()
            editor.line.selectAll()
            qtbot.keyClicks(editor.line, value if isinstance(value, str) else "x".join(map(str, value)))
            qtbot.keyClick(editor.line, Qt.Key.Key_Return)
        case _:
            raise AssertionError(editor)


def shown_by(editor: Editor) -> Any:
    """What an editor shows."""
    match editor:
        case NumberEditor():
            return editor.box.lineEdit().text()
        case MaybeEditor():
            return editor.box.lineEdit().text() if editor.check.isChecked() else None
        case OneOfEditor():
            return editor.box.currentData()
        case SeveralEditor():
            return {name for name, check in editor.checks.items() if check.isChecked()}
        case FlagEditor():
            return editor.check.isChecked()
        case TextEditor() | SizesEditor():
            return editor.line.text()


@pytest.mark.parametrize("kind", DECLARED, ids=lambda kind: kind.__name__)
def test_every_field_of_every_kind_tells_what_was_entered_and_shows_what_undo_brings_back(qtbot, made, kind) -> None:
    before = value_of(kind)
    form = made(before)
    assert [field.name for field in form.fields] == [field.name for field in fields_of(kind)]
    before = with_all_needs(before)
    form.show_value(before)
    for field in form.fields:
        editor = form.editors[field.name]
        first = shown_by(editor)
        wanted = other(field.rule, getattr(before, field.name))
        if wanted == getattr(before, field.name):
            continue  # a catalog of one member leaves no choice
        told: list[Any] = []
        form.edited.connect(lambda value, label, key, told=told: told.append((value, label, key)))
        enter(qtbot, editor, wanted)
        entered = getattr(told[-1][0], field.name)
        assert set(entered) == set(wanted) if isinstance(field.rule, Several) else entered == wanted
        assert told[-1][1] == field.label
        form.show_value(before)
        assert shown_by(editor) == first
        form.edited.disconnect()


@pytest.mark.parametrize("kind", DECLARED, ids=lambda kind: kind.__name__)
def test_every_focusable_part_of_every_form_has_a_name(made, kind) -> None:
    form = made(value_of(kind))
    for editor in form.editors.values():
        part = editor.focusProxy()
        if part is not None:
            assert part.accessibleName()


@pytest.fixture
def units(made) -> tuple[Form, NumberBox, list[tuple[Any, str, str]]]:
    form = made(Dense())
    told: list[tuple[Any, str, str]] = []
    form.edited.connect(lambda *words: told.append(words))
    editor = form.editors["units"]
    assert isinstance(editor, NumberEditor)
    return form, editor.box, told


def test_typing_tells_each_number_under_one_key_until_it_is_finished(qtbot, units) -> None:
    _form, box, told = units
    type_into(qtbot, box, "128")
    type_into(qtbot, box, "7")
    assert [value.units for value, _label, _key in told] == [1, 12, 128, 7]
    keys = [key for _value, _label, key in told]
    assert keys[0] == keys[1] == keys[2] != keys[3]


def test_arrows_double_and_are_one_step(qtbot, units) -> None:
    _form, box, told = units
    box.setFocus()
    for _press in range(3):
        qtbot.keyClick(box, Qt.Key.Key_Up)
    assert [value.units for value, _label, _key in told] == [128, 256, 512]
    assert len({key for _value, _label, key in told}) == 1


def test_a_half_typed_number_survives_another_change(qtbot, units) -> None:
    form, box, _told = units
    form.activateWindow()  # on a screen without a window manager nobody else does
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    box.selectAll()
    qtbot.keyClick(box.lineEdit(), Qt.Key.Key_Delete)
    form.show_value(Dense(l2=0.5))
    assert box.lineEdit().text() == ""


def test_an_empty_number_becomes_what_it_was_when_it_is_left(qtbot, units) -> None:
    _form, box, told = units
    type_into(qtbot, box, " ")
    assert box.lineEdit().text() == "64"
    assert told == []


@pytest.mark.parametrize("typed, left", [("1000001", "100000"), ("-5", "5"), ("6x4", "64")])
def test_keys_that_lead_outside_the_rule_are_not_taken(qtbot, units, typed, left) -> None:
    _form, box, _told = units
    type_into(qtbot, box, typed)
    assert box.lineEdit().text() == left


def test_a_small_rate_is_typed_with_an_exponent_and_shown_without(qtbot, made) -> None:
    form = made(optimizer["adam"].kind())
    editor = form.editors["learning_rate"]
    assert isinstance(editor, NumberEditor)
    with qtbot.waitSignal(form.edited) as told:
        type_into(qtbot, editor.box, "1e-4")
    assert form.editors["learning_rate"].box.lineEdit().text() == "0.0001"
    assert told.args[0].learning_rate in (1e-4, 1.0)


def wheel(box: NumberBox) -> None:
    from PySide6.QtCore import QPoint, QPointF

    event = QWheelEvent(
        QPointF(5, 5), QPointF(box.mapToGlobal(QPoint(5, 5))), QPoint(), QPoint(0, 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, event)


def test_the_wheel_changes_a_number_only_where_the_focus_is(qtbot, units) -> None:
    form, box, told = units
    qtbot.addWidget(form)
    form.activateWindow()
    box.clearFocus()
    wheel(box)
    assert told == []
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    wheel(box)
    assert [value.units for value, _label, _key in told] == [128]


def test_ctrl_z_in_a_field_belongs_to_the_document(qtbot, units) -> None:
    from PySide6.QtGui import QAction, QKeySequence

    form, box, _told = units
    undone: list[bool] = []
    action = QAction(form)
    action.setShortcut(QKeySequence("Ctrl+Z"))
    action.triggered.connect(lambda: undone.append(True))
    form.addAction(action)
    form.activateWindow()
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    box.selectAll()
    qtbot.keyClicks(box.lineEdit(), "12")
    qtbot.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == [True]
    assert box.lineEdit().text() == "12"


def test_a_field_rests_while_what_it_needs_is_off(made) -> None:
    form = made(EarlyStopping(on=False))
    assert not form.editors["patience"].isEnabled()
    form.show_value(EarlyStopping(on=True))
    assert form.editors["patience"].isEnabled()


def test_a_locked_field_rests(made) -> None:
    form = made(Dense())
    form.lock("units")
    assert not form.editors["units"].isEnabled()
    form.lock()
    assert form.editors["units"].isEnabled()


def test_a_number_that_was_switched_off_comes_back(qtbot, made) -> None:
    form = made(Dense(max_norm=4.5))
    editor = form.editors["max_norm"]
    assert isinstance(editor, MaybeEditor)
    editor.check.click()
    form.show_value(Dense(max_norm=None))
    with qtbot.waitSignal(form.edited) as told:
        editor.check.click()
    assert told.args[0].max_norm == 4.5


def test_rarely_used_fields_are_folded_until_asked_for_or_changed(qtbot) -> None:
    kind = optimizer["adam"].kind
    form = Form(kind, first=1)
    qtbot.addWidget(form)
    form.show_value(kind())
    form.show()
    assert form.editors["learning_rate"].isVisible()
    assert not form.editors["beta_1"].isVisible()
    form.show_value(kind(beta_1=0.8))
    assert form.editors["beta_1"].isVisible()


def test_a_dragged_number_is_one_step_of_the_document(qtbot, made, project) -> None:
    from netbuilder.spec import edits

    document = Document(project)
    form = made(Dense(64))

    def take(value: Any, label: str, key: str) -> None:
        edit = edits.change_layer(document.spec, "dense_1", value, label)
        document.edit(edit.text, edit.project, key)

    form.edited.connect(take)
    editor = form.editors["units"]
    assert isinstance(editor, NumberEditor)
    for _step in range(5):
        editor.box.stepBy(1)
    assert document.spec.layers[1].layer.units == 2048
    document.undo_stack.undo()
    assert document.spec == project


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_problems_at_a_field_the_gravest_stands_beside_it(made, order: int) -> None:
    form = made(Dense())
    severities = ("hint", "blocking", "warning")[::order]
    form.show_problems([Problem(one, "dense_1", f"This is {one}.", field="units") for one in severities])
    assert form.advice["units"].text() == "This is blocking."


def test_a_folded_field_that_does_not_fit_is_unfolded(qtbot) -> None:
    form = Form(Dense(), first=1)
    qtbot.addWidget(form)
    form.show_value(Dense())
    form.show()
    last = form.fields[-1].name
    form.show_problems([Problem("hint", "dense_1", "Fewer would do.", field=form.fields[0].name)])
    assert not form.editors[last].isVisible()
    form.show_problems([Problem("hint", "dense_1", "It does not fit.", field=last)])
    assert form.editors[last].isVisible()
    assert not form.more.isVisible()
