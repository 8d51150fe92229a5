"""A run of the history in words. No Qt."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from netbuilder.app.history import RunRecord
from netbuilder.spec.metrics import metric
from netbuilder.spec.sources import source
from netbuilder.ui import numbers
from netbuilder.words import _, plural

_PARTS_OF_LOSS = ("penalty", "data_loss")
_DASH = "–"


def name_of(run: RunRecord) -> str:
    """What a run is called: by the person, or else by its project or its data."""
    return run.name or own_name(run)


def own_name(run: RunRecord) -> str:
    """What a run is called where the person gave it no name."""
    return run.title or _data(run.project_text) or _("Untitled")


def short_names(runs: Sequence[RunRecord], now: datetime | None = None) -> list[str]:
    """What tells runs from one another in few letters: their names, or else when they were made."""
    names = [run.name or _short_when(run.began, now) for run in runs]
    return [name if names.count(name) == 1 else _clock(run.began) for name, run in zip(names, runs, strict=True)]


def when(began: float, now: datetime | None = None) -> str:
    """A moment as people say it: "today 15:04", "yesterday 9:30", "3 Nov 18:00", "3 Nov 2025"."""
    moment = datetime.fromtimestamp(began, UTC).astimezone()
    today = (now or datetime.now(UTC)).astimezone()
    clock = f"{moment:%H:%M}"
    days = (today.date() - moment.date()).days
    if days == 0:
        return _("today") + f" {clock}"
    if days == 1:
        return _("yesterday") + f" {clock}"
    day = f"{moment.day} {_months()[moment.month - 1]}"
    return f"{day} {clock}" if moment.year == today.year else f"{day} {moment.year}"


def _short_when(began: float, now: datetime | None) -> str:
    """The time of a run of today, the day of another."""
    said = when(began, now)
    if said.startswith(_("today")):
        return said.removeprefix(_("today")).strip()
    moment = datetime.fromtimestamp(began, UTC).astimezone()
    return f"{moment.day} {_months()[moment.month - 1]}"


def _clock(began: float) -> str:
    return f"{datetime.fromtimestamp(began, UTC).astimezone():%H:%M:%S}"


def exactly_when(began: float) -> str:
    """The same to the second."""
    return f"{datetime.fromtimestamp(began, UTC).astimezone():%Y-%m-%d %H:%M:%S}"


def state_of(run: RunRecord) -> str:
    """Whether it goes on, was interrupted, or why it ended."""
    if run.state == "running":
        return _("running")
    if run.state == "interrupted":
        return _("interrupted")
    return {
        "all_epochs": _("all epochs"),
        "stopped_early": _("stopped early"),
        "goal_reached": _("goal reached"),
        "time_over": _("time over"),
        "stopped": _("stopped"),
        "not_finite": _("not a number"),
        "failed": _("failed"),
    }.get(run.reason or "", _("ended"))


def state_explained(run: RunRecord) -> str:
    """The same as a sentence that says what can be done."""
    if run.state == "running":
        return _("It is being trained now.")
    if run.state == "interrupted":
        return _("Its program ended while it was trained. Continue takes it up at the last epoch that was kept.")
    return run.message or {
        "all_epochs": _("It was trained to its last epoch."),
        "stopped_early": _("Early stopping ended it: what it watched no longer got better."),
        "goal_reached": _("It reached its goal."),
        "time_over": _("The minutes that it was given were over."),
        "stopped": _("It was stopped by hand."),
        "not_finite": _("Its loss was no longer a number: a smaller learning rate may help."),
        "failed": _("It could not go on."),
    }.get(run.reason or "", "")


def epochs_of(run: RunRecord) -> str:
    """Such as "12", or "9 of 12" where it was to be more."""
    trained = numbers.count(run.epochs)
    if run.epochs >= run.epochs_wanted:
        return trained
    return _("{trained} of {wanted}").format(trained=trained, wanted=numbers.count(run.epochs_wanted))


def measure_of(metrics: Mapping[str, float]) -> str:
    """The metric by which a run is judged, by Keras's name: of validation before training, accuracy before loss."""
    names = [name for name, number in metrics.items() if _plain(name) not in _PARTS_OF_LOSS and math.isfinite(number)]

    def rank(name: str) -> tuple[bool, int]:
        kind = 0 if numbers.is_share(name) else 2 if _plain(name) == "loss" else 1
        return not name.startswith("val_"), kind

    return min(names, key=rank, default="")


def best_of(run: RunRecord) -> str:
    """The value by which it is judged: "98.1 %", "MAE 2.31", "loss 0.034"."""
    name = measure_of(run.metrics)
    if not name:
        return _DASH
    text = numbers.measure(name, run.metrics[name], 4)
    return text if numbers.is_share(name) else f"{_title(name)} {text}"


def best_explained(run: RunRecord) -> str:
    """What that value is, and of which epoch."""
    name = measure_of(run.metrics)
    if not name:
        return _("No epoch of it has ended.")
    part = _("validation {name}") if name.startswith("val_") else _("training {name}")
    epoch = run.epochs if run.best_epoch is None else run.best_epoch
    words = _("{name} of the best epoch, {epoch}") if run.best_epoch is not None else _("{name} of epoch {epoch}")
    said = words.format(name=part.format(name=_title(name)), epoch=numbers.count(epoch))
    return f"{said[:1].upper()}{said[1:]}: {numbers.measure(name, run.metrics[name], 5)}"


def best_key(run: RunRecord) -> tuple[int, str, float] | None:
    """To sort by: values of the same measure stand together, by their size."""
    name = measure_of(run.metrics)
    if not name:
        return None
    return (0 if numbers.is_share(name) else 1, _plain(name), run.metrics[name])


def origin_of(run: RunRecord) -> str:
    """Where it was begun."""
    return _("command line") if run.origin == "command line" else _("window")


def results(run: RunRecord) -> tuple[tuple[str, str, str], ...]:
    """A line for each metric: its title, and its values on training and on validation data, as far as they are known."""
    names = dict.fromkeys(_plain(name) for name in run.metrics)
    return tuple((_title(name), _shown(run.metrics, name), _shown(run.metrics, f"val_{name}")) for name in names)


def tested(run: RunRecord) -> str:
    """What it reached on the test part; empty where there is none."""
    shown = [f"{_title(name)} {numbers.measure(name, number, 4)}" for name, number in run.test.items()]
    return ", ".join(shown)


def deleted(count: int) -> str:
    """That runs were deleted."""
    return plural("Deleted {count} run.", "Deleted {count} runs.", count)


@lru_cache(maxsize=4096)
def _data(project_text: str) -> str:
    """The title of a project's data, without reading the rest of it; empty where its kind is unknown."""
    try:
        return source[json.loads(project_text)["data"]["source"]["kind"]].title
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""


def _shown(metrics: Mapping[str, float], name: str) -> str:
    return numbers.measure(name, metrics[name], 4) if name in metrics else ""


def _title(name: str) -> str:
    plain = _plain(name)
    if plain == "loss":
        return _("loss")
    if plain in _PARTS_OF_LOSS:
        return {"penalty": _("of it penalty"), "data_loss": _("of it data")}[plain]
    title = metric[plain].title if plain in metric else plain.replace("_", " ")
    return title if title.isupper() else title.lower()


def _plain(name: str) -> str:
    return name.removeprefix("val_")


def _months() -> tuple[str, ...]:
    return (_("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun"),
            _("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec"))  # fmt: skip
