"""What a training leaves in its folder: the model, the project with its weights, the curves and the figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from netbuilder.cli.curves import curves_svg
from netbuilder.disk import write_whole
from netbuilder.engine.network import TrainedNetwork
from netbuilder.engine.versions import versions
from netbuilder.events import EpochEnded, RunEnded
from netbuilder.export import Exported
from netbuilder.export.keras_file import KerasFile
from netbuilder.files.project_file import Contents, Stored, save

MODEL, PROJECT, CURVES, HISTORY = "model.keras", "project.netbuilder", "curves.svg", "history.csv"


def write_results(network: TrainedNetwork, epochs: Sequence[EpochEnded], end: RunEnded, folder: Path) -> Exported:
    """Writes all four files. Raises ``CannotExport`` and ``CannotWrite``.

    The project comes first: whatever happens to the export, what was learned is safe. So is a project that was there.
    """
    save(folder / PROJECT, Contents(network.project, stored(network, epochs, end)), keep_previous=True)
    write_whole(folder / HISTORY, lambda file: file.write(_history(epochs)))
    title = network.project.title or folder.name
    write_whole(folder / CURVES, lambda file: file.write(curves_svg(epochs, end.best_epoch, title).encode()))
    return KerasFile(portable=True).write(network, folder / MODEL)


def stored(network: TrainedNetwork, epochs: Sequence[EpochEnded], end: RunEnded) -> Stored:
    """The network as project files hold it."""
    kept = end.best_epoch if end.restored_best else end.epochs
    reached = next((dict(one.metrics) for one in epochs if one.epoch == kept), {})
    reached |= {f"test_{name}": value for name, value in end.test.items()}
    return Stored(**network.stored(), reached=reached, versions=versions())


def _history(epochs: Sequence[EpochEnded]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    names = tuple(epochs[0].metrics) if epochs else ("loss",)
    writer.writerow(("epoch", *names, "learning_rate", "seconds"))
    for one in epochs:
        writer.writerow(
            (one.epoch, *(repr(one.metrics[name]) for name in names), repr(one.learning_rate), f"{one.seconds:.4f}")
        )
    return text.getvalue().encode()
