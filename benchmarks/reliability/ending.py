"""A program that is killed while a run ends leaves it ended with its weights, or such that it can go on: never in between."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from uuid import UUID

import numpy as np

from benchmarks.figures import Figure
from benchmarks.reliability import works
from benchmarks.reliability.attempts import Attempt, broken
from benchmarks.reliability.home import new_home
from netbuilder.checkpoint import Checkpoint
from netbuilder.events import EpochEnded, RunEnded, RunPrepared
from netbuilder.runs.claims import checkpoint_folder
from netbuilder.runs.history import History
from netbuilder.runs.recorder import Recorder
from netbuilder.runs.unfinished import unfinished

COUNT = 300
SIZES = (0.1, 1.0, 10.0, 100.0)
"""Megabytes of weights: the larger, the longer it takes to write them."""

EPOCHS = 3
MORE = 2
"""Every so many seeds, the run had ended before and got more epochs: its old weights are there, too."""


def attempts(seeds: Sequence[int]) -> Iterator[Attempt]:
    """Kills, each at a moment within some one and a half ends of a run with weights of that size."""
    with new_home() as home:
        path = home.history
        lasts = {size: _ended(path, UUID(int=number), size) for number, size in enumerate(SIZES)}
        for seed in seeds:
            size = SIZES[seed % len(SIZES)]
            chance = random.Random(seed)
            yield _attempt(seed, path, UUID(int=chance.getrandbits(128)), size, 1.5 * lasts[size] * chance.random())


def figures(made: Sequence[Attempt]) -> list[Figure]:
    """How many lost their weights or left litter."""
    return [broken("killed while a run ends: weights lost or of another epoch, or litter after a restart", made)]


def _attempt(seed: int, path: Path, uid: UUID, size: float, moment: float) -> Attempt:
    more = seed // len(SIZES) % MORE == 0
    if more:
        _ended(path, uid, size)
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        try:
            _end(path, uid, size, EPOCHS if more else 0, lambda: os.write(tell, b"."))
        finally:
            os._exit(1)
    os.close(tell)
    with os.fdopen(told, "rb") as begun:
        begun.read(1)
        time.sleep(moment)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    last = 2 * EPOCHS if more else EPOCHS
    faults = _wrong(path, uid.hex, last)
    with closing(History(path)) as history:
        history.sweep()
        over = history.run(uid.hex).state == "ended"
        left = [one.name for one in checkpoint_folder(path).iterdir()]
        history.remove([uid.hex])
    allowed = [] if over else [f"{uid.hex}.checkpoint"]
    faults += [f"“{one}” was left behind" for one in left if one not in allowed]
    what = (
        f"{size:g} MB, killed {moment:.4f} s after the end of {'more epochs' if more else 'a run'} began to be written"
    )
    return Attempt(seed, what, tuple(faults))


def _wrong(path: Path, uid: str, last: int) -> list[str]:
    """What is wrong with what the next program finds."""
    with closing(History(path)) as history:
        run = history.run(uid)
        checkpoint = history.checkpoint(uid)
    if run.state == "interrupted":
        found = unfinished(uid, path)
        found.claim.release()
        checkpoint = found.checkpoint
    if checkpoint is None:
        return [f"it is {run.state}, and its weights are lost"]
    if run.state == "ended" and checkpoint.epoch != last:
        return [f"it ended after epoch {last}, and its weights are those of epoch {checkpoint.epoch}"]
    if not all((one == checkpoint.epoch).all() for one in checkpoint.variables):
        return ["its weights are of several epochs"]
    return []


def _ended(path: Path, uid: UUID, size: float) -> float:
    """A run that ends undisturbed; the seconds that its end took."""
    begun: list[float] = []
    _end(path, uid, size, 0, lambda: begun.append(time.perf_counter()))
    return time.perf_counter() - begun[0]


def _end(path: Path, uid: UUID, size: float, before: int, tell: Callable[[], object]) -> None:
    recorder = Recorder(
        uid.hex, works.learner(EPOCHS), origin="window", versions={}, data_hash="", tell=lambda _event: None, path=path
    )
    last = before + EPOCHS
    recorder.take(RunPrepared("CPU", True, last, 1, 1, 0, 1, False, before + 1))
    for epoch in range(before + 1, last + 1):
        recorder.take(EpochEnded(epoch, 1.0, {"loss": 1.0 / epoch}, 0.001, None, 0))
        recorder.keep(_checkpoint(epoch, last, size))
        recorder.flush()
    recorder.take(RunEnded("all_epochs", last, None, restored_best=False, seconds=float(last), test={}))
    tell()
    recorder.end(_checkpoint(last, last, size))


def _checkpoint(epoch: int, last: int, size: float) -> Checkpoint:
    weights = np.full((4, int(1e6 * size) // 16), epoch, np.float32)
    return Checkpoint(epoch=epoch, first=1, last=last, compiled=True, variables=tuple(weights), optimizer=())
