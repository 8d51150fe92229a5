"""What the engine's process says of itself, and the kinds of message that go to and fro.

A message is a dict with "kind" and "job", the number of the request that it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LONGEST_KEEPING = 600.0
"""Seconds that an engine which nobody needs any more may live on, until the history has all of its last run."""


class Ask(StrEnum):
    """What the window asks of the engine's process."""

    HELLO = "hello"  # → READY
    PREVIEW = "preview"  # data → DONE with preview
    DOWNLOAD = "download"  # source → PROGRESS …, DONE
    PREPARE = "prepare"  # project → DONE with what a run of it will cost; the run can then begin at once
    TRAIN = "train"  # run (file, held: see Place), project → COMPILING perhaps, EVENTS …, DONE with what a project file keeps of the trained network
    MORE = "more"  # epochs → as TRAIN: the last run goes on, or another one from what it had come to
    RESUME = "resume"  # run → as TRAIN: a run that was interrupted goes on from where the history has it
    LOAD = "load"  # run → DONE with what TRAIN gave: its network is the one that answers, and can be trained for longer
    OPEN = "open"  # path of a model, project whose data it gets if they fit → DONE with project, remarks, and as LOAD
    ORDER = "order"  # an order for the job of that number, which is a run; has no reply
    ANSWER = "answer"  # inputs → DONE with outputs
    RESTORE = "restore"  # what TRAIN gave → DONE
    EXPORT = "export"  # exporter, path → DONE with a sentence
    STOP = "stop"  # the number of a job, which then ends by itself; has no reply


class Tell(StrEnum):
    """What the engine's process tells the window."""

    ALIVE = "alive"
    LOADED = "loaded"  # from now on, a run that is asked for begins
    PROGRESS = "progress"
    COMPILING = "compiling"  # the run's steps are compiled now, and until that is done it hears of no order
    EVENTS = "events"
    DONE = "done"
    KEPT = "kept"  # after the DONE of a run: the history has all of it now, or a sentence says why not
    FAILED = "failed"
    DIED = "died"  # made up by the handle when the process has gone
    WAITS = "waits"  # likewise, of a run that can't begin yet: a sentence says why; "": it can now
    TAKEN_BACK = "taken back"  # likewise: the run was stopped while it waited, and nothing was begun


RUNS = (Ask.TRAIN, Ask.MORE, Ask.RESUME)


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply to a request; the last is DONE, FAILED, DIED or TAKEN_BACK."""

    kind: Tell
    body: dict[str, Any]

    @property
    def last(self) -> bool:
        return self.kind in (Tell.DONE, Tell.FAILED, Tell.DIED, Tell.TAKEN_BACK)


Receive = Callable[[Reply], None]


@dataclass(frozen=True, slots=True)
class DeviceLabel:
    """A device to choose: its name in projects, and its words for people."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Price:
    """What a run will cost on a device, from a short measurement: seconds of an epoch, and how many there will be."""

    device: DeviceLabel
    epoch: float
    epochs: int

    @property
    def seconds(self) -> float:
        """Of the whole run, if nothing ends it early. It is compiled already."""
        return self.epoch * self.epochs


@dataclass(frozen=True, slots=True)
class Readiness:
    """The engine is ready: its versions and devices; ``no_gpu_sentence`` is empty where there is a GPU."""

    versions: Mapping[str, str]
    devices: tuple[DeviceLabel, ...]
    no_gpu_sentence: str
