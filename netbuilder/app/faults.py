"""What goes wrong that nobody expected: every way in which Python and Qt tell of it ends up here."""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal

from PySide6.QtCore import QMessageLogContext, QObject, QTimer, QtMsgType, Signal, Slot, qInstallMessageHandler

Where = Literal["in the window", "in a thread", "while something was cleared away", "in Qt"]

_EVERY = 250  # ms: a person waits no longer for it, and a flood costs no more than that
_MOST_KINDS = 100  # of faults, and as many of Qt's messages; what comes then is counted as one more
_LONGEST = 1000  # characters of one of Qt's messages
_MOST_PLACES = 12  # in the program, by which a fault is known again
_OTHERS = "others"
_PACKAGE = __name__.partition(".")[0]


@dataclass(slots=True, eq=False)
class Fault:
    """What went wrong at one place of the program, however often. ``told`` holds no data and no paths."""

    where: Where
    told: str
    times: int = 0  # a race between threads may lose one


class Faults(QObject):
    """Hears of exceptions in slots, virtual methods, threads and ``__del__``, and of Qt's warnings.

    The hooks only note them, from any thread, and never raise; a timer of the window's thread tells what is new: a Qt
    message may come while Qt holds its own locks, where emitting a signal would wait for ever. The same fault is
    counted, and told once.
    """

    raised = Signal(object)  # a Fault that was not known before: something was not done that should have been
    warned = Signal(object)  # one that is for the log alone: what Qt said
    counted = Signal()  # exceptions that were known have come again

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._last_words: Callable[[str], None] = lambda _text: None
        self._new: deque[Fault] = deque()
        self._exceptions: dict[object, Fault] = {}
        self._messages: dict[object, Fault] = {}
        self._times = 0
        self._before: tuple[Any, Any, Any, Any] | None = None
        self._look = QTimer(self, interval=_EVERY)
        self._look.timeout.connect(self.look)

    @property
    def exceptions(self) -> tuple[Fault, ...]:
        """What went wrong since the start, the first first."""
        return tuple(self._exceptions.values())

    def watch(self, last_words: Callable[[str], None]) -> None:
        """Takes the place of what Python and Qt do by themselves, which is to print.

        ``last_words`` keeps what Qt says before it ends the program.
        """
        self._last_words = last_words
        python = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._hear, self._hear_thread, self._hear_unraisable
        self._before = (*python, qInstallMessageHandler(self._hear_qt))
        self._look.start()

    def close(self) -> None:
        """Gives Python and Qt back what was there before, and tells what is still to be told."""
        if self._before is not None:
            sys.excepthook, threading.excepthook, sys.unraisablehook, qt = self._before
            qInstallMessageHandler(qt)
            self._before = None
        self._look.stop()
        self.look()

    @Slot()
    def look(self) -> None:
        """Tells what is new."""
        while self._new:
            fault = self._new.popleft()
            (self.warned if fault.where == "in Qt" else self.raised).emit(fault)
        times = sum(fault.times for fault in self.exceptions)
        if times > self._times:
            self._times = times
            self.counted.emit()

    def _hear(self, kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
        where: Where = "in the window" if threading.current_thread() is threading.main_thread() else "in a thread"
        told = not issubclass(kind, Exception)  # Ctrl+C in the terminal
        if told or self._note(where, kind, problem, trace):
            sys.__excepthook__(kind, problem, trace)

    def _hear_thread(self, raised: threading.ExceptHookArgs) -> None:
        if not issubclass(raised.exc_type, Exception):
            return
        if self._note("in a thread", raised.exc_type, raised.exc_value, raised.exc_traceback):
            threading.__excepthook__(raised)

    def _hear_unraisable(self, raised: sys.UnraisableHookArgs) -> None:
        where: Where = "while something was cleared away"
        if self._note(where, raised.exc_type, raised.exc_value, raised.exc_traceback):
            sys.__unraisablehook__(raised)

    def _note(
        self, where: Where, kind: type[BaseException], problem: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Notes an exception; whether it is the first of its place in the program, and to be printed."""
        try:
            # Python's own imports may be what fails here, and the text of an exception, which is anybody's code.
            from netbuilder.discretion import bones_of

            first = self._count(
                self._exceptions,
                (where, kind, _way(trace)),
                where,
                lambda: bones_of(problem) if problem is not None else kind.__name__,
            )
        except Exception:  # noqa: BLE001 - a hook that raises would be called for that, too
            return False
        return first

    def _hear_qt(self, kind: QtMsgType, _place: QMessageLogContext, message: str) -> None:
        try:
            if kind == QtMsgType.QtFatalMsg:
                from netbuilder.discretion import FATAL_QT

                self._last_words(FATAL_QT + message)
            if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg):
                self._count(self._messages, message[:_LONGEST], "in Qt", lambda: message[:_LONGEST])
            if sys.stderr is not None:
                print(message, file=sys.stderr)  # last: the terminal may be gone
        except Exception:  # noqa: BLE001, S110 - Qt waits for it, and can't be told of anything
            pass

    def _count(self, known: dict[object, Fault], key: object, where: Where, told: Callable[[], str]) -> bool:
        fault = known.get(key)
        if fault is None:
            if len(known) >= _MOST_KINDS:
                key, told = _OTHERS, lambda: _OTHERS
            made = Fault(where, told())
            fault = known.setdefault(key, made)
            if fault is made:
                self._new.append(fault)
        fault.times += 1
        return fault.times == 1


def _way(trace: TracebackType | None) -> tuple[object, ...]:
    """By what a fault is known again: the last places within the program on the way to it, and where it was raised.

    Many ways may lead to one place that raises, and on each of them something else was not done.
    """
    ways: deque[tuple[object, int]] = deque(maxlen=_MOST_PLACES)
    last: tuple[object, int] = ("", 0)
    while trace is not None:
        last = trace.tb_frame.f_code, trace.tb_lineno
        if str(trace.tb_frame.f_globals.get("__name__")).partition(".")[0] == _PACKAGE:
            ways.append(last)
        trace = trace.tb_next
    return *ways, last
