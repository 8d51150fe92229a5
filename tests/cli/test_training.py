"""A training from the command line: what it prints, what it writes, and how it is stopped."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import keras
import numpy as np
import pytest

from netbuilder.cli.arguments import main
from netbuilder.cli.telling import JsonLines, Table
from netbuilder.cli.train import trained
from netbuilder.engine.network import restored
from netbuilder.events import EpochEnded, Event, RunPrepared
from netbuilder.files.project_file import Contents, open_project, save
from netbuilder.files.templates import template_named
from netbuilder.spec.optimizers.descent import SGD


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "netbuilder", *arguments]


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


Done = Callable[..., tuple[int, str, str]]


def events(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines()]


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Done:
    """Do in this process, which has TensorFlow already, what a command line asks for: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)

    def done(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        return main(arguments), *capfd.readouterr()

    return done


@pytest.fixture(scope="module")
def iris(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """The folder and the events of a short training in a process of its own."""
    folder = tmp_path_factory.mktemp("iris")
    done = run(folder, "train", "iris", "--epochs", "4", "--seed", "3", "--out", "out", "--json")
    assert done.returncode == 0, done.stderr
    return folder / "out", events(done.stdout)


def test_json_lines_are_an_object_an_epoch_and_one_at_the_end(iris: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, told = iris
    assert [one["event"] for one in told] == ["epoch_ended"] * 4 + ["run_ended"]
    assert [one["epoch"] for one in told[:-1]] == [1, 2, 3, 4]
    assert all(list(one) == ["event", "epoch", "seconds", "metrics"] for one in told[:-1])
    assert set(told[0]["metrics"]) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    end = told[-1]
    assert list(end) == ["event", "reason", "epochs", "part_steps", "best_epoch", "seconds", "test", "model"]
    assert (end["reason"], end["epochs"], end["part_steps"]) == ("all_epochs", 4, 0)
    assert set(end["test"]) == {"loss", "accuracy"}
    assert end["model"] == str(Path("out") / "model.keras")
    assert sorted(path.name for path in folder.iterdir()) == [
        "curves.svg",
        "history.csv",
        "model.keras",
        "project.netbuilder",
    ]


def test_the_same_seed_gives_the_same_numbers(iris: tuple[Path, list[dict[str, Any]]], told: Done) -> None:
    _code, out, _errors = told("train", "iris", "--epochs", "4", "--seed", "3", "--out", "out", "--json")
    again = events(out)
    assert [one["metrics"] for one in again[:-1]] == [one["metrics"] for one in iris[1][:-1]]
    assert again[-1]["test"] == iris[1][-1]["test"]


def test_history_holds_every_bit_that_was_told(iris: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, told = iris
    with (folder / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [{name: float(row[name]) for name in told[0]["metrics"]} for row in rows] == [
        one["metrics"] for one in told[:-1]
    ]


def test_the_picture_has_a_panel_for_loss_and_accuracy(iris: tuple[Path, list[dict[str, Any]]]) -> None:
    picture = ElementTree.parse(iris[0] / "curves.svg")
    space = "{http://www.w3.org/2000/svg}"
    words = [one.text for one in picture.iter(f"{space}text")]
    assert {"Iris", "loss", "accuracy", "epoch"} <= set(words)
    lines = list(picture.iter(f"{space}polyline"))
    assert [("stroke-dasharray" in line.attrib) for line in lines] == [False, True, False, True]
    assert all(len(line.attrib["points"].split()) == 4 for line in lines)


def test_the_saved_project_answers_as_the_exported_model(iris: tuple[Path, list[dict[str, Any]]]) -> None:
    stored = open_project(iris[0] / "project.netbuilder").trained
    assert stored is not None
    assert stored.project.training.seed == 3
    assert stored.reached["test_loss"] == iris[1][-1]["test"]["loss"]
    network = restored(stored.project, stored.scaling, stored.weights, stored.examples)
    assert stored.checkpoint is not None, "it can be trained further"
    assert stored.checkpoint.epoch == iris[1][-1]["epochs"]
    told = [one for one in stored.history if isinstance(one, EpochEnded)]
    assert [one.metrics for one in told] == [one["metrics"] for one in iris[1] if one["event"] == "epoch_ended"]
    model = keras.models.load_model(iris[0] / "model.keras")
    assert np.allclose(model.predict(stored.examples, verbose=0), network.predict(stored.examples), 1e-5, 1e-6)


def test_a_trained_project_is_exported_again(
    iris: tuple[Path, list[dict[str, Any]]], told: Done, tmp_path: Path
) -> None:
    project = str(iris[0] / "project.netbuilder")
    code, out, errors = told("export", project, "--format", "keras", "--out", "again.keras", "--no-portable")
    assert code == 0, errors
    assert out.count("\n") == 1
    assert "current Keras" in out
    ours, theirs = (keras.models.load_model(path) for path in (iris[0] / "model.keras", tmp_path / "again.keras"))
    assert all(np.array_equal(a, b) for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True))


_HELD = """
import sys, time
from netbuilder.__main__ import main
from netbuilder.cli.telling import Table
from netbuilder.events import EpochEnded

event, stopping, pressed = Table.event, Table.stopping, []

def held(table, one):
    event(table, one)
    end = time.monotonic() + 120
    while isinstance(one, EpochEnded) and not pressed and time.monotonic() < end:
        time.sleep(0.01)

Table.event, Table.stopping = held, lambda table: pressed.append(stopping(table))
sys.exit(main([]))
"""
"""The program as it is, but that after an epoch it waits for Ctrl+C: all that it trains may take a second."""


def test_without_a_screen_the_digits_are_trained_in_the_terminal(tmp_path: Path) -> None:
    """Only the beginning: that it says why there is no window, and that Ctrl+C still leaves a model."""
    quiet = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        quiet.pop(name, None)
    held = [sys.executable, "-c", _HELD]
    with subprocess.Popen(held, cwd=tmp_path, env=quiet, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "no screen" in process.stdout.readline()
        while not process.stdout.readline().strip().startswith("1 "):  # the first epoch's row
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        asked = time.monotonic()
        rest = process.stdout.read()
        assert process.wait(timeout=120) == 130
    assert rest.index("Stopping …") < rest.index("Stopped.")
    assert time.monotonic() - asked < 60
    folder = tmp_path / "netbuilder-digits"
    assert {"model.keras", "curves.svg"} <= {path.name for path in folder.iterdir()}
    assert keras.models.load_model(folder / "model.keras").output_shape == (None, 10)


@pytest.mark.parametrize("as_json", [False, True])
def test_a_run_stopped_before_its_first_step_writes_nothing(
    as_json: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    kind = JsonLines if as_json else Table
    told = kind.event

    def press(telling: Any, event: Event) -> None:
        told(telling, event)
        if isinstance(event, RunPrepared):
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(kind, "event", press)
    assert trained(template_named("iris").project(), tmp_path / "out", json=as_json) == 130
    assert not (tmp_path / "out").exists()
    out, errors = capfd.readouterr()
    assert "Stopped before the training began; nothing was written." in errors
    assert "Written" not in out
    if as_json:
        assert out == ""
        assert errors.startswith("Stopping …")
    else:
        assert out.endswith("Stopping …\n")


@pytest.mark.parametrize(
    "words, says", [("mine.netbuilder", "no screen to open “mine.netbuilder”"), ("tarin", "no command and no file")]
)
def test_without_a_screen_a_project_is_not_opened(words: str, says: str, tmp_path: Path) -> None:
    save(tmp_path / "mine.netbuilder", Contents(template_named("iris").project()))
    done = run(tmp_path, words, DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stdout == ""


def test_a_reader_that_goes_away_is_no_failure_to_tell(tmp_path: Path) -> None:
    arguments = command("train", "iris", "--epochs", "3", "--json", "--out", "out")
    path = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        arguments, cwd=tmp_path, env=path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=120) == 1


def test_a_run_that_never_began_leaves_no_folder(told: Done, tmp_path: Path) -> None:
    code, _out, errors = told("train", "iris", "--device", "gpu:7", "--out", "a/b")
    assert code == 2
    assert "no device 'gpu:7'" in errors
    assert not (tmp_path / "a" / "b").exists()


def test_numbers_beyond_all_bounds_end_the_run_with_a_sentence(tmp_path: Path) -> None:
    project = template_named("diabetes").project()
    wild = replace(project.training, optimizer=SGD(learning_rate=100.0), epochs=3)
    save(tmp_path / "wild.netbuilder", Contents(replace(project, training=wild)))
    done = run(tmp_path, "train", "wild.netbuilder", "--json", "--out", "out")
    assert done.returncode == 1, done.stderr
    end = events(done.stdout)[-1]
    assert end["reason"] == "not_finite"
    assert done.stderr.count("\n") == 1
    assert "learning rate of 0.01" in done.stderr
    weights = keras.models.load_model(tmp_path / "out" / "model.keras").get_weights()
    assert all(np.isfinite(one).all() for one in weights)
    assert ElementTree.parse(tmp_path / "out" / "curves.svg").getroot().tag.endswith("svg")


@pytest.mark.slow
def test_mnist_reaches_its_accuracy_also_in_plain_keras(mnist_folder: Path, told: Done, tmp_path: Path) -> None:
    code, out, errors = told("train", "mnist-128", "--data", str(mnist_folder), "--seed", "1", "--json", "--out", "out")
    assert code == 0, errors
    accuracy = events(out)[-1]["test"]["accuracy"]
    assert accuracy >= 0.967
    # The raw pictures, 0 to 255, read without netbuilder.
    import gzip

    def raw(name: str, header: int) -> np.ndarray[Any, Any]:
        return np.frombuffer(gzip.decompress((mnist_folder / name).read_bytes())[header:], np.uint8)

    pictures = raw("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)
    answers = keras.models.load_model(tmp_path / "out" / "model.keras").predict(pictures, verbose=0)
    right = float((answers.argmax(axis=1) == raw("t10k-labels-idx1-ubyte.gz", 8)).mean())
    assert round(right, 4) == round(accuracy, 4)
