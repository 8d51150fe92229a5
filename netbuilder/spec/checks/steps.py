"""Optimizer and schedule: step sizes that can't do what is hoped for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.optimizers import Adam, Optimizer, optimizer
from netbuilder.spec.optimizers.descent import Muon
from netbuilder.spec.problems import Fix, Problem, View, check
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.schedules import Cosine
from netbuilder.words import _

_CLIPPINGS = ("clipnorm", "clipvalue", "global_clipnorm")


@check
def learning_rate_does_not_suit(view: View) -> Iterator[Problem]:
    """The learning rate is far from those that suit the optimizer."""
    chosen = view.project.training.optimizer
    rate, rates = chosen.learning_rate, chosen.rates
    if rates.slowest <= rate <= rates.fastest:
        return
    title = optimizer.of(chosen).title
    fix = Fix(_("Set to {rate:g}").format(rate=rates.usual), partial(_changed, learning_rate=rates.usual))
    if rate > rates.fastest:
        sentence = _(
            "A learning rate of {rate:g} is high for {optimizer}: the loss may jump about. {usual:g} is usual."
        )
        words = sentence.format(rate=rate, optimizer=title, usual=rates.usual)
        yield Problem("warning", "optimizer", words, fix)
    else:
        sentence = _("At a learning rate of {rate:g}, {optimizer} hardly moves: {usual:g} is usual.")
        words = sentence.format(rate=rate, optimizer=title, usual=rates.usual)
        yield Problem("hint", "optimizer", words, fix)


@check
def clipped_twice(view: View) -> Iterator[Problem]:
    """Keras takes one way of clipping at most."""
    chosen = view.project.training.optimizer
    on = [name for name in _CLIPPINGS if getattr(chosen, name) is not None]
    if len(on) > 1:
        labels = {field.name: field.label for field in optimizer.of(chosen).fields}
        sentence = _("Gradients can be clipped in one way only; {ways} are on.")
        words = sentence.format(ways=", ".join(labels[name] for name in on))
        off: dict[str, Any] = dict.fromkeys(on[1:])
        fix = Fix(_("Keep {way}").format(way=labels[on[0]]), partial(_changed, **off))
        yield Problem("blocking", "optimizer", words, fix)


@check
def warm_up_never_ends(view: View) -> Iterator[Problem]:
    """The learning rate grows until the last epoch."""
    training = view.project.training
    schedule, epochs = training.schedule, training.epochs
    if isinstance(schedule, Cosine) and schedule.warmup >= epochs:
        shorter = replace(schedule, warmup=epochs / 10)
        sentence = _("The warm-up lasts {warmup:g} of {epochs} epochs, so the step size never falls: make it shorter.")
        words = sentence.format(warmup=schedule.warmup, epochs=epochs)
        label = _("Set warm-up to {epochs:g}").format(epochs=shorter.warmup)
        yield Problem(
            "warning",
            "optimizer",
            words,
            Fix(label, lambda project: replace(project, training=replace(project.training, schedule=shorter))),
        )


@check
def muon_has_no_hidden_layer(view: View) -> Iterator[Problem]:
    """Muon is made for the matrices between hidden layers."""
    if isinstance(view.project.training.optimizer, Muon):
        dense = sum(isinstance(placed.layer, Dense) for placed in view.project.layers)
        if dense == 1:
            sentence = _("Muon is made for hidden layers, and there is none: Adam suits a single layer better.")
            yield Problem("hint", "optimizer", sentence, Fix(_("Use Adam"), partial(_with_optimizer, chosen=Adam())))


def _changed(project: ProjectSpec, **values: Any) -> ProjectSpec:
    return _with_optimizer(project, replace(project.training.optimizer, **values))  # type: ignore[type-var]


def _with_optimizer(project: ProjectSpec, chosen: Optimizer) -> ProjectSpec:
    return replace(project, training=replace(project.training, optimizer=chosen))
