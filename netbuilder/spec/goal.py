"""A goal: how long a training may take, and what it shall reach, beside its epochs and early stopping."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from netbuilder.spec.monitors import direction, monitors
from netbuilder.spec.rules import Real, maybe, one_of
from netbuilder.words import _


@dataclass(frozen=True, slots=True)
class Goal:
    """Ends a training by the clock, or when a watched value is good enough: whichever comes first."""

    minutes: float | None = maybe(
        _("Minutes at most"),
        Real(0.0, 100_000.0, above=True, logarithmic=True),
        start=10.0,
        help=_("of training, without pauses; ends within an epoch"),
    )
    monitor: str = one_of(_("Watches"), monitors, default="val_accuracy")
    value: float | None = maybe(
        _("Value to reach"),
        Real(-1e9, 1e9),
        start=0.95,
        help=_("or a better one; looked at after each epoch"),
    )

    def reached(self, metrics: Mapping[str, float]) -> bool:
        """Whether the metrics of an ended epoch, Keras's names to values, are good enough.

        At least ``value`` where higher is better, else at most ``value`` (``monitors.direction``). Compared with
        ``value`` as a float32, which is what Keras measures in: 7 of 10 right are an accuracy of 0.7, though its
        float32 is a little less. False without a value, for a metric that is missing, and for NaN.
        """
        if self.value is None or self.monitor not in metrics:
            return False
        measured, wanted = metrics[self.monitor], as_float32(self.value)
        return measured >= wanted if direction(self.monitor) == "max" else measured <= wanted


def as_float32(value: float) -> float:
    """The float32 nearest to the value. Raises ``OverflowError`` beyond some 3.4e38."""
    nearest: float = struct.unpack("f", struct.pack("f", value))[0]
    return nearest
