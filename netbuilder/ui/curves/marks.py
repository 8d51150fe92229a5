"""What stands in a plot beside its lines: the best epoch, patience counting down, where numbers broke. No Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from netbuilder.ui import numbers
from netbuilder.ui.curves.points import CurveData
from netbuilder.words import _


@dataclass(frozen=True, slots=True)
class Watch:
    """What early stopping looks at, and for how many epochs it waits."""

    monitor: str
    patience: int


@dataclass(frozen=True, slots=True)
class Marks:
    """Places on the epoch axis and what is written there; ``patience`` is the best epoch, now, and where it ends."""

    best: float | None = None
    best_words: str = ""
    patience: tuple[float, float, float] | None = None
    patience_words: str = ""
    broken: float | None = None
    broken_words: str = ""


def marks(data: CurveData, watch: Watch | None) -> Marks:
    """The marks of a run. Without early stopping, the epoch of the lowest validation loss is marked as such."""
    found = _broken(data)
    monitor = watch.monitor if watch and watch.monitor in data.columns else "val_loss"
    best = data.best_epoch if watch is not None else _lowest(data)
    row = data.row_of(best) if best is not None else None
    if best is None or row is None or len(data.epochs) < 2:
        return found
    words = _("best · epoch {epoch} · {name} {value}") if watch else _("lowest · epoch {epoch} · {name} {value}")
    short = monitor.replace("val_", "val ")
    number = float(data.values(monitor)[row])
    value = numbers.measure(monitor, number)
    text = words.format(epoch=numbers.count(best), name=short, value=value)
    if math.isnan(number):
        text = _("best · epoch {epoch}").format(epoch=numbers.count(best))
    found = replace(found, best=float(best), best_words=text)
    if watch is None or not watch.patience or not data.waited or not data.running:
        return found
    words = _("patience {waited} of {patience}").format(waited=data.waited, patience=numbers.count(watch.patience))
    return replace(found, patience=(best, data.reached, float(best + watch.patience)), patience_words=words)


def _lowest(data: CurveData) -> int | None:
    values = data.values("val_loss")
    return int(data.epochs[np.nanargmin(values)]) if np.isfinite(values).any() else None


def _broken(data: CurveData) -> Marks:
    if data.broken_at is None:
        return Marks()
    batch = data.batch_near(data.broken_at)
    if batch is None or not math.isclose(float(data.places(batch)), data.broken_at):
        words = _("not a finite number from epoch {epoch} on").format(epoch=numbers.count(math.ceil(data.broken_at)))
    else:
        epoch, number = data.step_of(batch)
        words = _("not a finite number from epoch {epoch}, batch {number} on")
        words = words.format(epoch=numbers.count(epoch), number=numbers.count(number))
    return Marks(broken=data.broken_at, broken_words=words)
