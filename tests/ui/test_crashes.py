"""The real program: a native crash is told at the next start, a kill is not, and no window at all is told at once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from netbuilder.app.lives import last_words

PATIENCE = 60  # seconds
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")


def environment(home: Path) -> dict[str, str]:
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "CACHE", "STATE")}
    return os.environ | folders | {"QT_QPA_PLATFORM": "offscreen"}


def log(home: Path) -> str:
    path = home / "state" / "netbuilder" / "log" / "netbuilder.log"
    return path.read_text("utf-8") if path.exists() else ""


def opened(home: Path, says: str) -> subprocess.Popen[bytes]:
    """The program, once its log says that."""
    program = subprocess.Popen(
        [sys.executable, "-m", "netbuilder"],
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + PATIENCE
    while says not in log(home):
        assert program.poll() is None
        assert time.monotonic() < end
        time.sleep(0.05)
    return program


def end(program: subprocess.Popen[bytes], signal_: signal.Signals) -> int:
    program.send_signal(signal_)
    return program.wait(PATIENCE)


@posix
def test_a_native_crash_is_offered_at_the_next_start_and_a_kill_is_not(tmp_path: Path) -> None:
    lives = tmp_path / "state" / "netbuilder" / "log" / "lives"
    assert end(opened(tmp_path, "The window shows"), signal.SIGSEGV) == -signal.SIGSEGV
    second = opened(tmp_path, "An earlier window did not end as it should\n    Fatal Python error: Segmentation fault")
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
