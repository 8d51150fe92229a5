"""How a run is told on the terminal: one JSON object a line, or a table that grows under a progress bar."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, TextIO

from netbuilder.cli.foreign import one_line
from netbuilder.events import BatchesTrained, EpochEnded, Event, NotRecorded, RunEnded, RunPrepared
from netbuilder.words import _, plural

_BAR = 24
_WIDTH = 12


class Telling(Protocol):
    """What both ways can do."""

    def event(self, event: Event) -> None:
        """Tells what happened, if it is worth telling; the end is told by ``ended``."""

    def ended(self, event: RunEnded, project: Path, model: Path, sentence: str) -> None:
        """Tells the end, once everything is written into the folder of ``project``."""

    def downloading(self, done: int, total: int) -> None:
        """Tells how far a download is, in bytes."""

    def stopping(self) -> None:
        """Tells that Ctrl+C was understood; may be called in the midst of all others. Raises ``OSError``."""


class JsonLines:
    """For programs: nothing but objects, flushed."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def event(self, event: Event) -> None:
        if isinstance(event, EpochEnded):
            self._line(
                {
                    "event": "epoch_ended",
                    "epoch": event.epoch,
                    "seconds": round(event.seconds, 4),
                    "metrics": dict(event.metrics),
                }
            )

    def ended(self, event: RunEnded, project: Path, model: Path, sentence: str) -> None:
        self._line(
            {
                "event": "run_ended",
                "reason": event.reason,
                "epochs": event.epochs,
                "part_steps": event.part_steps,
                "best_epoch": event.best_epoch,
                "seconds": round(event.seconds, 4),
                "test": dict(event.test),
                "model": str(model),
            }
        )
        if event.message:
            print(f"netbuilder: {event.message}", file=sys.stderr)

    def downloading(self, done: int, total: int) -> None:
        """Nothing: it is no event of a run."""

    def stopping(self) -> None:
        """Beside the objects, for whoever pressed it."""
        _write_at_once(sys.stderr, _("Stopping …") + "\n")

    def _line(self, value: Mapping[str, object]) -> None:
        print(json.dumps(_finite(value)), file=self._out, flush=True)


def _finite(value: object) -> object:
    """NaN and infinity are no JSON: null stands for them."""
    if isinstance(value, Mapping):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):  # noqa: PLR0124 - NaN
        return None
    return value


class Table:
    """For people: a line an epoch, and below it, on a terminal, a bar that moves."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._moves = out.isatty()
        self._steps = self._epochs = 1
        self._columns: tuple[str, ...] = ()

    def event(self, event: Event) -> None:
        match event:
            case RunPrepared():
                self._steps, self._epochs = event.steps_per_epoch, event.epochs
                parameters = plural("{count} parameter", "{count} parameters", event.parameters)
                examples = plural("{count} example", "{count} examples", event.train)
                self._print(
                    _("{parameters}, trained on {examples}, {device}").format(
                        parameters=parameters, examples=examples, device=event.device
                    )
                )
            case BatchesTrained():
                self._move(event)
            case EpochEnded():
                self._row(event)
            case NotRecorded():
                print(f"netbuilder: {event.sentence}", file=sys.stderr)
            case _:
                pass

    def ended(self, event: RunEnded, project: Path, model: Path, sentence: str) -> None:
        self._clear()
        why = {
            "all_epochs": _("All epochs are done."),
            "stopped_early": _("Stopped early: it no longer got better."),
            "goal_reached": _("The goal is reached."),
            "time_over": _("The time is over."),
            "stopped": _("Stopped."),
            "not_finite": event.message,
        }[event.reason]
        if event.part_steps:
            batches = plural("{count} batch", "{count} batches", event.part_steps)
            why += " " + _("Epoch {epoch} was not finished: it had {batches}.").format(
                epoch=event.epochs + 1, batches=batches
            )
        if event.restored_best:
            why += " " + _("The weights of epoch {epoch} are kept.").format(epoch=event.best_epoch)
        self._print(why)
        if event.test:
            self._print(_("Test: {values}").format(values=_values(event.test)))
        self._print(sentence)
        names = f"{model.name}, {project.name}, curves.svg, history.csv"
        self._print(_("Written to {folder}: {names}").format(folder=project.parent, names=names))

    def downloading(self, done: int, total: int) -> None:
        if self._moves and total:
            self._bar(done / total, _("downloading, {mb:,.1f} MB").format(mb=done / 1e6))

    def stopping(self) -> None:
        _write_at_once(self._out, ("\r\x1b[K" if self._moves else "") + _("Stopping …") + "\n")

    def _move(self, event: BatchesTrained) -> None:
        if self._moves:
            done = (event.first_step + len(event.losses)) / self._steps
            rate = ""
            if event.samples_per_second:  # nothing is known before the first block
                rate = _("{rate:,.0f} examples/s, {left:.0f} s left").format(
                    rate=event.samples_per_second, left=event.seconds_left
                )
            epoch = _("epoch {epoch} of {epochs}").format(epoch=event.epoch, epochs=self._epochs)
            self._bar(done, f"{epoch}  {_values(event.metrics)}  {rate}")

    def _row(self, event: EpochEnded) -> None:
        self._clear()
        if not self._columns:
            self._columns = tuple(event.metrics)
            self._print("".join(f"{name:>{max(_WIDTH, len(name) + 2)}}" for name in (_("epoch"), *self._columns, "s")))
        values = [f"{event.metrics[name]:.4f}" for name in self._columns]
        row = (str(event.epoch), *values, f"{event.seconds:.2f}")
        widths = (max(_WIDTH, len(name) + 2) for name in (_("epoch"), *self._columns, "s"))
        self._print("".join(f"{value:>{width}}" for value, width in zip(row, widths, strict=True)))

    def _bar(self, share: float, words: str) -> None:
        full = round(_BAR * min(1.0, share))
        self._out.write(f"\r\x1b[K[{'=' * full}{' ' * (_BAR - full)}] {words}")
        self._out.flush()

    def _clear(self) -> None:
        if self._moves:
            self._out.write("\r\x1b[K")

    def _print(self, words: str) -> None:
        print(one_line(words), file=self._out, flush=True)


def _write_at_once(out: TextIO, words: str) -> None:
    """Writes past Python's buffer, which refuses a signal's words while it is being written out itself."""
    os.write(out.fileno(), words.encode(out.encoding, "replace"))


def _values(metrics: Mapping[str, float]) -> str:
    return "  ".join(f"{name} {value:.4f}" for name, value in metrics.items())
