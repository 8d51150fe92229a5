"""``netbuilder runs``: the history of runs, which the window shows, too."""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

from netbuilder.cli.foreign import lines_of, one_line
from netbuilder.cli.sentences import DONE, BadInput
from netbuilder.disk import CannotWrite, write_whole
from netbuilder.events import EpochEnded
from netbuilder.runs.claims import InOtherHands
from netbuilder.runs.curve_table import curve_table
from netbuilder.runs.history import CannotUseHistory, History
from netbuilder.runs.plain import numbers_text
from netbuilder.runs.records import RunRecord
from netbuilder.runs.room import MOMENT, UNDOABLE
from netbuilder.runs.unfinished import IsOver, Unfinished, unfinished
from netbuilder.words import _, plural

_SHORT = 8  # digits of a uid, which tell a thousand runs apart
_QUIET = ("project_text", "metrics", "test", "versions", "weights")  # are shown in their own way


def run(asked: argparse.Namespace) -> int:
    """Does what was asked of the history. Raises ``BadInput``."""
    try:
        if asked.what == "continue":
            return _go_on(asked)
        with closing(History()) as history:
            _WAYS[asked.what](history, asked)
    except CannotUseHistory as problem:
        raise BadInput(str(problem)) from problem
    return DONE


def _list(history: History, asked: argparse.Namespace) -> None:
    found = history.runs()
    if asked.json:
        for record in found:
            print(json.dumps(_plain(record)))
        return
    if not found:
        print(_("No runs yet: what is trained here or in the window will stand here."))
        return
    rows: list[tuple[str, ...]] = [(_("Run"), _("When"), _("What"), _("State"), _("Epochs"), _("Best"), _("Seconds"))]
    rows += [tuple(map(one_line, _row(record))) for record in found]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for run, when, what, state, epochs, best, seconds in rows:
        left = f"{run:{widths[0]}}  {when:{widths[1]}}  {what:{widths[2]}}  {state:{widths[3]}}"
        print(f"{left}  {epochs:>{widths[4]}}  {best:{widths[5]}}  {seconds:>{widths[6]}}".rstrip())
    print(f"\n{_taken(history)}")


def _taken(history: History) -> str:
    """What the history takes of the disk, and what to do where it can't keep within its limit by itself."""
    size, limit, interrupted = (taken / (1 << 20) for taken in (history.size, history.limit, history.interrupted_size))
    said = _("The history takes {size:,.1f} of {limit:,.1f} MiB.").format(size=size, limit=limit)
    if interrupted <= limit:
        return said
    more = _(
        "Interrupted runs take {size:,.1f} of them, and none is dropped: go on with them (netbuilder runs continue RUN), "
        "delete them (netbuilder runs delete RUN), or allow more in the window."
    )
    return f"{said}\n{more.format(size=interrupted)}"


def _show(history: History, asked: argparse.Namespace) -> None:
    record = _named(history, asked.uid)
    if asked.json:
        print(json.dumps(_plain(record) | {"project": json.loads(record.project_text)}))
        return
    lines = [
        (_("Run"), record.uid),
        (_("Name"), record.name),
        (_("Note"), record.note),
        (_("Project"), record.title),
        (_("Network"), record.summary),
        (_("Began"), _when(record, seconds=True)),
        (_("State"), " · ".join(filter(None, (_state(record), record.message)))),
        (_("Epochs"), _epochs(record)),
        (_("Best epoch"), "" if record.best_epoch is None else str(record.best_epoch)),
        (_("Reached"), _values(record.metrics)),
        (_("Test"), _values(record.test)),
        (_("Seconds"), f"{record.seconds:.1f}"),
        (_("Device"), record.device + (_(" · compiled") if record.compiled else "")),
        (_("Seed"), str(record.seed)),
        (_("Parameters"), f"{record.parameters:,}"),
        (_("Data"), record.data_hash[:16]),
        (_("Versions"), ", ".join(f"{name} {version}" for name, version in record.versions.items())),
        (_("Weights kept"), ", ".join({"last": _("last"), "best": _("best")}[kind] for kind in record.weights)),
        (_("Takes"), _("{kib:,.1f} KiB").format(kib=record.size / 1024)),
    ]
    width = max(len(name) for name, _value in lines)
    for name, value in lines:
        for number, line in enumerate(lines_of(value)):
            print(f"{'' if number else name:{width}}  {line}".rstrip())


def _rename(history: History, asked: argparse.Namespace) -> None:
    history.rename(_named(history, asked.uid).uid, asked.text)


