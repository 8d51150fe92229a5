"""A real document for the widgets to show, and stand-ins for what computes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from PySide6.QtCore import QObject, Signal

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.app.document import Document
from netbuilder.app.preferences import Preferences
from netbuilder.data.pictures.digits_8x8 import Digits8x8
from netbuilder.data.points.moons import Moons
from netbuilder.spec.catalogs import Catalog
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.dropout import Dropout
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.project import DataSpec, ProjectSpec, stack


def digits() -> ProjectSpec:
    """flatten_1, dense_1 (64 relu), dropout_1, dense_2 (10 softmax) on 8 × 8 digits."""
    layers = stack(Flatten(), Dense(64), Dropout(), Dense(10, activation="softmax"))
    return ProjectSpec(DataSpec(Digits8x8(), Digits8x8().usual_split()), layers, title="Digits")


def moons() -> ProjectSpec:
    layers = stack(Dense(8), Dense(1, activation="sigmoid"))
    return ProjectSpec(DataSpec(Moons(), Moons().usual_split()), layers, title="Moons")


class Training(QObject):
    told, began, ended, trained = Signal(object), Signal(object), Signal(), Signal()

    def __init__(self) -> None:
        super().__init__()
        self.running = False
        self.trained_project: ProjectSpec | None = None
        self.stored: object = None
        self.stops = 0

    def start(self, project: ProjectSpec) -> None:
        self.running = True
        self.began.emit(project)

    def stop(self) -> None:
        self.stops += 1

    def restore(self, stored: Any) -> None:
        self.trained_project = None
        self.trained.emit()

    def finish(self, project: ProjectSpec | None) -> None:
        self.running, self.trained_project = False, project
        self.ended.emit()


class Engine(QObject):
    ready, died, failed = Signal(object), Signal(str, str), Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.starts = 0

    def start(self) -> None:
        self.starts += 1

    def greet(self) -> None:
        devices = (SimpleNamespace(name="cpu", label="CPU · 2 cores"), SimpleNamespace(name="gpu:0", label="GPU 0"))
        versions = {"TensorFlow": "2.21.0", "Keras": "3.15.1", "NumPy": "2.4"}
        self.ready.emit(SimpleNamespace(versions=versions, devices=devices, no_gpu_sentence=""))


class Trying(QObject):
    answered, field_answered = Signal(object), Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Any] = []

    def ask(self, example: Any) -> None:
        self.asked.append(example)

    def ask_field(self, points: Any) -> None:
        pass

    def refresh(self) -> None:
        pass

    def forget(self) -> None:
        pass


class Previews(QObject):
    arrived, failed = Signal(object, object), Signal(object, str)
    download_progress, download_ended = Signal(object, object), Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[DataSpec] = []
        self.downloads: list[Any] = []

    def ask(self, data: DataSpec) -> None:
        self.asked.append(data)

    def download(self, source: Any) -> None:
        self.downloads.append(source)

    def cancel_download(self) -> None:
        self.downloads.append(None)


_exporter: Catalog[Any] = Catalog("exporter")


@_exporter("keras", "Keras model")
@dataclass(frozen=True)
class _KerasFile:
    """Keras's own format."""

    suffix: ClassVar[str] = ".keras"
    wants_training: ClassVar[bool] = True


class Exporting(QObject):
    exported, failed = Signal(str), Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.exports: list[tuple[str, Path, Mapping[str, Any]]] = []

    def kinds(self) -> Any:
        return tuple(_exporter)

    def export(self, name: str, path: Path, options: Mapping[str, Any]) -> None:
        self.exports.append((name, path, options))


class Files:
    def __init__(self) -> None:
        self.kept: dict[Path, ProjectSpec] = {}

    def open(self, path: Path) -> ProjectSpec:
        if path not in self.kept:
            raise OSError(f"“{path.name}” is not there.")
        return self.kept[path]

    def save(self, path: Path, spec: ProjectSpec) -> None:
        if path.name.startswith("full"):
            raise OSError("The disk is full: nothing was saved.")
        path.write_text("")
        self.kept[path] = spec

    def templates(self) -> Any:
        return tuple(
            SimpleNamespace(name=name, title=title, group="Test", look=("Look here.", "And there."), project=make)
            for name, title, make in (("digits", "Digits", digits), ("moons", "Moons", moons))
        )


@pytest.fixture
def project() -> ProjectSpec:
    return digits()


@pytest.fixture
def document(qapp, project) -> Iterator[Document]:
    made = Document(project)
    yield made
    made.deleteLater()


@pytest.fixture
def preferences(qapp, tmp_path) -> Iterator[Preferences]:
    made = Preferences(tmp_path / "preferences.ini")
    yield made
    made.deleteLater()


@pytest.fixture
def window(qapp, qtbot, document, preferences, monkeypatch):
    """The window around stand-ins, which a test reaches as ``window.training`` and so on. It closes without a question."""
    from netbuilder.ui import filing
    from netbuilder.ui import window as module
    from netbuilder.ui.window import Window

    monkeypatch.setattr(filing, "ask_to_save", lambda _parent, _name: "discard")
    monkeypatch.setattr(module, "ask_to_stop", lambda _parent: True)
    monkeypatch.setattr(qapp, "quit", lambda: None)

    made = Window(qapp, document, Training(), Engine(), Trying(), Previews(), Exporting(), Files(), preferences)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    return made
