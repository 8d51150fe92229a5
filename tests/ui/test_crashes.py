"""The real program: a native crash is told at the next start, a kill is not, and no window at all is told at once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from netbuilder.app.lives import last_words

PATIENCE = 60  # seconds


def environment(home: Path) -> dict[str, str]:
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "CACHE", "STATE")}
    return os.environ | folders | {"QT_QPA_PLATFORM": "offscreen"}


def log(home: Path) -> str:
    path = home / "state" / "netbuilder" / "log" / "netbuilder.log"
    return path.read_text("utf-8") if path.exists() else ""


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts the program; what still goes on in the end is killed."""
    programs: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command, nowhere = [sys.executable, "-m", "netbuilder"], subprocess.DEVNULL
        programs.append(subprocess.Popen(command, env=environment(tmp_path), stdout=nowhere, stderr=nowhere))
        return programs[-1]

    yield start
    for program in programs:
        program.kill()
        program.wait(PATIENCE)


def end(program: subprocess.Popen[bytes], signal_: signal.Signals) -> int:
    program.send_signal(signal_)
    return program.wait(PATIENCE)


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def engine_of(program: subprocess.Popen[bytes]) -> int:
    """The process of its engine, once Python runs in it: it has several threads then."""
    children = Path(f"/proc/{program.pid}/task/{program.pid}/children")

    engines: list[int] = []

    def there() -> bool:
        with suppress(OSError):  # one of its processes has just ended
            found = children.read_text("ascii").split()
            engines[:] = [int(one) for one in found if len([*Path(f"/proc/{one}/task").iterdir()]) > 1]
        return engines != []

    wait_until(there)
    return engines[0]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whose child a process is")
def test_a_native_crash_is_offered_at_the_next_start_and_a_kill_is_not(tmp_path: Path, opened) -> None:
    lives = tmp_path / "state" / "netbuilder" / "log" / "lives"
    segfault = "Fatal Python error: Segmentation fault"
    first = opened()
    os.kill(engine_of(first), signal.SIGSEGV)
    wait_until(lambda: f"The engine died\n    exit code -11\n    {segfault}" in log(tmp_path))
    assert end(first, signal.SIGSEGV) == -signal.SIGSEGV
    second = opened()
    wait_until(lambda: f"An earlier window did not end as it should\n    {segfault}" in log(tmp_path))
    assert end(second, signal.SIGKILL) == -signal.SIGKILL
    (words,) = last_words(lives)
    assert "netbuilder/ui/start.py" in words.text
    assert str(Path(__file__).parents[2]) not in words.text + log(tmp_path)
    words.remove()
    assert list(lives.iterdir()) == []


def test_a_start_that_fails_is_told_in_a_dialog_and_leaves_its_report(tmp_path: Path) -> None:
    asks = """
import sys
from PySide6.QtWidgets import QDialog
from netbuilder.ui import start
def fail(*_given): raise KeyError("Ann")
start._made = fail
def read(dialog):
    print(dialog.windowTitle(), dialog.says.text(), dialog.details.toPlainText(), sep="\\n")
    return 0
QDialog.exec = read
start.main([])
"""
    told = subprocess.run(
        [sys.executable, "-c", asks], env=environment(tmp_path), capture_output=True, text=True, check=False, timeout=60
    )
    assert told.returncode == 1
    assert told.stdout.startswith("netbuilder could not be opened\n")
    assert "in fail\nKeyError\n" in told.stdout
    assert "Ann" not in told.stdout
    (words,) = last_words(tmp_path / "state" / "netbuilder" / "log" / "lives")
    assert words.text.endswith("KeyError")
    words.remove()
