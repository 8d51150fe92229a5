"""What a file is named or says is shown as it is: no picture is loaded, no file is read that stands in it as HTML."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget

from netbuilder.data.pictures.mnist import Mnist
from netbuilder.files.contents import Attached, Contents, Drawing
from netbuilder.files.project_file import save
from netbuilder.files.templates import template_named
from netbuilder.ui import questions
from netbuilder.ui.elided import Elided as Line
from netbuilder.ui.try_it.elided import Elided
from netbuilder.ui.try_it.headline import Headline
from netbuilder.ui.try_it.strip import Strip

HTML = "<img src=/dev/zero>"  # drawn as HTML, it would be read without end
SHORT = "<img src=//a/b>"  # of 16 characters at most, which a device's name may have; on Windows, it would be asked for


@pytest.fixture
def labels(shown):
    def drawn(html: str = HTML) -> list[QLabel]:
        labels = [one for one in QApplication.allWidgets() if isinstance(one, QLabel)]
        return [one for one in labels if html in one.text()]

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


def test_a_project_that_says_html_wherever_it_may_is_shown_as_text(shown, labels, tmp_path: Path) -> None:
    project = template_named("mnist-128").project()
    source, training = Mnist(path=f"/{SHORT}"), replace(project.training, device=SHORT)
    data = replace(project.data, source=source)
    said = replace(project, title=SHORT, data=data, training=training)
    pinned = Drawing(np.eye(28, dtype=np.uint8), SHORT)
    save(tmp_path / "a.netbuilder", Contents(said, None, Attached(SHORT, (pinned,))))
    shown.filing.open_path(tmp_path / "a.netbuilder")
    assert shown.document.spec == said
    shown.trial.show_no_preview(data, f"“/{SHORT}” is not there.")
    shown.inspector.show_download_end(f"The server said {SHORT}.")
    for place in ("data", "input", *(placed.name for placed in said.layers), "loss", "optimizer", "early_stopping"):
        shown.inspector.show_place(said, shown.document.facts, place, shown.document.outline.at(place))
    page = shown.inspector.page("data")
    page.kind.form.editors["path"].refused.emit(SHORT)
    quoting = labels(SHORT)
    assert {page.preview.says, page.download._says} <= set(quoting)
    assert {one.textFormat() for one in quoting} == {Qt.TextFormat.PlainText}
    tips = [one.toolTip() for one in QApplication.allWidgets() if "//a/b" in one.toolTip()]
    assert tips
    assert not [tip for tip in tips if SHORT in tip]


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
