"""An interrupted run comes home to its project's file, and where that can't be, says why and spoils nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from netbuilder.app.open_file import hold
from netbuilder.app.recovery import Recovery
from netbuilder.app.recovery_folder import About, new_folder
from netbuilder.disk import fingerprint
from netbuilder.files.contents import Contents
from netbuilder.files.project_file import open_project, save
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.project import ProjectSpec, stack
from netbuilder.ui import filing
from netbuilder.ui.homecoming import Homecoming
from netbuilder.ui.recovering import Recovering

STEP = "restore settings of “Mine”"


def with_seed(project: ProjectSpec, seed: int) -> ProjectSpec:
    return replace(project, training=replace(project.training, seed=seed))


@pytest.fixture
def trained(project: ProjectSpec) -> ProjectSpec:
    """What the run has trained: no template is like it."""
    return replace(project, layers=stack(Dense(10, activation="softmax")), title="Mine")


@pytest.fixture
def file(tmp_path: Path, trained: ProjectSpec) -> Path:
    """The file of its project, which has another title by now."""
    path = tmp_path / "mine.netbuilder"
    save(path, Contents(replace(trained, title="Mine for ever")))
    return path


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is answered when it is asked what becomes of unsaved changes; without one, they are not wanted."""
    given: list[str] = []
    monkeypatch.setattr(filing, "ask_to_save", lambda *_about: given.pop(0) if given else "discard")
    yield given
    assert given == [], "it was not asked"


@pytest.fixture
def home(shown: Any, answers: list[str]) -> Homecoming:
    return Homecoming(shown.document, shown.filing)


def test_a_run_goes_on_in_the_file_of_its_project(shown, home, file, trained):
    assert home.bring(trained, str(file), STEP) == ""
    assert (shown.document.path, shown.document.spec.title) == (file, "Mine for ever")
    assert not shown.document.modified
    assert str(file) in map(str, shown._preferences.recent)


def test_what_is_open_and_not_saved_is_asked_about_and_may_be_kept(shown, home, file, trained, answers):
    shown.editing.new_seed()
    before = shown.document.spec
    answers.append("cancel")
    assert home.bring(trained, str(file), STEP) is None
    assert (shown.document.path, shown.document.spec) == (None, before)


def test_a_run_whose_project_is_open_goes_on_in_it(shown, home, file, trained, tmp_path):
    home.bring(trained, str(file), STEP)
    link = tmp_path / "link.netbuilder"
    link.symlink_to(file)
    assert home.bring(trained, str(link), STEP) == ""
    assert shown.document.path == file
    assert home.bring(trained, None, STEP) == ""
    assert home.bring(trained, None, STEP, lambda: False) is None


def test_edits_since_the_run_began_stay_unsaved_edits(shown, home, file, trained):
    home.bring(trained, str(file), STEP)
    shown.editing.new_seed()
    edited = shown.document.spec
    assert home.bring(trained, str(file), STEP) == ""
    assert (shown.document.path, shown.document.spec) == (file, edited)
    assert shown.document.modified
    assert home.bring(trained, str(file), STEP, lambda: False) is None


@pytest.mark.parametrize("fate", ["gone", "changed", "damaged", "in use"])
def test_a_file_that_no_longer_holds_it_is_left_alone_and_it_is_said_why(shown, home, file, trained, fate, tmp_path):
    other = None
    match fate:
        case "gone":
            file.unlink()
        case "changed":
            save(file, Contents(with_seed(trained, 7)))
        case "damaged":
            file.write_bytes(b"nothing")
        case _:
            other = hold(file, tmp_path / "locks")
    before = file.read_bytes() if file.exists() else None
    said = home.bring(trained, str(file), STEP)
    words = {
        "gone": "no longer there",
        "changed": "has other settings",
        "damaged": "should be",
        "in use": "already open",
    }
    assert words[fate] in said
    assert "goes on without that file" in said
    assert (shown.document.spec, shown.document.path) == (replace(trained, title="Digits"), None)
    assert shown.document.undo_stack.undoText() == STEP
    assert (file.read_bytes() if file.exists() else None) == before
    if other is not None:
        other.close()


def test_where_the_open_file_has_changed_since_the_run_gets_a_project_of_its_own(shown, home, file, trained, answers):
    changed = with_seed(trained, 7)
    save(file, Contents(changed))
    shown.filing.open_path(file)
    said = home.bring(trained, str(file), STEP)
    assert "has other settings" in said
    assert (shown.document.spec, shown.document.path) == (trained, None)
    assert open_project(file).project == changed


def test_a_file_that_was_saved_over_while_it_was_asked_is_not_gone_on_in(
    shown, home, file, trained, answers, monkeypatch
):
    begin_in = shown.filing.begin_in

    def late(*given: Any) -> str | None:
        save(file, Contents(with_seed(trained, 7)))
        return begin_in(*given)

    monkeypatch.setattr(shown.filing, "begin_in", late)
    assert "has other settings" in home.bring(trained, str(file), STEP)
    assert shown.document.path is None


def test_unsaved_work_that_was_recovered_is_what_the_run_goes_on_in(shown, home, file, trained, tmp_path, qtbot):
    edited, parent = with_seed(trained, 7), tmp_path / "recovery"
    folder = new_folder(parent)
    folder.write(Contents(edited), About("Mine", file, fingerprint(file), 1e9))
    folder.release()  # its window was killed
    recovery = Recovery(shown.document, shown.filing._files, parent)
    recovering = Recovering(recovery, shown.filing, shown.messages, shown)
    with qtbot.waitSignal(recovering.settled):
        recovering.offer()
        shown.messages.answers[0].click()
    assert home.bring(trained, str(file), STEP) == ""
    assert (shown.document.path, shown.document.spec) == (file, edited)
    assert shown.document.modified
    assert open_project(file).project == replace(trained, title="Mine for ever")
    recovery.leave()
    assert recovery.left_behind() == []
