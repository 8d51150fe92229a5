"""``netbuilder train``: the very training of the window, told on the terminal."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType

from netbuilder.cli.course import Course
from netbuilder.cli.goals import with_goal
from netbuilder.cli.opening import facts_of, opened, read, ready, with_data, with_training
from netbuilder.cli.quiet import clean_output, start_engine
from netbuilder.cli.sentences import DONE, FAILED, STOPPED, BadInput
from netbuilder.cli.target import Target, held_target
from netbuilder.cli.telling import JsonLines, Table, Telling
from netbuilder.data.examples import Examples, Stopped
from netbuilder.data.origins import data_files
from netbuilder.disk import CannotWrite, cannot_write, is_there
from netbuilder.files.contents import Attached
from netbuilder.orders import Orders, Stop
from netbuilder.runs.records import new_uid
from netbuilder.runs.unfinished import Unfinished
from netbuilder.spec.plain import NotAProject
from netbuilder.spec.project import ProjectSpec
from netbuilder.words import _


def run(asked: argparse.Namespace) -> int:
    """Trains, writes the results, and tells of both."""
    name, contents = opened(asked.project)
    project = with_data(contents.project, asked.data)
    project = with_training(project, seed=asked.seed, epochs=asked.epochs, device=asked.device)
    project = with_goal(project, asked.minutes, asked.until)
    folder = asked.out or Path(f"netbuilder-{name}")
    results = _Results(folder, Path(asked.project), contents.attached)
    return _begun(project, results, download=asked.download, json=asked.json, history=asked.history)


def trained(project: ProjectSpec, folder: Path, *, json: bool = False) -> int:
    """Trains a project of no file and writes the results into the folder. Raises ``BadInput``; returns the exit code."""
    return _begun(project, _Results(folder), json=json)


def _begun(
    project: ProjectSpec, results: _Results, *, download: bool = False, json: bool = False, history: bool = True
) -> int:
    ready(project)
    return _told(project, results, Course(new_uid() if history else None), download=download, json=json)


def gone_on(found: Unfinished, folder: Path, *, json: bool = False) -> int:
    """Goes on with an interrupted run to its end, and writes the results. Raises ``BadInput``; returns the exit code."""
    try:
        project = found.record.project()
        ready(project)
        return _told(project, _Results(folder), Course(found.record.uid, found), download=False, json=json)
    except NotAProject as problem:
        raise BadInput(str(problem)) from problem
    finally:
        found.claim.release()


@dataclass(frozen=True, slots=True)
class _Results:
    """Where the results go, and what belongs to the project ``given`` in a file, if it is one."""

    folder: Path
    given: Path | None = None
    attached: Attached = field(default_factory=Attached)


def _told(project: ProjectSpec, results: _Results, course: Course, *, download: bool, json: bool) -> int:
    with _made(results.folder), held_target(results.folder, results.given) as target, clean_output() as out:
        telling: Telling = JsonLines(out) if json else Table(out)
        with _interrupts(telling.stopping) as stopped:
            try:
                examples = read(project, download=download, tell=telling.downloading, cancelled=stopped)
            except Stopped:
                return _nothing_learned()
            attached = replace(results.attached, data_files=data_files(project.data.source))
            return _trained(project, examples, target, attached, course, telling, stopped)


def _trained(
    project: ProjectSpec,
    examples: Examples,
    target: Target,
    attached: Attached,
    course: Course,
    telling: Telling,
    stopped: Interrupts,
) -> int:
    start_engine()
    if stopped():
        return _nothing_learned()
    from netbuilder.cli.results import write_results
    from netbuilder.engine.devices import NoSuchDevice
    from netbuilder.engine.placing import OutOfMemory
    from netbuilder.engine.session import Session
    from netbuilder.engine.state import DoesNotBelong
    from netbuilder.export import CannotExport

    try:
        session = Session(project, facts_of(project), examples)
        end = course.run(session, examples, telling.event, stopped.orders)
        if end.reason in ("stopped", "time_over") and not end.epochs and not end.part_steps:
            if end.reason == "stopped":
                return _nothing_learned()
            message = _("The time was over before the first batch, so that nothing was learned or written: allow more.")
            raise BadInput(message)
        saved, exported = write_results(session, course.told, end, target, attached)
    except (NoSuchDevice, CannotWrite, DoesNotBelong) as problem:
        raise BadInput(str(problem)) from problem
    except (CannotExport, OutOfMemory) as problem:
        print(f"netbuilder: {problem}", file=sys.stderr)
        return FAILED
    telling.ended(end, saved, exported.files[0], exported.sentence)
    course.tidy()
    if end.reason == "not_finite":
        return FAILED
    return STOPPED if end.reason == "stopped" else DONE


def _nothing_learned() -> int:
    print(_("Stopped before the training began; nothing was written."), file=sys.stderr)
    return STOPPED


@contextlib.contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Makes the folder if needed, before an hour of training ends in front of a closed door. Raises ``BadInput``.

    Where nothing was written into a new folder, it is taken away again.
    """
    is_new = not is_there(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as problem:
        raise BadInput(
            _("“{path}” is a file, but --out wants a folder: choose another.").format(path=folder)
        ) from problem
    except OSError as problem:
        raise BadInput(str(cannot_write(folder, problem))) from problem
    if not os.access(folder, os.W_OK):
        raise BadInput(_("“{path}” may not be written to: choose another folder.").format(path=folder))
    try:
        yield
    finally:
        if is_new:
            with contextlib.suppress(OSError):  # it is not empty
                folder.rmdir()


class Interrupts:
    """Whether Ctrl+C was pressed; a second time it ends the program at once, as always."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._pressed = False
        self._tell = tell
        self.orders = Orders()

    def __call__(self) -> bool:
        return self._pressed

    def press(self, _signal: int, _frame: FrameType | None) -> None:
        """Notes the first Ctrl+C, and says so: the end of a block and the results may take a while."""
        self._pressed = True
        self.orders.give(Stop())
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with contextlib.suppress(OSError):  # nobody reads any more
            self._tell()


@contextlib.contextmanager
def _interrupts(tell: Callable[[], None]) -> Iterator[Interrupts]:
    found = Interrupts(tell)
    before = signal.signal(signal.SIGINT, found.press)
    try:
        yield found
    finally:
        signal.signal(signal.SIGINT, before)
