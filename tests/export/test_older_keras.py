"""Exported files open in the oldest Keras that they name, and in every later one: each declaration is tried."""

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
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
from netbuilder.export.oldest_keras import oldest_keras
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

APART = {"clipvalue": 1, "gradient_accumulation_steps": 1, "global_clipnorm": 2}

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


def switches(kind: type[Any]) -> dict[str, Any]:
    """For each field that is a switch, what it is when it is thrown."""
    found = {}
    for field in fields_of(kind):
        match field.rule:
            case Flag():
                found[field.name] = not field.default
            case Maybe() as rule:
                found[field.name] = rule.start if field.default is None else None
            case _:
                pass
    return found


def variants(kind: type[Any]) -> Iterator[tuple[str, Any]]:
    """A kind as it is, and with each switch thrown by itself."""
    yield "", kind()
    for name, value in switches(kind).items():
        yield f"-{name}", dataclasses.replace(kind(), **{name: value})


def joined(kind: type[Any]) -> Iterator[tuple[str, Any]]:
    """An optimizer as it is, and with those switches thrown at once that Keras takes together and since one version.

    Keras refuses clipnorm, clipvalue and global_clipnorm beside each other. Moving averages beside accumulated gradients
    are a question of their own, since 3.6 has their state in another order than 3.10.
    """
    yield "", kind()
    groups: dict[tuple[str, int], dict[str, Any]] = {}
    for name, value in switches(kind).items():
        since = oldest_keras(project_of(optimizer=dataclasses.replace(kind(), **{name: value})))
        groups.setdefault((since, APART.get(name, 0)), {})[name] = value
    for group in groups.values():
        yield f"-{'-'.join(group)}", dataclasses.replace(kind(), **group)


def projects() -> Iterator[tuple[str, ProjectSpec]]:
    for entry in layer:
        yield from ((f"layer-{entry.name}{what}", with_layer(one)) for what, one in variants(entry.kind))
    for entry in activation:
        dense = Dense(units=4, activation=entry.name)
        yield f"activation-{entry.name}", project_of("integers", dense, OUTPUTS["integers"])
    for since, names in by_version((entry.name, entry.since) for entry in initializer).items():
        kinds = (Dense(units=4, kernel_initializer=name) for name in names)
        yield f"initializers-{since}", project_of("integers", *kinds, OUTPUTS["integers"])
    yield (
        "dense-everything",
        project_of("integers", Dense(units=4, l1=0.1, l2=0.1, bias_l2=0.1, max_norm=2.0), OUTPUTS["integers"]),
    )
    for entry in loss:
        (takes, *_more) = entry.kind.takes
        for what, one in variants(entry.kind):
            yield f"loss-{entry.name}{what}", project_of(takes, loss=one, metrics=())
    for entry in optimizer:
        yield from ((f"optimizer-{entry.name}{what}", project_of(optimizer=one)) for what, one in joined(entry.kind))
    for entry in schedule:
        yield from (
            (f"schedule-{entry.name}{what}", project_of(optimizer=Adam(), schedule=one))
            for what, one in variants(entry.kind)
        )
    for takes in SOURCES:
        found = ((entry.name, entry.since) for entry in metric if takes in entry.kind().takes())
        for since, names in by_version(found).items():
            yield f"metrics-{takes}-{since}", project_of(takes, metrics=names)


def by_version(found: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """The names that are there since each version: together in a file, none hides what another asks for."""
    groups: dict[str, tuple[str, ...]] = {}
    for name, since in found:
        groups[since] = (*groups.get(since, ()), name)
    return groups


def test_every_declaration_is_tried() -> None:
    tried = dict(projects())
    assert len(tried) == len(list(projects())) > 80
    for catalog, member in ((loss, "loss"), (optimizer, "optimizer"), (schedule, "schedule")):
        of_it = [getattr(one.training, member) for one in tried.values()]
        for entry in catalog:
            for name, value in switches(entry.kind).items():
                assert any(isinstance(one, entry.kind) and getattr(one, name) == value for one in of_it), (entry, name)
    assert {name for one in tried.values() for name in one.training.metrics} == {entry.name for entry in metric}
    said = {placed.layer for one in tried.values() for placed in one.layers if isinstance(placed.layer, Dense)}
    assert {one.kernel_initializer for one in said} == {entry.name for entry in initializer}
    assert {one.activation for one in said} >= {entry.name for entry in activation}


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
