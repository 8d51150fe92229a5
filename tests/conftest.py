"""What every test stands on: no trace in the user's folders, no screen needed, nothing that outlives its test."""

import gc
import os
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("NETBUILDER_SHARED", ROOT.parent / "shared"))
PATIENCE = 60.0  # seconds in which a thread that was asked to stop may end: on a busy machine, it may yet compile

# Before any test module is imported: Qt, Keras and TensorFlow read these once.
_home = tempfile.TemporaryDirectory(prefix="netbuilder-tests-", ignore_cleanup_errors=True)
for _name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
    _folder = Path(_home.name) / _name.removeprefix("XDG_").lower()
    _folder.mkdir(mode=0o700)
    os.environ[_name] = str(_folder)
os.environ["KERAS_HOME"] = str(Path(_home.name) / "keras")
if sys.platform in {"darwin", "win32"}:
    for _name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        os.environ[_name] = _home.name
if "NETBUILDER_SCREENS" in os.environ and "PYTEST_XDIST_WORKER" in os.environ:
    # One that takes the place of a worker that crashed has a number of its own.
    _screens = os.environ["NETBUILDER_SCREENS"].split()
    os.environ["DISPLAY"] = _screens[int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")) % len(_screens)]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("NETBUILDER_OLD_KERAS", str(ROOT / ".venv" / "keras"))

# A machine that is busy with other things must not turn a test red, and a red test must be red again.
settings.register_profile("netbuilder", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("netbuilder")


def pytest_unconfigure() -> None:
    _home.cleanup()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a screen (all of tests/ui, and the journeys that open a window), and order by what takes long."""
    for item in items:
        place = item.path.relative_to(ROOT / "tests").parts[0]
        opens_windows = {"qtbot", "qapp"} & set(getattr(item, "fixturenames", ()))
        if place == "ui" or (place == "journeys" and opens_windows):
            item.add_marker("window")
    # The files that take long come first, or else one worker would be idle while the other is at the last of them.
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of data that is too large for the repository; the test is skipped where it is not there."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip(f"needs the data in {folder}, which is not there")
    return folder


@pytest.fixture(scope="session")
def mnist_folder(shared_data: Path) -> Path:
    """The four files of MNIST."""
    folder = shared_data / "mnist"
    if not (folder / "train-images-idx3-ubyte.gz").is_file():
        pytest.skip(f"needs MNIST in {folder}, which is not there")
    return folder


@pytest.fixture
def qtbot(qtbot: Any) -> Any:
    """Waits as long as a busy machine may need, rather than for 5 s, where a test says nothing else."""
    for wait in ("waitUntil", "waitSignal", "waitSignals", "waitCallback", "waitExposed", "waitActive"):
        setattr(qtbot, wait, partial(getattr(qtbot, wait), timeout=60_000))
    return qtbot


@pytest.fixture(autouse=True)
def _every_test_finds_a_plain_application() -> Iterator[None]:
    """Take off the theme that a window of an earlier test put on the whole application."""
    yield
    application = _application()
    if application is not None and hasattr(application, "styleSheet") and application.styleSheet():
        from PySide6.QtGui import QFont, QPalette

        application.setStyleSheet("")
        application.setPalette(QPalette())
        application.setFont(QFont())


@pytest.fixture(autouse=True)
def _nothing_outlives_its_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail the test that leaves a window, a QThread or a thread behind: it would bite another test, or at exit."""
    threads_before = set(threading.enumerate())
    widgets_before = {id(widget) for widget in _top_level_widgets()}
    started = _watch_qthreads(monkeypatch)
    yield
    left = [
        *_named("window", lambda: [w for w in _top_level_widgets() if id(w) not in widgets_before], _clear_away),
        *_named("QThread", lambda: [t for ref in started if (t := ref()) is not None and _is_running(t)], _clear_away),
        *_named("thread", lambda: _threads_since(threads_before), lambda: None),
    ]
    if left:
        pytest.fail(f"outlived the test: {', '.join(left)}", pytrace=False)


def _named(kind: str, find: Callable[[], list[Any]], clear_away: Callable[[], None]) -> list[str]:
    # What is on its way out gets a moment; a test that leaves nothing pays nothing.
    end = time.monotonic() + PATIENCE
    found = find()
    while found:
        clear_away()
        found = find()
        if not found or time.monotonic() > end:
            break
        time.sleep(0.01)
    return [f"{kind} {thing!r}" for thing in found]


def _threads_since(before: set[threading.Thread]) -> list[threading.Thread]:
    # Qt's own threads that ran Python show as dummies, which are daemons.
    return [t for t in threading.enumerate() if t not in before and t.is_alive() and not t.daemon]


def _application() -> Any:
    # Looked up, not imported: most tests have nothing to do with Qt.
    widgets = sys.modules.get("PySide6.QtWidgets")
    return widgets.QApplication.instance() if widgets is not None else None


def _top_level_widgets() -> list[Any]:
    application = _application()
    return list(application.topLevelWidgets()) if hasattr(application, "topLevelWidgets") else []


def _clear_away() -> None:
    """Let Qt delete what was asked to be deleted, and Python what nobody holds."""
    application = _application()
    if application is not None:
        from PySide6.QtCore import QCoreApplication, QEvent

        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        application.processEvents()
    gc.collect()


def _watch_qthreads(monkeypatch: pytest.MonkeyPatch) -> list[weakref.ref[Any]]:
    """Note every QThread that is started; there is no list of them to ask for."""
    started: list[weakref.ref[Any]] = []
    core = sys.modules.get("PySide6.QtCore")
    if core is not None:
        start = core.QThread.start

        def noted(thread: Any, *arguments: Any) -> None:
            started.append(weakref.ref(thread))
            start(thread, *arguments)

        monkeypatch.setattr(core.QThread, "start", noted)
    return started


def _is_running(thread: Any) -> bool:
    from shiboken6 import isValid

    return isValid(thread) and thread.isRunning()


_SLOW_DISK = """
import sys, time
from pathlib import Path
from netbuilder.runs.recorder import Recorder
end = Recorder.end
def wait(recorder, checkpoint):
    while not Path(sys.argv[1]).exists():
        time.sleep(0.05)
    end(recorder, checkpoint)
Recorder.end = wait
from netbuilder.__main__ import main
sys.exit(main(["--worker"]))
"""


@pytest.fixture
def slow_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The end of a run reaches the history when there is something at this path."""
    from netbuilder.worker import process

    written = tmp_path / "written"
    monkeypatch.setattr(process, "command", lambda: [sys.executable, "-c", _SLOW_DISK, str(written)])
    return written


@pytest.fixture
def small_project() -> Any:
    """A project that trains in a moment: the embedded 8 × 8 digits, one hidden layer, two epochs."""
    import netbuilder.data  # noqa: F401 - declares the sources
    from netbuilder.spec.layers.dense import Dense
    from netbuilder.spec.layers.flatten import Flatten
    from netbuilder.spec.project import DataSpec, EarlyStopping, ProjectSpec, TrainingSpec, stack
    from netbuilder.spec.sources import source

    digits = source["digits_8x8"].kind()
    return ProjectSpec(
        DataSpec(digits, digits.usual_split()),
        stack(Flatten(), Dense(units=16), Dense(units=10, activation="softmax")),
        training=TrainingSpec(epochs=2, early_stopping=EarlyStopping(on=False)),
    )
