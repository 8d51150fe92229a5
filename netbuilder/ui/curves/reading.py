"""What the cross-hair says: the exact values at a place of the epoch axis. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from netbuilder.ui import numbers
from netbuilder.ui.curves.earlier import Beside, Earlier, beside, reached
from netbuilder.ui.curves.points import CurveData
from netbuilder.words import _

Role = Literal["train", "validation", "penalty", "batch"]


@dataclass(frozen=True, slots=True)
class Value:
    """One line of the reading."""

    role: Role
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything known about one place: ``place`` on the epoch axis, the ``epoch`` it lies in."""

    place: float
    epoch: int
    ended: bool
    title: str
    loss: tuple[Value, ...]
    metric: tuple[Value, ...]
    earlier: tuple[Beside, ...] = ()

    @property
    def sentence(self) -> str:
        """All of it in one line, for those who listen."""
        own = (f"{value.label} {value.text}" for value in (*self.loss, *self.metric))
        others = (" ".join(filter(None, (one.name, one.loss, one.metric))) for one in self.earlier)
        return ", ".join([self.title, *own, *others])


def reading(
    data: CurveData, place: float, metric: str, snap: float = 0.0, earlier: Sequence[Earlier] = ()
) -> Reading | None:
    """The values at a place; it is drawn to the end of an epoch that lies within ``snap``. None if nothing is near.

    Beyond the live run, it stands on the ends of the earlier runs' epochs.
    """
    if data.empty and not earlier:
        return None
    place = min(max(place, 0.0), max(data.reached, reached(earlier)))
    nearest = max(round(place), 1)
    live = place <= data.reached and not data.empty
    if not live or (abs(place - nearest) <= snap and data.row_of(nearest) is not None):
        place = float(nearest)
    batch = data.batch_near(place) if live else None
    if batch is not None:
        place = float(data.places(batch))
    epoch = max(math.ceil(place - 1e-9), 1)
    row = data.row_of(epoch)
    loss: list[Value] = []
    measured: list[Value] = []
    if row is not None:
        loss += _epoch_values(data, "loss", row)
        measured += _epoch_values(data, metric, row) if metric else []
        if data.penalized and not math.isnan(penalty := float(data.values("penalty")[row])):
            own = float(data.values("data_loss")[row])
            loss.append(Value("penalty", _("of it data"), numbers.value(own, 5)))
            loss.append(Value("penalty", _("of it penalty"), numbers.value(penalty, 5)))
    title = _("epoch {epoch}").format(epoch=numbers.count(epoch))
    if batch is not None:
        lost = float(data.losses[batch])
        label = _("batch {number}").format(number=numbers.count(data.step_of(batch)[1]))
        loss.append(Value("batch", label, numbers.value(lost, 5)))
    return Reading(place, epoch, row is not None, title, tuple(loss), tuple(measured), beside(earlier, epoch, metric))


def _epoch_values(data: CurveData, metric: str, row: int) -> list[Value]:
    found: list[Value] = []
    for role, label, name in (("train", _("train"), metric), ("validation", _("validation"), f"val_{metric}")):
        number = float(data.values(name)[row])
        if name in data.columns:
            found.append(Value("train" if role == "train" else "validation", label, numbers.measure(name, number, 5)))
    return found
