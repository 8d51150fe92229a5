"""Keras's own files (``.keras``): read without Keras, by our own declarations, or refused in one sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import prod
from pathlib import Path
from textwrap import shorten
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netbuilder.data.points.moons import Moons
from netbuilder.disk.memory import memory
from netbuilder.files.container import Container, Form, Refused, container
from netbuilder.files.json_bulk import parse_bounded
from netbuilder.files.keras_network import Network, read_network
from netbuilder.files.keras_objects import AnotherKeras, object_of
from netbuilder.files.keras_own import MEMBER, Own, read_own
from netbuilder.files.keras_state import read_state, weights_of_network
from netbuilder.files.keras_training import Training, read_training
from netbuilder.files.strict_json import NotStrict
from netbuilder.spec.facts import DataFacts, Shape
from netbuilder.spec.flow import flow
from netbuilder.spec.losses import Loss
from netbuilder.spec.memory import NUMBER, USUAL_MEMORY, gigabytes, needed
from netbuilder.spec.optimizers import Adam, Optimizer
from netbuilder.spec.project import DataSpec, InputSpec, Placed, ProjectSpec, TrainingSpec
from netbuilder.spec.scaling import Scaling
from netbuilder.spec.schedules import Constant, OnPlateau, Schedule
from netbuilder.words import _

SUFFIX = ".keras"

_NAMES = re.compile(r"(?!.*(^|/)\.\.?(/|$))[A-Za-z0-9_.\- ][A-Za-z0-9_.\- /]{0,199}")
_FORM = Form(_NAMES, 1000, _("Keras model"), large_ratio=20)  # weights hardly pack: what does is nearly all zeros
_LONGEST_JSON = 4 << 20
_LONGEST_REASON = 200  # characters: what a setting may be can be a list of dozens
_ROOM = 1 << 20  # bytes of a file of weights that are no numbers …
_ROOM_OF_A_LAYER = 16 << 10  # … and of each layer
_MOST_COPIES = 8  # numbers that an optimizer may keep beside each weight


class NotAModel(Exception):
    """A file is no Keras model that netbuilder opens; the message names it, says what is wrong and what to do."""


@dataclass(frozen=True, eq=False)
class KerasModel:
    """A network as a ``.keras`` file has it, in our own words.

    ``input_shape`` is of one example. ``scaling`` is that of a Rescaling directly behind the input. ``loss``, ``optimizer`` and ``schedule`` are None where the file has none,
    or one that we don't know. ``project`` and ``classes`` are there where netbuilder exported the file.

    ``weights`` (float32) stand in the order of ``model.weights`` of the model that is built from ``layers``, and
    ``optimizer_state`` in that of its optimizer's variables where the learning rate follows the schedule of ``project``,
    or none; it is empty where the file has none. ``remarks`` are sentences about what was not taken over, and about
    weights that are no numbers.
    """

    layers: tuple[Placed, ...]
    input_shape: Shape
    scaling: Scaling | None
    loss: Loss | None
    optimizer: Optimizer | None
    schedule: Schedule | None
    metrics: tuple[str, ...]
    project: ProjectSpec | None
    classes: tuple[str, ...]
    weights: tuple[NDArray[np.float32], ...]
    optimizer_state: tuple[NDArray[Any], ...]
    remarks: tuple[str, ...]


def read_keras_model(path: Path) -> KerasModel:
    """The network in a ``.keras`` file; nothing of the file is ever run.

    It takes some twice the memory of the file. Raises ``disk.CannotOpen`` and ``NotAModel``, each with one sentence.
    """
    try:
        with container(path, _FORM) as opened:
            _refuse_other_versions(_parsed(opened, "metadata.json"))
            config = object_of(_parsed(opened, "config.json"), "config.json")
            network, training = read_network(config), read_training(config.get("compile_config"))
            layers = tuple(one.placed for one in network.layers)
            own = read_own(_parsed(opened, MEMBER), layers, training.optimizer) if MEMBER in opened else Own()
            content = opened.read("model.weights.h5", _largest(network, training))
        state = read_state(content, network, training, scheduled=_scheduled(own))
    except AnotherKeras as problem:
        message = _("“{name}” is not opened as a Keras model, since {why}: save it anew with Keras 3, and open that.")
        raise NotAModel(message.format(name=path.name, why=problem)) from problem
    except Refused as problem:
        message = _("“{name}” is not opened as a Keras model, since {why}: choose another file.")
        why = shorten(str(problem), _LONGEST_REASON, placeholder=" …")
        raise NotAModel(message.format(name=path.name, why=why)) from problem
    return KerasModel(
        layers=layers,
        input_shape=network.shape,
        scaling=network.scaling,
        loss=training.loss,
        optimizer=training.optimizer,
        schedule=training.schedule,
        metrics=training.metrics,
        project=own.project,
        classes=own.classes,
        weights=state.weights,
        optimizer_state=state.optimizer,
        remarks=(*network.remarks, *training.remarks, *own.remarks, *state.remarks),
    )


def _parsed(opened: Container, name: str) -> Any:
    content = opened.read(name, _LONGEST_JSON)
    try:
        return parse_bounded(content)
    except NotStrict as problem:
        raise Refused(_("its part “{name}” is not accepted: {why}").format(name=name, why=problem)) from problem


def _refuse_other_versions(metadata: Any) -> None:
    version = object_of(metadata, "metadata.json").get("keras_version")
    if not isinstance(version, str) or not re.fullmatch(r"\d{1,3}(\.\d{1,5}){1,2}[a-z0-9.]{0,20}", version):
        raise Refused(_("it does not say which Keras wrote it"))
    if not version.startswith("3."):
        raise AnotherKeras(_("Keras {version} wrote it").format(version=version))


def _largest(network: Network, training: Training) -> int:
    """How many bytes the file of weights may have. Raises ``Refused`` for a network that this computer can't train."""
    weights = weights_of_network(network)
    numbers = sum(prod(one.shape) for one in weights)
    _refuse_too_large(network, training.optimizer or Adam())
    return NUMBER * numbers * (1 + _MOST_COPIES) + _ROOM + _ROOM_OF_A_LAYER * len(network.layers)


def _refuse_too_large(network: Network, optimizer: Optimizer) -> None:
    layers = tuple(one.placed for one in network.layers)
    given = InputSpec(follows_data=False, shape=network.shape)
    # Where examples come from is asked nowhere below; a project must have something there.
    project = ProjectSpec(DataSpec(Moons()), layers, given, TrainingSpec(optimizer=optimizer))
    facts = DataFacts(network.shape, (), 1, (), 1, 1, 0, picture=False, value_range=(0.0, 1.0))
    least = needed(project, facts, flow(project, facts)).least
    has = memory() or USUAL_MEMORY
    if least > has:
        message = _("its network needs about {needed} to train, but this computer has {has}")
        raise Refused(message.format(needed=gigabytes(least), has=gigabytes(has)))


def _scheduled(own: Own) -> bool:
    """Whether our own model has no variable for the learning rate, since it follows a schedule."""
    return own.project is not None and not isinstance(own.project.training.schedule, Constant | OnPlateau)
