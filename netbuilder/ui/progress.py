"""How far a run is: in numbers, and in words for the toolbar and its tooltip."""

from __future__ import annotations

from dataclasses import dataclass, replace

from netbuilder.events import (
    BatchesTrained,
    CompilingBegan,
    EpochEnded,
    Event,
    LearningRateSet,
    NotRecorded,
    RunContinued,
    RunEnded,
    RunFailed,
    RunPaused,
    RunPrepared,
    RunResumed,
)
from netbuilder.ui.numbers import SPACE, count, duration, rate, value
from netbuilder.words import _


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    limit: float | None = None  # seconds of training that the project allows
    device: str = ""
    first_epoch: int = 1
    first_step: int = 0  # of that epoch, that were made before
    epochs: int = 0  # the last epoch's number
    steps: int = 0  # of an epoch
    epoch: int = 0
    step: int = 0
    loss: float | None = None  # of the latest batch
    speed: float = 0.0
    seconds: float = 0.0  # without pauses
    seconds_before: float | None = None  # spent on compiling, which is no part of the limit
    seconds_left: float | None = None
    seconds_an_epoch: float | None = None  # of the latest one that ended
    paused: bool = False
    compiling: bool = False

    @property
    def share(self) -> float:
        """Between 0 and 1: of the steps, or of the time if that will be over before them."""
        if not self.epochs or not self.epoch:
            return 0.0
        done = self.epoch - self.first_epoch + self.step / max(1, self.steps)
        return min(1.0, max(0.0, done / (self.epochs - self.first_epoch + 1), self._share_of_time))

    @property
    def sentence(self) -> str:
        """Such as "Epoch 11 of 12 · 1,032 / 1,719 · 9 s, 1 s left · 320k samples/s"."""
        if not self.epochs:
            return _("Preparing …")
        if self.paused:
            return self._rest
        if not self.epoch:
            return _("Preparing the first step …")
        parts = [self._place, f"{count(self.step)} / {count(self.steps)}"]
        if self.compiling:
            return " · ".join([*parts, _compiling()])
        if self.speed:
            parts += [self._times, rate(self.speed)]
        return " · ".join(parts)

    @property
    def details(self) -> str:
        """All that is known, a line each."""
        if not self.epochs:
            return self.sentence
        lines = [self._rest if self.paused else f"{self._place}, {self._batch}"] if self.epoch else [self.sentence]
        if self.compiling:
            lines.append(_compiling())
        if self.seconds:
            lines.append(_("{time} so far, pauses not counted").format(time=duration(self.seconds)))
        if self.seconds_an_epoch is not None:
            lines.append(_("{time} an epoch").format(time=duration(self.seconds_an_epoch)))
        if self.speed:
            if self.seconds_left is not None:
                lines.append(_("{time} left").format(time=duration(self.seconds_left)))
            lines.append(rate(self.speed))
        return "\n".join([*lines, _("on {device}").format(device=self.device)])

    @property
    def _share_of_time(self) -> float:
        return (self.seconds - (self.seconds_before or 0.0)) / self.limit if self.limit else 0.0

    @property
    def _place(self) -> str:
        return _("Epoch {epoch} of {epochs}").format(epoch=count(self.epoch), epochs=count(self.epochs))

    @property
    def _batch(self) -> str:
        return _("batch {step} of {steps}").format(step=count(self.step), steps=count(self.steps))

    @property
    def _rest(self) -> str:
        """Such as "Paused · epoch 3 of 12, batch 17 of 313 · loss 0.412"."""
        epoch = _("epoch {epoch} of {epochs}").format(epoch=count(self.epoch), epochs=count(self.epochs))
        batch = (self._batch if self.step else _("before its first batch")).replace(" ", SPACE)
        parts = [_("Paused"), f"{epoch}, {batch}"]
        if self.loss is not None:
            parts.append(_("loss {value}").format(value=value(self.loss)).replace(" ", SPACE))
        return " · ".join(parts)

    @property
    def _times(self) -> str:
        parts = [duration(self.seconds)] if self.seconds else []
        if self.seconds_left is not None:
            parts.append(_("{time} left").format(time=duration(self.seconds_left)))
        return ", ".join(parts)


def _compiling() -> str:
    return _("compiling the next steps …")


def after(progress: Progress, event: Event) -> Progress:
    """The progress once the event is known."""
    match event:
        case RunPrepared():
            return Progress(
                limit=progress.limit,
                device=event.device,
                first_epoch=event.first_epoch,
                first_step=event.first_step,
                epochs=event.epochs,
                steps=event.steps_per_epoch,
            )
        case BatchesTrained():
            return replace(
                progress,
                epoch=event.epoch,
                step=event.first_step + len(event.losses),
                loss=float(event.losses[-1]) if len(event.losses) else progress.loss,
                speed=event.samples_per_second,
                seconds=event.seconds,
                # The first news come within a sixteenth of a second of the first step.
                seconds_before=event.seconds if progress.seconds_before is None else progress.seconds_before,
                seconds_left=event.seconds_left,
                compiling=False,
            )
        case EpochEnded():
            return replace(progress, epoch=event.epoch, step=progress.steps, seconds_an_epoch=event.seconds)
        case CompilingBegan():
            return replace(progress, compiling=True)
        case LearningRateSet():
            return replace(progress, compiling=False)
        case RunPaused():
            return replace(progress, epoch=event.epoch, step=event.step, paused=True)
        case RunResumed():
            return replace(progress, paused=False)
        case RunContinued():
            if event.step:
                return replace(progress, epoch=event.epoch + 1, step=event.step, paused=False)
            return replace(progress, epoch=event.epoch, step=progress.steps, paused=False)
        case NotRecorded() | RunEnded() | RunFailed():
            return progress
