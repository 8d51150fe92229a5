"""The exported script trains the same network: its weights come out bit for bit as netbuilder's own."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from math import ceil
from pathlib import Path

import keras
import numpy as np
import pytest

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.data.pictures.digits_8x8 import Digits8x8
from netbuilder.data.points.moons import Moons
from netbuilder.data.tables.breast_cancer import BreastCancer
from netbuilder.data.tables.diabetes import Diabetes
from netbuilder.data.tables.iris import Iris
from netbuilder.data.tables.wine import Wine
from netbuilder.engine.network import TrainedNetwork
from netbuilder.engine.session import Session
from netbuilder.events import EpochEnded, Event
from netbuilder.export.python_script import PythonScript
from netbuilder.orders import Orders
from netbuilder.spec.goal import Goal
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
from netbuilder.spec.schedules import Cosine, Exponential, OnPlateau
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
        input=InputSpec(follows_data=False, shape=(2,), scaling="own", factor=0.5, offset=0.1),
        training=TrainingSpec(loss=BinaryCrossentropy(), epochs=3, early_stopping=NO_STOP),
    ),
    "averaged_weights": ProjectSpec(
        DIGITS,
        stack(Flatten(), Dense(units=16), Dense(units=10, activation="softmax")),
        training=TrainingSpec(
            optimizer=Adam(use_ema=True, gradient_accumulation_steps=2, clipnorm=1.0), epochs=2, early_stopping=NO_STOP
        ),
    ),
    # Early stopping goes back to an epoch before the one that reached the goal.
    "goal": ProjectSpec(
        DIGITS,
        stack(Flatten(), Dense(units=16), Dense(units=10, activation="softmax")),
        training=TrainingSpec(
            optimizer=Adam(learning_rate=0.05),
            epochs=30,
            early_stopping=EarlyStopping(patience=20),
            goal=Goal(minutes=1000.0, monitor="accuracy", value=0.955),
        ),
    ),
    "goal_for_the_loss": ProjectSpec(
        DataSpec(Diabetes(), SPLIT),
        stack(Dense(units=8), Dense(units=1, activation="linear")),
        training=TrainingSpec(
            loss=MeanSquaredError(),
            optimizer=Adam(learning_rate=0.3),
            metrics=(),
            epochs=30,
            early_stopping=NO_STOP,
            goal=Goal(monitor="val_loss", value=3500.0),
        ),
    ),
    "balanced": ProjectSpec(
        DataSpec(Wine(), SPLIT, labels="one-hot"),
        stack(Dense(units=8), Dense(units=3, activation="softmax")),
        training=TrainingSpec(loss=CategoricalCrossentropy(), epochs=3, early_stopping=NO_STOP, balance_classes=True),
    ),
    "balanced_yes_or_no": ProjectSpec(
        DataSpec(BreastCancer(), SPLIT),
        stack(Dense(units=8), Dense(units=1, activation="sigmoid")),
        training=TrainingSpec(loss=BinaryCrossentropy(), epochs=3, early_stopping=NO_STOP, balance_classes=True),
    ),
}
OVER_AT_ONCE = replace(
    PROJECTS["early_stopping"],
    training=replace(PROJECTS["early_stopping"].training, goal=Goal(minutes=1e-9), early_stopping=NO_STOP),
)


def trained_here(project: ProjectSpec, emit: Callable[[Event], None] = lambda _event: None) -> TrainedNetwork:
    source = project.data.source
    examples = source.read(lambda _done, _total: None, lambda: False)
    session = Session(project, source.facts(project.data.split), examples)
    session.run(emit, Orders())
    return session.network


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All scripts, executed; one process for all, since importing TensorFlow takes longer than they do."""
    folder = tmp_path_factory.mktemp("scripts")
    projects = {**PROJECTS, "over_at_once": OVER_AT_ONCE}
    for name, project in projects.items():
        untrained = Untrained(project)
        PythonScript().write(untrained, folder / f"{name}.py")
    run_all = "import runpy, sys; [runpy.run_path(path) for path in sys.argv[1:]]"
    paths = [str(folder / f"{name}.py") for name in projects]
    done = subprocess.run([sys.executable, "-P", "-c", run_all, *paths], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return folder


class Untrained:
    """What is known of a network before its training."""

    compiled = None

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


def steps_of(script: Path) -> int:
    trained = keras.models.load_model(script.with_name(f"{script.stem}_trained.keras"))
    return int(trained.optimizer.iterations.numpy())


@pytest.mark.slow
@pytest.mark.parametrize("name", ["goal", "goal_for_the_loss"])
def test_the_script_ends_after_the_epoch_that_reached_the_goal(name: str, scripts: Path) -> None:
    project = PROJECTS[name]
    endless = replace(project, training=replace(project.training, goal=Goal()))
    told: list[Event] = []
    trained_here(endless, told.append)
    epochs = [one for one in told if isinstance(one, EpochEnded)]
    first = next(one.epoch for one in epochs if project.training.goal.reached(one.metrics))
    assert 1 < first < len(epochs)
    facts = Untrained(project).facts
    assert steps_of(scripts / f"{name}.py") == first * ceil(facts.train / project.training.batch_size)


@pytest.mark.slow
def test_the_script_ends_within_an_epoch_when_its_time_is_over(scripts: Path) -> None:
    assert steps_of(scripts / "over_at_once.py") == 1


def test_a_script_without_goals_and_balance_has_nothing_of_them(tmp_path: Path) -> None:
    PythonScript().write(Untrained(PROJECTS["exponential"]), tmp_path / "digits.py")
    text = (tmp_path / "digits.py").read_text()
    assert not [word for word in ("Callback)", "import time", "weights[", "bincount") if word in text]


def test_the_script_says_what_more_epochs_are_trained_with_where_its_schedule_comes_to_nothing(tmp_path: Path) -> None:
    texts = []
    for share in (0.0, 0.1):
        training = replace(PROJECTS["on_plateau"].training, schedule=Cosine(final_share=share))
        PythonScript().write(Untrained(replace(PROJECTS["on_plateau"], training=training)), tmp_path / "iris.py")
        texts.append((tmp_path / "iris.py").read_text())
    rate = PROJECTS["on_plateau"].training.optimizer.learning_rate / 10
    assert (
        f"# The schedule has come to 0. More epochs, which are not in here, netbuilder trains with {rate:g}."
        in texts[0]
    )
    assert "More epochs" not in texts[1]


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
