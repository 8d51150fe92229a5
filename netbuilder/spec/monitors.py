"""What may be watched while training, and which way is better."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from netbuilder.spec.metrics import metric
from netbuilder.words import _


def monitors() -> dict[str, str]:
    """What may be watched: loss and every metric, on training and on validation data; name → label."""
    names = {"loss": _("loss"), **metric.titles()}
    return {f"val_{name}": _("validation {name}").format(name=title.lower()) for name, title in names.items()} | {
        name: _("training {name}").format(name=title.lower()) for name, title in names.items()
    }


def measured(metrics: Iterable[str], *, validation: bool = True) -> tuple[str, ...]:
    """What a run with these metrics measures: loss and metrics, and their twins where there are validation data."""
    names = ("loss", *metrics)
    return (*names, *(f"val_{name}" for name in names)) if validation else names


def direction(monitor: str) -> Literal["min", "max"]:
    """Keras's ``mode`` for a watched value; its "auto" takes whatever has no "acc" in its name for the smaller the better."""
    name = monitor.removeprefix("val_")
    return "max" if name in metric and metric[name].kind.higher_is_better else "min"
