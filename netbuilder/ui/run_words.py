"""A run in words: how far it is, how it ended, and what its network is good for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from netbuilder.events import (
    BatchesTrained,
    EpochEnded,
    Event,
    LearningRateSet,
    RunEnded,
    RunFailed,
    RunPaused,
    RunPrepared,
    RunResumed,
)
from netbuilder.spec.metrics import metric
from netbuilder.spec.project import ProjectSpec
from netbuilder.ui.numbers import count, duration, measure, rate
from netbuilder.words import _, plural


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    device: str = ""
    epochs: int = 0
    steps: int = 0  # of an epoch
    epoch: int = 0
    step: int = 0
    speed: float = 0.0
    seconds_left: float | None = None

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        if not self.epochs or not self.epoch:
            return 0.0
        return min(1.0, (self.epoch - 1 + self.step / max(1, self.steps)) / self.epochs)

    @property
    def sentence(self) -> str:
        """Such as "Epoch 11 of 12 · 1,032 / 1,719 · 320k samples/s · 1 s left"."""
        if not self.epochs:
            return _("Preparing …")
        if not self.epoch:
            return _("Preparing the first step …")
        parts = [
            _("Epoch {epoch} of {epochs}").format(epoch=count(self.epoch), epochs=count(self.epochs)),
            f"{count(self.step)} / {count(self.steps)}",
        ]
        if self.speed:
            parts.append(rate(self.speed))
        if self.speed and self.seconds_left is not None:
            parts.append(_("{time} left").format(time=duration(self.seconds_left)))
        return " · ".join(parts)


def after(progress: Progress, event: Event) -> Progress:
    """The progress once the event is known."""
    match event:
        case RunPrepared():
            return Progress(device=event.device, epochs=event.epochs, steps=event.steps_per_epoch)
        case BatchesTrained():
            step = event.first_step + len(event.losses)
            return replace(
                progress,
                epoch=event.epoch,
                step=step,
                speed=event.samples_per_second,
                seconds_left=event.seconds_left,
            )
        case EpochEnded():
            return replace(progress, epoch=event.epoch, step=progress.steps)
        case RunPaused() | RunResumed() | LearningRateSet() | RunEnded() | RunFailed():
            return progress


def ended_sentence(ended: RunEnded) -> str:
    """How the run ended, in one line."""
    epochs = plural("{count} epoch", "{count} epochs", ended.epochs)
    how = {
        "all_epochs": _("Trained {epochs} in {time}"),
        "stopped_early": _("Stopped early after {epochs} in {time}"),
        "stopped": _("Stopped after {epochs} in {time}"),
        "not_finite": _("Stopped after {epochs}: the loss is no longer a number"),
    }[ended.reason]
    if ended.reason == "stopped" and not ended.epochs:
        how = _("Stopped in the first epoch after {time}")
    parts = [how.format(epochs=epochs, time=duration(ended.seconds))]
    if ended.restored_best and ended.best_epoch is not None:
        parts.append(_("weights of epoch {epoch}").format(epoch=count(ended.best_epoch)))
    if ended.test:
        parts.append(_("test {results}").format(results=_results(ended.test)))
    return " · ".join(parts)


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
