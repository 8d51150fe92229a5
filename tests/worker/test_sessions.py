"""Sessions are made once and used again, and tried on every device."""

from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace
from uuid import uuid4

import numpy as np
import pytest

from netbuilder.engine import devices
from netbuilder.engine.devices import Device
from netbuilder.orders import Orders
from netbuilder.runs import database, recorder, unfinished
from netbuilder.runs import history as history_module
from netbuilder.runs.fingerprint import fingerprint
from netbuilder.runs.history import History
from netbuilder.spec.plain import to_plain
from netbuilder.worker import jobs
from netbuilder.worker.answering import Answering
from netbuilder.worker.jobs import Job
from netbuilder.worker.reading import Read
from netbuilder.worker.recorded import OtherData


def test_a_run_has_a_price_on_each_device(small_project, monkeypatch):
    one = Device("cpu", "CPU", "/CPU:0")
    monkeypatch.setattr(devices, "devices", lambda: (one, Device("gpu:0", "another", "/CPU:0")))
    monkeypatch.setattr(jobs._Memory, "sessions", jobs.Sessions())
    job = Job(1, lambda: False, Orders(), lambda *_given, **_named: None, lambda _after: None)
    body = jobs.do("prepare", job, {"project": to_plain(small_project)})
    assert [price.device.name for price in body["prices"]] == ["gpu:0", "cpu"]  # "auto" takes the GPU
    assert all(price.epoch > 0 for price in body["prices"])
    assert jobs.sessions_made() == 2


@pytest.fixture
def memory(monkeypatch):
    """What the engine's process keeps, of data that ``memory.data`` says."""
    fresh = SimpleNamespace(answering=Answering(), sessions=jobs.Sessions(), data=None)
    fresh.reading = SimpleNamespace(read=lambda *_given: fresh.data)
    monkeypatch.setattr(jobs, "_Memory", fresh)
    return fresh


@pytest.fixture
def history(tmp_path, monkeypatch):
    path = tmp_path / "history.db"
    monkeypatch.setattr(database, "history_path", lambda: path)
    for module in (history_module, recorder, unfinished):
        monkeypatch.setattr(module, "history_path", lambda: path)
    with closing(History(path)) as found:
        yield found


def data_of(project, factor=1.0):
    """The project's data, or such of another brightness."""
    examples = project.data.source.read(lambda *_given: None, lambda: False)
    examples = replace(examples, inputs=(examples.inputs * factor).astype(np.uint8))
    return Read(examples, fingerprint(examples), ())


def done(kind, **request):
    after = []
    body = jobs.do(kind, Job(1, lambda: False, Orders(), lambda *_given, **_named: None, after.append), request)
    for one in after:
        one()
    return body


def standardized(project):
    return replace(project, input=replace(project.input, follows_data=False, shape=(8, 8), scaling="standard"))


def test_a_file_that_was_replaced_is_learned_from_and_told_by_its_own_hash(small_project, memory, history):
    one, other, plain = data_of(small_project), data_of(small_project, 0.5), to_plain(small_project)
    uids = [uuid4().hex for _time in range(4)]
    trained = []
    for uid, memory.data in zip(uids, (one, one, other, one), strict=True):
        done("prepare", project=plain)  # which tells a price, and makes a session for the run
        trained.append(done("train", project=plain, run=uid)["stored"])
    assert [history.run(uid).data_hash for uid in uids] == [each.fingerprint for each in (one, one, other, one)]
    same = [all(map(np.array_equal, trained[0]["weights"], each["weights"])) for each in trained]
    assert same == [True, True, False, True]
    assert not np.array_equal(trained[0]["examples"], trained[2]["examples"])


def test_weights_of_a_run_are_not_restored_into_a_network_that_scales_otherwise(small_project, memory, history):
    project, uid = standardized(small_project), uuid4().hex
    memory.data = data_of(project)
    stored = done("train", project=to_plain(project), run=uid)["stored"]
    memory.data = data_of(project, 0.5)
    with pytest.raises(OtherData, match="would be scaled by other numbers"):
        done("load", run=uid, best=False)
    known = {name: stored[name] for name in ("checkpoint", "scaling")}
    with pytest.raises(OtherData, match="would be scaled by other numbers"):
        done("more", project=to_plain(project), run=uid, epochs=1, **known)
    memory.data = data_of(project)
    assert done("load", run=uid, best=False)["stored"]["scaling"] == stored["scaling"]
    assert done("more", project=to_plain(project), run=uid, epochs=1, **known)["stored"]["checkpoint"].epoch == 3


def test_weights_of_a_run_are_restored_where_the_scaling_is_fixed(small_project, memory, history):
    uid = uuid4().hex
    memory.data = data_of(small_project)
    stored = done("train", project=to_plain(small_project), run=uid)["stored"]
    memory.data = data_of(small_project, 0.5)
    assert all(map(np.array_equal, done("load", run=uid, best=False)["stored"]["weights"], stored["weights"]))
