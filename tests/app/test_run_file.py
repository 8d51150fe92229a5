"""Where a run's project is kept is known to the history, also when it is first saved while the run goes on."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal

from netbuilder.app.document import Document
from netbuilder.app.run_file import RunFile
from netbuilder.events import RunPrepared
from netbuilder.files.templates import template_named
from netbuilder.runs.database import history_path
from netbuilder.runs.history import History
from netbuilder.runs.recorder import Recorder

UID = "a" * 32


class Training(QObject):
    told, began = Signal(object), Signal(object)
    file: str | None = None
    uid: str | None = None


@pytest.fixture
def training(qapp: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Training]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("netbuilder.app.run_file._PATIENCE", 60.0)  # on a busy machine, the thread may be late
    made = Training()
    yield made
    made.deleteLater()


@pytest.fixture
def document(training: Training) -> Iterator[Document]:
    made = Document(template_named("iris").project(), Path("/home/me/first.netbuilder"))
    yield made
    made.deleteLater()


@pytest.fixture
def begun(training: Training, document: Document) -> Iterator[Callable[[], Recorder]]:
    """Begins a run, of which the history knows at once."""
    made: list[Recorder] = []

    def begin() -> Recorder:
        training.uid = UID
        training.began.emit(document.spec)
        project = document.spec
        known = {"origin": "window", "versions": {}, "data_hash": ""}
        recorder = Recorder(UID, project, **known, tell=print, file=training.file)
        made.append(recorder)
        event = RunPrepared("CPU", True, 3, 1, 1, 0, 1, False)
        recorder.take(event)
        training.told.emit(event)
        return recorder

    yield begin
    for one in made:
        one.end(None)


def kept() -> str | None:
    with closing(History(history_path())) as history:
        return history.run(UID).file


def test_a_training_knows_the_file_of_the_project(training, document):
    keeper = RunFile(document, training)
    assert training.file == "/home/me/first.netbuilder"
    document.saved(document.spec, Path("/home/me/second.netbuilder"))
    assert training.file == "/home/me/second.netbuilder"
    document.replace(document.spec, Path("/home/me/\udcff.netbuilder"))
    assert training.file is None, "the history could not hold it"
    document.replace(document.spec, None)
    assert training.file is None
    keeper.settle()


def test_a_project_that_is_saved_while_it_is_trained_is_known_with_the_run(training, document, begun):
    document.replace(document.spec, None)
    keeper = RunFile(document, training)
    begun()
    assert kept() is None
    document.saved(document.spec, Path("/home/me/new.netbuilder"))
    keeper.settle()
    assert kept() == "/home/me/new.netbuilder"


def test_one_that_is_saved_while_its_run_is_prepared_is_known_once_the_history_has_the_run(training, document, begun):
    keeper = RunFile(document, training)
    training.began.connect(lambda: document.saved(document.spec, Path("/home/me/new.netbuilder")))
    recorder = begun()
    recorder.flush()
    keeper.settle()
    assert kept() == "/home/me/new.netbuilder"


def test_what_is_saved_after_the_run_is_no_matter_of_its(training, document, begun):
    keeper = RunFile(document, training)
    begun()
    training.uid = None
    document.saved(document.spec, Path("/home/me/new.netbuilder"))
    keeper.settle()
    assert kept() == "/home/me/first.netbuilder"


def test_a_run_that_the_history_does_not_have_is_no_matter(training, document, begun):
    keeper = RunFile(document, training)
    begun().end(None)
    with closing(History(history_path())) as history:
        history.remove([UID])
        document.saved(document.spec, Path("/home/me/new.netbuilder"))
        keeper.settle()
        assert history.runs() == []


def test_a_history_that_cannot_be_used_is_told_by_the_run_alone(training, document, begun):
    keeper = RunFile(document, training)
    training.uid = UID
    training.began.emit(document.spec)
    history_path().mkdir(parents=True)
    training.told.emit(RunPrepared("CPU", True, 3, 1, 1, 0, 1, False))
    document.saved(document.spec, Path("/home/me/new.netbuilder"))
    keeper.settle()
