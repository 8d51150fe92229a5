"""One command runs every benchmark, each in its own process, and tells the truth about bars and crashes."""

import json
import re
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import run

FAST = """
def measure():
    import os
    print("a line that is no part of the table")
    return [
        {"what": "epoch", "figure": 0.25, "unit": "s"},
        {"what": "epoch ÷ plain fit", "figure": 0.125, "unit": "×", "bar": 0.15},
        {"what": "longest pause", "figure": 61, "unit": "ms", "bar": 60.0},
        {"what": "process", "figure": os.getpid(), "unit": ""},
    ]
"""
CRASHING = """
def measure():
    raise RuntimeError("the machine is on fire")
"""
ENDING = "def measure():\n    import os\n    os._exit(0)\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of benchmarks that take no time."""
    package = tmp_path / "fakes"
    package.mkdir()
    for name, text in (("fast", FAST), ("crashing", CRASHING), ("ending", ENDING), ("again", FAST)):
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


def ran(folder: Path, *names: str) -> tuple[int, dict]:
    """The exit code, and the JSON that was written."""
    path = folder / "figures.json"
    code = run.main(["--json", str(path)], names=names, package="fakes")
    return code, json.loads(path.read_text(encoding="utf-8"))


def test_every_figure_stands_in_the_table_with_its_unit(folder, capfd) -> None:
    ran(folder, "fast")
    lines = capfd.readouterr().out.splitlines()
    assert any(re.search(r"epoch +0\.25 s$", line) for line in lines)
    assert not any("no part of the table" in line for line in lines)


def test_words_say_which_bars_hold(folder, capsys) -> None:
    code, _ = ran(folder, "fast")
    said = capsys.readouterr().out
    assert re.search(r"epoch ÷ plain fit +0\.125 × +bar +0\.15 +holds", said)
    assert re.search(r"longest pause +61 ms +bar +60 +DOES NOT HOLD", said)
    assert "1 of 2 bars hold." in said
    assert code == 0


def test_all_numbers_are_written(folder) -> None:
    _, written = ran(folder, "fast")
    figures = {one["what"]: one for one in written["results"]["fast"]["figures"]}
    assert figures["longest pause"] == {"what": "longest pause", "figure": 61, "unit": "ms", "bar": 60.0}
    assert "bar" not in figures["epoch"]


def test_the_machine_is_named(folder, capsys) -> None:
    _, written = ran(folder, "fast")
    said = capsys.readouterr().out
    assert set(written["machine"]) >= {"processor", "cores", "memory", "Python", "TensorFlow", "Keras", "PySide6"}
    for value in written["machine"].values():
        assert value
        assert value in said


def test_a_crash_is_told_and_the_others_are_measured(folder, capsys) -> None:
    code, written = ran(folder, "crashing", "fast")
    said = capsys.readouterr().out
    assert code == 1
    assert "the machine is on fire" in written["results"]["crashing"]["failed"]
    assert "FAILED" in said
    assert "the machine is on fire" in said
    assert "Could not measure: crashing." in said
    assert written["results"]["fast"]["figures"]


def test_a_benchmark_that_ends_without_figures_has_failed(folder) -> None:
    code, written = ran(folder, "ending")
    assert code == 1
    assert "failed" in written["results"]["ending"]


def test_each_benchmark_has_a_process_of_its_own(folder) -> None:
    _, written = ran(folder, "fast", "again")
    processes = {result["figures"][3]["figure"] for result in written["results"].values()}
    assert len(processes) == 2


def test_only_the_benchmarks_that_were_asked_for_are_run(folder, capsys) -> None:
    code = run.main(["fast"], names=("crashing", "fast"), package="fakes")
    assert code == 0
    assert "crashing" not in capsys.readouterr().out


@pytest.mark.parametrize("name", run.NAMES)
def test_every_benchmark_can_be_imported_and_measures(name) -> None:
    assert callable(import_module(f"benchmarks.{name}").measure)
