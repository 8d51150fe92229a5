"""Where a file is written: its name has its suffix, and no other file is replaced without being asked about by that name."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget

from netbuilder.ui import saving
from netbuilder.ui.questions import ask_to_replace
from netbuilder.ui.saving import ask_where


@pytest.fixture
def parent(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def names(tmp_path, monkeypatch) -> Callable[..., list[str]]:
    """What is typed into one dialog after the other; the list has what each began with."""

    def typed(*given: str) -> list[str]:
        starts: list[str] = []
        left = iter(given)

        def ask(_parent, _title, start, _kinds) -> tuple[str, str]:
            starts.append(start)
            name = next(left)
            return (str(tmp_path / name) if name else ""), ""

        monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
        return starts

    return typed


@pytest.fixture
def asked(monkeypatch) -> Callable[[str], list[str]]:
    def answered(answer: str) -> list[str]:
        names: list[str] = []
        monkeypatch.setattr(saving, "ask_to_replace", lambda _parent, path: (names.append(path.name), answer)[1])
        return names

    return answered


def where(parent: QWidget, **more: bool) -> str | None:
    path = ask_where(parent, "Save", "start", "Kinds", ".csv", **more)
    return None if path is None else path.name


@pytest.mark.parametrize(
    "typed, others_do, name",
    [
        ("foo", False, "foo.csv"),
        ("foo.csv", False, "foo.csv"),
        ("foo.v2", False, "foo.v2.csv"),
        ("foo", True, "foo.csv"),
        ("foo.txt", True, "foo.txt"),
        ("", False, None),
    ],
)
def test_a_name_gets_the_suffix_that_it_lacks(parent, names, typed, others_do, name) -> None:
    names(typed)
    assert where(parent, others_do=others_do) == name


def test_a_file_that_only_the_suffix_leads_to_is_asked_about_and_another_name_goes_on_from_there(
    parent, names, asked, tmp_path
) -> None:
    (tmp_path / "foo.csv").touch()
    questions = asked("another")
    starts = names("foo", "bar")
    assert where(parent) == "bar.csv"
    assert questions == ["foo.csv"]
    assert [Path(start).name for start in starts] == ["start", "foo.csv"]


@pytest.mark.parametrize("answer, name", [("replace", "foo.csv"), ("cancel", None)])
def test_a_file_is_replaced_only_if_that_is_the_answer(parent, names, asked, tmp_path, answer, name) -> None:
    (tmp_path / "foo.csv").touch()
    asked(answer)
    names("foo")
    assert where(parent) == name


def test_what_the_dialog_has_asked_about_is_not_asked_about_again(parent, names, asked, tmp_path) -> None:
    (tmp_path / "foo.csv").touch()
    questions = asked("another")
    names("foo.csv")
    assert where(parent) == "foo.csv"
    assert questions == []


@pytest.mark.parametrize("label, answer", [("&another", "another"), ("&Replace", "replace"), ("", "cancel")])
def test_enter_and_escape_replace_nothing(parent, tmp_path, label, answer) -> None:
    seen = []

    def click() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.append((box.text(), box.defaultButton().text()))
        button = next((one for one in box.buttons() if label and label in one.text()), None)
        button.click() if button is not None else box.close()

    QTimer.singleShot(0, parent, click)
    assert ask_to_replace(parent, tmp_path / "foo.csv") == answer
    assert seen == [("“foo.csv” exists already.", "Choose &another name")]
