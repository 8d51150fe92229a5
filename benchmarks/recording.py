"""What it costs to be able to go on: a run whose every epoch is kept in the history, against the same run without one."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, cast

from benchmarks.figures import Figure, figure
from benchmarks.lives import alone
from benchmarks.networks import digits, spirals
from netbuilder.data.examples import Readable
from netbuilder.events import Event
from netbuilder.files.templates import template_named
from netbuilder.orders import Orders
from netbuilder.runs.fingerprint import fingerprint
from netbuilder.runs.recorder import Recorder
from netbuilder.runs.records import new_uid
from netbuilder.spec.project import EarlyStopping, ProjectSpec
from netbuilder.worker.bundle import Bundle

if TYPE_CHECKING:
    from netbuilder.engine.session import Session

PAIRS = 9
"""How many are measured at the least."""
SECONDS = 60.0
"""How long pairs of short runs are measured: of runs of half a second, nine differ by more than what is looked for."""
BAR = 3.0
"""Percent of a training's time that its checkpoints may take."""


def measure() -> list[Figure]:
    """By how many percent a run takes longer, the median of pairs in the same session."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [_cost(words, project, folder) for words, project in _runs(folder)]


def _runs(folder: Path) -> list[tuple[str, ProjectSpec]]:
    template = template_named("digits").project()
    networks = (digits(folder, (128,), 32, 2), digits(folder, (1024, 1024), 128, 2), spirals(1000))
    training = replace(template.training, early_stopping=EarlyStopping(on=False))
    return [
        *((one.words, one.project()) for one in networks),
        ("digits template", replace(template, training=training)),
    ]


def _cost(words: str, project: ProjectSpec, folder: Path) -> Figure:
    from netbuilder.engine.session import Session

    source = cast(Readable, project.data.source)
    examples = source.read(lambda *_: None, lambda: False)
    session = Session(project, source.facts(project.data.split), examples)
    session.ready()
    session.all_ready(None)
    data = fingerprint(examples)
    _seconds(session, project, None, folder)  # the first run of a process is slower
    grown = median(100 * (kept / plain - 1) for kept, plain in _pairs(session, project, data, folder))
    return figure(f"{words}: time that the history takes", grown, "%", BAR)


def _pairs(session: Session, project: ProjectSpec, data: str, folder: Path) -> list[tuple[float, float]]:
    """Seconds of runs that are kept, each with those of one beside it that is not; the one or the other comes first."""
    pairs: list[tuple[float, float]] = []
    began = perf_counter()
    while len(pairs) < PAIRS or perf_counter() - began < SECONDS:
        if len(pairs) % 2:
            plain = _seconds(session, project, None, folder)
            pairs.append((_seconds(session, project, data, folder), plain))
        else:
            kept = _seconds(session, project, data, folder)
            pairs.append((kept, _seconds(session, project, None, folder)))
    return pairs


def _seconds(session: Session, project: ProjectSpec, data: str | None, folder: Path) -> float:
    """Seconds of a run, from its first step to its end; with ``data``, their fingerprint, it is kept."""
    from netbuilder.engine.versions import versions

    session.begin_again(project)
    bundle = Bundle(lambda _events: None)
    recorder = None
    if data is not None:
        path = folder / "history.db"
        recorder = Recorder(
            new_uid(),
            project,
            origin="command line",
            versions=versions(),
            data_hash=data,
            tell=lambda event: print(event, flush=True),
            path=path,
        )
        bundle.before = recorder.flush

    def emit(event: Event) -> None:
        if recorder is not None:
            recorder.take(event)
        bundle.take(event)

    began = perf_counter()
    session.run(emit, Orders(), keep=None if recorder is None else recorder.keep)
    seconds = perf_counter() - began
    if recorder is not None:
        recorder.end(session.end)
    return seconds


if __name__ == "__main__":
    alone(measure)
