"""What a training leaves in its folder: the model, the project with its weights, the curves and the figures."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from netbuilder.cli.curves import curves_svg
from netbuilder.cli.foreign import one_line
from netbuilder.cli.target import Target
from netbuilder.disk import write_whole
from netbuilder.engine.session import Session
from netbuilder.engine.versions import versions
from netbuilder.events import EpochEnded, Event, RunEnded
from netbuilder.export import Exported
from netbuilder.export.keras_file import KerasFile
from netbuilder.files.contents import Attached, Contents, Stored
from netbuilder.runs.curve_table import curve_table

MODEL, CURVES, HISTORY = "model.keras", "curves.svg", "history.csv"


def write_results(
    session: Session, told: Sequence[Event], end: RunEnded, target: Target, attached: Attached
) -> tuple[Path, Exported]:
    """Writes all four files; returns the project's. Raises ``CannotExport`` and ``CannotWrite``.

    ``told`` are the events of the whole run; ``attached`` is what belongs to the project. The project comes first:
    whatever happens to the export, what was learned is safe. So is a project that was there.
    """
    network, epochs = session.network, [event for event in told if isinstance(event, EpochEnded)]
    project, remark = target.save(Contents(network.project, stored(session, told, end), attached))
    if remark:  # at once: should the export fail, it must be known where the weights are
        print(f"netbuilder: {one_line(remark)}", file=sys.stderr)
    folder = target.path.parent
    write_whole(folder / HISTORY, lambda file: file.write(curve_table(epochs).encode()))
    title = network.project.title or folder.name
    write_whole(folder / CURVES, lambda file: file.write(curves_svg(epochs, end.best_epoch, title).encode()))
    return project, KerasFile(portable=True).write(network, folder / MODEL)


def stored(session: Session, told: Sequence[Event], end: RunEnded) -> Stored:
    """The network as project files hold it: it can be trained further, and shows its curves."""
    kept = end.best_epoch if end.restored_best else end.epochs
    ended = (event for event in told if isinstance(event, EpochEnded))
    reached = next((dict(one.metrics) for one in ended if one.epoch == kept), {})
    reached |= {f"test_{name}": value for name, value in end.test.items()}
    return Stored(
        **session.network.stored(),
        reached=reached,
        versions=versions(),
        checkpoint=session.end,
        history=tuple(told),
    )
