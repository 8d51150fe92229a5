"""The exported script trains the same network: its weights come out bit for bit as netbuilder's own."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.data.pictures.digits_8x8 import Digits8x8
from netbuilder.data.points.moons import Moons
from netbuilder.data.tables.diabetes import Diabetes
from netbuilder.data.tables.iris import Iris
from netbuilder.engine.network import TrainedNetwork
from netbuilder.engine.train import train
from netbuilder.export.python_script import PythonScript
from netbuilder.spec.layers.batch_normalization import BatchNormalization
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.dropout import Dropout
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.layers.gaussian_noise import GaussianNoise
from netbuilder.spec.losses.binary import BinaryCrossentropy
from netbuilder.spec.losses.classes import CategoricalCrossentropy
from netbuilder.spec.losses.regression import MeanSquaredError
from netbuilder.spec.optimizers import Adam
from netbuilder.spec.optimizers.descent import SGD
from netbuilder.spec.project import DataSpec, EarlyStopping, InputSpec, ProjectSpec, TrainingSpec, stack
from netbuilder.spec.schedules import Exponential, OnPlateau
from netbuilder.spec.split import Split

SPLIT = Split(validation=0.2, test=0.2)
NO_STOP = EarlyStopping(on=False)
DIGITS = DataSpec(Digits8x8(), SPLIT)

PROJECTS = {
    "against_overfitting": ProjectSpec(
        DIGITS,
        stack(
            Flatten(),
            GaussianNoise(stddev=0.05),
            Dense(units=32, l2=0.01),
            BatchNormalization(),
            Dropout(rate=0.3),
            Dense(units=10, activation="softmax"),
        ),
        training=TrainingSpec(epochs=3, early_stopping=NO_STOP),
    ),
    # A rate so high that the validation loss soon rises: the best epoch is not the last one.
    "early_stopping": ProjectSpec(
        DIGITS,
        stack(Flatten(), Dense(units=16), Dense(units=10, activation="softmax")),
        training=TrainingSpec(
            optimizer=Adam(learning_rate=0.05), epochs=30, seed=7, early_stopping=EarlyStopping(patience=1)
        ),
    ),
    "exponential": ProjectSpec(
        replace(DIGITS, labels="one-hot"),
        stack(Flatten(), Dense(units=16), Dense(units=10, activation="softmax")),
        training=TrainingSpec(
            loss=CategoricalCrossentropy(),
            optimizer=SGD(learning_rate=0.1, momentum=0.9, nesterov=True),
            schedule=Exponential(factor=0.5),
            epochs=3,
            batch_size=50,
            early_stopping=NO_STOP,
        ),
    ),
    "on_plateau": ProjectSpec(
        DataSpec(Iris(), SPLIT),
        stack(Dense(units=8), Dense(units=3, activation="softmax")),
        training=TrainingSpec(
            optimizer=Adam(learning_rate=0.1),
            schedule=OnPlateau(patience=1, factor=0.2, min_delta=0.05),
            epochs=12,
            early_stopping=NO_STOP,
        ),
    ),
    "regression": ProjectSpec(
        DataSpec(Diabetes(), SPLIT),
        stack(Dense(units=8), Dense(units=1, activation="linear")),
        training=TrainingSpec(
            loss=MeanSquaredError(), metrics=("mean_absolute_error",), epochs=4, early_stopping=NO_STOP
        ),
    ),
    "binary_without_validation": ProjectSpec(
        DataSpec(Moons(), Split(validation=0.0, test=0.2)),
        stack(Dense(units=8, activation="tanh"), Dense(units=1, activation="sigmoid")),
        input=InputSpec(follows_data=False, shape=(2,), scaling="none"),
        training=TrainingSpec(loss=BinaryCrossentropy(), epochs=3, early_stopping=NO_STOP),
    ),
    "averaged_weights": ProjectSpec(
        DIGITS,
        stack(Flatten(), Dense(units=16), Dense(units=10, activation="softmax")),
        training=TrainingSpec(
            optimizer=Adam(use_ema=True, gradient_accumulation_steps=2, clipnorm=1.0), epochs=2, early_stopping=NO_STOP
        ),
    ),
}


def trained_here(project: ProjectSpec) -> TrainedNetwork:
    source = project.data.source
    examples = source.read(lambda _done, _total: None, lambda: False)
    return train(project, source.facts(project.data.split), examples, lambda event: None)


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All scripts, executed; one process for all, since importing TensorFlow takes longer than they do."""
    folder = tmp_path_factory.mktemp("scripts")
    for name, project in PROJECTS.items():
        untrained = Untrained(project)
        PythonScript().write(untrained, folder / f"{name}.py")
    run_all = "import runpy, sys; [runpy.run_path(path) for path in sys.argv[1:]]"
    paths = [str(folder / f"{name}.py") for name in PROJECTS]
    done = subprocess.run([sys.executable, "-P", "-c", run_all, *paths], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return folder


class Untrained:
    """What is known of a network before its training."""

    def __init__(self, project: ProjectSpec) -> None:
        self.project = project
        self.facts = project.data.source.facts(project.data.split)


@pytest.mark.slow
@pytest.mark.parametrize("name", PROJECTS)
def test_the_script_ends_with_the_same_bits(name: str, scripts: Path) -> None:
    ours = trained_here(PROJECTS[name]).model.get_weights()
    theirs = keras.models.load_model(scripts / f"{name}_trained.keras").get_weights()
    assert [one.shape for one in theirs] == [one.shape for one in ours]
    assert [float(np.max(np.abs(a - b))) for a, b in zip(ours, theirs, strict=True)] == [0.0] * len(ours)


def test_the_script_needs_nothing_of_netbuilder(tmp_path: Path) -> None:
    exported = PythonScript().write(Untrained(PROJECTS["on_plateau"]), tmp_path / "iris.py")
    assert exported.files == (tmp_path / "iris.py", tmp_path / "iris_data.npz")
    assert "import netbuilder" not in (tmp_path / "iris.py").read_text()


def test_the_title_can_not_become_code(tmp_path: Path) -> None:
    title = 'x\nimport os\r\n"""\nos.abort()'
    project = replace(PROJECTS["on_plateau"], title=title)
    PythonScript().write(Untrained(project), tmp_path / "iris.py")
    lines = (tmp_path / "iris.py").read_text().splitlines()
    assert [line for line in lines if "abort" in line and not line.startswith("#")] == []
