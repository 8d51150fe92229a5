"""A run's epochs as a table of comma-separated values, with every bit of its numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from netbuilder.events import EpochEnded


def curve_table(epochs: Iterable[EpochEnded]) -> str:
    """A line an epoch: its number, the metrics as they are named, the learning rate and its seconds."""
    ended = list(epochs)
    names = list(dict.fromkeys(name for one in ended for name in one.metrics)) or ["loss"]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("epoch", *names, "learning_rate", "seconds"))
    for one in ended:
        numbers = (repr(one.metrics[name]) if name in one.metrics else "" for name in names)
        writer.writerow((one.epoch, *numbers, repr(one.learning_rate), f"{one.seconds:.4f}"))
    return text.getvalue()