def _note(history: History, asked: argparse.Namespace) -> None:
    history.note(_named(history, asked.uid).uid, asked.text)


def _delete(history: History, asked: argparse.Namespace) -> None:
    found = [_named(history, uid) for uid in asked.uids]
    for record in found:
        if record.state == "running":
            message = _("Run {uid} is being trained: stop it first.")
            raise BadInput(message.format(uid=record.uid[:_SHORT]))
    before = history.size
    history.remove({record.uid for record in found})
    history.sweep(UNDOABLE, within=MOMENT)
    freed = max(0, before - history.size) / 1024
    removed = plural("{count} run is deleted", "{count} runs are deleted", len(found))
    print(_("{removed}, {kib:,.1f} KiB are free again.").format(removed=removed, kib=freed))


def _export(history: History, asked: argparse.Namespace) -> None:
    record = _named(history, asked.uid)
    text = curve_table(event for event in history.events(record.uid) if isinstance(event, EpochEnded))
    if asked.out is None:
        print(text.replace("\r\n", "\n"), end="")
        return
    try:
        write_whole(asked.out, lambda file: file.write(text.encode()))
    except CannotWrite as problem:
        raise BadInput(str(problem)) from problem
    print(_("Written: {path}").format(path=asked.out))


_WAYS = {"list": _list, "show": _show, "rename": _rename, "note": _note, "delete": _delete, "export": _export}


def _go_on(asked: argparse.Namespace) -> int:
    from netbuilder.cli.train import gone_on

    found = _interrupted(asked.uid)
    short = found.record.uid[:_SHORT]
    return gone_on(found, asked.out or Path(f"netbuilder-{short}"), json=asked.json)


def _interrupted(words: str) -> Unfinished:
    with closing(History()) as history:
        uid = _named(history, words).uid
    try:
        return unfinished(uid)
    except (InOtherHands, IsOver, CannotWrite) as problem:
        raise BadInput(str(problem)) from problem


def _named(history: History, words: str) -> RunRecord:
    """The run whose uid begins so. Raises ``BadInput`` where none does, or several do."""
    found = [record for record in history.runs() if record.uid.startswith(words.lower())] if words else []
    if not found:
        raise BadInput(_("No run begins with “{words:.40}”. See: netbuilder runs").format(words=words))
    if len(found) > 1:
        several = ", ".join(record.uid[: len(words) + _SHORT] for record in found[:4])
        message = _("Several runs begin with “{words:.40}” ({several}): write more of the one you mean.")
        raise BadInput(message.format(words=words, several=several))
    return found[0]


def _plain(record: RunRecord) -> dict[str, Any]:
    """What JSON can hold of a run; NaN and infinity are words."""
    values = {one.name: getattr(record, one.name) for one in fields(record) if one.name not in _QUIET}
    numbers = {name: json.loads(numbers_text(getattr(record, name))) for name in ("metrics", "test")}
    return values | numbers | {"versions": dict(record.versions), "weights": list(record.weights)}


def _row(record: RunRecord) -> tuple[str, ...]:
    what = record.name or record.title or record.summary
    best = _best(record)
    shown = "" if best is None else f"{best} {record.metrics[best]:.4f}"
    return (
        record.uid[:_SHORT],
        _when(record),
        what if len(what) <= 40 else f"{what[:39]}…",
        _state(record),
        _epochs(record),
        shown,
        f"{record.seconds:.1f}",
    )


def _best(record: RunRecord) -> str | None:
    """The name of the one value that tells most of a run: its first metric, or else the loss, on validation data."""
    names = [name for name in record.metrics if not name.startswith("val_") and name not in ("penalty", "data_loss")]
    first = next((name for name in names if name != "loss"), "loss")
    return next((name for name in (f"val_{first}", first) if name in record.metrics), None)


def _state(record: RunRecord) -> str:
    if record.state == "running":
        return _("running")
    if record.state == "interrupted":
        return _("interrupted")
    return {
        "all_epochs": _("done"),
        "stopped_early": _("stopped early"),
        "goal_reached": _("goal reached"),
        "time_over": _("time over"),
        "stopped": _("stopped"),
        "not_finite": _("numbers lost"),
        "failed": _("failed"),
    }[record.reason or "stopped"]


def _epochs(record: RunRecord) -> str:
    return f"{record.epochs:,}/{record.epochs_wanted:,}"


def _when(record: RunRecord, *, seconds: bool = False) -> str:
    began = datetime.fromtimestamp(record.began).astimezone()
    return began.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def _values(values: Any) -> str:
    return "  ".join(f"{name} {value:.4f}" for name, value in values.items())
