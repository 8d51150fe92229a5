"""Whatever goes wrong unexpectedly is heard once, counted, and told without what it was about."""

import gc
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThread, QTimer, Signal, qCritical, qWarning
from PySide6.QtWidgets import QWidget

from netbuilder.app.faults import Fault, Faults


class Heard(QObject):
    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self.raised: list[Fault] = []
        self.warned: list[Fault] = []
        faults.raised.connect(self.raised.append)
        faults.warned.connect(self.warned.append)


@pytest.fixture
def words() -> list[str]:
    return []


@pytest.fixture
def faults(qapp, words) -> Iterator[Faults]:
    made = Faults()
    made.watch(words.append)
    yield made
    made.close()


@pytest.fixture
def heard(faults) -> Heard:
    return Heard(faults)


class Button(QObject):
    clicked = Signal()


def click(times: int = 1) -> None:
    def fail() -> None:
        raise ValueError("Ann's data")

    button = Button()
    button.clicked.connect(fail)
    for _time in range(times):
        button.clicked.emit()


def test_an_exception_in_a_slot_is_told_by_its_place_and_its_kind(faults, heard) -> None:
    click()
    faults.look()
    (fault,) = heard.raised
    assert fault.where == "in the window"
    assert fault.told.endswith(", in fail\nValueError")
    assert "Ann" not in fault.told


def test_it_is_told_without_being_asked_for(faults, heard, qtbot) -> None:
    QTimer.singleShot(0, faults, click)
    qtbot.waitUntil(lambda: len(heard.raised) == 1)


def test_an_exception_while_painting_is_told(faults, heard, qtbot) -> None:
    class Picture(QWidget):
        def paintEvent(self, _event) -> None:
            raise IndexError("list index out of range")

    picture = Picture()
    qtbot.addWidget(picture)
    picture.show()
    qtbot.waitUntil(lambda: heard.raised != [])
    assert "in paintEvent" in heard.raised[0].told
    assert "IndexError: " in heard.raised[0].told


def test_an_exception_in_a_qthread_is_told_in_the_windows_own_thread(faults, heard, qtbot) -> None:
    class Work(QThread):
        def run(self) -> None:
            raise ZeroDivisionError

    told_in = []
    faults.raised.connect(lambda _fault: told_in.append(threading.current_thread()))
    work = Work()
    work.start()
    assert work.wait(60_000)
    faults.look()
    assert [fault.where for fault in heard.raised] == ["in a thread"]
    assert told_in == [threading.main_thread()]


def test_an_exception_in_a_thread_is_told(faults, heard) -> None:
    thread = threading.Thread(target=int, args=("x",))
    thread.start()
    thread.join()
    faults.look()
    assert [fault.where for fault in heard.raised] == ["in a thread"]


def test_a_thread_that_ends_itself_is_no_fault(faults, heard) -> None:
    thread = threading.Thread(target=sys.exit)
    thread.start()
    thread.join()
    faults.look()
    assert heard.raised == []


def test_an_exception_while_something_is_cleared_away_is_told(faults, heard) -> None:
    class Thing:
        def __del__(self) -> None:
            raise KeyError("Ann")

    Thing()
    gc.collect()
    faults.look()
    (fault,) = heard.raised
    assert fault.where == "while something was cleared away"
    assert fault.told.endswith("in __del__\nKeyError")


def test_a_warning_of_qt_is_told_for_the_log_alone(faults, heard) -> None:
    qWarning("The size is negative.")
    qCritical("The size is negative!")
    faults.look()
    assert [fault.told for fault in heard.warned] == ["The size is negative.", "The size is negative!"]
    assert heard.raised == []
    assert faults.exceptions == ()


def test_a_thousand_times_the_same_is_told_once_and_counted(faults, heard, capsys) -> None:
    counts = []
    faults.counted.connect(lambda: counts.append(faults.exceptions[0].times))
    click(1000)
    faults.look()
    faults.look()
    click()
    faults.look()
    assert len(heard.raised) == 1
    assert counts == [1000, 1001]
    assert capsys.readouterr().err.count("Traceback") == 1


def test_the_same_kind_at_another_place_is_another_fault(faults, heard) -> None:
    click()
    timer = Button()
    timer.clicked.connect(lambda: int("x"))
    timer.clicked.emit()
    faults.look()
    assert len(heard.raised) == 2


def test_the_same_place_on_another_way_through_the_program_is_another_fault(faults, heard) -> None:
    program: dict[str, object] = {"__name__": "netbuilder.made_up"}
    exec("def check(): raise ValueError\ndef one(): check()\ndef other(): check()\n", program)
    button = Button()
    for name in ("one", "other", "one"):
        slot = program[name]
        button.clicked.connect(slot)
        button.clicked.emit()
        button.clicked.disconnect(slot)
    faults.look()
    assert [fault.times for fault in faults.exceptions] == [2, 1]
    assert len(heard.raised) == 2


def test_a_fault_at_any_depth_of_the_program_is_the_same(faults, heard) -> None:
    program: dict[str, object] = {"__name__": "netbuilder.made_up"}
    exec("def down(depth):\n    if not depth: raise ValueError\n    down(depth - 1)\n", program)
    down = program["down"]
    assert callable(down)
    for depth in (20, 30, 100):
        try:
            down(depth)
        except ValueError as problem:
            sys.excepthook(ValueError, problem, problem.__traceback__)
    faults.look()
    assert [fault.times for fault in faults.exceptions] == [3]


def test_what_qt_says_is_told_although_the_terminal_is_gone(faults, heard, monkeypatch) -> None:
    class Gone:
        def write(self, _text: str) -> None:
            raise BrokenPipeError

    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", Gone())
        qWarning("The size is negative.")
    faults.look()
    assert [fault.told for fault in heard.warned] == ["The size is negative."]


def test_a_flood_of_different_faults_takes_no_more_memory_than_a_few(faults, heard) -> None:
    for number in range(1000):
        sys.excepthook(type(f"Kind{number}Error", (Exception,), {}), Exception(), None)
        qWarning(f"The size is {number}.")
    faults.look()
    assert len(heard.raised) == 101
    assert len(heard.warned) == 101
    assert sum(fault.times for fault in faults.exceptions) == 1000


def test_faults_of_many_threads_at_once_are_all_counted_and_each_told_once(faults, heard) -> None:
    threads = [threading.Thread(target=int, args=("x",)) for _thread in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    faults.look()
    assert len(heard.raised) == 1
    assert faults.exceptions[0].times == 50


def test_an_exception_that_cannot_say_what_it_is_does_no_harm(faults, heard) -> None:
    class MuteError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    sys.excepthook(MuteError, MuteError(), None)
    faults.look()
    assert len(heard.raised) == 1


def test_what_interrupts_the_program_is_no_fault(faults, heard, capsys) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    faults.look()
    assert heard.raised == []
    assert "KeyboardInterrupt" in capsys.readouterr().err


@pytest.mark.qt_log_ignore("heard by what was there before")
def test_in_the_end_python_and_qt_have_back_what_they_had(qapp, qtlog) -> None:
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    faults = Faults()
    faults.watch(lambda _text: None)
    assert sys.excepthook != before[0]
    faults.close()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before
    qWarning("heard by what was there before")
    assert [record.message for record in qtlog.records] == ["heard by what was there before"]


def test_what_happened_last_is_still_told_in_the_end(faults, heard) -> None:
    click()
    faults.close()
    assert len(heard.raised) == 1
