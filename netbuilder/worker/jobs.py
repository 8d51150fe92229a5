"""The jobs of the engine's process, one function a kind of request."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from netbuilder.checkpoint import Arrays, Checkpoint
from netbuilder.data.examples import Readable
from netbuilder.data.remote import downloadable
from netbuilder.engine.loading import load
from netbuilder.events import BatchesTrained, Event
from netbuilder.orders import Orders
from netbuilder.runs.history import History
from netbuilder.runs.unfinished import Unfinished, unfinished
from netbuilder.spec.plain import project_from, source_from, to_plain
from netbuilder.spec.scaling import Scaling
from netbuilder.words import _
from netbuilder.worker.answering import Answering, NoNetwork
from netbuilder.worker.messages import Ask, DeviceLabel, Price, Readiness, Tell
from netbuilder.worker.reading import Read, Reader, Reading
from netbuilder.worker.recorded import Place, recorded, refuse_other_data, refuse_other_scaling
from netbuilder.worker.sessions import Sessions

if TYPE_CHECKING:
    from netbuilder.engine.network import TrainedNetwork
    from netbuilder.engine.session import Session


@dataclass(frozen=True, slots=True)
class Job:
    """A request while it is worked on: whether it shall stop, what a run is ordered, and how it tells of itself.

    What is given to ``afterwards`` is done when the request is answered.
    """

    number: int
    stopped: Callable[[], bool]
    orders: Orders
    tell: Callable[..., None]
    afterwards: Callable[[Callable[[], None]], None]


def do(kind: str, job: Job, request: dict[str, Any]) -> dict[str, Any]:
    """Does a request and returns the body of its DONE."""
    if Ask(kind) not in _WITHOUT_ENGINE:
        load()  # before anything else: two threads that import parts of it at the same time find them half made
    return _JOBS[Ask(kind)](job, **request)


def sentence(problem: BaseException) -> str:
    """What a person reads of a failure. Failures that netbuilder expects are sentences themselves."""
    if type(problem).__module__.startswith("netbuilder."):
        return str(problem)
    if isinstance(problem, MemoryError):
        return _("There is not enough memory for this. Choose a smaller batch size or fewer units.")
    first = str(problem).strip().partition("\n")[0] or type(problem).__name__
    return _("Something went wrong in the engine: {problem}").format(problem=first)


def sessions_made() -> int:
    """How many sessions this process has made; some of what each took is given back to nobody."""
    return _Memory.sessions.made


class _Memory:
    """What the process keeps between requests: the network, and the data that were read last."""

    answering = Answering()
    reading = Reading()
    sessions = Sessions()


def _read(source: Any, job: Job) -> Read:
    def tell(done: int, total: int) -> None:
        job.tell(Tell.PROGRESS, done=done, total=total)

    return _Memory.reading.read(cast(Readable, source), tell, job.stopped)


def _hello(_job: Job) -> dict[str, Any]:
    from netbuilder.engine import devices, versions

    found = devices.devices()
    devices.warm_up()
    labels = tuple(DeviceLabel(one.name, one.label) for one in found)
    return {"readiness": Readiness(versions.versions(), labels, "" if len(found) > 1 else devices.why_no_gpu())}


def _preview(job: Job, data: Any) -> dict[str, Any]:
    from netbuilder.data.preview import preview
    from netbuilder.data.split import divide

    spec = _data_from(data)
    found = _read(spec.source, job)
    return {"preview": preview(found.examples, divide(found.examples, spec.split)), "files": found.files}


def _data_from(data: Any) -> Any:
    return project_from({"data": data, "layers": []}).data


def _download(job: Job, source: Any) -> dict[str, Any]:
    from netbuilder.data.download import fetch

    spec = source_from(source)
    if downloadable(spec):
        fetch(spec, lambda done, total: job.tell(Tell.PROGRESS, done=done, total=total), job.stopped)
    return {}


def _prepare(job: Job, project: Any) -> dict[str, Any]:
    from netbuilder.engine.devices import devices

    asked = project_from(project)
    sessions, read = _Memory.sessions, _reader(job)
    session = sessions.prepare(asked, read, job.stopped)
    seconds = {session.device: session.epoch_seconds}
    for device in devices():
        if device not in seconds and not job.stopped():
            seconds[device] = sessions.try_on(device.name, asked, read, job.stopped)
    prices = tuple(
        Price(DeviceLabel(device.name, device.label), epoch, asked.training.epochs) for device, epoch in seconds.items()
    )
    return {"prices": prices}


def _train(job: Job, project: Any, run: str, **place: Any) -> dict[str, Any]:
    session = _Memory.sessions.take(project_from(project), _reader(job))
    train = partial(session.run, orders=job.orders)
    return _run(job, session, project, Place(run, **place), train)


def _more(
    job: Job,
    project: Any,
    run: str,
    epochs: int,
    checkpoint: Checkpoint | None = None,
    scaling: Scaling | None = None,
    **place: Any,
) -> dict[str, Any]:
    """Goes on with the last run, or from a ``checkpoint`` of another one that the engine does not hold.

    ``scaling``: that of the network which the checkpoint is of.
    """
    if checkpoint is None:
        session = _Memory.sessions.last()
    else:
        session = _loaded(job, project, checkpoint)
        refuse_other_scaling(session, None, scaling)
    return _run(job, session, project, Place(run, **place), partial(session.run, orders=job.orders, more=epochs))


def _resume(job: Job, run: str, **place: Any) -> dict[str, Any]:
    kept = Place(run, **place)
    found = unfinished(run, for_window=kept.held)
    try:
        asked = found.record.project()
        project = to_plain(asked)
        data = _read(asked.data.source, job)
        refuse_other_data(found.record.data_hash, data.fingerprint)
        session = _Memory.sessions.take(project_from(project), lambda _source: data)
    except BaseException:
        found.claim.release()
        raise
    train = partial(session.go_on, found.checkpoint, orders=job.orders, rates=found.rates, compiled=found.record.choice)
    return _run(job, session, project, kept, train, found)


def _load(job: Job, run: str, *, best: bool) -> dict[str, Any]:
    """Makes what a run of the history came to the network that answers, with its last or its best weights."""
    with closing(History()) as history:
        record, checkpoint = history.run(run), history.checkpoint(run)
    if checkpoint is None:
        raise NoNetwork(_("The history has no weights of this run any more: train it again."))
    plain = to_plain(record.project())
    session = _loaded(job, plain, replace(checkpoint, keeps_best=best))
    refuse_other_scaling(session, record.data_hash)
    _Memory.answering.show(job.number, session.network)
    return _left(session, plain)


def _open(job: Job, path: str, project: Any) -> dict[str, Any]:
    """Makes the model of a file the network that answers."""
    from netbuilder.worker.models import open_model

    opened = open_model(Path(path), project_from(project), _Memory.sessions, _reader(job))
    _Memory.answering.show(job.number, opened.network)
    left = _stored(opened.network, opened.checkpoint, to_plain(opened.project))
    return {"remarks": opened.remarks, **left}


def _loaded(job: Job, project: Any, checkpoint: Checkpoint) -> Session:
    session = _Memory.sessions.take(project_from(project), _reader(job))
    session.load(checkpoint)
    return session


def _run(
    job: Job,
    session: Session,
    project: Any,
    place: Place,
    train: Callable[..., None],
    interrupted: Unfinished | None = None,
) -> dict[str, Any]:
    def tell(events: tuple[Event, ...]) -> None:
        job.tell(Tell.EVENTS, events=events)

    def hear(event: Event) -> None:
        if isinstance(event, BatchesTrained):
            _Memory.answering.show(job.number, session.network)  # from now on, since it has learned something

    if not session.warm:
        job.tell(Tell.COMPILING)
    close = recorded(
        session, project_from(project), place, session.data_hash, tell, hear, train, job.orders, interrupted
    )

    def keep() -> None:
        try:
            said = close()
        except Exception as problem:  # noqa: BLE001 - whatever it is, the next run waits for a word
            said = sentence(problem)
        job.tell(Tell.KEPT, sentence=said)

    job.afterwards(keep)  # nobody who stops a run waits for a disk
    return _left(session, project)


def _left(session: Session, project: Any) -> dict[str, Any]:
    """What the last run of a session came to, its weights as they are in its checkpoint: so they are sent once."""
    weights = None if session.end is None else session.variables.left(session.end)
    return _stored(session.network, session.end, project, weights)


def _stored(
    network: TrainedNetwork, checkpoint: Checkpoint | None, project: Any, weights: Arrays | None = None
) -> dict[str, Any]:
    from netbuilder.engine.versions import versions

    known = {"project": project, "checkpoint": checkpoint, "versions": versions()}
    return {"stored": network.stored(weights) | known}


def _reader(job: Job) -> Reader:
    return lambda source: _read(source, job)


def _answer(_job: Job, inputs: Any) -> dict[str, Any]:
    return {"outputs": _Memory.answering.network.shares(inputs)}


def _restore(
    job: Job,
    project: Any,
    scaling: Any,
    weights: Any,
    examples: Any,
    checkpoint: Checkpoint | None = None,
    behind: bool = False,  # a run, which was asked for before, whose network it then takes the place of never
) -> dict[str, Any]:
    from netbuilder.engine.network import restored

    network = restored(project_from(project), scaling, weights, examples, checkpoint)
    _Memory.answering.show(0 if behind else job.number, network)
    return {}


def _export(_job: Job, name: str, path: str, options: dict[str, Any]) -> dict[str, Any]:
    from netbuilder.export import exporter

    exported = exporter[name].kind(**options).write(_Memory.answering.network, Path(path))
    return {"sentence": exported.sentence}


_JOBS: dict[Ask, Callable[..., dict[str, Any]]] = {
    Ask.HELLO: _hello,
    Ask.PREVIEW: _preview,
    Ask.DOWNLOAD: _download,
    Ask.PREPARE: _prepare,
    Ask.TRAIN: _train,
    Ask.MORE: _more,
    Ask.RESUME: _resume,
    Ask.LOAD: _load,
    Ask.OPEN: _open,
    Ask.ANSWER: _answer,
    Ask.RESTORE: _restore,
    Ask.EXPORT: _export,
}
_WITHOUT_ENGINE = frozenset({Ask.PREVIEW, Ask.DOWNLOAD})  # which need not wait until it is loaded
