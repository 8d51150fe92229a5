"""Exports a Python script that trains the same network with Keras and NumPy alone, to the same bits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, cast

import numpy as np
from numpy.typing import NDArray

from netbuilder import disk
from netbuilder.data.examples import CannotRead, Readable
from netbuilder.data.split import divide
from netbuilder.export import CannotExport, Described, Exported, exporter
from netbuilder.export.script_text import script_text
from netbuilder.spec.project import ProjectSpec
from netbuilder.words import _


@exporter("python", _("Python script"))
@dataclass(frozen=True, slots=True)
class PythonScript:
    """A short script, and the examples beside it, that trains this network with Keras alone: to the same bits here."""

    suffix: ClassVar[str] = ".py"
    wants_training: ClassVar[bool] = False

    def write(self, network: Described, path: Path) -> Exported:
        """Writes the script, and the raw examples in their parts as NAME_data.npz beside it."""
        data = path.with_name(f"{path.stem}_data.npz")
        text = script_text(network.project, network.facts, data.name, network.compiled)
        try:
            parts = _parts(network.project)
        except CannotRead as problem:
            raise CannotExport(str(problem)) from problem
        disk.write_whole(data, lambda file: _save(file, parts))
        disk.write_whole(path, lambda file: file.write(text.encode()))
        message = _("Exported “{script}” and its examples, “{data}”. Run it with: python {script}")
        return Exported(message.format(script=path.name, data=data.name), (path, data))


def _parts(project: ProjectSpec) -> dict[str, NDArray[Any]]:
    """The raw inputs and targets of each part, as the script names them. Raises ``CannotRead``."""
    examples = cast(Readable, project.data.source).read(lambda _done, _total: None, lambda: False)
    parts = divide(examples, project.data.split)
    named = {"train": parts.train, "validation": parts.validation, "test": parts.test}
    return {f"x_{name}": examples.inputs[rows] for name, rows in named.items()} | {
        f"y_{name}": examples.targets[rows] for name, rows in named.items()
    }


def _save(file: BinaryIO, parts: dict[str, NDArray[Any]]) -> None:
    np.savez_compressed(file, allow_pickle=False, **parts)
