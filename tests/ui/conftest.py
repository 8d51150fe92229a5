"""A real document for the widgets to show, and stand-ins for what computes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from PySide6.QtCore import QObject, Signal

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.app.document import Document
from netbuilder.app.preferences import Preferences
from netbuilder.app.projects import Projects
from netbuilder.data.pictures.digits_8x8 import Digits8x8
from netbuilder.data.points.moons import Moons
from netbuilder.data.shares import agree
from netbuilder.events import BatchesTrained, Event, RunPaused, RunResumed
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
    """Notes its orders, and obeys none: a test emits what the run would say."""

    told, began, ended, trained = Signal(object), Signal(object), Signal(), Signal()
    waits = Signal(str)
    interrupted, failed, loaded = Signal(str, str), Signal(str, str), Signal()
    opened = Signal(object, object)
    recorded = True

    def __init__(self) -> None:
        super().__init__()
        self.running = self.begun = self.learning = self.paused = self.can_go_on = False
        self.trained_project: ProjectSpec | None = None
        self.stored: object = None
        self.orders: list[Any] = []

    @property
    def stops(self) -> int:
        return sum(order[0] == "stop" for order in self.orders)

    def start(self, project: ProjectSpec, *, paused: bool = False) -> None:
        self.orders.append(("start", paused))
        self._begin(project)

    def go_on(self, epochs: int) -> None:
        assert self.trained_project is not None
        self.orders.append(("go on", epochs))
        self._begin(self.trained_project)

    def pause(self) -> None:
        self.orders.append(("pause",))

    def resume(self) -> None:
        self.orders.append(("resume",))

    def step(self, unit: str) -> None:
        self.orders.append(("step", unit))

    def set_learning_rate(self, learning_rate: float) -> None:
        self.orders.append(("rate", learning_rate))

    def stop(self, keep: str = "last") -> None:
        self.orders.append(("stop", keep))

    def take_up(self, uid: str, project: ProjectSpec, told: Sequence[Event]) -> None:
        self.orders.append(("take up", uid))
        self._begin(project)

    def leave(self) -> None:
        self.orders.append(("leave",))

    def open_model(self, path: Path, project: ProjectSpec) -> None:
        self.orders.append(("open", path))

    def take_opened(self) -> None:
        self.orders.append(("take",))

    def refuse_opened(self) -> None:
        self.orders.append(("refuse",))

    def restore(self, stored: Any) -> None:
        self.trained_project = None
        self.can_go_on = False
        self.trained.emit()

    def say(self, *events: Event) -> None:
        """What the run tells, as the real one follows it."""
        for event in events:
            match event:
                case BatchesTrained():
                    self.learning = True
                case RunPaused() | RunResumed():
                    self.paused = isinstance(event, RunPaused)
                case _:
                    pass
            self.told.emit(event)

    def finish(self, project: ProjectSpec | None, *, can_go_on: bool = False) -> None:
        self.running = self.begun = self.learning = self.paused = False
        self.trained_project, self.can_go_on = project, can_go_on
        self.ended.emit()
        self.trained.emit()

    def _begin(self, project: ProjectSpec) -> None:
        self.running = self.begun = True
        self.can_go_on = False
        self.began.emit(project)


class Engine(QObject):
    ready, died, failed, replaced = Signal(object), Signal(str, str), Signal(str, str), Signal()
    unkept = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.is_ready = False
        self.starts = 0

    def start(self) -> None:
        self.starts += 1

    def greet(self) -> None:
        self.is_ready = True
        devices = (SimpleNamespace(name="cpu", label="CPU · 2 cores"), SimpleNamespace(name="gpu:0", label="GPU 0"))
        versions = {"TensorFlow": "2.21.0", "Keras": "3.15.1", "NumPy": "2.4"}
        self.ready.emit(SimpleNamespace(versions=versions, devices=devices, no_gpu_sentence=""))


class Trying(QObject):
    answered, field_answered, pins_answered = Signal(object), Signal(object), Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Any] = []
        self.asked_pins: list[Any] = []

    def ask(self, example: Any) -> None:
        self.asked.append(example)

    def ask_field(self, points: Any) -> None:
        pass

    def ask_pins(self, pictures: Any) -> None:
        self.asked_pins.append(pictures)

    def forget(self) -> None:
        pass


class Pricing(QObject):
    told = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[ProjectSpec] = []
        self.forgotten = 0

    def ask(self, project: ProjectSpec) -> None:
        self.asked.append(project)

    def forget(self) -> None:
        self.forgotten += 1


class Previews(QObject):
    arrived, failed = Signal(object, object), Signal(object, str)
    download_progress, download_ended = Signal(object, object), Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[DataSpec] = []
        self.downloads: list[Any] = []

    def ask(self, data: DataSpec) -> None:
        self.asked.append(data)

    def agree(self, paths: Sequence[str]) -> None:
        for path in paths:
            agree(path)

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

    def save(self, path: Path, spec: ProjectSpec, *, anyway: bool = False) -> str:
        if path.name.startswith("full"):
            raise OSError("The disk is full: nothing was saved.")
        path.write_text("")
        self.kept[path] = spec
        return ""

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
    monkeypatch.setattr(module, "ask_about_run", lambda _parent, **_known: "stop")
    monkeypatch.setattr(qapp, "quit", lambda: None)

    fakes: Any = (Training(), Engine(), Trying(), Previews(), Exporting(), Pricing(), Files())
    made = Window(qapp, document, *fakes, preferences)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def shown(qtbot, window, tmp_path) -> Iterator:
    """The window with real files."""
    files = Projects(window.training, window.document, tmp_path / "locks")
    window.filing._files = files
    with qtbot.waitExposed(window):
        window.show()
    yield window
    files.close()
