"""Files and the window: nothing of another's is overwritten, and nothing of one's own dropped, without being asked."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from netbuilder.app.document import Document
from netbuilder.app.projects import Projects
from netbuilder.events import BatchesTrained, EpochEnded, RunEnded, RunPrepared
from netbuilder.files.contents import Attached, Contents
from netbuilder.files.project_file import open_project, save
from netbuilder.spec.project import ProjectSpec
from netbuilder.ui import filing, questions


def with_epochs(project: ProjectSpec, epochs: int) -> ProjectSpec:
    return replace(project, training=replace(project.training, epochs=epochs))


def epochs_in(path: Path) -> int:
    return open_project(path).project.training.epochs


class Other:
    """Another window, of which only the files matter."""

    def __init__(self, window, locks: Path) -> None:
        self.document = Document(window.document.spec)
        self.files = Projects(window.training, self.document, locks)


@pytest.fixture
def path(project, tmp_path) -> Path:
    save(tmp_path / "mine.netbuilder", Contents(project, None, Attached("Notes.")))
    return tmp_path / "mine.netbuilder"


@pytest.fixture
def other(window, tmp_path) -> Iterator[Other]:
    made = Other(window, tmp_path / "locks")
    yield made
    made.files.close()


def edit(window, epochs: int) -> None:
    window.document.edit("epochs", with_epochs(window.document.spec, epochs))


def answer(monkeypatch: pytest.MonkeyPatch, what: str) -> list[tuple[str, bool]]:
    """Answers what is asked about a file that is another than it was; returns what was asked."""
    asked: list[tuple[str, bool]] = []

    def ask(_parent, sentence: str, *, gone: bool) -> str:
        asked.append((sentence, gone))
        return what

    monkeypatch.setattr(filing, "ask_to_overwrite", ask)
    return asked


def changed(shown, path: Path) -> None:
    """Opened here, edited here, and changed by another program."""
    shown.filing.open_path(path)
    edit(shown, 5)
    save(path, Contents(with_epochs(shown.document.spec, 99)))


@pytest.mark.parametrize("what", ["overwrite", "save as", "open", "cancel"])
def test_a_file_that_another_program_changed_is_asked_about(shown, path, tmp_path, monkeypatch, what) -> None:
    changed(shown, path)
    asked = answer(monkeypatch, what)
    elsewhere = tmp_path / "elsewhere.netbuilder"
    monkeypatch.setattr(filing.QFileDialog, "getSaveFileName", lambda *_words: (str(elsewhere), ""))
    saved = shown.filing.save()
    ((sentence, gone),) = asked
    assert "changed by another program" in sentence
    assert not gone
    assert saved == (what in ("overwrite", "save as"))
    assert epochs_in(path) == (5 if what == "overwrite" else 99)
    assert elsewhere.exists() == (what == "save as")
    assert shown.document.modified == (what == "cancel")
    assert shown.document.spec.training.epochs == (99 if what == "open" else 5)


def test_a_file_that_is_gone_can_be_saved_there_again(shown, path, monkeypatch) -> None:
    shown.filing.open_path(path)
    edit(shown, 5)
    path.unlink()
    asked = answer(monkeypatch, "overwrite")
    assert shown.filing.save()
    ((sentence, gone),) = asked
    assert "no longer there" in sentence
    assert gone
    assert epochs_in(path) == 5
    assert open_project(path).attached.notes == "Notes."


def test_a_window_does_not_close_over_a_file_that_is_asked_about(shown, path, monkeypatch) -> None:
    changed(shown, path)
    answer(monkeypatch, "cancel")
    monkeypatch.setattr(filing, "ask_to_save", lambda _parent, _name: "save")
    left = []
    shown.filing.left.connect(lambda: left.append(1))
    assert not shown.close()
    assert left == []
    assert epochs_in(path) == 99
    monkeypatch.setattr(filing, "ask_to_save", lambda _parent, _name: "discard")
    assert shown.close()
    assert left == [1]


def test_what_is_there_now_is_not_opened_while_a_network_is_trained(shown, path, monkeypatch) -> None:
    changed(shown, path)
    answer(monkeypatch, "open")
    shown.training.start(shown.document.spec)
    assert not shown.filing.save()
    assert shown.document.spec.training.epochs == 5
    assert "being trained" in shown.messages.says.text()
    shown.training.finish(None)


def test_what_another_window_has_open_is_a_copy_here(shown, other, path, tmp_path, monkeypatch) -> None:
    other.document.replace(other.files.open(path), path)
    shown.filing.open_path(path)
    assert shown.document.spec == other.document.spec
    assert shown.document.path is None
    assert not shown.document.modified
    assert shown.windowTitle().startswith("mine (copy)[*]")
    assert "already open in another window" in shown.messages.says.text()
    assert "save it under another name" in shown.messages.says.text()
    edit(shown, 5)
    asked = []

    def ask(_parent, _title, start, _kinds):
        asked.append(Path(start).name)
        return str(tmp_path / "copy.netbuilder"), ""

    monkeypatch.setattr(filing.QFileDialog, "getSaveFileName", ask)
    assert shown.filing.save()
    assert asked == ["mine (copy).netbuilder"]
    assert epochs_in(path) == 12
    assert epochs_in(tmp_path / "copy.netbuilder") == 5
    assert shown.windowTitle().startswith("copy[*]")


def test_what_another_window_has_open_is_never_saved_over(shown, other, path, monkeypatch) -> None:
    other.document.replace(other.files.open(path), path)
    edit(shown, 5)
    monkeypatch.setattr(filing.QFileDialog, "getSaveFileName", lambda *_words: (str(path), ""))
    assert not shown.filing.save()
    assert shown.messages.says.text().endswith("Choose another name.")
    assert epochs_in(path) == 12
    assert shown.document.modified


def test_the_version_before_can_be_opened_and_saved_over_the_one_after_it(shown, path, monkeypatch) -> None:
    shown.filing.open_path(path)
    edit(shown, 5)
    assert shown.filing.save()
    shown.filing.open_path(path.with_name(f"{path.name}~"))
    assert shown.document.spec.training.epochs == 12
    assert shown.document.path is None
    assert shown.document.modified
    assert f"“{path}” as it was before it was saved last" in shown.messages.says.text()
    assert shown.windowTitle().startswith("mine (copy)[*]")
    monkeypatch.setattr(filing.QFileDialog, "getSaveFileName", lambda *_words: (str(path), ""))
    assert shown.filing.save()
    assert epochs_in(path) == 12
    assert epochs_in(path.with_name(f"{path.name}~")) == 5


def test_a_file_named_from_where_one_stands_is_known_from_anywhere(shown, path, monkeypatch) -> None:
    monkeypatch.chdir(path.parent)
    shown.filing.open_path(Path(path.name))
    assert shown.document.path == path


def test_a_copy_that_cannot_be_read_leaves_the_project_that_is_open(shown, other, path) -> None:
    other.document.replace(other.files.open(path), path)
    path.write_bytes(b"no project")
    before = shown.document.spec
    shown.filing.open_path(path)
    assert shown.document.spec is before
    assert "should be a netbuilder project" in shown.messages.says.text()


@pytest.mark.parametrize("gone", [False, True])
@pytest.mark.parametrize("place, what", [(0, "save as"), (1, "overwrite"), (2, "open"), (3, "cancel")])
def test_the_question_about_a_changed_file_has_an_answer_each(qtbot, shown, gone, place, what) -> None:
    labels = ["Save &as…", "&Save it there again" if gone else "&Overwrite it", "&Open what is there now", "Cancel"]
    if gone and what == "open":
        pytest.skip("there is nothing to be opened")
    seen = []

    def click() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        buttons = {button.text(): button for button in box.buttons()}
        seen.append(set(buttons))
        assert box.defaultButton() is buttons["Save &as…"]
        buttons[labels[place]].click()

    QTimer.singleShot(0, shown, click)
    assert questions.ask_to_overwrite(shown, "It was changed.", gone=gone) == what
    assert seen == [set(labels) - ({labels[2]} if gone else set())]


def test_escape_overwrites_nothing(qtbot, shown) -> None:
    QTimer.singleShot(0, shown, lambda: QApplication.activeModalWidget().close())
    assert questions.ask_to_overwrite(shown, "It was changed.", gone=False) == "cancel"


def test_the_curves_of_a_network_come_with_its_project(shown, project) -> None:
    told = (
        RunPrepared("CPU", True, 2, 4, 1150, 288, 650, penalty=False),
        BatchesTrained(1, 0, np.ones(4, np.float32), {"loss": 1.0}, 1e4, 0.0),
        EpochEnded(1, 0.5, {"loss": 1.0, "val_loss": 0.5}, 0.001, 1, 0),
        RunEnded("stopped", 1, 1, False, 0.5, {}),
    )
    shown.training.stored, shown.training.history = {"project": project}, told
    shown.filing.began.emit(())
    assert shown.curves.data.epochs.tolist() == [1]
    assert shown.curves.data.losses.size == 4
    assert not shown.curves.data.running
    shown.training.stored = None
    shown.filing.began.emit(())
    assert shown.curves.data.empty


@pytest.mark.parametrize("save", ["save", "may_leave"])
def test_a_save_that_lacks_curves_says_so_and_the_window_stays_open_for_it(shown, monkeypatch, tmp_path, save) -> None:
    asked: list[str] = []
    monkeypatch.setattr(filing, "ask_to_save", lambda *_given: asked.append("") or "save")
    monkeypatch.setattr(shown.filing._files, "save", lambda *_given, **_how: "It is locked: wait for it.")
    shown.document.saved(shown.document.spec, tmp_path / "mine.netbuilder")
    edit(shown, 5)
    said: list[str] = []
    shown.filing.warned.connect(said.append)
    assert getattr(shown.filing, save)() is (save == "save")
    (sentence,) = said
    assert "curves of its network may be missing. It is locked: wait for it. Saving it again" in sentence
    assert not shown.document.modified
    assert shown.filing.may_leave()
    assert asked == [""] * (save == "may_leave")
