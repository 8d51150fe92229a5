"""The engine's side of the pipe."""

from __future__ import annotations

import io
from typing import Any

import pytest

from netbuilder.worker import child, jobs
from netbuilder.worker.bulk import Bulk
from netbuilder.worker.messages import Ask, Tell


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
