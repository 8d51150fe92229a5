"""Settings that take effect, but never as hoped: a value that is always the same, an average that hardly moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from math import ceil

from netbuilder.spec.answer import with_layer
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.layer_normalization import LayerNormalization
from netbuilder.spec.optimizers import Optimizer, optimizer
from netbuilder.spec.problems import Fix, Problem, View, check
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.schedules import Exponential, OnPlateau, Schedule
from netbuilder.words import _

_STRONG = 1.0  # a penalty of 0.01 costs MNIST three points already
_USUAL_PENALTY = 0.001
_LEAST_FLOAT32 = 2.0**-126  # what is smaller is computed as 0 (XLA and oneDNN flush subnormal numbers)
_LEAST_EPSILONS = {"epsilon": _LEAST_FLOAT32, "epsilon_1": 2.0**-63}  # Adafactor squares its first one


@check
def one_value_is_normalized(view: View) -> Iterator[Problem]:
    """The mean of a single value is the value itself, so what is left of it is 0."""
    for row, placed in zip(view.rows, view.project.layers, strict=True):
        if isinstance(placed.layer, LayerNormalization) and row.shape_in is not None and row.shape_in[-1] == 1:
            sentence = _("Of a single value nothing is left once its mean is taken away: delete this layer.")
            yield Problem("warning", placed.name, sentence, Fix(_("Delete"), partial(_without, name=placed.name)))


@check
def penalty_is_too_strong(view: View) -> Iterator[Problem]:
    """The penalty outweighs whatever can be learned."""
    for placed in view.project.layers:
        if isinstance(placed.layer, Dense) and max(placed.layer.l1, placed.layer.l2) >= _STRONG:
            dense = placed.layer
            milder = replace(dense, l1=_milder(dense.l1), l2=_milder(dense.l2))
            sentence = _("So strong a penalty presses all weights to 0: {usual:g} is usual.")
            fix = Fix(
                _("Set to {usual:g}").format(usual=_USUAL_PENALTY), partial(with_layer, name=placed.name, layer=milder)
            )
            yield Problem("warning", placed.name, sentence.format(usual=_USUAL_PENALTY), fix)


@check
def epsilon_is_nothing(view: View) -> Iterator[Problem]:
    """What is added against dividing by zero is itself 0 as a float32, and the first gradient of 0 makes NaN of weights."""
    chosen = view.project.training.optimizer
    for name, least in _LEAST_EPSILONS.items():
        value = getattr(chosen, name, None)
        if value is not None and value < least:
            usual = next(field.default for field in optimizer.of(chosen).fields if field.name == name)
            larger = replace(chosen, **{name: usual})  # type: ignore[type-var]
            mend = partial(_with_optimizer, chosen=larger)
            yield Problem("warning", "optimizer", _too_small(value), Fix(_set_to(usual), mend))
    for placed in view.project.layers:
        value = getattr(placed.layer, "epsilon", None)
        if value is not None and value < _LEAST_FLOAT32:
            usual = type(placed.layer)().epsilon  # type: ignore[attr-defined]
            mend = partial(with_layer, name=placed.name, layer=replace(placed.layer, epsilon=usual))  # type: ignore[type-var]
            yield Problem("warning", placed.name, _too_small(value), Fix(_set_to(usual), mend))


@check
def average_hardly_moves(view: View) -> Iterator[Problem]:
    """The kept average of the weights still is mostly what the weights began with."""
    training = view.project.training
    chosen = training.optimizer
    if not chosen.use_ema or view.facts.train < 1:
        return
    batches = ceil(view.facts.train / training.batch_size)
    steps = training.epochs * max(1, batches // (chosen.gradient_accumulation_steps or 1))
    if chosen.ema_momentum**steps > 0.5:
        label = next(field.label for field in optimizer.of(chosen).fields if field.name == "ema_momentum")
        sentence = _("{label} {momentum:g} is slow for {steps:,} steps: the random first weights remain.")
        words = sentence.format(label=label, momentum=chosen.ema_momentum, steps=steps)
        quicker = replace(chosen, use_ema=False)  # type: ignore[type-var]
        fix = Fix(_("Do not average"), lambda one: replace(one, training=replace(one.training, optimizer=quicker)))
        yield Problem("warning", "optimizer", words, fix)


@check
def rate_is_gone_at_once(view: View) -> Iterator[Problem]:
    """The schedule leaves next to nothing of the learning rate after the first epoch."""
    schedule = view.project.training.schedule
    if isinstance(schedule, Exponential) and view.project.training.epochs > 1:
        left = schedule.factor ** (1 / schedule.every)
        if left < 0.01:
            milder: Schedule = Exponential(staircase=schedule.staircase)
            sentence = _("After the first epoch {left:.1g} of the learning rate is left: the rest changes nothing.")
            fix = Fix(_("Set to 0.9 an epoch"), partial(_scheduled, schedule=milder))
            yield Problem("warning", "optimizer", sentence.format(left=left), fix)


@check
def floor_is_too_high(view: View) -> Iterator[Problem]:
    """The learning rate begins at or below the least that the schedule makes of it."""
    schedule, rate = view.project.training.schedule, view.project.training.optimizer.learning_rate
    if isinstance(schedule, OnPlateau) and schedule.floor >= rate:
        sentence = _("The learning rate {rate:g} is not above its floor {floor:g}, so it never falls.")
        fix = Fix(_("Set the floor to 0"), partial(_scheduled, schedule=replace(schedule, floor=0.0)))
        yield Problem("warning", "optimizer", sentence.format(rate=rate, floor=schedule.floor), fix)


def _too_small(epsilon: float) -> str:
    sentence = _("An epsilon of {value:g} counts as 0, and dividing by zero makes weights NaN: take a larger one.")
    return sentence.format(value=epsilon)


def _set_to(value: float) -> str:
    return _("Set to {value:g}").format(value=value)


def _with_optimizer(project: ProjectSpec, chosen: Optimizer) -> ProjectSpec:
    return replace(project, training=replace(project.training, optimizer=chosen))


def _milder(penalty: float) -> float:
    return _USUAL_PENALTY if penalty >= _STRONG else penalty


def _without(project: ProjectSpec, name: str) -> ProjectSpec:
    return replace(project, layers=tuple(placed for placed in project.layers if placed.name != name))


def _scheduled(project: ProjectSpec, schedule: Schedule) -> ProjectSpec:
    return replace(project, training=replace(project.training, schedule=schedule))
