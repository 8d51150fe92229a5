"""The system's wish for an end is heard in Qt's loop, once, and only as long as somebody listens."""

import os
import signal
import sys

import pytest

from netbuilder.app.termination import Termination

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_is_heard_once_and_afterwards_left_to_whoever_had_it(qtbot, name: str) -> None:
    number = signal.Signals[name]
    inherited = signal.signal(number, before := lambda *_: None)  # whoever runs the tests may ignore it
    termination = Termination()
    heard: list[int] = []
    termination.asked.connect(lambda: heard.append(1))
    os.kill(os.getpid(), number)
    qtbot.waitUntil(lambda: heard == [1])
    os.kill(os.getpid(), number)
    qtbot.wait(20)
    assert heard == [1]
    termination.close()
    assert signal.signal(number, inherited) is before
    assert signal.set_wakeup_fd(-1) == -1


def test_another_signal_ends_nothing(qtbot) -> None:
    termination = Termination()
    heard: list[int] = []
    termination.asked.connect(lambda: heard.append(1))
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    os.kill(os.getpid(), signal.SIGUSR1)
    qtbot.wait(20)
    signal.signal(signal.SIGUSR1, before)
    assert heard == []
    termination.close()


def test_what_was_ignored_stays_ignored(qtbot) -> None:
    """As by nohup, which lets a program outlive its terminal."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    termination = Termination()
    heard: list[int] = []
    termination.asked.connect(lambda: heard.append(1))
    os.kill(os.getpid(), signal.SIGHUP)
    qtbot.wait(20)
    termination.close()
    assert signal.signal(signal.SIGHUP, before) is signal.SIG_IGN
    assert heard == []
