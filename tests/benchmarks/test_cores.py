"""How far two cores are apart is known where it can be, and nowhere made up."""

from __future__ import annotations

import os

import pytest

from benchmarks import cores

BINDS = hasattr(os, "sched_setaffinity")


@pytest.mark.skipif(not BINDS or len(os.sched_getaffinity(0)) < 2, reason="processes can't be bound to two cores here")
def test_a_byte_goes_to_another_core_and_back() -> None:
    seconds = cores.round_trip()
    assert seconds is not None
    assert 1e-8 < seconds < 0.1  # two of Python's steps at least, and no turn of a core for each


@pytest.mark.skipif(not BINDS, reason="processes can't be bound to a core here")
def test_one_core_is_not_apart_from_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0})
    assert cores.round_trip() is None
