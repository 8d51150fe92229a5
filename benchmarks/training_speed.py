"""Seconds an epoch of netbuilder, against ``model.fit`` as tutorials have it, tuned ``fit``, PyTorch and scikit-learn.

Each program trains in a process of its own, one after the other and in turns, on the same examples divided in the same
way. An epoch is what a person waits for: training and validation (scikit-learn and PyTorch: training alone). The first
epoch, which pays for compilation, is left out of the median. The whole run is what a person waits for in the window,
from the click on Train of a network that was never prepared or compiled, its data at hand, until the window is ready
again; against building, compiling and fitting in plain Keras, its data at hand.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from benchmarks import programs
from benchmarks.cores import round_trip
from benchmarks.figures import Figure, after_first, figure, ratio
from benchmarks.networks import Network, digits, made_up_table, spirals
from benchmarks.programs import Run
from benchmarks.real_window import opened

LIBRARIES = {"scikit-learn": "sklearn", "PyTorch": "torch"}
WINDOW_TURNS, WHOLE_TURNS = 5, 3


@dataclass(frozen=True, slots=True)
class Race:
    """A network, and what is promised of it: bars of our epoch ÷ theirs. ``turns``: how often each program trains it."""

    network: Network
    plain_epochs: int
    bar: float
    tuned_bar: float | None = None
    compares_accuracy: bool = False
    turns: int = 4


def races(folder: Path) -> list[Race]:
    """Every network that is raced; made-up digits are written into the folder where MNIST is not there."""
    return [
        Race(digits(folder, (128,), 32), 5, 0.15, tuned_bar=0.4, compares_accuracy=True),
        Race(digits(folder, (128,), 128), 5, 0.2),
        Race(digits(folder, (64, 32), 32), 5, 0.12),
        Race(digits(folder, (1024, 1024), 32, epochs=3), 3, 0.35, turns=3),
        Race(made_up_table(1_000_000, epochs=4), 3, 0.08, turns=2),
        Race(spirals(epochs=300), 10, 0.03),
    ]


def measure() -> list[Figure]:
    """Every race, and then what an open window costs. 128 is the batch size of the million rows: a usual one there."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for race in races(folder):
            figures += _raced(race, folder)
        figures += _with_window(digits(folder, (128,), 32), folder)
    return figures


def _raced(race: Race, folder: Path) -> list[Figure]:
    network, words = race.network, race.network.words
    project = network.write_project(folder / "project.netbuilder")
    arrays = network.write_arrays(folder / "arrays.npz")
    apart: list[float] = []

    def train() -> Run:
        seconds = round_trip()
        apart.extend([] if seconds is None else [seconds])
        return programs.command_line(project)

    ours, plain, tuned = _in_turns(
        race.turns,
        train,
        lambda: programs.plain_keras(network, arrays, race.plain_epochs),
        lambda: programs.plain_keras(network, arrays, race.plain_epochs, "tuned"),
    )
    epoch, plain_epoch, tuned_epoch = _epoch(ours), _epoch(plain), _epoch(tuned)
    figures = [
        figure(f"{words}: epoch", epoch, "s"),
        ratio(f"{words}: epoch ÷ plain fit ({plain_epoch:.3g} s)", epoch, plain_epoch, race.bar),
        ratio(f"{words}: epoch ÷ tuned fit ({tuned_epoch:.3g} s)", epoch, tuned_epoch, race.tuned_bar),
        ratio(f"{words}: fastest epoch ÷ plain fit's fastest", _fastest(ours), _fastest(plain)),
        ratio(f"{words}: fastest epoch ÷ tuned fit's fastest", _fastest(ours), _fastest(tuned)),
    ]
    if apart:  # where it is long, what two cores do together takes twice the time
        figures.append(figure(f"{words}: a byte from core to core and back", 1e6 * statistics.median(apart), "µs"))
    if race.compares_accuracy:
        figures += _accuracies(words, ours, plain)
    for library, package in LIBRARIES.items():
        if find_spec(package):
            theirs = after_first(programs.other_library(library, network, arrays).epochs)
            figures.append(ratio(f"{words}: epoch ÷ {library} ({theirs:.3g} s)", epoch, theirs))
    return figures


def _accuracies(words: str, ours: Sequence[Run], plain: Sequence[Run]) -> list[Figure]:
    """Of the test part, in percent: the same within half a point, else speed was bought with something."""
    accuracy, theirs = (100 * statistics.mean(run.test["accuracy"] for run in runs) for runs in (ours, plain))
    return [
        figure(f"{words}: test accuracy", accuracy, "%"),
        figure(f"{words}: test accuracy of plain fit", theirs, "%"),
        figure(f"{words}: test accuracy, difference", abs(accuracy - theirs), "points", 0.5),
    ]


def _with_window(network: Network, folder: Path) -> list[Figure]:
    """In an open window: the same epochs with and without it, and a whole run, compilation included."""
    project = network.write_project(folder / "project.netbuilder")
    arrays = network.write_arrays(folder / "arrays.npz")
    (units,) = network.hidden
    with opened() as person:
        person.train(_of_units(network, units - 1).of_epochs(1).project())  # the engine's first run reads the data
        bare, shown = _in_turns(
            WINDOW_TURNS,
            lambda: programs.command_line(project),
            lambda: person.train(network.project()),
        )
        sizes = iter(range(units + 1, units + 1 + WHOLE_TURNS))
        whole, plain = _in_turns(
            WHOLE_TURNS,
            lambda: person.train(_of_units(network, next(sizes)).project()),
            lambda: programs.plain_keras(network, arrays, network.epochs),
        )
    seconds, theirs = (statistics.median(run.seconds for run in runs) for runs in (whole, plain))
    words, epoch, alone = network.words, _epoch(shown), _epoch(bare)
    return [
        ratio(
            f"{words}: epoch with the window open ({epoch:.3g} s) ÷ command line ({alone:.3g} s)", epoch, alone, 1.08
        ),
        figure(f"{words}: click on Train to the end of {network.epochs} epochs", seconds, "s"),
        ratio(f"{words}: click on Train to the end ÷ plain build and fit ({theirs:.3g} s)", seconds, theirs, 0.25),
    ]


def _of_units(network: Network, units: int) -> Network:
    """The same with a hidden layer of another width, which the engine can't have compiled before."""
    return replace(network, hidden=(units,))


def _in_turns(turns: int, *programs: Callable[[], Run]) -> list[list[Run]]:
    """Each program's runs. They take turns, so that whatever else the machine does slows all of them alike."""
    rounds = [[program() for program in programs] for _ in range(turns)]
    return [list(runs) for runs in zip(*rounds, strict=True)]


def _epoch(runs: Sequence[Run]) -> float:
    """The median of all runs' epochs, without their first ones."""
    return statistics.median(seconds for run in runs for seconds in (run.epochs[1:] or run.epochs))


def _fastest(runs: Sequence[Run]) -> float:
    """What the machine can do when nothing else takes its time: it tells how much of a median is other programs' doing."""
    return min(seconds for run in runs for seconds in run.epochs)
