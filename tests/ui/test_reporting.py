"""What goes wrong reaches a person in one dialog, once, with a way to bring the work into safety."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt, QTimer, qWarning
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMainWindow, QMenu

from netbuilder.app.copies import Copies
from netbuilder.app.faults import Faults
from netbuilder.app.lives import Life, last_words
from netbuilder.app.projects import Projects
from netbuilder.files.contents import Contents
from netbuilder.files.project_file import open_project, save
from netbuilder.ui import filing
from netbuilder.ui import reporting as module
from netbuilder.ui.last_words import LastWordsOffer
from netbuilder.ui.message_bar import MessageBar
from netbuilder.ui.report_dialog import ReportDialog
from netbuilder.ui.reporting import Reporting
from netbuilder.ui.start import opened
from netbuilder.worker.messages import Readiness


@pytest.fixture
def report(qtbot, document, preferences, tmp_path, monkeypatch) -> Iterator[Callable]:
    """Lets a window report the faults of a test. A test of one that needs no more of the program has a bare window."""
    monkeypatch.setattr(module, "_AGAIN", 20)
    faults = Faults()
    ended: list[Callable[[], None]] = [faults.close]

    def begin(window, messages, filing, files) -> None:
        copies = Copies(document, files, tmp_path / "locks")
        window.faults, window.messages = faults, messages
        window.reporting = Reporting(faults, copies, filing, preferences, messages, tmp_path / "log", window)
        ended.append(window.reporting.close)
        faults.watch(lambda _text: None)
        with qtbot.waitExposed(window):
            window.show()

    yield begin
    for end in ended:
        end()


@pytest.fixture
def shown(qtbot, report) -> QMainWindow:
    bare = QMainWindow()
    qtbot.addWidget(bare)
    bare.resize(600, 400)
    messages = MessageBar(bare)
    bare.setCentralWidget(messages)
    report(bare, messages, SimpleNamespace(name="Digits"), None)
    return bare


@pytest.fixture
def whole(window, report, tmp_path) -> Iterator:
    """The window, with real files."""
    files = Projects(window.training, window.document, tmp_path / "locks")
    window.filing._files = files
    report(window, window.messages, window.filing, files)
    yield window
    files.close()


def fail() -> None:
    raise KeyError("Ann's data")


def fail_elsewhere() -> None:
    raise ValueError("Ann's data")


def happens(window, what=fail, times: int = 1) -> None:
    """As in a slot: the event loop calls what raises."""
    for _time in range(times):
        QTimer.singleShot(0, window, what)
    for _turn in range(3):
        QApplication.processEvents()
    window.faults.look()


def log(tmp_path: Path) -> str:
    return (tmp_path / "log" / "netbuilder.log").read_text("utf-8")


def test_a_fault_is_said_with_a_way_out_and_details_to_copy(shown, qtbot) -> None:
    happens(shown)
    dialog = shown.reporting.dialog
    assert dialog.isVisible()
    assert "save a copy" in dialog.says.text()
    assert dialog.accessibleDescription() == dialog.says.text()
    assert [b.text() for b in (dialog.save, dialog.copy, dialog.quit, dialog.done_button) if b.isVisible()] == [
        "&Save a copy…",
        "&Copy details",
        "Close &netbuilder",
        "&Go on",
    ]
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert "in fail\nKeyError" in copied
    assert "tensorflow 2." in copied
    assert "ERROR An exception in the window" in copied
    assert "Ann" not in copied
    assert str(Path.home()) + "/" not in copied
    assert "were copied" in dialog.came.text()


def test_a_thousand_of_the_same_are_one_dialog_and_never_another(shown, qtbot) -> None:
    happens(shown, times=1000)
    dialog = shown.reporting.dialog
    assert "It happened 1,000 times." in dialog.says.text()
    happens(shown)
    assert shown.reporting.dialog is dialog
    assert "It happened 1,001 times." in dialog.says.text()
    qtbot.mouseClick(dialog.done_button, Qt.MouseButton.LeftButton)
    happens(shown, times=10)
    assert shown.reporting.dialog is None


def test_a_fault_that_comes_again_after_it_was_read_is_said_once_in_the_message_bar(shown) -> None:
    happens(shown)
    shown.reporting.dialog.reject()
    assert not shown.messages.isVisible()
    happens(shown)
    assert shown.reporting.dialog is None
    assert "went wrong again" in shown.messages.says.text()
    shown.messages.dismiss()
    happens(shown)
    assert not shown.messages.isVisible()


def test_what_happens_while_it_is_read_is_shown_with_it(shown) -> None:
    happens(shown)
    dialog = shown.reporting.dialog
    happens(shown, fail_elsewhere)
    assert shown.reporting.dialog is dialog
    assert "KeyError" in dialog.details.toPlainText()
    assert "ValueError" in dialog.details.toPlainText()
    dialog.reject()
    assert shown.reporting.dialog is None


def test_another_fault_is_said_in_another_dialog(shown) -> None:
    happens(shown)
    shown.reporting.dialog.reject()
    happens(shown, fail_elsewhere)
    assert "ValueError" in shown.reporting.dialog.details.toPlainText()
    assert "KeyError" not in shown.reporting.dialog.details.toPlainText()


@pytest.mark.parametrize("kind", [QDialog, QMenu])
def test_it_waits_until_another_dialog_or_menu_is_closed(shown, qtbot, kind) -> None:
    other = kind(shown)
    other.addAction(QAction("Do it", other))
    other.open() if isinstance(other, QDialog) else other.popup(shown.pos())
    happens(shown)
    assert shown.reporting.dialog is None
    other.close()
    qtbot.waitUntil(lambda: shown.reporting.dialog is not None)
    assert "in fail" in shown.reporting.dialog.details.toPlainText()


def test_it_waits_until_the_mouse_has_done_what_it_does(shown, qtbot) -> None:
    handle = shown.windowHandle()
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=shown.rect().center())
    happens(shown)
    assert shown.reporting.dialog is None
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=shown.rect().center())
    qtbot.waitUntil(lambda: shown.reporting.dialog is not None)


def test_a_key_that_was_meant_for_the_window_answers_nothing(shown, qtbot) -> None:
    happens(shown)
    dialog = shown.reporting.dialog
    dialog.activateWindow()
    qtbot.waitUntil(lambda: dialog.focusWidget() is not None)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        qtbot.keyClick(dialog.focusWidget(), key)
        assert dialog.isVisible()
        assert not dialog.details.isVisible()
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Space)
    assert dialog.isVisible()
    assert dialog.details.isVisible()  # no more than that is what Space opens


def test_all_of_it_is_reached_by_keyboard(shown, qtbot) -> None:
    happens(shown)
    dialog = shown.reporting.dialog
    dialog.activateWindow()
    reached = []
    for _step in range(6):
        reached.append(dialog.focusWidget())
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    assert {dialog.more, dialog.save, dialog.copy, dialog.quit, dialog.done_button} <= set(reached)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert shown.reporting.dialog is None


def test_a_copy_is_saved_although_the_projects_own_place_is_gone(whole, qtbot, tmp_path, monkeypatch) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    save(stick / "mine.netbuilder", Contents(whole.document.spec))
    whole.filing.open_path(stick / "mine.netbuilder")
    whole.document.edit("title", replace(whole.document.spec, title="Changed"))
    shutil.rmtree(stick)
    monkeypatch.setattr(filing, "ask_to_overwrite", lambda *_words, **_named: "cancel")
    assert not whole.filing.save()
    happens(whole)
    asked = []
    places = iter([str(stick / "copy.netbuilder"), "", str(tmp_path / "copy")])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *given: (asked.append(given[2]), (next(places), ""))[1])
    dialog = whole.reporting.dialog
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert "its folder is gone: choose another place" in dialog.came.text()
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert "its folder is gone" in dialog.came.text()
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert f"saved to “{tmp_path / 'copy.netbuilder'}”" in dialog.came.text()
    assert open_project(tmp_path / "copy.netbuilder").project.title == "Changed"
    assert asked[0].endswith("mine (copy).netbuilder")
    assert whole.document.path == stick / "mine.netbuilder"
    assert whole.document.modified


def test_the_window_closes_as_it_always_does(whole, qtbot) -> None:
    left = []
    whole.filing.left.connect(lambda: left.append(1))
    happens(whole)
    qtbot.mouseClick(whole.reporting.dialog.quit, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not whole.isVisible())
    assert left == [1]
    assert whole.reporting.dialog is None


def test_nothing_is_said_over_a_window_that_is_gone(shown, qtbot) -> None:
    shown.close()
    happens(shown)
    assert shown.reporting.dialog is None


def test_a_warning_of_qt_is_written_and_not_said(shown, tmp_path) -> None:
    happens(shown, lambda: qWarning("Cannot open file '/home/ann/x.svg'"))
    assert shown.reporting.dialog is None
    assert "WARNING Qt: Cannot open file '<path>.svg'" in log(tmp_path)


def test_the_log_says_what_happened_and_how_often(shown, tmp_path) -> None:
    happens(shown, times=3)
    shown.reporting.note_ready(SimpleNamespace(versions={"Keras": "3"}))
    shown.reporting.note_death("The engine ended.", 'exit code -11\nAnn\n  File "/x/keras/y.py", line 3 in f')
    shown.reporting.note_failure("“Ann” failed.", "Traceback (most recent call last):\nValueError: Ann")
    shown.reporting.close()
    written = log(tmp_path)
    assert "has begun" in written
    assert "ERROR 3 times in the window" in written
    assert "The engine is ready: Keras 3" in written
    assert 'The engine died\n    exit code -11\n      File "…/keras/y.py", line 3, in f' in written
    assert "failed in the engine\n    Traceback (most recent call last):\n    ValueError\n" in written
    assert written.splitlines()[-1].endswith("has ended")
    assert "Ann" not in written


def test_a_report_is_shown_when_it_is_asked_for(shown, qtbot) -> None:
    shown.reporting.report()
    dialog = shown.reporting.dialog
    assert dialog.details.isVisible()
    assert not dialog.save.isVisible()
    assert not dialog.quit.isVisible()
    assert "netbuilder 0." in dialog.details.toPlainText()
    happens(shown)
    assert shown.reporting.dialog is dialog, "one dialog at a time"
    assert "KeyError" not in dialog.details.toPlainText()
    qtbot.mouseClick(dialog.done_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown.reporting.dialog is not None)
    assert "KeyError" in shown.reporting.dialog.details.toPlainText()


def test_where_the_log_lies_is_said_if_its_folder_cannot_be_shown(shown, tmp_path, monkeypatch) -> None:
    opened = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: (opened.append(url.toLocalFile()), len(opened) == 1)[1]
    )
    shown.reporting.show_log()
    assert opened == [str(tmp_path / "log")]
    assert not shown.messages.isVisible()
    shown.reporting.show_log()
    assert str(tmp_path / "log") in shown.messages.says.text()


@pytest.fixture
def offer(shown, tmp_path) -> Iterator[LastWordsOffer]:
    died = Life(tmp_path / "lives")
    died.note('Fatal Python error: Aborted\n  File "/x/netbuilder/ui/window.py", line 3 in f')
    died.close(keep=True)
    made = LastWordsOffer(tmp_path / "lives", shown.reporting, shown.messages, shown)
    made.offer_soon()
    yield made
    made.leave()


def test_the_report_of_an_earlier_end_is_offered_shown_and_gone(shown, offer, qtbot, tmp_path) -> None:
    qtbot.waitUntil(shown.messages.isVisible)
    assert "netbuilder ended unexpectedly" in shown.messages.says.text()
    assert "Fatal Python error: Aborted" in log(tmp_path)
    show, dismiss = (button for button in shown.messages.answers if button.isVisible())
    assert (show.text(), dismiss.text()) == ("Show the report", "Dismiss")
    qtbot.mouseClick(show, Qt.MouseButton.LeftButton)
    dialog = shown.reporting.dialog
    assert 'File "netbuilder/ui/window.py", line 3, in f' in dialog.details.toPlainText()
    dialog.reject()
    assert not shown.messages.isVisible()
    assert list((tmp_path / "lives").iterdir()) == []


def test_a_report_that_is_dismissed_is_gone(shown, offer, qtbot, tmp_path) -> None:
    qtbot.waitUntil(shown.messages.isVisible)
    shown.messages.close_button.click()
    assert not shown.messages.isVisible()
    assert last_words(tmp_path / "lives") == []


def test_a_report_that_nobody_answered_is_offered_again(shown, offer, qtbot, tmp_path) -> None:
    qtbot.waitUntil(shown.messages.isVisible)
    offer.leave()
    (words,) = last_words(tmp_path / "lives")
    words.release()


def test_the_window_reports_what_its_menu_asks_for_and_notes_how_its_engine_fares(
    qapp, qtbot, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: True)
    window = opened(qapp, tmp_path / "preferences.ini")
    qtbot.addWidget(window)
    window.actions_.report.trigger()
    assert "netbuilder 0." in window.findChild(ReportDialog).details.toPlainText()
    window.findChild(ReportDialog).reject()
    window.actions_.show_log.trigger()
    window.engine.ready.emit(Readiness({"Keras": "3"}, (), ""))
    window.engine.died.emit("“Ann” died.", "exit code -11")
    window.training.failed.emit("“Ann” failed.", "ValueError: Ann")
    window.engine.close()
    written = next(tmp_path.rglob("netbuilder.log")).read_text("utf-8")
    says = ("The engine is ready: Keras 3", "The engine died\n    exit code -11", "in the engine\n    ValueError\n")
    assert [one for one in says if one not in written] == []
    assert "Ann" not in written
