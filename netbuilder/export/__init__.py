"""The exporters: how a network leaves the program. One module each, found by name, so that a new one is one new file."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from netbuilder.spec.catalogs import Catalog
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.scaling import Scaling


class CannotExport(Exception):
    """Nothing was exported, and no file is left; the message says why and what to do."""


class Described(Protocol):
    """What is known of a network, trained or not."""

    @property
    def project(self) -> ProjectSpec: ...
    @property
    def facts(self) -> DataFacts: ...
    @property
    def compiled(self) -> bool | None:
        """Whether the steps of its run were compiled by XLA; None without a run of which that is known."""


class Network(Described, Protocol):
    """What exporters need of a trained network."""

    @property
    def scaling(self) -> Scaling | None: ...
    @property
    def examples(self) -> NDArray[Any]:
        """A few raw inputs (n, *shape) by which a copy is compared with the network."""

    def predict(self, inputs: NDArray[Any]) -> NDArray[np.float32]:
        """The outputs (n, k) for raw inputs."""

    def save(self, path: Path) -> None:
        """Writes Keras's own ``.keras`` file."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the files, and the sentence that tells it."""

    sentence: str
    files: tuple[Path, ...]


class Exporter(Protocol):
    """What every exporter declares; its options are its fields.

    ``suffix`` is that of its main file; ``wants_training`` says whether there is anything to export before training.
    """

    suffix: ClassVar[str]
    wants_training: ClassVar[bool]

    def write(self, network: Network, path: Path) -> Exported:
        """Writes ``path``, whole and compared, or nothing. Raises ``CannotExport`` or ``disk.CannotWrite``."""


exporter: Catalog[Exporter] = Catalog("exporter")

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
