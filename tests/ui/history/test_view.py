"""The Runs view with a real history: found, named, noted, deleted and brought back, compared, restored."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel, QObject, Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QVBoxLayout, QWidget

from netbuilder.app.document import Document
from netbuilder.runs.history import CannotUseHistory, History
from netbuilder.ui.curves import Curves
from netbuilder.ui.history import HistoryView, PastRuns
from netbuilder.ui.history.overlaying import MOST
from netbuilder.ui.losing import Losing

PATIENCE = 60_000


class Training(QObject):
    """Notes what it is asked, and does nothing of it."""

    began, ended, loaded, failed = Signal(object), Signal(), Signal(), Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.running = False
        self.stored: dict[str, Any] | None = None
        self.asked: list[Any] = []

    def load(self, uid: str, *, best: bool) -> None:
        self.asked.append((uid, best))

    def take_up(self, uid: str, project: Any, told: Any) -> None:
        self.asked.append((uid, project, [type(event).__name__ for event in told]))


@pytest.fixture
def training(qapp) -> Iterator[Training]:
    made = Training()
    yield made
    made.deleteLater()


@pytest.fixture
def document(qapp, made) -> Iterator[Document]:
    one = Document(made(16))
    yield one
    one.deleteLater()


@pytest.fixture
def shown(qtbot, history, document, training) -> HistoryView:
    """The view in a window of its own, with the curves beside it."""
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    view, curves = HistoryView(window), Curves(window)
    column.addWidget(view)
    column.addWidget(curves)
    curves.hide()
    view.history = history
    view.losing = Losing(history, document, training, window)
    view.past = PastRuns(history, document, training, view, curves, lambda *run: "" if run[-1]() else None, view.losing)
    view.curves, view.outside = curves, window
    view.said = []
    view.past.told.connect(view.said.append)
    view.past.failed.connect(view.said.append)
    window.resize(900, 700)
    window.show()
    window.activateWindow()
    return view


def listed(qtbot, view: HistoryView, count: int) -> None:
    """Waits for so many runs, each of which is written to its end: its weights come last, and the next look sees them.

    An empty table may also be one of which nothing was told yet; with the size, the first look has told all.
    """

    def there() -> bool:
        runs, told = view.table.runs.runs, not view.foot.limits.isHidden()
        return (
            told
            and len(runs) == view.table.found.rowCount() == count
            and all(run.state == "interrupted" or run.weights for run in runs)
        )

    qtbot.waitUntil(there, timeout=PATIENCE)


def choose(view: HistoryView, *rows: int) -> None:
    flags = QItemSelectionModel.SelectionFlag
    view.table.clearSelection()
    for row in rows:
        view.table.selectionModel().select(view.table.found.index(row, 0), flags.Select | flags.Rows)


def refuse(*_given: Any) -> None:
    raise CannotUseHistory("It is full.")


def page(view: HistoryView) -> QWidget:
    return view._about.currentWidget()


def test_an_empty_history_says_how_to_fill_it(qtbot, shown) -> None:
    qtbot.waitUntil(lambda: "Press Train" in shown._empty.text(), timeout=PATIENCE)
    assert shown._empty.isVisible()
    assert not shown.search.isVisible()


def test_a_history_that_can_not_be_read_says_so_in_the_view(qtbot, path, shown, history) -> None:
    listed(qtbot, shown, 0)
    history.failed.emit("The history can't be read.")
    assert shown._empty.text() == "The history can't be read."
    assert shown.said[-1] == "The history can't be read."


def test_the_filter_says_how_many_runs_are_left(qtbot, shown, write, history) -> None:
    write(1)
    write(2)
    listed(qtbot, shown, 2)
    assert shown.counted.text() == "2 runs"
    shown.search.setText("nothing has this")
    assert shown.counted.text() == "0 of 2 runs"
    shown.search.clear()
    assert shown.counted.text() == "2 runs"


def test_one_run_is_told_with_its_values_and_how_it_ended(qtbot, shown, write) -> None:
    write(1)
    listed(qtbot, shown, 1)
    choose(shown, 0)
    assert page(shown) is shown.details
    text = shown.details.facts.text()
    for part in ("64–64–10", "last epoch", "80.00", "Test: accuracy 70.00", "seed 42", "Keras\N{NO-BREAK SPACE}3.15.1"):
        assert part in text


def test_words_of_a_run_are_words_and_no_html(qtbot, shown, write, history) -> None:
    write(1)
    listed(qtbot, shown, 1)
    history.rename(f"{1:032x}", "<b>5 < 6</b>")
    choose(shown, 0)
    qtbot.waitUntil(lambda: "&lt;b&gt;5 &lt; 6" in shown.details.facts.text(), timeout=PATIENCE)


def test_a_note_is_kept_when_typing_rests(qtbot, shown, write, kept) -> None:
    write(1)
    listed(qtbot, shown, 1)
    choose(shown, 0)
    shown.details.note.setFocus()
    qtbot.keyClicks(shown.details.note, "It helps.")
    qtbot.waitUntil(lambda: kept()[0].note == "It helps.", timeout=PATIENCE)
    assert shown.details.note.toPlainText() == "It helps."


def test_a_note_is_kept_when_another_run_is_selected_at_once(qtbot, shown, write, kept) -> None:
    write(1)
    write(2)
    listed(qtbot, shown, 2)
    choose(shown, 0)
    shown.details.note.setFocus()
    qtbot.keyClicks(shown.details.note, "of 2")
    choose(shown, 1)
    assert shown.details.note.toPlainText() == ""
    qtbot.waitUntil(lambda: [run.note for run in kept()] == ["of 2", ""], timeout=PATIENCE)


def test_a_note_is_kept_where_another_run_takes_the_place_of_its_own(shown, record) -> None:
    told = []
    shown.details.noted.connect(lambda *args: told.append(args))
    shown.details.show_run(record(1))
    shown.details.note.setPlainText("half a thought")
    shown.details.show_run(record(2, note="other"))
    assert told == [(record(1).uid, "half a thought")]
    assert shown.details.note.toPlainText() == "other"


def test_a_note_that_is_being_typed_is_not_replaced_by_what_was_kept(qtbot, shown, write, history) -> None:
    write(1)
    listed(qtbot, shown, 1)
    choose(shown, 0)
    shown.details.note.setFocus()
    qtbot.keyClicks(shown.details.note, "first")
    history.rename(f"{1:032x}", "wide")
    qtbot.waitUntil(lambda: "wide" in shown.details.facts.text(), timeout=PATIENCE)
    assert shown.details.note.toPlainText() == "first"


def test_a_note_from_elsewhere_is_shown_where_nobody_types_and_outlives_the_focus(
    qtbot, shown, write, path, kept
) -> None:
    write(1)
    listed(qtbot, shown, 1)
    choose(shown, 0)
    told, note = [], shown.details.note
    shown.details.noted.connect(lambda *args: told.append(args))
    note.setFocus()
    with closing(History(path)) as other:
        other.note(f"{1:032x}", "from elsewhere")
    qtbot.waitUntil(lambda: shown.table.runs.runs[0].note == "from elsewhere", timeout=PATIENCE)
    shown.table.setFocus()
    assert told == [], "the focus alone has nothing to say"
    assert note.toPlainText() == "from elsewhere"
    assert kept()[0].note == "from elsewhere"


def test_what_is_typed_wins_over_a_note_that_was_written_elsewhere_meanwhile(qtbot, shown, record) -> None:
    told, details = [], shown.details
    details.noted.connect(lambda _uid, text: told.append(text))
    details.show_run(record(1, note="as it was"))
    details.note.setFocus()
    details.note.selectAll()
    qtbot.keyClicks(details.note, "mine")
    details.show_run(record(1, note="theirs"))
    assert details.note.toPlainText() == "mine"
    details.keep_note()
    assert told == ["mine"]


def test_typing_that_is_taken_back_lets_the_note_from_elsewhere_be_seen(qtbot, shown, record) -> None:
    told, details = [], shown.details
    details.noted.connect(lambda _uid, text: told.append(text))
    details.show_run(record(1, note="as it was"))
    details.note.setFocus()
    qtbot.keyClicks(details.note, "x")
    details.show_run(record(1, note="theirs"))
    qtbot.keyClick(details.note, Qt.Key.Key_Backspace)
    details.keep_note()
    assert told == []
    details.show_run(record(1, note="theirs"))
    assert details.note.toPlainText() == "theirs"


def test_lists_from_before_a_note_was_kept_take_nothing_of_it_away(qtbot, shown, record) -> None:
    told, details = [], shown.details
    note = details.note
    details.noted.connect(lambda _uid, text: told.append(text))
    details.show_run(record(1))
    note.setFocus()
    qtbot.keyClicks(note, "one")
    details.keep_note()
    details.show_run(record(1, name="another"))
    assert note.toPlainText() == "one"
    qtbot.keyClicks(note, ", two")
    details.keep_note()
    details.show_run(record(1, note="one"))
    assert note.toPlainText() == "one, two"
    assert note.textCursor().position() == len("one, two")
    details.show_run(record(1, note="one, two"))
    details.keep_note()
    assert told == ["one", "one, two"]
    note.selectAll()
    qtbot.keyClick(note, Qt.Key.Key_Backspace)
    details.keep_note()
    assert told == ["one", "one, two", ""], "what was kept in between is not what the history has"


def test_a_note_that_is_written_elsewhere_after_it_was_kept_here_stays(qtbot, shown, record) -> None:
    told, details = [], shown.details
    details.noted.connect(lambda _uid, text: told.append(text))
    details.show_run(record(1))
    details.note.setFocus()
    qtbot.keyClicks(details.note, "mine")
    details.keep_note()
    details.show_run(record(1, note="theirs"))
    assert details.note.toPlainText() == "theirs"
    shown.table.setFocus()
    assert told == ["mine"]


def test_a_note_that_was_told_and_taken_back_before_it_was_kept_is_taken_back_there_too(qtbot, shown, record) -> None:
    told, details = [], shown.details
    details.noted.connect(lambda _uid, text: told.append(text))
    details.show_run(record(1))
    details.note.setFocus()
    qtbot.keyClicks(details.note, "x")
    details.keep_note()
    qtbot.keyClick(details.note, Qt.Key.Key_Backspace)
    shown.table.setFocus()
    details.show_run(record(1, note="x"))
    details.show_run(record(1, note=""))
    assert told == ["x", ""]
    assert details.note.toPlainText() == ""


def test_a_note_that_could_not_be_kept_stays_in_its_field_and_is_kept_when_that_is_left(
    qtbot, shown, write, kept, monkeypatch
) -> None:
    write(1)
    listed(qtbot, shown, 1)
    choose(shown, 0)
    note = shown.details.note
    note.setFocus()
    with monkeypatch.context() as patched:
        patched.setattr(History, "note", refuse)
        qtbot.keyClicks(note, "an hour of thought")
        qtbot.waitUntil(lambda: "It is full." in shown.said, timeout=PATIENCE)
    with qtbot.waitSignal(shown.history.changed, timeout=PATIENCE):
        shown.history.watch(on=True)
    assert note.toPlainText() == "an hour of thought"
    shown.table.setFocus()
    qtbot.waitUntil(lambda: kept()[0].note == "an hour of thought", timeout=PATIENCE)


@pytest.mark.parametrize(
    "text", ["two\r\nlines", "two\rlines", "two\u2029lines", "no\N{NO-BREAK SPACE}break", "nothing\0"]
)
def test_a_note_that_no_field_shows_as_it_is_stays_as_it_is(shown, record, text: str) -> None:
    told, details = [], shown.details
    details.noted.connect(lambda *args: told.append(args))
    for _time in range(2):
        details.show_run(record(1, note=text))
        details.note.setFocus()
        details.keep_note()
    details.show_run(record(2))
    assert told == []


def test_deleted_runs_come_back_with_ctrl_z_the_last_first(qtbot, shown, write, kept, document, made) -> None:
    for number in (1, 2, 3):
        write(number)
    listed(qtbot, shown, 3)
    document.edit("another", made(128))
    table = shown.table
    table.setFocus()
    choose(shown, 0)
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    listed(qtbot, shown, 2)
    choose(shown, 0, 1)
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    listed(qtbot, shown, 0)
    assert shown.undo_bar.says.text() == "Deleted 2 runs."
    assert kept() == []
    qtbot.mouseClick(shown.undo_bar.undo, Qt.MouseButton.LeftButton)
    listed(qtbot, shown, 2)
    assert shown.undo_bar.says.text() == "Deleted 1 run."
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    listed(qtbot, shown, 3)
    assert not shown.undo_bar.isVisible()
    assert not table.can_undo
    assert document.spec == made(128)


def test_what_is_let_go_can_not_come_back(qtbot, shown, write, path) -> None:
    write(1)
    listed(qtbot, shown, 1)
    choose(shown, 0)
    shown.table.delete_asked.emit()
    listed(qtbot, shown, 0)
    qtbot.mouseClick(shown.undo_bar.close_button, Qt.MouseButton.LeftButton)
    assert not shown.table.can_undo

    def gone() -> bool:
        with closing(History(path)) as other, suppress(KeyError):
            return other.run(f"{1:032x}") is None
        return True

    qtbot.waitUntil(gone, timeout=PATIENCE)


def test_a_deleted_run_that_goes_on_is_no_longer_offered_to_be_let_go(qtbot, shown, write, kept, history) -> None:
    write(1)
    write(2)
    history.look()
    listed(qtbot, shown, 2)
    choose(shown, 0, 1)
    shown.table.delete_asked.emit()
    listed(qtbot, shown, 0)
    write(1)
    history.look()
    listed(qtbot, shown, 1)
    assert shown.undo_bar.says.text() == "Deleted 1 run."
    qtbot.mouseClick(shown.undo_bar.close_button, Qt.MouseButton.LeftButton)
    write(3)
    history.look()
    listed(qtbot, shown, 2)
    assert [run.uid for run in kept()] == [f"{3:032x}", f"{1:032x}"]


def test_the_last_deleted_run_that_goes_on_takes_the_offer_with_it(qtbot, shown, write, history) -> None:
    write(1)
    history.look()
    listed(qtbot, shown, 1)
    choose(shown, 0)
    shown.table.delete_asked.emit()
    listed(qtbot, shown, 0)
    write(1)
    history.look()
    listed(qtbot, shown, 1)
    assert not shown.undo_bar.isVisible()
    assert not shown.table.can_undo


def test_a_list_from_before_the_deletion_leaves_the_offer_alone(shown, record) -> None:
    one, bar = record(1), shown.undo_bar
    for _time in range(2):  # deleted, brought back and deleted again, before the history has answered
        shown.show_deleted((one.uid,))
        shown.show_runs([one])
        assert bar.holds_something
    bar.confirm((one.uid,))
    shown.show_runs([one])
    assert bar.holds_something
    bar.confirm((one.uid,))
    shown.show_runs([])
    assert bar.holds_something
    shown.show_runs([one])
    assert not bar.holds_something


def test_what_could_not_be_deleted_is_not_said_to_be(qtbot, shown, write, history, monkeypatch) -> None:
    write(1)
    listed(qtbot, shown, 1)
    choose(shown, 0)
    monkeypatch.setattr(History, "delete", refuse)
    shown.table.delete_asked.emit()
    qtbot.waitUntil(lambda: "It is full." in shown.said, timeout=PATIENCE)  # which is told last
    assert not shown.undo_bar.holds_something


def test_what_could_not_be_brought_back_can_be_tried_again(qtbot, shown, write, monkeypatch) -> None:
    write(1)
    listed(qtbot, shown, 1)
    choose(shown, 0)
    shown.table.delete_asked.emit()
    listed(qtbot, shown, 0)
    with monkeypatch.context() as patched:
        patched.setattr(History, "bring_back", refuse)
        shown.undo_bar.undo.click()
        qtbot.waitUntil(lambda: "It is full." in shown.said, timeout=PATIENCE)
    assert shown.undo_bar.isVisible()
    assert shown.undo_bar.says.text() == "Deleted 1 run."
    shown.undo_bar.undo.click()
    listed(qtbot, shown, 1)


def test_a_run_that_is_trained_is_not_deleted(qtbot, shown, record) -> None:
    listed(qtbot, shown, 0)
    shown.show_runs([record(1, state="running", reason=None), record(2)])
    choose(shown, 0, 1)
    shown.table.delete_asked.emit()
    assert "stop it first" in shown.said[-1]
    assert not shown.undo_bar.holds_something


def test_two_runs_are_compared_by_what_differs(qtbot, shown, write, made) -> None:
    write(1, made(64))
    write(2, made(128), loss=2.0)
    listed(qtbot, shown, 2)
    choose(shown, 0, 1)
    comparison = shown.comparison
    assert page(shown) is comparison
    assert comparison.says.toolTip() == "They differ in 1 setting."
    lines = [
        [comparison.table.item(row, place).text() for place in range(3)] for row in range(comparison.table.rowCount())
    ]
    assert ["Layer 2, Dense: Units", "128", "64"] in lines
    assert lines[0] == ["Best value", "80.00\N{NO-BREAK SPACE}%", "80.00\N{NO-BREAK SPACE}%"]


def test_two_runs_of_one_name_stand_under_the_times_they_were_made(shown, record) -> None:
    heads = [
        shown.comparison.table.horizontalHeaderItem(place).text()
        for runs in ((record(1, name="wide"), record(2)), (record(1, name="wide"), record(2, name="wide")))
        if shown.comparison.show_runs(*runs) is None
        for place in (1, 2)
    ]
    assert heads[0] == "wide"
    assert len(set(heads)) == 4
    assert "wide" not in heads[2:]


def test_a_comparison_of_equals_says_so(qtbot, shown, write) -> None:
    write(1)
    write(2)
    listed(qtbot, shown, 2)
    choose(shown, 0, 1)
    assert shown.comparison.says.toolTip() == "Their settings are the same."


def test_settings_of_another_time_that_can_not_be_read_are_said_to_be_so(qtbot, shown, record) -> None:
    listed(qtbot, shown, 0)
    runs = [record(1), record(2, project_text='{"layers": 1}'), record(3, project_text="{")]
    shown.past._show_runs(runs)
    for row in (1, 2):
        choose(shown, 0, row)
        assert "can't be read" in shown.comparison.says.toolTip()
        shown.details.settings_asked.emit(runs[row].uid)
        assert "can't be restored" in shown.said[-1]


def test_the_curves_of_two_runs_are_laid_over_one_another(qtbot, shown, write) -> None:
    write(1, loss=1.0)
    write(2, loss=4.0)
    listed(qtbot, shown, 2)
    choose(shown, 0, 1)
    with qtbot.waitSignal(shown.past.curves_asked):
        qtbot.mouseClick(shown.comparison.curves, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(shown.curves._earlier) == 2, timeout=PATIENCE)
    ends = [one.data.values("val_loss").tolist() for one in shown.curves._earlier]
    assert ends == [[4.0, 2.0], [1.0, 0.5]]
    assert len({one.ink for one in shown.curves._earlier}) == 2


def test_a_tick_lays_curves_under_the_live_ones_and_takes_them_away(qtbot, shown, write) -> None:
    write(1)
    write(2)
    listed(qtbot, shown, 2)
    tick = shown.table.runs.tick_asked.emit
    tick(f"{1:032x}", True)
    tick(f"{2:032x}", True)
    qtbot.waitUntil(lambda: [one.ink for one in shown.curves._earlier] == [0, 1], timeout=PATIENCE)
    tick(f"{1:032x}", False)
    assert [one.ink for one in shown.curves._earlier] == [1], "its ink stays, or its line would change its colour"
    tick(f"{1:032x}", True)
    qtbot.waitUntil(lambda: sorted(one.ink for one in shown.curves._earlier) == [0, 1], timeout=PATIENCE)


def test_a_run_that_is_renamed_or_deleted_is_so_in_the_curves(qtbot, shown, write, history) -> None:
    write(1)
    listed(qtbot, shown, 1)
    shown.table.runs.tick_asked.emit(f"{1:032x}", True)
    history.rename(f"{1:032x}", "wide")
    qtbot.waitUntil(lambda: [one.name for one in shown.curves._earlier] == ["wide"], timeout=PATIENCE)
    history.delete([f"{1:032x}"])
    qtbot.waitUntil(lambda: shown.curves._earlier == (), timeout=PATIENCE)
    history.bring_back([f"{1:032x}"])
    listed(qtbot, shown, 1)
    assert not shown.table.runs.is_ticked(f"{1:032x}"), "its ink may be another's by now"


def go_on(path: Path, number: int, epochs: int) -> None:
    """Trains a run further, to so many epochs in all."""
    with closing(sqlite3.connect(path)) as database, database:
        (run, epoch) = database.execute(
            "SELECT run.id, max(epoch) FROM run JOIN epoch ON run = run.id WHERE uid = ?", (f"{number:032x}",)
        ).fetchone()
        columns = "run, whole, names, metrics, seconds, rate, best_epoch, waited, speed, so_far, losses, first_step"
        for more in range(epoch + 1, epochs + 1):
            database.execute(
                f"INSERT INTO epoch (epoch, {columns}) SELECT ?, {columns} FROM epoch WHERE run = ? AND epoch = ?",
                (more, run, epoch),
            )
        database.execute("UPDATE run SET epochs = ?, epochs_wanted = ? WHERE id = ?", (epochs, epochs, run))


def test_curves_that_lie_under_the_live_ones_grow_when_their_run_is_trained_further(qtbot, shown, write, path) -> None:
    write(1)
    listed(qtbot, shown, 1)
    shown.table.runs.tick_asked.emit(f"{1:032x}", True)

    def laid() -> list[list[int]]:
        return [one.data.epochs.tolist() for one in shown.curves._earlier]

    qtbot.waitUntil(lambda: laid() == [[1, 2]], timeout=PATIENCE)
    go_on(path, 1, 5)
    qtbot.waitUntil(lambda: laid() == [[1, 2, 3, 4, 5]], timeout=PATIENCE)


def test_curves_are_read_again_only_where_there_is_more_of_them(qtbot, shown, record) -> None:
    listed(qtbot, shown, 0)
    asked, over = [], shown.past.overlaying
    over.events_asked.connect(asked.append)

    def told(epochs: int, state: str = "ended") -> int:
        asked.clear()
        over.show_runs([record(1, epochs=epochs, state=state)])
        return len(asked)

    assert told(100) == 0
    over.tick(record(1).uid, on=True)
    assert asked == [record(1).uid]
    assert told(100) == 0
    assert told(101) == 1
    assert told(101) == 0
    assert told(102, "running") == 0, "all of it is read each time: not for every epoch of a long run"
    assert told(112, "running") == 1
    assert told(113) == 1, "its end is laid there, too"
    over.tick(record(1).uid, on=False)
    assert told(200) == 0


def test_there_are_no_more_ticks_than_inks(qtbot, shown, record) -> None:
    listed(qtbot, shown, 0)
    runs = [record(number) for number in range(1, MOST + 2)]
    shown.past._show_runs(runs)
    shown.past.overlaying.show_runs(runs)
    for run in runs:
        shown.table.runs.tick_asked.emit(run.uid, True)
    assert sum(shown.table.runs.is_ticked(run.uid) for run in runs) == MOST
    assert f"{MOST} runs" in shown.said[0]


def test_settings_are_restored_in_one_step_that_undo_takes_back(qtbot, shown, write, made, document) -> None:
    write(1, made(64))
    listed(qtbot, shown, 1)
    choose(shown, 0)
    before = document.spec
    qtbot.mouseClick(shown.details.settings, Qt.MouseButton.LeftButton)
    assert document.spec == made(64)
    assert "Undo" in shown.said[-1]
    document.undo_stack.undo()
    assert document.spec == before
    document.undo_stack.redo()
    qtbot.mouseClick(shown.details.settings, Qt.MouseButton.LeftButton)
    assert "already" in shown.said[-1]
    assert document.undo_stack.count() == 1


def test_restored_settings_leave_the_title_of_the_project(qtbot, shown, write, made, document) -> None:
    document.replace(replace(made(16), title="Mine"), None)
    write(1, made(64))
    listed(qtbot, shown, 1)
    choose(shown, 0)
    shown.details.settings.click()
    assert document.spec == replace(made(64), title="Mine")


def test_only_weights_that_are_kept_can_be_restored(qtbot, shown, record, training) -> None:
    listed(qtbot, shown, 0)
    details = shown.details
    for weights in ((), ("last",), ("last", "best")):
        shown.past._show_runs([record(1, weights=weights)])
        choose(shown, 0)
        assert (details.last.isEnabled(), details.best.isEnabled()) == ("last" in weights, "best" in weights)
    details.last.click()
    details.best.click()
    assert training.asked == [(record(1).uid, False), (record(1).uid, True)]


def test_how_loading_ended_is_said(qtbot, shown, record, training) -> None:
    listed(qtbot, shown, 0)
    shown.past._show_runs([record(1, name="wide")])
    choose(shown, 0)
    shown.details.best.click()
    assert "being loaded" in shown.said[-1]
    training.loaded.emit()
    assert shown.said[-1] == "The network has the best weights of “wide” now."


NEW = "f" * 32  # the uid of the run whose network is here


@pytest.fixture
def answers(monkeypatch) -> list[str]:
    """What is answered to the question whether the network may be lost; those that were given are taken out."""
    given: list[str] = []
    monkeypatch.setattr("netbuilder.ui.losing.ask_to_lose_network", lambda _parent: given.pop(0))
    return given


def hold(document: Document, training: Training, **known: Any) -> None:
    """A network is here since a run; what is known of it beside that."""
    training.stored = {"runs": (NEW,), **known}
    document.hold_network(training.stored)


@pytest.mark.parametrize("answer", ["replace", "keep"])
@pytest.mark.parametrize("lost", ["not recorded", "beyond the limit", "deleted"])
def test_weights_that_only_the_window_has_are_asked_for_before_others_take_their_place(
    qtbot, shown, record, document, training, answers: list[str], lost: str, answer: str
) -> None:
    listed(qtbot, shown, 0)
    here = record(2, uid=NEW, weights=()) if lost == "beyond the limit" else record(2, uid=NEW, state="interrupted")
    hold(document, training, heard={NEW: ()} if lost == "not recorded" else {})
    for lists in ([here], [record(1)]) if lost == "deleted" else ([record(1), here],):
        shown.past._show_runs(lists)
        shown.losing.show_runs(lists)
    choose(shown, 0)
    answers.append(answer)
    shown.details.last.click()
    assert answers == []
    assert training.asked == ([(record(1).uid, False)] if answer == "replace" else [])
    assert any("being loaded" in said for said in shown.said) == (answer == "replace")


@pytest.mark.parametrize("how", ["none", "recorded", "saved", "restored", "of a file"])
def test_weights_that_can_be_had_again_are_replaced_unasked(
    qtbot, shown, record, document, training, answers: list[str], tmp_path: Path, how: str
) -> None:
    listed(qtbot, shown, 0)
    match how:
        case "recorded":
            hold(document, training, heard={})
        case "saved":
            hold(document, training, heard={NEW: ()})
            document.saved(document.spec, tmp_path / "mine.netbuilder")
        case "restored":
            hold(document, training)
        case "of a file":
            hold(document, training, runs=())
    shown.past._show_runs([record(1), record(2, uid=NEW)])
    shown.losing.show_runs([record(1), record(2, uid=NEW)])
    choose(shown, 0)
    shown.details.last.click()
    assert training.asked == [(record(1).uid, False)]


@pytest.mark.parametrize("answer", ["replace", "keep"])
def test_a_run_does_not_go_on_over_a_network_that_only_the_window_has(
    qtbot, shown, write, made, document, training, answers: list[str], answer: str
) -> None:
    uid = write(1, made(64), ended=False)
    listed(qtbot, shown, 1)
    hold(document, training, heard={NEW: ()})
    answers.append(answer)
    shown.past.take_up(shown.past._runs[uid])
    assert answers == []
    assert (shown.past.reviving._run is None) == (answer == "keep")


def test_weights_wait_for_the_end_of_a_training(qtbot, shown, record, training) -> None:
    listed(qtbot, shown, 0)
    shown.show_runs([record(1)])
    choose(shown, 0)
    training.running = True
    training.began.emit(None)
    assert not shown.details.last.isEnabled()
    assert "Stop the training" in shown.details.last.toolTip()
    training.running = False
    training.ended.emit()
    assert shown.details.last.isEnabled()


def test_an_interrupted_run_goes_on_with_all_that_it_had_told(qtbot, shown, write, made, training) -> None:
    uid = write(1, made(64), ended=False)
    listed(qtbot, shown, 1)
    choose(shown, 0)
    with qtbot.waitSignal(shown.past.curves_asked, timeout=PATIENCE):
        qtbot.mouseClick(shown.details.go_on, Qt.MouseButton.LeftButton)
    told = ["RunPrepared", *2 * ["BatchesTrained", "EpochEnded"]]
    assert training.asked == [(uid, made(64), told)]


def test_a_run_that_ended_does_not_offer_to_go_on(qtbot, shown, write) -> None:
    write(1)
    listed(qtbot, shown, 1)
    choose(shown, 0)
    assert not shown.details.go_on.isVisible()


def test_an_interrupted_run_can_be_ended_where_it_is(qtbot, shown, write) -> None:
    write(1, ended=False)
    listed(qtbot, shown, 1)
    choose(shown, 0)
    qtbot.mouseClick(shown.details.end_here, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown.table.runs.runs[0].state == "ended", timeout=PATIENCE)
    assert not shown.details.end_here.isVisible()
    assert shown.details.last.isEnabled(), "what it had come to can be restored"


def test_an_interrupted_run_of_unknown_kinds_is_said_not_to_go_on(qtbot, shown, write, training) -> None:
    uid = write(1, ended=False)
    listed(qtbot, shown, 1)
    run = replace(shown.past._runs[uid], project_text="{}")
    shown.past.reviving.go_on(run)
    qtbot.waitUntil(lambda: any("can't go on" in said for said in shown.said), timeout=PATIENCE)
    assert training.asked == []


def test_the_history_tells_its_size_and_takes_another_limit(qtbot, shown, write, history) -> None:
    write(1)
    qtbot.waitUntil(lambda: shown.foot.limits.isVisible(), timeout=PATIENCE)
    assert "The history takes" in shown.foot.says.text()
    assert shown.foot.limits.currentText() == "2\N{NO-BREAK SPACE}GB"
    place = shown.foot.limits.findText("5\N{NO-BREAK SPACE}GB")
    limits: list[int] = []
    history.sized.connect(lambda _size, limit, _interrupted: limits.append(limit))
    shown.foot.limits.setCurrentIndex(place)
    shown.foot.limits.activated.emit(place)
    qtbot.waitUntil(lambda: 5 << 30 in limits, timeout=PATIENCE)  # a look of before may tell of the one before it


def test_interrupted_runs_that_take_more_than_the_limit_are_told_with_what_to_do(qtbot, shown) -> None:
    listed(qtbot, shown, 0)
    gigabyte, foot = 1 << 30, shown.foot
    for width in (900, 420):
        shown.outside.resize(width, 700)
        foot.show_size(4 * gigabyte, 2 * gigabyte, 3 * gigabyte)
        says = "Interrupted runs alone take 3\N{NO-BREAK SPACE}GB"
        qtbot.waitUntil(foot._explained.isVisible)
        assert foot._explained.accessibleName().startswith(says)
        assert foot.limits.toolTip().startswith(says)
        assert "end or delete" in foot.limits.accessibleDescription()
        foot.show_size(4 * gigabyte, 2 * gigabyte, 2 * gigabyte)
        assert foot._explained.accessibleName().startswith("Beyond that, the oldest weights go")
        assert foot._explained.isVisible() == (width == 900)


def test_nobody_watches_a_history_that_can_not_be_seen(qtbot, shown, history) -> None:
    listed(qtbot, shown, 0)
    assert history._clock.isActive()
    shown.hide()
    assert not history._clock.isActive()
    shown.show()
    assert history._clock.isActive()


def test_everything_that_takes_the_focus_has_a_name(qtbot, shown, write) -> None:
    write(1)
    write(2, ended=False)
    listed(qtbot, shown, 2)
    for rows in ((), (0,), (1,), (0, 1)):
        choose(shown, *rows)
        QApplication.processEvents()
    nameless = [
        widget
        for widget in shown.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton | QLabel) and widget.text())
        and not widget.objectName().startswith("qt_")
        and widget.focusProxy() is None
        and not widget.parentWidget().inherits("QComboBoxPrivateContainer")
    ]
    assert nameless == []


def test_all_of_it_is_reached_by_the_tab_key(qtbot, shown, write) -> None:
    write(1)
    listed(qtbot, shown, 1)
    choose(shown, 0)
    shown.search.setFocus()
    reached = set()
    for _step in range(30):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        reached.add(QApplication.focusWidget())
    details = shown.details
    wanted = {shown.search, shown.table, details.note, details.settings, details.last, details.best, shown.foot.limits}
    assert wanted <= reached
