"""The engine's side of the pipe."""

from __future__ import annotations

import io
from typing import Any

import pytest

from netbuilder.orders import Pause, Resume
from netbuilder.worker import child, frames, jobs
from netbuilder.worker.bulk import Bulk
from netbuilder.worker.messages import Ask, Tell


def test_what_is_ordered_after_a_rest_before_the_first_batch_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    requests, done = io.BytesIO(), child.threading.Event()
    heard: list[object] = []

    def do(_kind: str, job: jobs.Job, request: dict[str, Any]) -> dict[str, Any]:
        assert read.wait(60)
        heard.extend(iter(job.orders.take, None))
        assert request == {"run": "1"}
        done.set()
        return {}

    frames.write(requests, {"kind": Ask.TRAIN, "job": 1, "run": "1", "paused": True})
    frames.write(requests, {"kind": Ask.ORDER, "job": 0, "which": 1, "order": Resume()})
    requests.seek(0)
    read = child.threading.Event()
    monkeypatch.setattr(child._Child, "_load", lambda _self: None)
    monkeypatch.setattr(child._Child, "_stay_alive", lambda _self: None)
    monkeypatch.setattr(jobs, "do", do)
    one = child._Child(requests, io.BytesIO(), Bulk(()))
    one.serve()
    read.set()
    assert done.wait(60)
    assert heard == [Pause(), Resume()]


def test_the_history_has_all_of_a_run_whose_end_can_t_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[str] = []
    heard: list[Tell] = []

    def do(_kind: str, job: jobs.Job, _request: dict[str, Any]) -> dict[str, Any]:
        job.afterwards(lambda: kept.append("the rest of the run"))
        return {"stored": {}}

    def write(_replies: object, message: dict[str, Any], _bulk: Bulk) -> None:
        if message["kind"] is Tell.DONE:
            raise MemoryError
        heard.append(message["kind"])

    monkeypatch.setattr(jobs, "do", do)
    monkeypatch.setattr(child.frames, "write", write)
    one = child._Child(io.BytesIO(), io.BytesIO(), Bulk(()))
    one._stops[1], one._orders[1] = child.threading.Event(), child.Orders()
    one._do({"kind": Ask.TRAIN, "job": 1})
    assert kept == ["the rest of the run"]
    assert heard == [Tell.FAILED]
