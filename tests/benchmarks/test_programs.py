"""The programs that are compared start alike, wherever the benchmark was started from."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks.folders import NAMES


@pytest.fixture
def programs():
    """Imported anew for each test, since it declares a data source."""
    return import_module("benchmarks.programs")


def test_a_program_that_is_measured_may_keep_what_it_compiled(programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    assert "PYTHONDONTWRITEBYTECODE" not in programs.environment()


def test_this_checkout_comes_before_what_the_path_names(programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")

    assert programs.environment()["PYTHONPATH"] == os.pathsep.join([str(programs.ROOT), "elsewhere"])


def test_a_program_that_is_measured_uses_none_of_a_persons_files(
    programs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, str(tmp_path))
    script = "from netbuilder import disk; print(disk.data_folder(), disk.settings_folder(), disk.log_folder())"

    told, _memory = programs.told_by(["-c", script])

    assert len(told.split()) == 3
    assert str(tmp_path) not in told
