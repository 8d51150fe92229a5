"""No value that is typed or pasted into any form breaks the program: it is taken, or a sentence says why not."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.spec.goal import Goal
from netbuilder.spec.layers import layer
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.losses import loss
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.project import DataSpec, EarlyStopping, InputSpec, TrainingSpec
from netbuilder.spec.rules import Field, Maybe, Real, Rule, Sizes, Text, Whole, accepts, fields_of
from netbuilder.spec.schedules import schedule
from netbuilder.spec.sources import source
from netbuilder.spec.split import Split
from netbuilder.ui.forms import Form
from netbuilder.ui.forms.editor import Editor
from netbuilder.ui.forms.line import SizesEditor, TextEditor, sizes_read
from netbuilder.ui.forms.number import MaybeEditor, NumberBox, NumberEditor
from netbuilder.ui.forms.steps import read

CATALOGS = (layer, loss, optimizer, schedule, source)
KINDS = [entry.kind for catalog in CATALOGS for entry in catalog]
DECLARED = [*KINDS, DataSpec, EarlyStopping, Goal, InputSpec, Split, TrainingSpec]
SHORT = ["0", "-1", "1", "0.5", "2147483648", "9223372036854775808", "nan", "inf", "1e999", "-1e999", "1e-400", "", " "]
LONG = ["9" * 400, "1" * 5000, "0." + "0" * 400 + "1", "1e" + "9" * 40, "\0", "é" * 5000, "1 x 100000 x 0", "\n", "٣"]


def typed_fields(value: Any) -> list[Field]:
    """The fields into which something can be typed."""
    return [field for field in fields_of(value) if isinstance(field.rule, Whole | Real | Maybe | Text | Sizes)]


def all_on(kind: Any) -> Any:
    """A value of the kind in which every number that can be off is on, and so is what another field needs."""
    value = DataSpec(source["moons"].kind()) if kind is DataSpec else kind()
    fields = {field.name: field for field in fields_of(value)}
    needs = dict(other.needs.partition("=")[::2] for other in fields.values())  # the value, "" where it must be on
    on: dict[str, Any] = {}
    for field in fields.values():
        match field.rule:
            case Maybe(rule=Whole(), start=start):
                on[field.name] = round(start)
            case Maybe(start=start):
                on[field.name] = start
            case _:
                if needs.get(field.name):
                    on[field.name] = needs[field.name]
                elif field.name in needs and not getattr(value, field.name):
                    on[field.name] = 0.5 if isinstance(field.rule, Real) else True
    return replace(value, **on)


def line_of(editor: Editor) -> QLineEdit:
    match editor:
        case NumberEditor() | MaybeEditor():
            return editor.box.lineEdit()
        case TextEditor() | SizesEditor():
            return editor.line
        case _:
            raise AssertionError(editor)


def press_return(qtbot, line: QLineEdit) -> None:
    box = line.parentWidget()
    qtbot.keyClick(box if isinstance(box, NumberBox) else line, Qt.Key.Key_Return)


def meant(rule: Rule, text: str) -> Any:
    """The value that a text means, or None where the rule does not take it."""
    match rule:
        case Whole() | Real():
            return read(rule, text)
        case Maybe():
            return read(rule.rule, text)
        case Sizes():
            return sizes_read(rule, text)
        case _:
            return text if accepts(rule, text) else None


@pytest.mark.parametrize("way", ["typed", "pasted"])
@pytest.mark.parametrize(
    "kind", [kind for kind in DECLARED if typed_fields(kind)], ids=lambda kind: getattr(kind, "__name__", "")
)
def test_whatever_is_entered_in_a_field_is_taken_or_a_sentence_says_why_not(qtbot, kind, way) -> None:
    first = all_on(kind)
    form = Form(first)
    qtbot.addWidget(form)
    form.unfold()
    form.show()
    told: list[Any] = []
    form.edited.connect(lambda value, _label, _key: told.append(value))
    for field in typed_fields(first):
        line = line_of(form.editors[field.name])
        for text in SHORT if way == "typed" else [*SHORT, *LONG]:
            form.show_value(first)
            told.clear()
            line.setFocus()
            line.selectAll()
            if way == "typed":
                qtbot.keyClick(line, Qt.Key.Key_Delete)
                qtbot.keyClicks(line, text)
            else:
                QApplication.clipboard().setText(text)
                line.paste() if text else line.clear()
            press_return(qtbot, line)
            at = (field.label, text[:30], line.text()[:30])
            held = getattr(told[-1] if told else first, field.name)
            assert all(accepts(field.rule, getattr(value, field.name)) for value in told), at
            assert meant(field.rule, line.text()) == held, at
            sentence = form.advice[field.name].text() if form.advice[field.name].objectName() == "strip" else ""
            assert held == meant(field.rule, text) or sentence, at
            assert len(sentence) < 200, at


@pytest.fixture
def dense(qtbot) -> Form:
    form = Form(Dense())
    qtbot.addWidget(form)
    form.show_value(Dense())
    form.show()
    return form


def enter(qtbot, form: Form, name: str, text: str) -> None:
    line = line_of(form.editors[name])
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)
    press_return(qtbot, line)


def test_a_refusal_names_label_range_and_what_was_typed_until_something_is_taken(qtbot, dense) -> None:
    enter(qtbot, dense, "units", "0")
    advice, editor = dense.advice["units"], dense.editors["units"]
    assert advice.text() == "Units must be a whole number from 1 to 1,000,000: “0” is not taken."
    assert editor.focusProxy().accessibleDescription() == advice.text()
    enter(qtbot, dense, "units", "32")
    assert advice.text() == ""
    assert "not taken" not in editor.focusProxy().accessibleDescription()


def test_an_empty_number_stays_as_it_was_and_says_so(qtbot, dense) -> None:
    enter(qtbot, dense, "units", " ")
    assert dense.advice["units"].text().endswith("it stays as it was.")


def test_a_refused_sign_is_told_even_though_the_digits_after_it_are_taken(qtbot, dense) -> None:
    enter(qtbot, dense, "units", "-1")
    assert "“-” is not taken" in dense.advice["units"].text()
    assert line_of(dense.editors["units"]).text() == "1"


def test_another_value_takes_a_refusal_away(qtbot, dense) -> None:
    enter(qtbot, dense, "l2", "11")
    assert "“11” is not taken" in dense.advice["l2"].text()
    dense.show_value(Dense(32))
    assert dense.advice["l2"].text() == "adds L2 × Σw² to the loss: keeps weights small"
