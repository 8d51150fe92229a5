"""Drawings are pinned, read again by whatever the network has become, looked at, taken out, and brought back."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from netbuilder.app.document import Document
from netbuilder.app.pins import MOST, Pins
from netbuilder.spec.facts import DataFacts
from netbuilder.ui.try_it import TryIt

DIGITS = DataFacts((28, 28), tuple("0123456789"), 0, (), 100, 10, 10, True, (0, 255))


def drawing(seed: int) -> np.ndarray:
    ink = np.zeros((392, 392), np.uint8)
    ink[50 + seed : 300, 180 : 200 + seed] = 255
    return ink


def outputs(*classes: int) -> np.ndarray:
    return np.eye(10, dtype=np.float32)[list(classes)]


@pytest.fixture
def document(project) -> Iterator[Document]:
    made = Document(project)
    yield made
    made.undo_stack.clear()  # PySide crashes where Python collects a hundred commands of a stack together with it


@pytest.fixture
def pins(document) -> Pins:
    return Pins(document)


@pytest.fixture
def shown(qtbot, pins) -> TryIt:
    view = TryIt()
    qtbot.addWidget(view)
    pins.changed.connect(view.show_pins)
    view.pinned.connect(pins.add)
    view.unpinned.connect(pins.remove)
    view.show_facts(DIGITS)
    view.resize(340, 500)
    view.show()
    return view


def texts(view: TryIt) -> list[str]:
    row = view.form.pins.list
    return [row.item(place).text() for place in range(row.count())]


def asked_what_it_is(view: TryIt) -> QMenu:
    view.form.pin.click()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def choose(view: TryIt, text: str) -> None:
    menu = asked_what_it_is(view)
    menu.setActiveAction(next(one for one in menu.actions() if text in one.text()))
    QTest.keyClick(menu, Qt.Key.Key_Return)


def test_what_is_drawn_is_pinned_with_what_it_was_meant_to_be(shown, pins, document) -> None:
    assert not shown.form.pin.isEnabled()
    shown.form.pad.put(drawing(0))
    choose(shown, "“7”")
    choose(shown, "without saying")
    assert [one.label for one in pins.drawings] == ["7", None]
    np.testing.assert_array_equal(pins.drawings[0].pixels, shown.form.pad.ink)
    assert document.modified
    assert shown.form.pins.isVisible()


def test_a_menu_that_is_left_pins_nothing(shown, pins) -> None:
    shown.form.pad.put(drawing(0))
    QTest.keyClick(asked_what_it_is(shown), Qt.Key.Key_Escape)
    assert pins.drawings == ()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert shown.form.findChildren(QMenu) == []


def test_a_menu_goes_with_its_form_when_the_data_become_others(shown, pins) -> None:
    shown.form.pad.put(drawing(0))

    def replace_form() -> None:
        shown.show_facts(None)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    QTimer.singleShot(0, shown, replace_form)
    shown.form.pin.click()
    QApplication.processEvents()
    assert shown.form is None
    assert QApplication.activePopupWidget() is None
    assert pins.drawings == ()


def test_pins_tell_how_they_are_read_and_how_many_rightly(qtbot, shown, pins) -> None:
    asked = []
    shown.pins_asked.connect(asked.append)
    pins.add(drawing(1), "7")
    pins.add(drawing(2), "9")
    pins.add(drawing(3), None)
    qtbot.waitUntil(lambda: bool(asked) and len(asked[-1]) == 3)
    assert asked[-1].shape == (3, 28, 28)
    assert texts(shown) == ["7", "9", "–"]
    shown.show_pin_answers(outputs(7, 4, 3))
    assert texts(shown) == ["7 ✓", "9 → 4", "3"]
    assert shown.form.pins.score.text() == "1 of 2 right"
    said = shown.form.pins.list.item(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Meant as 9, but read as 4"


def test_pins_of_other_data_are_not_counted_as_wrong(qtbot, shown, pins) -> None:
    asked = []
    shown.pins_asked.connect(asked.append)
    pins.add(drawing(1), "7")
    pins.add(drawing(2), "shoe")
    qtbot.waitUntil(lambda: bool(asked) and len(asked[-1]) == 2)
    assert texts(shown) == ["7", "shoe"]
    shown.show_pin_answers(outputs(7, 4))
    assert texts(shown) == ["7 ✓", "shoe → 4"]
    assert shown.form.pins.score.text() == "1 of 1 right"
    said = shown.form.pins.list.item(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Meant as shoe, which is none of the classes now"


def test_answers_to_pins_that_were_shown_before_are_dropped(qtbot, shown, pins) -> None:
    asked = []
    shown.pins_asked.connect(asked.append)
    pins.add(drawing(1), "7")
    qtbot.waitUntil(lambda: bool(asked))
    pins.remove(0)
    pins.add(drawing(2), "9")
    shown.show_pin_answers(outputs(7))
    assert texts(shown) == ["9"]
    qtbot.waitUntil(lambda: len(asked) == 2)
    shown.show_pin_answers(outputs(9))
    assert texts(shown) == ["9 ✓"]


def test_answers_to_other_pins_are_dropped(shown, pins) -> None:
    pins.add(drawing(1), "7")
    shown.show_pin_answers(outputs(7, 4))
    assert texts(shown) == ["7"]


def test_pins_are_asked_about_again_when_the_network_has_learned(qtbot, shown, pins) -> None:
    pins.add(drawing(1), "7")
    asked = []
    shown.pins_asked.connect(asked.append)
    qtbot.waitUntil(lambda: bool(asked))
    asked.clear()
    shown.ask()
    assert len(asked) == 1


def test_a_pin_is_looked_at_taken_out_and_brought_back(shown, pins, document) -> None:
    pins.add(drawing(1), "7")
    pins.add(drawing(9), "1")
    row = shown.form.pins.list
    row.itemClicked.emit(row.item(1))
    np.testing.assert_array_equal(shown.form.pad.ink, pins.drawings[1].pixels)
    row.setFocus()
    row.setCurrentRow(0)
    QTest.keyClick(row, Qt.Key.Key_Delete)
    assert [one.label for one in pins.drawings] == ["1"]
    document.undo_stack.undo()
    assert [one.label for one in pins.drawings] == ["7", "1"]
    assert texts(shown) == ["7", "1"]
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert pins.drawings == ()
    assert shown.form.pins.isHidden()
    assert not document.modified


def test_pins_come_and_go_with_the_project(shown, pins, document, project) -> None:
    pins.add(drawing(1), "7")
    document.replace(project, None)
    assert texts(shown) == []
    assert shown.form.pins.isHidden()


def test_pins_stay_when_the_view_is_another(shown, pins) -> None:
    pins.add(drawing(1), "7")
    shown.show_facts(None)
    shown.show_facts(DIGITS)
    assert texts(shown) == ["7"]


def test_of_too_many_pins_the_oldest_goes(pins) -> None:
    for seed in range(MOST + 1):
        pins.add(np.zeros((8, 8), np.uint8), str(seed))
    assert len(pins.drawings) == MOST
    assert pins.drawings[0].label == "1"
