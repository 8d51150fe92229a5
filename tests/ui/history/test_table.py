"""The table of runs: order, filter, and what stays when the history changes."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtWidgets import QLineEdit

from netbuilder.ui.history.columns import BEGAN, COLUMNS, NAME
from netbuilder.ui.history.table import RunsTable

TITLES = [column.title for column in COLUMNS]


@pytest.fixture
def table(qtbot) -> RunsTable:
    made = RunsTable()
    qtbot.addWidget(made)
    made.resize(900, 400)
    made.show()
    made.activateWindow()
    return made


def uids(table: RunsTable) -> list[int]:
    """The numbers of the runs from top to bottom."""
    return [int(table._run_at(row).uid, 16) for row in range(table.found.rowCount())]


def choose(table: RunsTable, *rows: int) -> None:
    flags = QItemSelectionModel.SelectionFlag
    table.clearSelection()
    for row in rows:
        table.selectionModel().select(table.found.index(row, 0), flags.Select | flags.Rows)


def sort(table: RunsTable, title: str, order: Qt.SortOrder) -> list[int]:
    table.sortByColumn(TITLES.index(title), order)
    return uids(table)


UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


def test_the_newest_run_stands_above(table, record) -> None:
    table.show_runs([record(1), record(2), record(3)])
    assert uids(table) == [1, 2, 3]
    table.show_runs([record(0), record(1), record(2), record(3)])
    assert uids(table) == [0, 1, 2, 3]
    assert table.horizontalHeader().sortIndicatorSection() == BEGAN


def test_numbers_are_sorted_as_numbers(table, record) -> None:
    table.show_runs(
        [record(1, seconds=9.0, seed=100), record(2, seconds=110.0, seed=9), record(3, seconds=0.5, seed=20)]
    )
    assert sort(table, "Time", UP) == [3, 1, 2]
    assert sort(table, "Seed", DOWN) == [1, 3, 2]


def test_runs_without_a_value_stand_last_in_both_orders(table, record) -> None:
    table.show_runs([record(1, metrics={}), record(2, metrics={"loss": 0.5}), record(3, metrics={"loss": 0.1})])
    assert sort(table, "Best value", UP) == [3, 2, 1]
    assert sort(table, "Best value", DOWN) == [2, 3, 1]


def test_values_of_one_measure_stand_together(table, record) -> None:
    table.show_runs(
        [
            record(1, metrics={"val_accuracy": 0.5}),
            record(2, metrics={"val_loss": 0.7}),
            record(3, metrics={"val_accuracy": 0.9}),
            record(4, metrics={"val_loss": 0.1}),
        ]
    )
    assert sort(table, "Best value", UP) == [1, 3, 4, 2]


@pytest.mark.parametrize("title", TITLES)
def test_every_column_sorts_and_its_two_orders_are_reversed(title: str, table, record) -> None:
    runs = [
        record(
            number,
            name=f"name {number}",
            note=f"note {number}",
            metrics={"val_accuracy": number / 10},
            state=("ended", "interrupted", "running")[number - 1],
            epochs=number,
            seconds=number,
            summary=f"{number}",
            device=f"GPU {number}",
            seed=number,
            origin=("window", "command line", "command line")[number - 1],
        )
        for number in (1, 2, 3)
    ]
    table.show_runs(runs)
    keys = [COLUMNS[TITLES.index(title)].key(run) for run in runs]
    assert [keys[number - 1] for number in sort(table, title, UP)] == sorted(keys)
    assert [keys[number - 1] for number in sort(table, title, DOWN)] == sorted(keys, reverse=True)


def test_the_filter_wants_all_words_wherever_they_stand_and_however_written(table, record) -> None:
    table.show_runs([record(1, name="Wide net", note="for the lecture"), record(2, device="GPU (RTX)"), record(3)])
    for words, expected in (
        ("wide lecture", [1]),
        ("LECTURE", [1]),
        ("digits", [1, 2, 3]),
        ("(rtx", [2]),
        ("wide rtx", []),
        ("  ", [1, 2, 3]),
    ):
        table.found.show_only(words)
        assert uids(table) == expected, words


def test_a_run_that_goes_on_does_not_change_its_place(table, record) -> None:
    table.show_runs([record(1, epochs=5, state="running"), record(2, epochs=7), record(3, epochs=9)])
    assert sort(table, "Epochs", UP) == [1, 2, 3]
    table.show_runs([record(1, epochs=8, state="running"), record(2, epochs=7), record(3, epochs=9)])
    assert uids(table) == [1, 2, 3]
    assert table.found.index(0, TITLES.index("Epochs")).data() == "8"
    table.show_runs([record(0, epochs=1), record(1, epochs=8), record(2, epochs=7), record(3, epochs=9)])
    assert uids(table) == [0, 2, 1, 3], "where a run is new, all of them are put in their places"


def test_selection_and_place_survive_what_others_add_and_delete(table, record) -> None:
    runs = [record(number) for number in range(1, 60)]
    table.show_runs(runs)
    choose(table, 20, 22)
    table.scrollTo(table.found.index(40, 0))
    top = table._run_at(table.rowAt(0)).uid
    table.show_runs([record(0), *(run for run in runs if run.uid != record(30).uid)])
    assert [int(run.uid, 16) for run in table.selected] == [21, 23]
    table.show_runs(runs)
    assert table._run_at(table.rowAt(0)).uid == top


def test_selected_runs_stay_selected_in_another_order(table, record) -> None:
    table.show_runs([record(number, seconds=float(9 - number)) for number in range(1, 9)])
    choose(table, 1, 2)
    before = {run.uid for run in table.selected}
    sort(table, "Time", UP)
    assert {run.uid for run in table.selected} == before == {record(2).uid, record(3).uid}


def test_at_first_the_run_at_the_top_is_selected_and_a_later_one_is_not(table, record) -> None:
    table.show_runs([record(1), record(2)])
    assert [run.uid for run in table.selected] == [record(1).uid]
    table.clearSelection()
    table.show_runs([record(3), record(1), record(2)])
    assert table.selected == []


def test_after_a_deletion_the_next_run_is_selected(table, record) -> None:
    runs = [record(number) for number in range(1, 6)]
    table.show_runs(runs)
    table.clearSelection()
    table.selectRow(2)
    table.show_runs([run for run in runs if run.uid != record(3).uid])
    assert len(table.selected) == 1
    assert table.selected[0].uid in (record(2).uid, record(4).uid)
    table.show_runs([])
    assert table.selected == []


def test_runs_told_in_another_order_stay_in_their_rows(table, record) -> None:
    one, other = record(1, note="one"), record(2, note="other")
    table.show_runs([one, other])
    table.show_runs([replace(other, epochs=9), one])
    assert uids(table) == [1, 2]
    assert [table.found.index(row, TITLES.index("Note")).data() for row in range(2)] == ["one", "other"]
    assert table.found.index(1, TITLES.index("Epochs")).data() == "9"


def editing(table, record, qtbot, row=0) -> QLineEdit:
    """The field in which the name of one of two runs is just being typed."""
    table.show_runs([record(1), record(2)])
    table.setFocus()
    table.selectRow(row)
    qtbot.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "half a na")
    return editor


def test_a_name_is_typed_in_place(table, record, qtbot) -> None:
    told = []
    table.runs.renamed.connect(lambda *args: told.append(args))
    editor = editing(table, record, qtbot, row=1)
    editor.selectAll()
    qtbot.keyClicks(editor, "  wide   net ")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: told == [(record(2).uid, "wide net")])
    assert table.found.index(1, NAME).data() == "wide net"


def test_a_name_that_is_being_typed_is_not_begun_again(table, record, qtbot) -> None:
    editor = editing(table, record, qtbot)
    qtbot.keyClick(editor, Qt.Key.Key_F2)  # Qt would complain
    qtbot.keyClick(table, Qt.Key.Key_F2)
    assert table.findChild(QLineEdit) is editor
    assert editor.text() == "half a na"


def test_a_name_that_is_typed_is_not_begun_again_after_another_run_has_gone(table, record, qtbot) -> None:
    editor = editing(table, record, qtbot)
    table.show_runs([record(1)])
    qtbot.keyClick(editor, Qt.Key.Key_F2)  # Qt, which has forgotten that it edits, would complain
    assert table.findChild(QLineEdit) is editor
    assert editor.text() == "half a na"


def test_a_name_goes_with_its_run(table, record, qtbot) -> None:
    told = []
    table.runs.renamed.connect(lambda *args: told.append(args))
    editor = editing(table, record, qtbot)
    table.show_runs([record(2)])  # Qt would have it committed to a run that there is no more, and complain
    assert not editor.isVisible()
    assert told == []
    qtbot.keyClick(table, Qt.Key.Key_F2)
    assert table.viewport().focusWidget() not in (None, editor)


def test_enter_that_is_pressed_twice_at_once_is_one(table, record, qtbot) -> None:
    told = []
    table.runs.renamed.connect(lambda *args: told.append(args))
    editor = editing(table, record, qtbot)
    for _twice in range(2):
        qtbot.keyClick(editor, Qt.Key.Key_Return)  # Qt would take up both later, the second one with a complaint
    assert told == [(record(1).uid, "half a na")]
    assert not editor.isVisible()


def test_the_name_of_the_project_is_no_name_of_its_own(table, record) -> None:
    told = []
    table.runs.renamed.connect(lambda *args: told.append(args))
    table.show_runs([record(1, name="wide")])
    table.runs.setData(table.runs.index(0, NAME), "Digits")
    assert told == [(record(1).uid, "")]
    table.runs.setData(table.runs.index(0, NAME), "Digits")
    assert len(told) == 1


def test_a_name_that_is_being_typed_outlives_what_others_change(table, record, qtbot) -> None:
    editor = editing(table, record, qtbot)
    table.show_runs([record(0), record(1), record(2, note="new")])
    assert table.findChild(QLineEdit) is editor
    assert editor.text() == "half a na"
    qtbot.keyClick(editor, Qt.Key.Key_Escape)


def test_space_ticks_what_is_selected_and_takes_the_ticks_away(table, record, qtbot) -> None:
    asked = []
    table.runs.tick_asked.connect(lambda uid, on: asked.append((int(uid, 16), on)))
    table.show_runs([record(1), record(2), record(3, state="running")])
    table.setFocus()
    choose(table, 0, 1, 2)
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert asked == [(1, True), (2, True)], "a run that is trained now lies in the live curves"
    table.runs.show_inks({record(1).uid: 0, record(2).uid: 1})
    asked.clear()
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert asked == [(1, False), (2, False)]


def test_a_click_into_the_box_ticks_one_run(table, record, qtbot) -> None:
    asked = []
    table.runs.tick_asked.connect(lambda uid, on: asked.append((int(uid, 16), on)))
    table.show_runs([record(1), record(2)])
    place = table.visualRect(table.found.index(1, NAME))
    box = QPoint(place.left() + 16, place.center().y())
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=box)
    assert asked == [(2, True)]


def test_a_ticked_run_shows_the_line_of_its_curves(table, record) -> None:
    table.show_runs([record(1), record(2)])
    table.runs.show_inks({record(2).uid: 3})
    rows = [table.found.index(row, NAME) for row in (0, 1)]
    assert [row.data(Qt.ItemDataRole.DecorationRole) is None for row in rows] == [True, False]
    ticked = [Qt.CheckState(row.data(Qt.ItemDataRole.CheckStateRole)) for row in rows]
    assert ticked == [Qt.CheckState.Unchecked, Qt.CheckState.Checked]


def test_a_run_that_is_trained_now_has_no_box(table, record) -> None:
    table.show_runs([record(1, state="running")])
    index = table.found.index(0, NAME)
    assert index.data(Qt.ItemDataRole.CheckStateRole) is None
    assert not index.flags() & Qt.ItemFlag.ItemIsUserCheckable


def test_states_that_want_attention_have_a_colour_and_words(table, record) -> None:
    table.show_runs([record(1, state="interrupted", reason=None), record(2, reason="failed"), record(3)])
    states = [table.found.index(row, TITLES.index("State")) for row in range(3)]
    assert [index.data() for index in states] == ["interrupted", "failed", "all epochs"]
    inks = [index.data(Qt.ItemDataRole.ForegroundRole) for index in states]
    assert inks[0] != inks[1]
    assert inks[2] is None
