"""Exports the trained network as a ``.keras`` file that plain Keras opens, without netbuilder."""

from __future__ import annotations

import dataclasses
import json
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

import numpy as np

from netbuilder import __version__, disk
from netbuilder.export import CannotExport, Exported, Network, exporter
from netbuilder.export.oldest_keras import oldest_keras
from netbuilder.export.portable import portable
from netbuilder.export.verification import compare
from netbuilder.spec.plain import to_plain
from netbuilder.spec.rules import flag
from netbuilder.words import _

LABELS = "netbuilder.json"
"""The member beside Keras's own: what the outputs mean, and which versions made and open the file."""

_CONFIG = "config.json"


@exporter("keras", _("Keras model"))
@dataclass(frozen=True, slots=True)
class KerasFile:
    """The trained model for Keras: takes raw values, scaling included, and opens without netbuilder."""

    suffix: ClassVar[str] = ".keras"
    wants_training: ClassVar[bool] = True

    portable: bool = flag(
        _("Portable"), default=True, help=_("also opens in older versions of Keras, from 3.6 on where possible")
    )

    def write(self, network: Network, path: Path) -> Exported:
        """Saves, opens the file in a fresh process, compares its answers, and only then puts it in its place."""
        try:
            with tempfile.TemporaryDirectory(prefix="netbuilder-") as folder:
                ready, examples = Path(folder, "model.keras"), Path(folder, "examples.npz")
                oldest = self.prepare(network, ready)
                inputs = network.examples
                np.savez(examples, inputs=inputs, outputs=network.predict(inputs))
                difference = compare(ready, examples)
                disk.write_whole(path, lambda file: _copy(ready, file))
        except OSError as problem:  # in the temporary folder; those of the target are disk.CannotWrite
            message = _(
                "The model could not be prepared, since the system says “{reason}”: free some space and try again."
            )
            raise CannotExport(message.format(reason=problem.strerror or problem)) from problem
        message = _(
            "Exported “{name}” for Keras {oldest} and newer ({form}): opened again and compared on {count} examples, "
            "largest difference {difference:.1g}."
        )
        form = _("portable") if self.portable else _("current Keras")
        sentence = message.format(name=path.name, oldest=oldest, form=form, count=len(inputs), difference=difference)
        return Exported(sentence, (path,))

    def prepare(self, network: Network, path: Path) -> str:
        """Writes the file, not yet compared; gives the oldest Keras that opens it."""
        saved = path.with_suffix(".saved.keras")
        network.save(saved)
        about = self._about(network, saved)
        _rewrite(saved, path, about, smaller=self.portable)
        saved.unlink()
        return str(about["opens_in_keras"])

    def _about(self, network: Network, saved: Path) -> dict[str, Any]:
        with zipfile.ZipFile(saved) as archive:
            current: str = json.loads(archive.read("metadata.json"))["keras_version"]
        return {
            "classes": list(network.facts.classes),
            "features": list(network.facts.features),
            "input_shape": list(network.examples.shape[1:]),
            "scaling": None if network.scaling is None else dataclasses.asdict(network.scaling),
            "made_with": {"netbuilder": __version__, "keras": current},
            "opens_in_keras": oldest_keras(network.project) if self.portable else current,
            "project": to_plain(network.project),
        }


def _rewrite(saved: Path, ready: Path, about: dict[str, Any], *, smaller: bool) -> None:
    """Copies the file with its description beside Keras's members, and with what equals a default left out."""
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(ready, "w", zipfile.ZIP_STORED) as new:
        for member in old.infolist():
            content = old.read(member)
            if member.filename == _CONFIG and smaller:
                content = json.dumps(portable(json.loads(content))).encode()
            new.writestr(member, content)
        new.writestr(LABELS, json.dumps(about, indent=1, ensure_ascii=False).encode())


def _copy(ready: Path, file: BinaryIO) -> None:
    file.write(ready.read_bytes())
