"""What may be watched while training, and which way is better."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import Literal

from netbuilder.spec.losses import Loss
from netbuilder.spec.metrics import metric
from netbuilder.words import _


def monitors() -> dict[str, str]:
    """What may be watched: loss and every metric, on training and on validation data; name → label."""
    names = {"loss": _("loss"), **metric.titles()}
    return {f"val_{name}": _("validation {name}").format(name=title.lower()) for name, title in names.items()} | {
        name: _("training {name}").format(name=title.lower()) for name, title in names.items()
    }


def short(monitor: str) -> str:
    """A watched value in as few words as tell it from others: "val loss", "training accuracy"."""
    name = monitor.removeprefix("val_")
    title = _("loss") if name == "loss" else metric[name].title.lower()
    return (_("val {name}") if monitor != name else _("training {name}")).format(name=title)


def measured(metrics: Iterable[str], *, validation: bool = True) -> tuple[str, ...]:
    """What a run with these metrics measures: loss and metrics, and their twins where there are validation data."""
    names = ("loss", *metrics)
    return (*names, *(f"val_{name}" for name in names)) if validation else names


def direction(monitor: str) -> Literal["min", "max"]:
    """Keras's ``mode`` for a watched value; its "auto" takes whatever has no "acc" in its name for the smaller the better."""
    name = monitor.removeprefix("val_")
    return "max" if name in metric and metric[name].kind.higher_is_better else "min"


def bounds(monitor: str, loss: Loss) -> tuple[float, float]:
    """Between which values a watched one always lies, both included, with that loss."""
    name = monitor.removeprefix("val_")
    return metric[name].kind.bounds if name in metric else (loss.least, inf)
