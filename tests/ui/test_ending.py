"""Where the system asks for the end, nothing is asked and nothing is lost."""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from netbuilder.app.projects import Projects
from netbuilder.app.recovery import Recovery
from netbuilder.app.recovery_folder import left_behind
from netbuilder.ui.ending import Ending

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")


@pytest.fixture
def ended(qtbot, window, tmp_path: Path, monkeypatch):
    """Asks the program to end, and gives what it left behind."""
    exits: list[int] = []
    monkeypatch.setattr(QApplication, "exit", lambda *code: exits.append(1))
    files = Projects(window.training, window.document, tmp_path / "locks")
    recovery = Recovery(window.document, files, tmp_path / "recovery")
    ending = Ending(window, recovery, files.close)
    ending.begin()
    with qtbot.waitExposed(window):
        window.show()

    def end() -> list:
        os.kill(os.getpid(), signal.SIGTERM)
        qtbot.waitUntil(lambda: exits == [1])
        ending.close()
        if recovery._folder is not None:
            recovery._folder.release()  # as the end of the process does
        return left_behind(tmp_path / "recovery")

    yield end
    recovery.leave()


def write_notes(window, text: str) -> None:
    document = window.document
    document.edit("notes", document.spec, attached=replace(document.attached, notes=text))


def test_an_edit_of_just_now_is_offered_at_the_next_start(window, ended) -> None:
    write_notes(window, "of just now")
    (left,) = ended()
    assert left.contents().attached.notes == "of just now"
    assert left.about().asked, "it would be told as a crash"
    left.remove()


def test_what_is_still_being_typed_is_kept_as_well(window, ended, monkeypatch) -> None:
    monkeypatch.setattr(window.inspector, "finish_entry", lambda: write_notes(window, "half a wo"))
    (left,) = ended()
    assert left.contents().attached.notes == "half a wo"
    left.remove()


def test_nothing_is_left_where_all_is_saved(ended) -> None:
    assert ended() == []


def test_a_run_is_left_for_later(window, ended, monkeypatch) -> None:
    left: list[int] = []
    monkeypatch.setattr(window.training, "leave", lambda: left.append(1))
    ended()
    assert left == [1]
