"""How time and memory grow when rows, parameters or epochs become ten times as many: linearly, or they are not meant to."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import programs
from benchmarks.figures import Figure, after_first, exponent, figure, ratio
from benchmarks.networks import Network, made_up_table, spirals
from benchmarks.programs import Run

BAR = 1.1
ROWS = (1_000, 10_000, 100_000, 1_000_000)
UNITS = (20, 90, 305, 990)
"""Units of both hidden layers: with 20 columns, some 1,000, 10,000, 100,000 and 1,000,000 parameters."""

EPOCHS = (10, 100, 1_000, 10_000)
_WARM = 20  # epochs that are left out: the first are compiled, and the pace is still being found
MB = 1e6


def measure() -> list[Figure]:
    """Exponents of log–log fits (1: linear; below it, what does not grow still counts), each step trained on its own.

    Small sizes cost what a run costs at all, and make the exponent small; the last tenfold step is told beside it.
    Memory is the process's most (its peak RSS), nearly all of it TensorFlow's own: what each row, parameter or epoch more
    takes is told beside it. A row of the table is 84 bytes of numbers, a parameter with Adam's two averages 12.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [*_rows(folder), *_parameters(folder), *_epochs(folder)]


def _rows(folder: Path) -> list[Figure]:
    runs = [_run(made_up_table(rows, epochs=max(4, 20_000 // rows)), folder) for rows in ROWS]
    return _grown("rows", ROWS, runs)


def _parameters(folder: Path) -> list[Figure]:
    counts = [21 * units + (units + 1) * units + units + 1 for units in UNITS]
    runs = [_run(made_up_table(20_000, epochs=4, hidden=(units, units)), folder) for units in UNITS]
    return _grown("parameters", counts, runs)


def _epochs(folder: Path) -> list[Figure]:
    runs = [_run(spirals(epochs), folder) for epochs in EPOCHS]
    seconds = [sum(run.epochs) for run in runs]
    last = runs[-1].epochs[_WARM:]
    tenth = len(last) // 10
    early, late = statistics.median(last[:tenth]), statistics.median(last[-tenth:])
    return [
        figure(
            f"epochs {EPOCHS[0]:,} to {EPOCHS[-1]:,}: seconds of all epochs, exponent",
            exponent(EPOCHS, seconds),
            "",
            BAR,
        ),
        figure("epochs: seconds of all epochs, exponent of the last step", exponent(EPOCHS[-2:], seconds[-2:]), ""),
        *_memory("epochs", EPOCHS, runs),
        ratio(
            f"epochs: the last tenth of {EPOCHS[-1]:,} ÷ the first ({1000 * early:.3g} ms an epoch)", late, early, BAR
        ),
    ]


def _run(network: Network, folder: Path) -> Run:
    return programs.command_line(network.write_project(folder / "project.netbuilder"))


def _grown(what: str, sizes: Sequence[int], runs: Sequence[Run]) -> list[Figure]:
    seconds = [after_first(run.epochs) for run in runs]
    return [
        figure(f"{what} {sizes[0]:,} to {sizes[-1]:,}: seconds an epoch, exponent", exponent(sizes, seconds), "", BAR),
        figure(f"{what}: seconds an epoch, exponent of the last step", exponent(sizes[-2:], seconds[-2:]), ""),
        figure(f"{what}: seconds an epoch with {sizes[-1]:,}", seconds[-1], "s"),
        *_memory(what, sizes, runs),
    ]


def _memory(what: str, sizes: Sequence[int], runs: Sequence[Run]) -> list[Figure]:
    peaks = [run.peak for run in runs]
    added = (peaks[-1] - peaks[-2]) / (sizes[-1] - sizes[-2])
    return [
        figure(f"{what} {sizes[0]:,} to {sizes[-1]:,}: most memory, exponent", exponent(sizes, peaks), "", BAR),
        figure(f"{what}: most memory with {sizes[0]:,}", peaks[0] / MB, "MB"),
        figure(f"{what}: most memory with {sizes[-1]:,}", peaks[-1] / MB, "MB"),
        figure(f"{what}: memory for each one more, in the last step", added, "bytes"),
    ]
