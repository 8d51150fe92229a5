"""The project: everything the user chose, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from netbuilder.spec.goal import Goal
from netbuilder.spec.layers import Layer, layer
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.losses import Loss, SparseCategoricalCrossentropy
from netbuilder.spec.metrics import metric
from netbuilder.spec.monitors import monitors
from netbuilder.spec.optimizers import Adam, Optimizer
from netbuilder.spec.rules import flag, one_of, real, several, sizes, text, whole
from netbuilder.spec.schedules import Constant, Schedule
from netbuilder.spec.sources import Source
from netbuilder.spec.split import Split
from netbuilder.words import _

PLACES = ("data", "input", "loss", "optimizer", "early_stopping")
"""What a project has beside its layers: where problems stand that are about no layer."""

RESERVED_NAMES = (*PLACES, "scaling")
"""Names that no layer may have."""

MOST_LAYERS = 1000
"""Of a network that is trained, or of a project in a file."""

Labels = Literal["integers", "one-hot"]


@dataclass(frozen=True, slots=True)
class DataSpec:
    """Where examples come from, how they are divided and in which form labels are given to the loss."""

    source: Source
    split: Split = field(default_factory=Split)
    labels: str = one_of(
        _("Labels"),
        {"integers": _("class numbers"), "one-hot": _("one column a class (one-hot)")},
        default="integers",
        help=_("a sparse or binary loss takes class numbers, a categorical one takes one-hot"),
    )


@dataclass(frozen=True, slots=True)
class InputSpec:
    """What enters the network: the raw data, scaled inside the model."""

    follows_data: bool = flag(
        _("Follows the data"), default=True, help=_("shape and scaling fit the data by themselves")
    )
    shape: tuple[int, ...] = sizes(_("Shape"), default=(28, 28), at_most=100_000)
    scaling: str = one_of(
        _("Scaling"),
        {
            "none": _("none: raw values"),
            "unit": _("0–1: divided by 255"),
            "standard": _("standardized: each column to mean 0, deviation 1"),
            "own": _("own: factor × value + offset"),
        },
        default="unit",
        help=_("done inside the model, so that the exported file takes raw values"),
    )
    factor: float = real(_("Factor"), default=2 / 255, at_least=-1e6, at_most=1e6, needs="scaling=own")
    offset: float = real(_("Offset"), default=-1.0, at_least=-1e6, at_most=1e6, needs="scaling=own")


@dataclass(frozen=True, slots=True)
class Placed:
    """A layer in the stack with the name that it keeps, wherever it is moved."""

    name: str
    layer: Layer


@dataclass(frozen=True, slots=True)
class EarlyStopping:
    """Ends a training that no longer gets better."""

    on: bool = flag(_("Stop early"), default=True)
    monitor: str = one_of(_("Watches"), monitors, default="val_loss", needs="on")
    patience: int = whole(
        _("Patience"), default=3, at_most=10_000, needs="on", help=_("epochs without improvement before it stops")
    )
    min_delta: float = real(
        _("Least improvement"),
        default=0.0,
        at_most=1000.0,
        logarithmic=True,
        needs="on",
        help=_("smaller steps do not count"),
    )
    restore_best: bool = flag(
        _("Keep the best weights"), default=True, needs="on", help=_("go back to the best epoch at the end")
    )
    start_from_epoch: int = whole(
        _("Start from epoch"), default=0, at_most=1_000_000, needs="on", help=_("epochs before that are not judged")
    )


@dataclass(frozen=True, slots=True)
class TrainingSpec:
    """How the network learns. ``device`` is "auto", "cpu" or "gpu:N"."""

    loss: Loss = field(default_factory=SparseCategoricalCrossentropy)
    optimizer: Optimizer = field(default_factory=Adam)
    schedule: Schedule = field(default_factory=Constant)
    metrics: tuple[str, ...] = several(_("Metrics"), metric.titles, default=("accuracy",))
    epochs: int = whole(_("Epochs"), default=12, at_least=1, at_most=1_000_000, logarithmic=True)
    batch_size: int = whole(
        _("Batch size"), default=32, at_least=1, at_most=1_000_000, logarithmic=True, help=_("examples a step")
    )
    seed: int = whole(
        _("Seed"),
        default=42,
        at_most=2**32 - 1,
        help=_("same seed, same numbers: it decides first weights and data order"),
    )
    device: str = text(_("Device"), default="auto", longest=16)
    early_stopping: EarlyStopping = field(default_factory=EarlyStopping)
    goal: Goal = field(default_factory=Goal)
    balance_classes: bool = flag(
        _("Balance classes"), default=False, help=_("rare classes weigh more, so that all classes weigh the same")
    )


@dataclass(frozen=True, slots=True)
class ProjectSpec:
    """Data, network and training. ``output_follows_data``: the last Dense layer and the loss fit the data by themselves."""

    data: DataSpec
    layers: tuple[Placed, ...]
    input: InputSpec = field(default_factory=InputSpec)
    training: TrainingSpec = field(default_factory=TrainingSpec)
    output_follows_data: bool = True
    title: str = ""

    def place_of(self, name: str) -> int:
        """The position of the layer of that name. Raises ``KeyError``."""
        for place, placed in enumerate(self.layers):
            if placed.name == name:
                return place
        raise KeyError(name)

    def output(self) -> Placed | None:
        """The last Dense layer, whose units are the answer, if there is one."""
        return next((placed for placed in reversed(self.layers) if isinstance(placed.layer, Dense)), None)


def new_name(layers: tuple[Placed, ...], kind: str) -> str:
    """A name for a new layer of that kind that no other layer of the stack has: "dense_1", "dense_2", …"""
    taken = {placed.name for placed in layers}
    number = 1
    while f"{kind}_{number}" in taken:
        number += 1
    return f"{kind}_{number}"


def stack(*kinds: Layer) -> tuple[Placed, ...]:
    """Layers with names of their own, from the input to the output."""
    placed: tuple[Placed, ...] = ()
    for one in kinds:
        placed = (*placed, Placed(new_name(placed, layer.of(one).name), one))
    return placed


def same_apart_from_title(one: ProjectSpec | None, other: ProjectSpec) -> bool:
    """Whether a run of the one is a run of the other."""
    return one is not None and replace(one, title="") == replace(other, title="")
