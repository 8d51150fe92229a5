"""A run in words: how it ended, and what its network is good for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from netbuilder.events import RunEnded
from netbuilder.spec.metrics import metric
from netbuilder.spec.project import ProjectSpec
from netbuilder.ui.numbers import SPACE, count, duration, measure
from netbuilder.words import _, plural


def ended_sentence(ended: RunEnded, first_epoch: int = 1, first_step: int = 0) -> str:
    """How the run ended, in one line.

    Where it went on from an earlier one, ``first_epoch`` is more than 1, or some steps of it were made before.
    """
    if ended.epochs < first_epoch and ended.part_steps <= first_step:
        return _nothing_learned(ended, first_epoch)
    how = {
        "all_epochs": _("Trained {amount} in {time}"),
        "stopped_early": _("Stopped early after {amount} in {time}"),
        "goal_reached": _("Reached the goal after {amount} in {time}"),
        "time_over": _("Time was over after {amount} in {time}"),
        "stopped": _("Stopped after {amount} in {time}"),
        "not_finite": _("Stopped after {amount}: the loss is no longer a number"),
    }[ended.reason]
    parts = [how.format(amount=_amount(ended, first_epoch, first_step), time=duration(ended.seconds))]
    if ended.test:
        parts.append(_("test {results}").format(results=_results(ended.test)))
    if ended.restored_best and ended.best_epoch is not None:
        parts.append(_("weights of epoch {epoch}").format(epoch=count(ended.best_epoch)))
    return " · ".join(parts)


def _nothing_learned(ended: RunEnded, first_epoch: int) -> str:
    """Why a run left nothing behind: an epoch that ruined the weights does not count, though it was trained."""
    if ended.reason == "not_finite":
        return _("Ended in epoch {epoch}: the loss is no longer a number").format(epoch=count(first_epoch))
    if ended.reason == "time_over":
        return _("Time was over before the first step")
    return _("Stopped before the first step")


def _amount(ended: RunEnded, first_epoch: int, first_step: int) -> str:
    """Such as "3 epochs and 120 batches of epoch 4": what was begun and not ended is no epoch."""
    amounts = []
    trained, part = ended.epochs - first_epoch + 1, ended.part_steps
    goes_on = first_epoch > 1 or first_step > 0
    if trained and first_step:  # of an epoch that was stopped before
        amounts.append(_("the rest of {epoch}").format(epoch=_epoch(first_epoch)))
        trained -= 1
    elif first_step:
        part -= first_step
    if trained and goes_on:
        more = plural("{count} more epoch", "{count} more epochs", trained)
        amounts.append(_("{more} ({all} in all)").format(more=more, all=count(ended.epochs)))
    elif trained:
        amounts.append(plural("{count} epoch", "{count} epochs", trained))
    if part:
        batches = plural("{count} batch", "{count} batches", part)
        if part < ended.part_steps:
            more = plural("{count} more batch", "{count} more batches", part)
            batches = _("{more} ({all} in all)").format(more=more, all=count(ended.part_steps))
        amounts.append(_("{batches} of {epoch}").format(batches=batches, epoch=_epoch(ended.epochs + 1)))
    *others, last = amounts
    return _(" and ").join([*([", ".join(others)] if others else []), last])


def _epoch(number: int) -> str:
    return _("epoch {epoch}").format(epoch=count(number)).replace(" ", SPACE)


def _results(test: Mapping[str, float]) -> str:
    titles = metric.titles()
    shown = [(titles.get(name, name).lower(), measure(name, number)) for name, number in test.items() if name in titles]
    shown = shown or [(_("loss"), measure("loss", number)) for name, number in test.items() if name == "loss"]
    return ", ".join(f"{title} {text}" for title, text in shown[:3])


def network_state(trained: ProjectSpec | None, current: ProjectSpec, *, running: bool) -> str:
    """What is to know before believing the network's answers; empty when there is nothing."""
    if running:
        return ""
    if trained is None:
        return _("The network is untrained: press Train (F5).")
    if not same_task(trained, current):
        return _("The network was trained on other data: press Train (F5).")
    if replace(trained, title="") != replace(current, title=""):
        return _("Edited since it was trained: the answers are those of the network before.")
    return ""


def same_task(one: ProjectSpec, other: ProjectSpec) -> bool:
    """Whether a network of the one can be asked about the data of the other."""
    mine, theirs = (spec.data.source.facts(spec.data.split) for spec in (one, other))
    return (mine.shape, mine.classes, mine.targets, mine.features) == (
        theirs.shape,
        theirs.classes,
        theirs.targets,
        theirs.features,
    ) and type(one.data.source) is type(other.data.source)
