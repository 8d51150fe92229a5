"""Training, validation and test part, and how the batch size suits them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from netbuilder.spec.layers.batch_normalization import BatchNormalization
from netbuilder.spec.problems import Fix, Problem, View, check
from netbuilder.spec.project import ProjectSpec
from netbuilder.words import _, plural

_USUAL_BATCH = 32


@check
def nothing_to_train_with(view: View) -> Iterator[Problem]:
    """Validation and test took all examples."""
    if view.facts.train < 1:
        sentence = _("No examples are left to train with: make the validation and test parts smaller.")
        yield Problem("blocking", "data", sentence, Fix(_("Use the usual parts"), _usually_split))


@check
def nothing_to_test_with(view: View) -> Iterator[Problem]:
    """The network won't meet examples that it has never seen."""
    if view.facts.test < 1 <= view.facts.train:
        sentence = _("No examples are kept for the test, so nothing tells how well it does on new ones.")
        yield Problem("hint", "data", sentence, Fix(_("Keep a tenth"), _keeping_some))


@check
def batch_is_larger_than_the_data(view: View) -> Iterator[Problem]:
    """There are fewer examples than one batch is to hold."""
    train, batch = view.facts.train, view.project.training.batch_size
    if 0 < train < batch:
        examples = plural("{count} example", "{count} examples", train)
        sentence = _("A batch of {batch:,} is larger than the data: the training part has {examples}.")
        words = sentence.format(batch=batch, examples=examples)
        fitting = min(train, _USUAL_BATCH)
        fix = Fix(_("Set batch size to {size}").format(size=fitting), partial(_with_batch, size=fitting))
        yield Problem("warning", "data", words, fix)


@check
def examples_are_fewer_than_classes(view: View) -> Iterator[Problem]:
    """Some class can't be met in training."""
    train, classes, data = view.facts.train, len(view.facts.classes), view.project.data
    if 0 < train < classes:
        examples = plural("{count} example", "{count} examples", train)
        sentence = _("{classes} classes can't be learned from {examples}: make validation and test smaller.")
        may_help = data.split != data.source.usual_split()
        fix = Fix(_("Use the usual parts"), _usually_split) if may_help else None
        yield Problem("warning", "data", sentence.format(classes=classes, examples=examples), fix)


@check
def batch_has_no_spread(view: View) -> Iterator[Problem]:
    """Over a single example, batch normalization makes every input 0."""
    if view.project.training.batch_size > 1:
        return
    for placed in view.project.layers:
        if isinstance(placed.layer, BatchNormalization):
            sentence = _("In a batch of one example there is nothing to average over: take larger batches.")
            fix = Fix(_("Set batch size to {size}").format(size=_USUAL_BATCH), partial(_with_batch, size=_USUAL_BATCH))
            yield Problem("blocking", placed.name, sentence, fix)
            return


@check
def steps_are_fewer_than_accumulated(view: View) -> Iterator[Problem]:
    """An epoch has fewer batches than are gathered for one step."""
    training = view.project.training
    gathered = training.optimizer.gradient_accumulation_steps
    if gathered is None:
        return
    batches = -(-view.facts.train // training.batch_size)
    if 0 < batches < gathered:
        sentence = _(
            "An epoch has {batches} batches, but {gathered} are gathered for one step: most epochs change nothing."
        )

        def at_once(project: ProjectSpec) -> ProjectSpec:
            optimizer = replace(project.training.optimizer, gradient_accumulation_steps=None)  # type: ignore[type-var]
            return replace(project, training=replace(project.training, optimizer=optimizer))

        words = sentence.format(batches=batches, gathered=gathered)
        yield Problem("warning", "optimizer", words, Fix(_("Do not accumulate"), at_once))


def _with_batch(project: ProjectSpec, size: int) -> ProjectSpec:
    return replace(project, training=replace(project.training, batch_size=size))


def _usually_split(project: ProjectSpec) -> ProjectSpec:
    return replace(project, data=replace(project.data, split=project.data.source.usual_split()))


def _keeping_some(project: ProjectSpec) -> ProjectSpec:
    return replace(project, data=replace(project.data, split=replace(project.data.split, test=0.1)))
