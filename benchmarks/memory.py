"""Memory: of the engine's process against a plain Keras script, of the window, and whether either grows run by run."""

from __future__ import annotations

import gc
import os
import statistics
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import processes, programs
from benchmarks.figures import Figure, figure, ratio, slope
from benchmarks.networks import Network, digits, spirals
from benchmarks.processes import Seen
from benchmarks.real_window import Person, opened

RUNS = 100
EPOCHS = 101
"""Of ten steps: of a thousand steps and more, a run is compiled."""

TURNS = 2
MB, KB = 1e6, 1e3


def measure() -> list[Figure]:
    """Many short runs in one window, then the peaks of a long one. Raises ``NoProc`` elsewhere than on Linux.

    Of the window, the bar is for its share of memory (PSS), measured at rest after its first run: pages that it shares
    with its engine (Python, NumPy, the C library) are counted once, half here and half there, so that the two shares sum to
    what netbuilder takes from the machine. Its RSS, which counts them twice, is told beside it.
    """
    figures = _many_runs(spirals(EPOCHS), RUNS)  # first: nothing that was freed before must hide growth
    with tempfile.TemporaryDirectory() as name:
        network = digits(Path(name), (128,), 32)
        return figures + _peaks(network, Path(name))


def _peaks(network: Network, folder: Path) -> list[Figure]:
    arrays = network.write_arrays(folder / "arrays.npz")
    engine, plain = [], []
    for _ in range(TURNS):
        with opened() as person:
            person.train(network.project())
            engine.append(_engine().peak)
        plain.append(programs.plain_keras(network, arrays, network.epochs).peak)
    ours, theirs = statistics.median(engine), statistics.median(plain)
    what = f"{network.words}: most memory of the engine's process"
    return [
        figure(what, ours / MB, "MB"),
        ratio(f"{what} ÷ plain fit's ({theirs / MB:,.0f} MB)", ours, theirs, 1.15),
    ]


@dataclass(frozen=True, slots=True)
class Moment:
    """Window and engine after a run."""

    window: Seen
    engine: Seen


def _many_runs(network: Network, runs: int) -> list[Figure]:
    with opened() as person:
        person.rest(2.0)
        opened_at = processes.seen(os.getpid())
        moments = [_after_run(person, network, number) for number in range(runs)]
        figures = _window(opened_at, moments)
    return figures + _engines(moments)


def _after_run(person: Person, network: Network, number: int) -> Moment:
    """Other units each time, so that every run makes and compiles a model of its own, as after an edit."""
    first, *others = network.hidden
    person.train(replace(network, hidden=(first + number, *others)).project())
    person.rest(0.3)  # the last curves are drawn, and what was deleted is gone
    gc.collect()
    return Moment(processes.seen(os.getpid()), _engine())


def _engine() -> Seen:
    """The largest process that this one started: the engine. One that begins or ends just now is not it."""
    found = []
    for child in processes.children(os.getpid()):
        with suppress(OSError):  # it has just ended
            found.append(processes.seen(child))
    return max(found, key=lambda one: one.resident)


def _window(opened_at: Seen, moments: Sequence[Moment]) -> list[Figure]:
    first, windows = moments[0].window, [moment.window for moment in moments]
    late = _last_two_thirds(windows)
    return [
        figure("window, engine ready: share of memory (PSS)", opened_at.share / MB, "MB"),
        figure("window, engine ready: resident memory (RSS)", opened_at.resident / MB, "MB"),
        figure("window after its first run: share of memory (PSS)", first.share / MB, "MB", 160.0),
        figure("window after its first run: resident memory (RSS)", first.resident / MB, "MB"),
        figure(f"window, growth a run over {len(moments)} runs", slope([one.own for one in late]) / KB, "KB", 20.0),
        *_flat("window", windows),
    ]


def _engines(moments: Sequence[Moment]) -> list[Figure]:
    """Bounded: the last third of the runs needs no more than the third before, whether or not engines are replaced."""
    engines = [moment.engine for moment in moments]
    before, after = (max(one.resident for one in third) for third in _middle_and_last_third(engines))
    return [
        figure("engine after its first run: resident memory (RSS)", engines[0].resident / MB, "MB"),
        figure(f"engine, most after {len(moments)} runs: RSS", max(one.resident for one in engines) / MB, "MB"),
        ratio("engine, most RSS of the last third of runs ÷ of the middle third", after, before, 1.05),
        *_flat("engine", engines),
    ]


def _flat(who: str, all_seen: Sequence[Seen]) -> list[Figure]:
    """Files and threads may come and go, but not become more."""
    before, after = _middle_and_last_third(all_seen)
    files = max(one.files for one in after) - max(one.files for one in before)
    threads = max(one.threads for one in after) - max(one.threads for one in before)
    return [
        figure(f"{who}, more open files in the last third of runs than in the middle", files, "files", 0.0),
        figure(f"{who}, more threads in the last third of runs than in the middle", threads, "threads", 0.0),
    ]


def _last_two_thirds(values: Sequence[Seen]) -> Sequence[Seen]:
    return values[len(values) // 3 :]


def _middle_and_last_third(values: Sequence[Seen]) -> tuple[Sequence[Seen], Sequence[Seen]]:
    third = len(values) // 3
    return values[third : 2 * third], values[2 * third :]
