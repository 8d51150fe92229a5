"""The programs that are compared start alike, wherever the benchmark was started from."""

from __future__ import annotations

import os

import pytest

from benchmarks.programs import ROOT, environment


def test_a_program_that_is_measured_may_keep_what_it_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    assert "PYTHONDONTWRITEBYTECODE" not in environment()


def test_this_checkout_comes_before_what_the_path_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")

    assert environment()["PYTHONPATH"] == os.pathsep.join([str(ROOT), "elsewhere"])
