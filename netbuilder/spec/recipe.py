"""The recipe of a run: every Keras call that a project comes to, once its data are known.

The engine makes these calls and the Python script prints them: what is decided here is decided once.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from math import ceil

from netbuilder.spec.calls import Call, call
from netbuilder.spec.facts import DataFacts, Shape
from netbuilder.spec.flow import input_shape
from netbuilder.spec.metrics import metric
from netbuilder.spec.monitors import direction
from netbuilder.spec.project import ProjectSpec, TrainingSpec
from netbuilder.spec.scaling import Scaling
from netbuilder.spec.targets import targets_of

_WORTH_COMPILING = 1_000  # steps of a whole run
_MOST_AT_ONCE = 1024  # examples that are evaluated in one step: large enough to be fast, small enough for wide layers


@dataclass(frozen=True, slots=True)
class Recipe:
    """The calls of a run. ``compiled``: steps run as an XLA program, which draws other random numbers than without."""

    layers: tuple[Call, ...]
    loss: Call
    optimizer: Call
    metrics: tuple[Call, ...]
    callbacks: tuple[Call, ...]
    compiled: bool
    steps_per_epoch: int
    validation_batch_size: int
    test_batch_size: int


def recipe(
    project: ProjectSpec,
    facts: DataFacts,
    scaling: Scaling | None,
    *,
    device: str = "cpu",
    compiled: bool | None = None,
) -> Recipe:
    """Every call that the project comes to; ``scaling`` is None for raw inputs.

    ``device`` is the name of the one that computes ("cpu", "gpu:0"). ``compiled``: the choice of a run that goes on,
    which holds whatever the rule has become since; None for a new run, which follows the rule.
    """
    training = project.training
    steps = ceil(facts.train / training.batch_size)
    targets = targets_of(project, facts)
    rate = training.schedule.keras(training.optimizer.learning_rate, steps, training.epochs)
    if compiled is None:
        compiled = worth_compiling(project, steps, device)
    return Recipe(
        layers=network_calls(project, input_shape(project, facts), scaling),
        loss=training.loss.keras(),
        optimizer=training.optimizer.keras(rate),
        metrics=tuple(metric[name].kind().keras(targets, name, training.loss.wants()) for name in training.metrics),
        callbacks=_callbacks(project),
        compiled=compiled and compilable(device, sys.platform),
        steps_per_epoch=steps,
        validation_batch_size=evaluation_batch(facts.validation),
        test_batch_size=evaluation_batch(facts.test),
    )


def network_calls(project: ProjectSpec, shape: Shape, scaling: Scaling | None) -> tuple[Call, ...]:
    """The calls of input, scaling and layers, each layer with its explicit name."""
    calls = [call("Input", shape=tuple(shape), name="input")]
    if scaling is not None:
        scale, offset = (list(one) if isinstance(one, tuple) else one for one in (scaling.scale, scaling.offset))
        calls.append(call("layers.Rescaling", scale=scale, offset=offset, name="scaling"))
    for placed in project.layers:
        one = placed.layer.keras()
        calls.append(call(one.path, **one.arguments, name=placed.name))
    return tuple(calls)


def worth_compiling(project: ProjectSpec, steps_per_epoch: int, device: str) -> bool:
    """Whether the steps of a run on a device are better compiled by XLA, where that is possible: the rule of new runs.

    Measured on 2 cores: a step of MNIST 784–128–10 takes 0.09 instead of 0.65 ms, of the spirals' 2–8–8–1 0.03 instead
    of 0.2 ms, for some 0.5 s of compilation before the first step, and as much beside the first epoch. Shorter runs
    never get that back. What layers say of it holds for a CPU. On a GPU it is as Keras's ``jit_compile="auto"`` has it:
    by XLA, since none of our layers forbids that; not measured on a GPU.
    """
    if steps_per_epoch * project.training.epochs < _WORTH_COMPILING:
        return False
    return device != "cpu" or all(placed.layer.compiles for placed in project.layers)


def rate_left(training: TrainingSpec) -> float | None:
    """The learning rate of more epochs once a schedule has come to 0; None where that never does.

    With 0 they would learn nothing, and the whole learning rate would undo what the schedule was for. A tenth is what it
    has 80 % of the way down a cosine.
    """
    runs_out = training.schedule.runs_out(1, training.epochs) is not None
    return training.optimizer.learning_rate / 10 if runs_out else None


def compilable(device: str, platform: str) -> bool:
    """Whether XLA can compile for that device at all: TensorFlow's Windows wheels can't, nor can it for a Mac's GPU."""
    return platform != "win32" and (device == "cpu" or platform != "darwin")


def evaluation_batch(examples: int) -> int:
    """How many examples are evaluated in one step: all, or 1,024; at least 1."""
    return max(1, min(examples, _MOST_AT_ONCE))


def _callbacks(project: ProjectSpec) -> tuple[Call, ...]:
    training = project.training
    stopping = training.early_stopping
    calls = list(training.schedule.callbacks())
    if stopping.on:
        calls.append(
            call(
                "callbacks.EarlyStopping",
                monitor=stopping.monitor,
                mode=direction(stopping.monitor),
                patience=stopping.patience,
                min_delta=stopping.min_delta,
                restore_best_weights=stopping.restore_best,
                start_from_epoch=stopping.start_from_epoch,
            )
        )
    return tuple(calls)
