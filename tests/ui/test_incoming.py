"""A model that the engine has read never comes under a dialog or a menu, and never drops what was done meanwhile."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QMenu

from netbuilder.data.points.moons import Moons
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.project import DataSpec, ProjectSpec, stack
from netbuilder.ui import filing, incoming


@pytest.fixture
def shown(qtbot, window, monkeypatch):
    monkeypatch.setattr(incoming, "_AGAIN", 10)
    with qtbot.waitExposed(window):
        window.show()
    return window


def model(title: str) -> ProjectSpec:
    return ProjectSpec(DataSpec(Moons(), Moons().usual_split()), stack(Dense(1)), title=title)


def orders(shown) -> list[str]:
    return [order[0] for order in shown.training.orders if order[0] in ("open", "take", "refuse")]


def edit(shown) -> None:
    shown.document.edit("title", replace(shown.document.spec, title="Mine"))


def under(shown, kind: type) -> QDialog | QMenu:
    """What is open over the window."""
    other = kind(shown)
    other.addAction(QAction("Do it", other))
    other.open() if isinstance(other, QDialog) else other.popup(shown.pos())
    return other


def test_a_model_takes_the_place_of_the_project_as_unsaved_changes(shown, tmp_path) -> None:
    shown.filing.open_path(tmp_path / "net.keras")
    shown.training.opened.emit(model("net"), ("Remark.",))
    assert orders(shown) == ["open", "take"]
    assert shown.document.spec.title == "net"
    assert shown.document.modified
    assert "Remark." in shown.messages.says.text()


@pytest.mark.parametrize("kind", [QDialog, QMenu])
def test_a_model_waits_until_a_dialog_or_menu_is_closed(shown, qtbot, tmp_path, kind) -> None:
    shown.filing.open_path(tmp_path / "net.keras")
    other = under(shown, kind)
    shown.training.opened.emit(model("net"), ())
    qtbot.wait(50)
    assert shown.document.spec.title == "Digits"
    other.close()
    qtbot.waitUntil(lambda: shown.document.spec.title == "net")
    assert orders(shown) == ["open", "take"]


def test_of_two_models_the_last_one_comes(shown, qtbot, tmp_path) -> None:
    shown.filing.open_path(tmp_path / "first.keras")
    other = under(shown, QDialog)
    shown.training.opened.emit(model("first"), ())
    shown.filing.open_path(tmp_path / "second.keras")
    shown.training.opened.emit(model("second"), ())
    other.close()
    qtbot.waitUntil(lambda: shown.document.spec.title == "second")
    qtbot.wait(50)
    assert shown.document.spec.title == "second"
    assert orders(shown) == ["open", "refuse", "open", "take"]


def test_a_model_is_refused_if_a_run_has_begun_while_it_waited(shown, qtbot, tmp_path) -> None:
    shown.filing.open_path(tmp_path / "net.keras")
    other = under(shown, QDialog)
    shown.training.opened.emit(model("net"), ())
    shown.training.start(shown.document.spec)
    shown.training.finish(None)
    other.close()
    qtbot.waitUntil(lambda: "refuse" in orders(shown))
    assert shown.document.spec.title == "Digits"
    assert "“net.keras” was not opened" in shown.messages.says.text()


@pytest.mark.parametrize("what", ["another project", "the end"])
def test_a_model_is_refused_if_nobody_waits_for_it_any_more(shown, qtbot, tmp_path, what) -> None:
    shown.filing.open_path(tmp_path / "net.keras")
    other = under(shown, QDialog)
    shown.training.opened.emit(model("net"), ())
    if what == "the end":
        assert shown.filing.may_leave()
    else:
        shown.filing.new_default()
    other.close()
    qtbot.wait(50)
    assert shown.document.spec.title == "Digits"
    assert orders(shown) == ["open", "refuse"]


@pytest.mark.parametrize("answer", ["discard", "cancel"])
@pytest.mark.parametrize("what", ["an edit", "a pin"])
def test_what_was_done_meanwhile_is_asked_about(shown, tmp_path, monkeypatch, what, answer) -> None:
    asked = []
    monkeypatch.setattr(filing, "ask_to_save", lambda _parent, name: (asked.append(name), answer)[1])
    shown.filing.open_path(tmp_path / "net.keras")
    if what == "a pin":
        shown.trial.pins.add(np.zeros((8, 8), np.uint8), "1")
    else:
        edit(shown)
    shown.training.opened.emit(model("net"), ())
    assert len(asked) == 1
    assert orders(shown) == ["open", "take" if answer == "discard" else "refuse"]
    assert shown.document.modified
    assert (shown.document.spec.title == "net") == (answer == "discard")


def test_a_model_that_comes_while_the_one_before_is_asked_about_is_the_one_that_comes(
    shown, qtbot, tmp_path, monkeypatch
) -> None:
    def ask(_parent, _name) -> str:
        monkeypatch.setattr(filing, "ask_to_save", lambda _parent, _name: "discard")
        shown.filing.open_path(tmp_path / "second.keras")
        return "discard"

    shown.filing.open_path(tmp_path / "first.keras")
    edit(shown)
    monkeypatch.setattr(filing, "ask_to_save", ask)
    shown.training.opened.emit(model("first"), ())
    assert shown.document.spec.title == "Mine"
    shown.training.opened.emit(model("second"), ())
    assert shown.document.spec.title == "second"
    assert orders(shown) == ["open", "refuse", "open", "take"]


@pytest.mark.parametrize("dialog", ["save as", "changed", "leave"])
def test_what_is_opened_under_a_dialog_is_not_written_to_the_file_of_the_project_before(
    shown, tmp_path, monkeypatch, dialog
) -> None:
    mine = tmp_path / "mine.netbuilder"
    shown.document.saved(shown.document.spec, mine)
    edit(shown)

    def open_another() -> None:
        shown.document.replace(model("another"), tmp_path / "another.netbuilder", unsaved=True)

    def name(*_words) -> tuple[str, str]:
        open_another()
        return str(mine), ""

    def overwrite(*_words, **_named) -> str:
        open_another()
        return "overwrite"

    def leave(*_words) -> str:
        open_another()
        return "save"

    def refuse(_path, _spec, *, anyway: bool = False) -> None:
        if anyway:
            pytest.fail("written all the same")
        raise filing.Changed("It was changed.", gone=False)

    if dialog == "changed":
        monkeypatch.setattr(shown.filing._files, "save", refuse)
    monkeypatch.setattr(filing.QFileDialog, "getSaveFileName", name)
    monkeypatch.setattr(filing, "ask_to_overwrite", overwrite)
    monkeypatch.setattr(filing, "ask_to_save", leave)
    ask = {"save as": shown.filing.save_as, "changed": shown.filing.save, "leave": shown.filing.may_leave}
    assert not ask[dialog]()
    assert list(tmp_path.glob("*.netbuilder")) == []
    assert shown.document.modified
    assert "Another project was opened meanwhile" in shown.messages.says.text()


def test_a_model_that_nobody_asked_for_is_refused(shown) -> None:
    shown.training.opened.emit(model("nobody asked"), ())
    assert shown.document.spec.title == "Digits"
    assert orders(shown) == ["refuse"]


def test_the_suffix_of_a_model_may_be_written_in_capitals(shown, tmp_path) -> None:
    shown.filing.open_path(tmp_path / "NET.KERAS")
    assert orders(shown) == ["open"]
