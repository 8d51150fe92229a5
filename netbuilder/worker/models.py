"""Opens a model that another program may have made: as a project, and as the network that answers and can be trained on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netbuilder.data.examples import CannotRead, Examples, Stopped
from netbuilder.data.remote import downloadable
from netbuilder.data.split import divide
from netbuilder.disk.memory import memory
from netbuilder.files.keras_model import KerasModel, NotAModel, read_keras_model
from netbuilder.files.trained import LARGEST_EXAMPLES
from netbuilder.spec.adoption import adopted, with_scaling
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.flow import input_shape
from netbuilder.spec.outline import outline
from netbuilder.spec.plain import NotAProject, project_from, to_plain
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.scaling import UNIT, Scaling
from netbuilder.spec.sources import source
from netbuilder.words import _
from netbuilder.worker.reading import Read, Reader
from netbuilder.worker.sessions import Sessions

if TYPE_CHECKING:
    from netbuilder.checkpoint import Checkpoint
    from netbuilder.engine.network import TrainedNetwork

_TRIED = 500  # examples on which two ways to scale are compared
_LONGEST_TITLE = 1000  # characters
_LEAST = 1e-7  # as Keras has it
_SAMPLES = 64  # inputs by which a copy of the network is compared, where there are no examples


@dataclass(frozen=True, eq=False)
class Opened:
    """A model as a project, its network, what its training came to (None: it can't go on), and what to know of it."""

    project: ProjectSpec
    network: TrainedNetwork
    checkpoint: Checkpoint | None
    remarks: tuple[str, ...]


def open_model(path: Path, current: ProjectSpec, sessions: Sessions, read: Reader) -> Opened:
    """The model of a ``.keras`` file; ``current`` is the project whose data it gets if they fit.

    Raises ``disk.CannotOpen``, ``NotAModel``, and ``DoesNotBelong``; then no session is that of the model.
    """
    try:
        return _opened(path, current, sessions, read)
    except MemoryError as problem:
        message = _("“{name}” needs more memory than this computer has: choose another file.")
        raise NotAModel(message.format(name=path.name)) from problem


def _opened(path: Path, current: ProjectSpec, sessions: Sessions, read: Reader) -> Opened:
    model = read_keras_model(path)
    scaling = None if model.scaling is None else model.scaling.plain()
    model = replace(model, scaling=scaling)
    decided: tuple[str, ...] = ()
    if model.project is not None:
        project = model.project
    else:
        project, decided = adopted(model, current, sorted((entry.kind() for entry in source), key=downloadable))
    project = _checked(replace(project, title=path.stem.encode(errors="replace").decode()[:_LONGEST_TITLE]), path)
    facts = project.data.source.facts(project.data.split)
    hindered = any(problem.severity == "blocking" for problem in outline(project, facts, memory()).problems)
    data = None if hindered else _read(project, read)
    examples = None if data is None else data.examples
    remarks = [*decided, *model.remarks]
    if scaling is None and model.project is None and facts.picture and not hindered:
        scaled, sentence = _better_scaled(model, project, facts, examples)
        remarks.append(sentence)
        if scaled != project:
            project, scaling = scaled, UNIT
    if data is not None:
        session = sessions.take(project, lambda _source: data)
        mine = session.data.scaling
        if mine == scaling or (mine is not None and mine.is_close(scaling)):
            state = model.optimizer_state
            if not all(np.isfinite(one).all() for one in state):
                remarks.append(_("The state of its optimizer holds numbers that are none, so it begins anew."))
                state = ()
            session.adopt(model.weights, state)
            return Opened(project, session.network, session.end, tuple(remarks))
        remarks.append(_("Its inputs are scaled in another way than the data ask for, so it can’t be trained on."))
    return Opened(project, _restored(model, project, scaling, facts, examples), None, tuple(remarks))


def _checked(project: ProjectSpec, path: Path) -> ProjectSpec:
    """The project, if its forms can show it and its file can be read again. Raises ``NotAModel``."""
    try:
        return project_from(to_plain(project))
    except NotAProject as problem:
        message = _("“{name}” is not opened as a Keras model: {why}")
        raise NotAModel(message.format(name=path.name, why=problem)) from problem


def _read(project: ProjectSpec, read: Reader) -> Read | None:
    try:
        return read(project.data.source)
    except (CannotRead, Stopped):  # what is wrong with the data is said where they are shown
        return None


def _restored(
    model: KerasModel, project: ProjectSpec, scaling: Scaling | None, facts: DataFacts, examples: Examples | None
) -> TrainedNetwork:
    from netbuilder.engine.network import restored

    shape = input_shape(project, facts)
    count = min(_SAMPLES, LARGEST_EXAMPLES // (4 * prod(shape)))
    if not count:
        raise MemoryError
    if examples is not None and examples.inputs.shape[1:] == shape:
        some = examples.inputs[:count]
    else:
        low, high = facts.value_range
        some = np.random.default_rng(0).random((count, *shape), np.float32) * np.float32(high - low) + np.float32(low)
    return restored(project, scaling, model.weights, some)


def _better_scaled(
    model: KerasModel, project: ProjectSpec, facts: DataFacts, examples: Examples | None
) -> tuple[ProjectSpec, str]:
    """The project with pictures divided by 255, if the network was trained with such, and how that is known.

    Many scripts scale their pictures before the model sees them, so that nothing in the file tells.
    """
    divided = with_scaling(project, facts, UNIT)
    if examples is None:
        return divided, _("The file scales nothing itself: pixels are divided by 255 here, as is usual.")
    from netbuilder.engine.network import restored

    parts = divide(examples, project.data.split)
    rows = np.sort(np.concatenate([parts.test, parts.validation, parts.train])[:_TRIED])
    inputs, targets = examples.inputs[rows], examples.targets[rows]
    network = restored(project, None, model.weights, inputs[:1])
    raw, scaled = (_surprise(network.shares(one), targets) for one in (inputs, inputs.astype(np.float32) / 255))
    sentence = _(
        "The file scales nothing itself. On {count:,} examples its loss is {scaled:.2g} when pixels are divided by 255, "
        "and {raw:.2g} as they are: {chosen}."
    )
    chosen = _("so they are divided") if scaled <= raw else _("so they are left alone")
    words = sentence.format(count=len(rows), scaled=scaled, raw=raw, chosen=chosen)
    return divided if scaled <= raw else project, words


def _surprise(shares: NDArray[np.float32], targets: NDArray[Any]) -> float:
    """The mean of −log of the share that the right class gets; how many are right tells less, as relu scales along."""
    if shares.shape[-1] == 1:
        shares = np.concatenate([1 - shares, shares], axis=-1)
    right = shares[np.arange(len(targets)), targets.astype(np.int64)]
    return float(np.mean(-np.log(np.maximum(right, _LEAST))))
