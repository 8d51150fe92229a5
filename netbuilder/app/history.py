"""The history of runs from the window's side: read and changed in a thread of its own, told in the window's."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from netbuilder import disk
from netbuilder.app.telling import Telling
from netbuilder.runs.records import RunRecord
from netbuilder.words import _, plural

if TYPE_CHECKING:
    from netbuilder.runs.history import History

__all__ = ["RunHistory", "RunRecord"]

_EVERY = 1000  # ms between two looks at whether some program has changed something
_SHARE = 0.03  # of a core, which listing thousands of runs may take beside a training that changes one every second
_PATIENCE = 3.0  # seconds that closing waits for what is being read or written
_SOON = 0.05  # seconds that it waits for space that is given back

Job = Callable[["History"], object]
_Asked = tuple[Job, Callable[[], object]]


class RunHistory(QObject):
    """Lists the runs again whenever they have changed, and does with them what is asked, in the order of asking.

    Space is given back while nothing else is asked, a part at a time, so that nobody waits for it.
    Nothing is opened before something is asked. What can't be done is told by ``failed``, once, and tried again.
    """

    changed = Signal(object)  # list of RunRecord, newest first
    sized = Signal(object, object, object)  # bytes on the disk, how many they may become, those of interrupted runs
    events_read = Signal(str, object)  # uid; list of events.Event: all that curves need
    interrupted = Signal(object)  # list of RunRecord that can go on, newest first
    deleted = Signal(object)  # uids that are deleted now
    not_deleted = Signal(object)  # uids that could not be deleted
    not_brought_back = Signal(object)  # uids that could not be brought back now: later they may
    failed = Signal(str)  # sentence

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        """``path`` is that of the history; None: where the person's own is."""
        super().__init__(parent)
        self._path = path
        self._jobs: SimpleQueue[_Asked | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._settled = threading.Event()  # whether that has done what was asked
        self._looks = False  # whether a look is asked for already
        self._version: int | None = None  # of what was listed last; this and the next four belong to the thread
        self._telling = Telling()
        self._said = ""
        self._offered: set[str] = set()  # uids of runs that were deleted here and can still be brought back
        self._sweeping: Iterator[None] | None = None  # what is still to be given back
        self._due = 0.0  # when the next part of that is
        self._rested = 0.0  # when the runs may be listed again without having been asked for
        self._clock = QTimer(self, interval=_EVERY)
        self._clock.timeout.connect(self._look_in_turn)
        self.destroyed.connect(partial(self._jobs.put, None))  # with its window, where nobody closed it
        self.destroyed.connect(self._telling.end)

    def watch(self, *, on: bool) -> None:
        """Whether somebody looks at the runs: then they are listed, and kept up to date, whoever changes them."""
        if on:
            self._clock.start()
            self._ask(self._list)
        else:
            self._clock.stop()

    @Slot()
    def look(self) -> None:
        """Lists the runs if they are watched and have changed."""
        if self._clock.isActive() and not self._looks:
            self._looks = True
            self._ask(self._look)

    @Slot()
    def _look_in_turn(self) -> None:
        if perf_counter() >= self._rested:
            self.look()

    def ask_events(self, uid: str) -> None:
        """Reads all values of a run."""
        self._ask(partial(self._read_events, uid))

    def ask_interrupted(self) -> None:
        """Looks for runs whose program ended before them, and tidies, unless there is no history: none is made."""
        from netbuilder.runs.database import history_path

        if disk.is_there(history_path() if self._path is None else self._path):
            self._ask(self._read_interrupted)
            self._ask(self._sweep)

    def end_here(self, uid: str) -> None:
        """Ends an interrupted run: what it had come to is its end."""
        self._change(partial(self._end_here, uid))

    def rename(self, uid: str, name: str) -> None:
        """Gives a run a name of its own; empty: it is called by its project again."""
        self._change(lambda history: history.rename(uid, name))

    def note(self, uid: str, text: str) -> None:
        """Keeps what a person has to say about a run."""
        self._change(lambda history: history.note(uid, text))

    def delete(self, uids: Sequence[str]) -> None:
        """Takes runs out of the list; they can be brought back until they are let go or the window closes."""
        self._change(partial(self._delete, tuple(uids)), partial(self._telling.tell, self.not_deleted, uids))

    def bring_back(self, uids: Sequence[str]) -> None:
        """Puts deleted runs into the list again; says so if some are no longer there."""
        self._change(partial(self._bring_back, tuple(uids)), partial(self._telling.tell, self.not_brought_back, uids))

    def allow(self, size: int) -> None:
        """Lets the history have so many bytes; beyond them, the oldest runs' weights go."""
        self._change(partial(self._allow, size))

    @Slot()
    def tidy(self) -> None:
        """Gives back the space of what was deleted some time ago, and keeps the history within its size.

        What was deleted here stays as long as it is not let go.
        """
        self._change(self._sweep)

    def let_go(self, uids: Sequence[str]) -> None:
        """Gives back the space of runs that are still deleted: they can't be brought back any more."""
        self._change(partial(self._let_go, tuple(uids)))

    def close(self) -> None:
        """Ends the thread when it has done what was asked. What is still deleted is let go.

        Space is given back for as long as the program lives; whoever sweeps next gives back the rest.
        """
        self._clock.stop()
        thread, self._thread = self._thread, None
        if thread is not None:
            self._jobs.put(None)
            self._settled.wait(_PATIENCE)
            thread.join(_SOON)

    def _change(self, job: Job, instead: Callable[[], object] = lambda: None) -> None:
        self._ask(job, instead)
        self._ask(self._look)

    def _ask(self, job: Job, instead: Callable[[], object] = lambda: None) -> None:
        """``instead`` is done where the history can't be used."""
        if self._thread is None:
            self._settled = threading.Event()
            # A daemon: should it hang on a network's disk, the program can still be left.
            self._thread = threading.Thread(target=self._work, args=(self._settled,), name="history", daemon=True)
            self._thread.start()
        self._jobs.put((job, instead))

    # From here on, in the thread: imports, too, which would hold the window up.
    def _work(self, settled: threading.Event) -> None:
        from netbuilder.runs.database import CannotUseHistory
        from netbuilder.runs.history import History

        history: History | None = None
        self._version = None
        try:
            while (asked := self._next()) is not None:
                job, instead = asked
                try:
                    if history is None:
                        history = History(self._path)
                    job(history)
                    self._said = ""
                except CannotUseHistory as problem:
                    self._version = self._sweeping = None
                    instead()
                    self._tell(str(problem))
                except KeyError:
                    self._tell(_("That run is no longer in the history: another program has deleted it."))
                except Exception as wrong:  # noqa: BLE001 - told as a fault of ours; what is asked next is heard
                    self._version, self._sweeping, self._looks = None, None, False
                    instead()
                    threading.excepthook(threading.ExceptHookArgs((type(wrong), wrong, wrong.__traceback__, None)))
        finally:
            if history is not None:
                self._leave(history, settled)
            settled.set()

    def _leave(self, history: History, settled: threading.Event) -> None:
        from netbuilder.runs.database import CannotUseHistory
        from netbuilder.runs.room import UNDOABLE

        offered, self._offered = self._offered, set()
        unswept, self._sweeping = self._sweeping, None
        if offered or unswept is not None:
            # Nobody looks any more; where it fails, whoever sweeps in an hour removes them.
            with contextlib.suppress(CannotUseHistory):
                history.give_up(offered)
                settled.set()
                history.sweep(UNDOABLE)
        history.close()

    def _next(self) -> _Asked | None:
        """What is asked next, or while nothing is, a part of the sweep; None: nothing will be asked any more."""
        if self._sweeping is None:
            return self._jobs.get()
        try:
            return self._jobs.get(timeout=max(0.0, self._due - perf_counter()))
        except Empty:
            return self._sweep_on, lambda: None

    def _tell(self, sentence: str) -> None:
        self._looks = False
        if sentence != self._said:
            self._said = sentence
            self._telling.tell(self.failed, sentence)

    def _look(self, history: History) -> None:
        self._looks = False
        version = history.version()
        if version != self._version:
            began = perf_counter()
            self._telling.tell(self.changed, history.runs())
            self._rested = perf_counter() + (perf_counter() - began) / _SHARE
            self._telling.tell(self.sized, history.size, history.limit, history.interrupted_size)
            self._version = version

    def _list(self, history: History) -> None:
        self._version = None  # what was listed before may have been told to nobody
        self._look(history)

    def _read_events(self, uid: str, history: History) -> None:
        self._telling.tell(self.events_read, uid, history.events(uid))

    def _read_interrupted(self, history: History) -> None:
        self._telling.tell(self.interrupted, [run for run in history.runs() if run.state == "interrupted"])

    def _end_here(self, uid: str, _history: History) -> None:
        from netbuilder.runs.claims import InOtherHands
        from netbuilder.runs.states import TooLarge
        from netbuilder.runs.unfinished import IsOver, end_here

        try:
            end_here(uid, self._path)
        except (disk.CannotWrite, InOtherHands, IsOver, TooLarge) as problem:
            self._tell(str(problem))

    def _delete(self, uids: tuple[str, ...], history: History) -> None:
        history.delete(uids)
        self._offered.update(uids)
        self._telling.tell(self.deleted, uids)

    def _bring_back(self, uids: tuple[str, ...], history: History) -> None:
        lost = len(uids) - history.bring_back(uids)
        self._offered.difference_update(uids)
        if lost:
            self._tell(
                plural(
                    "{count} run can't be brought back: its space was given back, an hour after it had been deleted.",
                    "{count} runs can't be brought back: their space was given back, an hour after they had been deleted.",
                    lost,
                )
            )

    def _let_go(self, uids: tuple[str, ...], history: History) -> None:
        history.give_up(uids)
        self._offered.difference_update(uids)
        self._sweep(history)

    def _sweep(self, history: History) -> None:
        from netbuilder.runs.room import UNDOABLE

        self._sweeping, self._due = history.sweeping(UNDOABLE, but=self._offered), 0.0

    def _sweep_on(self, history: History) -> None:
        from netbuilder.runs.history import LONGEST_REST

        began = perf_counter()
        for _part in self._sweeping or ():
            ended = perf_counter()
            self._due = ended + min(ended - began, LONGEST_REST)
            return
        self._sweeping = None
        if self._version is not None:
            self._look(history)

    def _allow(self, size: int, history: History) -> None:
        history.limit = size
        self._sweep(history)
