"""Exported files open in the oldest Keras that they name, and in every later one: each declaration is tried."""

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.data.points.moons import Moons
from netbuilder.data.tables.diabetes import Diabetes
from netbuilder.data.tables.iris import Iris
from netbuilder.engine.build import build
from netbuilder.export.keras_file import KerasFile
from netbuilder.spec.activations import activation
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.initializers import initializer
from netbuilder.spec.layers import DoesNotFit, layer
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.losses import loss
from netbuilder.spec.metrics import metric
from netbuilder.spec.optimizers import Adam, optimizer
from netbuilder.spec.project import DataSpec, InputSpec, ProjectSpec, TrainingSpec, stack
from netbuilder.spec.recipe import recipe
from netbuilder.spec.rules import Flag, Maybe, fields_of
from netbuilder.spec.scaling import Scaling
from netbuilder.spec.schedules import schedule

OLD = Path(os.environ["NETBUILDER_OLD_KERAS"])
VERSIONS = sorted((path.name for path in OLD.glob("3.*")), key=lambda name: [int(part) for part in name.split(".")])
SHAPES = ((6,), (4, 4), (4, 4, 3))
SOURCES = {"integers": Iris(), "one-hot": Iris(), "binary": Moons(), "numbers": Diabetes()}
OUTPUTS = {
    "integers": Dense(units=3, activation="softmax"),
    "one-hot": Dense(units=3, activation="softmax"),
    "binary": Dense(units=1, activation="sigmoid"),
    "numbers": Dense(units=1, activation="linear"),
}

# Run by each Keras in turn: opens all files and compares their answers; a warning is a failure, too.
OPENER = """
import json, pathlib, sys, warnings
import keras, numpy as np
warnings.simplefilter("error")
found = {"version": keras.__version__}
for path in map(pathlib.Path, sys.argv[1:]):
    try:
        model = keras.models.load_model(path)
        with np.load(path.with_suffix(".npz")) as stored:
            answers = np.asarray(model(stored["inputs"], training=False))
            np.testing.assert_allclose(answers, stored["outputs"], 1e-4, 1e-5)
            states = [np.asarray(one, np.float64).sum() for one in model.optimizer.variables]
            assert len(states) == len(stored["states"]), "the optimizer has another state"
            np.testing.assert_allclose(states, stored["states"], 1e-5, err_msg="the optimizer has lost its state")
    except Exception as problem:
        found[path.stem] = f"{type(problem).__name__}: {problem}"[:300]
print("\\n" + json.dumps(found))
"""


class Untrained:
    """A network whose weights were just drawn, as an exporter sees it."""

    def __init__(self, project: ProjectSpec) -> None:
        self.project = project
        self.facts: DataFacts = project.data.source.facts(project.data.split)
        self.scaling = Scaling(2.0, 0.0)
        self.model = build(project, recipe(project, self.facts, self.scaling))
        shape = self.model.input_shape[1:]
        self.examples = np.random.default_rng(0).random((5, *shape)).astype(np.float32)
        # One step gives the optimizer a state that has to travel.
        self.model.optimizer.apply([keras.ops.ones_like(one) for one in self.model.trainable_variables])

    def predict(self, inputs: NDArray[Any]) -> NDArray[np.float32]:
        return np.asarray(self.model(inputs, training=False))

    def save(self, path: Path) -> None:
        self.model.save(path)


def project_of(targets: str = "integers", *layers: Any, shape: tuple[int, ...] = (), **training: Any) -> ProjectSpec:
    labels = "one-hot" if targets == "one-hot" else "integers"
    hand = InputSpec(follows_data=False, shape=shape, scaling="none") if shape else InputSpec()
    data = DataSpec(SOURCES[targets], labels=labels)
    kinds = layers or (Dense(units=5), OUTPUTS[targets])
    return ProjectSpec(data, stack(*kinds), hand, TrainingSpec(**training))


def with_layer(one: Any) -> ProjectSpec:
    for shape in SHAPES:
        try:
            one.output_shape(shape)
        except DoesNotFit:
            continue
        return project_of("integers", one, Flatten(), OUTPUTS["integers"], shape=shape)
    pytest.fail(f"no shape fits {one}")


def variants(kind: type[Any]) -> Iterator[tuple[str, Any]]:
    """A kind as it is, and with each switch thrown by itself."""
    yield "", kind()
    for field in fields_of(kind):
        match field.rule:
            case Flag():
                value: Any = not field.default
            case Maybe() as rule:
                value = rule.start if field.default is None else None
            case _:
                continue
        yield f"-{field.name}", dataclasses.replace(kind(), **{field.name: value})


def projects() -> Iterator[tuple[str, ProjectSpec]]:
    for entry in layer:
        yield from ((f"layer-{entry.name}{what}", with_layer(one)) for what, one in variants(entry.kind))
    for entry in activation:
        dense = Dense(units=4, activation=entry.name)
        yield f"activation-{entry.name}", project_of("integers", dense, OUTPUTS["integers"])
    for entry in initializer:
        dense = Dense(units=4, kernel_initializer=entry.name)
        yield f"initializer-{entry.name}", project_of("integers", dense, OUTPUTS["integers"])
    yield (
        "dense-everything",
        project_of("integers", Dense(units=4, l1=0.1, l2=0.1, bias_l2=0.1, max_norm=2.0), OUTPUTS["integers"]),
    )
    for entry in loss:
        (takes, *_more) = entry.kind.takes
        for what, one in variants(entry.kind):
            yield f"loss-{entry.name}{what}", project_of(takes, loss=one, metrics=())
    for entry in optimizer:
        yield from ((f"optimizer-{entry.name}{what}", project_of(optimizer=one)) for what, one in variants(entry.kind))
    for entry in schedule:
        yield from (
            (f"schedule-{entry.name}{what}", project_of(optimizer=Adam(), schedule=one))
            for what, one in variants(entry.kind)
        )
    for entry in metric:
        for takes in entry.kind().takes():
            yield f"metric-{entry.name}-{takes}", project_of(takes, metrics=(entry.name,))


def test_every_declaration_is_tried() -> None:
    names = [name for name, _project in projects()]
    assert len(names) == len(set(names)) > 80


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, str]:
    """A file for each declaration, and the oldest Keras that it names."""
    folder = tmp_path_factory.mktemp("files")
    found = {}
    for name, project in projects():
        network = Untrained(project)
        path = folder / f"{name}.keras"
        found[path] = KerasFile(portable=True).prepare(network, path)
        states = [np.asarray(one, np.float64).sum() for one in network.model.optimizer.variables]
        outputs = network.predict(network.examples)
        np.savez(path.with_suffix(".npz"), inputs=network.examples, outputs=outputs, states=states)
    return found


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))[:2]


@pytest.mark.slow
@pytest.mark.parametrize("version", [*VERSIONS, keras.__version__])
def test_files_open_in_the_oldest_keras_they_name_and_later(version: str, files: dict[Path, str]) -> None:
    before = {} if version == keras.__version__ else {"PYTHONPATH": str(OLD / version)}
    paths = [str(path) for path, oldest in files.items() if numbers(oldest) <= numbers(version)]
    done = subprocess.run(
        [sys.executable, "-c", OPENER, *paths],
        env={**os.environ, **before},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found.pop("version") == version
    assert found == {}


@pytest.mark.skipif(not VERSIONS, reason=f"needs older versions of Keras in {OLD}, which are not there")
def test_most_files_open_in_the_oldest_keras(files: dict[Path, str]) -> None:
    assert sum(oldest == "3.6" for oldest in files.values()) > len(files) / 2
