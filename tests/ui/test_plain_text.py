"""What a file is named or says is shown as it is: no picture is loaded, no file is read that stands in it as HTML."""

import json
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget

from netbuilder.files.contents import Contents
from netbuilder.files.project_file import save
from netbuilder.ui import questions
from netbuilder.ui.elided import Elided as Line
from netbuilder.ui.try_it.elided import Elided
from netbuilder.ui.try_it.headline import Headline
from netbuilder.ui.try_it.strip import Strip

HTML = "<img src=/dev/zero>"  # drawn as HTML, it would be read without end


@pytest.fixture
def labels(shown):
    def drawn() -> list[QLabel]:
        labels = [one for one in QApplication.allWidgets() if isinstance(one, QLabel)]
        return [one for one in labels if HTML in one.text()]

    return drawn


def test_a_refusal_that_quotes_html_is_shown_as_text(shown, labels, tmp_path: Path) -> None:
    path = tmp_path / "a.netbuilder"
    save(path, Contents(shown.document.spec))
    with zipfile.ZipFile(path) as archive:
        document = json.loads(archive.read("project.json"))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.json", json.dumps({**document, "version": 99, "netbuilder": HTML}))
    shown.filing.open_path(path)
    assert f"({HTML})" in shown.messages.says.text()
    assert [one.textFormat() for one in labels()] == [Qt.TextFormat.PlainText]


def test_a_file_that_is_named_as_html_is_shown_as_text(shown, labels, tmp_path: Path) -> None:
    name = f"{HTML.replace('/', '_')}.netbuilder"
    save(tmp_path / name, Contents(shown.document.spec))
    shown.filing.open_path(tmp_path / name)
    drawn = [one for one in QApplication.allWidgets() if isinstance(one, QLabel) and name in one.text()]
    assert drawn
    assert {one.textFormat() for one in drawn} == {Qt.TextFormat.PlainText}


def test_a_question_about_a_file_named_as_html_is_shown_as_text(shown) -> None:
    seen = []

    def look() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.append((box.text(), box.textFormat()))
        box.close()

    QTimer.singleShot(0, shown, look)
    questions.ask_to_overwrite(shown, f"“{HTML}” was changed.", gone=False)
    assert seen == [(f"“{HTML}” was changed.", Qt.TextFormat.PlainText)]


def test_tooltips_say_html_as_text(qtbot) -> None:
    whole = QWidget()
    qtbot.addWidget(whole)
    headline, cut, line, strip = Headline(whole), Elided(HTML, whole), Line(whole), Strip(whole)
    headline.say(HTML, "98 %", good=True)
    line.show_text(HTML)
    for one in (headline, cut, line):
        assert "<img" not in one.toolTip()
        assert "&lt;img" in one.toolTip()
    assert strip.textFormat() == line.textFormat() == Qt.TextFormat.PlainText
    headline.say("seven", "98 %", good=True)
    assert headline.toolTip() == "seven\n98 %"
