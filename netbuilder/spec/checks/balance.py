"""Balanced classes, where there is nothing to balance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from netbuilder.spec.losses import loss
from netbuilder.spec.problems import Fix, Problem, View, check
from netbuilder.spec.project import ProjectSpec
from netbuilder.words import _


@check
def nothing_to_balance(view: View) -> Iterator[Problem]:
    """Numbers are predicted, which belong to no class."""
    if view.project.training.balance_classes and view.facts.task == "numbers":
        sentence = _("These data have numbers to predict, and no classes that could be balanced.")
        yield Problem("blocking", "loss", sentence, Fix(_("Do not balance"), _unbalanced))


@check
def loss_cannot_be_balanced(view: View) -> Iterator[Problem]:
    """The loss is one of the whole batch: weights of examples only scale it (Keras 3.15.1 takes their mean)."""
    training = view.project.training
    if training.balance_classes and training.loss.over_batch:
        sentence = _("{loss} compares whole batches, so weights of examples balance nothing.")
        words = sentence.format(loss=loss.of(training.loss).title)
        yield Problem("warning", "loss", words, Fix(_("Do not balance"), _unbalanced))


def _unbalanced(project: ProjectSpec) -> ProjectSpec:
    return replace(project, training=replace(project.training, balance_classes=False))
