"""What crashed windows left is offered above the views, and stays until it is saved or discarded."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from netbuilder import disk
from netbuilder.app.projects import Projects
from netbuilder.app.recovery import Recovery
from netbuilder.app.recovery_folder import About, left_behind, new_folder
from netbuilder.files.contents import Contents
from netbuilder.files.project_file import open_project, save
from netbuilder.spec.project import ProjectSpec
from netbuilder.ui import filing
from netbuilder.ui.recovering import Recovering


def with_epochs(project: ProjectSpec, epochs: int) -> ProjectSpec:
    return replace(project, training=replace(project.training, epochs=epochs))


def crash(folder: Path, project: ProjectSpec, path: Path | None, when: float) -> Path:
    left = new_folder(folder)
    known = None if path is None else disk.fingerprint(path)
    left.write(Contents(project), About(project.title, path, known, when))
    left.release()
    return left.path


@pytest.fixture
def shown(qtbot, window, tmp_path) -> Iterator:
    """The window with real files and a real recovery."""
    files = Projects(window.training, window.document, tmp_path / "locks")
    window.filing._files = files
    recovery = Recovery(window.document, files, tmp_path / "recovery")
    window.recovering = Recovering(recovery, window.filing, window.messages, window)
    with qtbot.waitExposed(window):
        window.show()
    yield window
    recovery.leave()
    files.close()
    for folder in left_behind(tmp_path / "recovery"):
        folder.release()


def labels(window) -> list[str]:
    return [button.text() for button in window.messages.answers if button.isVisible()]


def press(qtbot, window, label: str) -> None:
    (button,) = [button for button in window.messages.answers if button.isVisible() and button.text() == label]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_without_a_crash_nothing_is_asked(shown) -> None:
    shown.recovering.offer()
    assert not shown.messages.isVisible()


def test_a_crash_is_offered_with_its_file_and_its_time(shown, project, tmp_path) -> None:
    save(tmp_path / "mine.netbuilder", Contents(project))
    crash(tmp_path / "recovery", project, tmp_path / "mine.netbuilder", 1.0)
    shown.recovering.offer()
    assert str(tmp_path / "mine.netbuilder") in shown.messages.says.text()
    assert "70" in shown.messages.says.text()
    assert labels(shown) == ["Recover", "Keep for later", "Discard…"]


def test_a_crash_that_tells_an_impossible_time_is_offered_all_the_same(shown, project, tmp_path) -> None:
    crash(tmp_path / "recovery", with_epochs(project, 7), None, 1e18)
    shown.recovering.offer()
    assert "which was never saved" in shown.messages.says.text()
    assert labels(shown) == ["Recover", "Keep for later", "Discard…"]


def test_a_recovered_project_is_unsaved_work_on_its_file(qtbot, shown, project, tmp_path) -> None:
    path = tmp_path / "mine.netbuilder"
    save(path, Contents(project))
    folder = crash(tmp_path / "recovery", with_epochs(project, 7), path, 1.0)
    shown.recovering.offer()
    press(qtbot, shown, "Recover")
    assert shown.document.spec.training.epochs == 7
    assert shown.document.path == path
    assert shown.document.modified
    assert not shown.document.undo_stack.canUndo()
    assert not shown.messages.isVisible()
    assert folder.exists()
    assert open_project(path).project.training.epochs == 12
    assert shown.filing.save()
    assert open_project(path).project.training.epochs == 7
    qtbot.waitUntil(lambda: not folder.exists())


def test_a_recovered_project_does_not_overwrite_what_changed_since_the_crash(
    qtbot, shown, project, tmp_path, monkeypatch
) -> None:
    path = tmp_path / "mine.netbuilder"
    save(path, Contents(project))
    crash(tmp_path / "recovery", with_epochs(project, 7), path, 1.0)
    save(path, Contents(with_epochs(project, 99)))
    shown.recovering.offer()
    press(qtbot, shown, "Recover")
    asked = []
    monkeypatch.setattr(filing, "ask_to_overwrite", lambda *_words, **_named: asked.append(1) or "cancel")
    assert not shown.filing.save()
    assert asked == [1]
    assert open_project(path).project.training.epochs == 99


def test_a_project_that_was_never_saved_is_recovered_without_a_file(qtbot, shown, project, tmp_path) -> None:
    crash(tmp_path / "recovery", with_epochs(replace(project, title="Mine"), 7), None, 1.0)
    shown.recovering.offer()
    assert "“Mine”, which was never saved" in shown.messages.says.text()
    press(qtbot, shown, "Recover")
    assert shown.document.path is None
    assert shown.document.modified
    assert shown.document.spec.title == "Mine"


def test_a_recovered_project_whose_file_is_open_elsewhere_is_a_copy(qtbot, shown, project, tmp_path) -> None:
    path = tmp_path / "mine.netbuilder"
    save(path, Contents(project))
    crash(tmp_path / "recovery", with_epochs(project, 7), path, 1.0)
    other = Projects(shown.training, type(shown.document)(project), tmp_path / "locks")
    other.open(path)
    shown.recovering.offer()
    press(qtbot, shown, "Recover")
    assert shown.document.spec.training.epochs == 7
    assert shown.document.path is None
    assert shown.document.modified
    assert "This is a copy" in shown.messages.says.text()
    other.close()


def test_what_was_kept_at_an_end_that_was_asked_for_is_not_called_a_crash(shown, project, tmp_path) -> None:
    left = new_folder(tmp_path / "recovery")
    left.write(Contents(project), About("Mine", None, None, 1.0, asked=True))
    left.release()
    shown.recovering.offer()
    assert shown.messages.says.text().startswith("The system ended netbuilder. Unsaved changes to “Mine”")
    assert labels(shown) == ["Recover", "Keep for later", "Discard…"]


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_damaged_network_is_told_and_all_else_is_recovered(qtbot, shown, project, tmp_path, elsewhere) -> None:
    path = tmp_path / "mine.netbuilder"
    save(path, Contents(project))
    folder = crash(tmp_path / "recovery", with_epochs(project, 7), path, 1.0)
    (folder / "network.netbuilder").write_bytes(b"damaged")
    other = Projects(shown.training, type(shown.document)(project), tmp_path / "locks")
    if elsewhere:
        other.open(path)
    shown.recovering.offer()
    press(qtbot, shown, "Recover")
    assert shown.document.spec.training.epochs == 7
    assert shown.document.modified
    assert "All but the trained network was recovered" in shown.messages.says.text()
    assert ("This is a copy" in shown.messages.says.text()) == elsewhere
    assert (folder / "network.netbuilder").read_bytes() == b"damaged"
    other.close()


def test_what_is_kept_for_later_is_offered_again_at_the_next_start(qtbot, shown, project, tmp_path) -> None:
    folder = crash(tmp_path / "recovery", project, None, 1.0)
    shown.recovering.offer()
    press(qtbot, shown, "Keep for later")
    assert not shown.messages.isVisible()
    assert (folder / "project.netbuilder").exists()
    shown.recovering.offer()
    assert labels(shown) == ["Recover", "Keep for later", "Discard…"]
    shown.messages.close_button.click()
    assert (folder / "project.netbuilder").exists()
    assert not shown.messages.isVisible()


def test_what_is_discarded_is_gone_after_a_second_thought(qtbot, shown, project, tmp_path) -> None:
    folder = crash(tmp_path / "recovery", project, None, 1.0)
    shown.recovering.offer()
    press(qtbot, shown, "Discard…")
    assert labels(shown) == ["Back", "Discard"]
    assert folder.exists()
    press(qtbot, shown, "Back")
    assert labels(shown) == ["Recover", "Keep for later", "Discard…"]
    press(qtbot, shown, "Discard…")
    press(qtbot, shown, "Discard")
    assert not folder.exists()
    assert not shown.messages.isVisible()


def test_several_crashes_are_asked_about_one_after_the_other(qtbot, shown, project, tmp_path) -> None:
    for title, when in (("first", 3.0), ("second", 2.0), ("third", 1.0)):
        crash(tmp_path / "recovery", replace(project, title=title), None, when)
    shown.recovering.offer()
    assert "“first”" in shown.messages.says.text()
    assert "2 more follow." in shown.messages.says.text()
    press(qtbot, shown, "Keep for later")
    assert "“second”" in shown.messages.says.text()
    assert "1 more follows." in shown.messages.says.text()
    press(qtbot, shown, "Recover")
    assert shown.document.spec.title == "second"
    assert "“third”" in shown.messages.says.text()
    assert len(list((tmp_path / "recovery").iterdir())) == 3


def test_recovering_asks_about_unsaved_changes_first(qtbot, shown, project, tmp_path, monkeypatch) -> None:
    crash(tmp_path / "recovery", with_epochs(project, 7), None, 1.0)
    shown.document.edit("epochs", with_epochs(project, 5))
    monkeypatch.setattr(filing, "ask_to_save", lambda _parent, _name: "cancel")
    shown.recovering.offer()
    press(qtbot, shown, "Recover")
    assert shown.document.spec.training.epochs == 5
    assert labels(shown) == ["Recover", "Keep for later", "Discard…"]


def test_what_cannot_be_read_is_said_and_offered_again(qtbot, shown, project, tmp_path) -> None:
    folder = crash(tmp_path / "recovery", project, None, 1.0)
    (folder / "project.netbuilder").write_bytes(b"damaged")
    shown.recovering.offer()
    press(qtbot, shown, "Recover")
    assert "should be a netbuilder project" in shown.messages.says.text()
    assert labels(shown) == []
    shown.messages.close_button.click()
    assert labels(shown) == ["Recover", "Keep for later", "Discard…"]
    assert folder.exists()


def test_messages_come_and_go_while_a_question_waits(qtbot, shown, project, tmp_path) -> None:
    crash(tmp_path / "recovery", project, None, 1.0)
    shown.recovering.offer()
    question = shown.messages.says.text()
    shown.messages.show_message("The engine died.", "Traceback")
    assert shown.messages.says.text() == "The engine died."
    assert labels(shown) == []
    shown.recovering.offer()
    assert shown.messages.says.text() == "The engine died."
    shown.training.began.emit(project)
    assert shown.messages.says.text() == question
    assert not shown.messages.more.isVisible()
    assert labels(shown) == ["Recover", "Keep for later", "Discard…"]


def test_questions_about_several_things_wait_for_one_another(qtbot, shown, project, tmp_path) -> None:
    folder = crash(tmp_path / "recovery", project, None, 1.0)
    shown.messages.ask("Shall the run go on?", {"go on": "Go on", "back": "Later"}, closing="back", about="run")
    shown.recovering.offer()
    assert labels(shown) == ["Go on", "Later"]
    told = []
    shown.messages.answered.connect(told.append)
    press(qtbot, shown, "Go on")
    assert told == ["go on"]
    assert labels(shown) == ["Go on", "Later"]
    shown.messages.withdraw("run")
    assert labels(shown) == ["Recover", "Keep for later", "Discard…"]
    shown.messages.withdraw("run")
    assert labels(shown) == ["Recover", "Keep for later", "Discard…"]
    press(qtbot, shown, "Keep for later")
    assert not shown.messages.isVisible()
    assert folder.exists()


def test_it_is_said_when_nothing_is_left_to_be_offered(qtbot, shown, project, tmp_path) -> None:
    settled = []
    shown.recovering.settled.connect(lambda: settled.append(1))
    crash(tmp_path / "recovery", project, None, 1.0)
    shown.recovering.offer()
    assert settled == []
    press(qtbot, shown, "Keep for later")
    assert settled == [1]


def test_answers_are_reached_by_keyboard_and_have_names(qtbot, shown, project, tmp_path) -> None:
    crash(tmp_path / "recovery", project, None, 1.0)
    shown.activateWindow()
    shown.recovering.offer()
    first = shown.messages.answers[0]
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    reached = [first.text()]
    for _place in range(2):
        qtbot.keyClick(shown.focusWidget(), Qt.Key.Key_Tab)
        focused = shown.focusWidget()
        assert isinstance(focused, QPushButton)
        reached.append(focused.text())
    assert reached == ["Recover", "Keep for later", "Discard…"]
    qtbot.keyClick(shown.focusWidget(), Qt.Key.Key_Space)
    assert labels(shown) == ["Back", "Discard"]


def test_a_window_that_closes_leaves_no_recovery_behind(qtbot, shown, project, tmp_path) -> None:
    shown.document.edit("epochs", with_epochs(project, 5))
    shown.recovering._recovery._write()
    qtbot.waitUntil(lambda: list((tmp_path / "recovery").glob("*/about.json")) != [])
    shown.close()
    assert list((tmp_path / "recovery").iterdir()) == []


def test_a_recovery_that_fails_is_said_above_the_views(shown) -> None:
    shown.recovering._recovery.failed.emit("For now, a crash would take unsaved changes with it.")
    assert shown.messages.says.text() == "For now, a crash would take unsaved changes with it."
