"""The exported ``.keras`` file: whole, compared, and plain Keras opens it on raw values."""

import json
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from netbuilder.data.pictures.digits_8x8 import Digits8x8
from netbuilder.disk import CannotWrite
from netbuilder.engine.build import build
from netbuilder.export import CannotExport, keras_file
from netbuilder.export.keras_file import KerasFile
from netbuilder.export.oldest_keras import oldest_keras
from netbuilder.export.portable import portable
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.optimizers import Adam, optimizer
from netbuilder.spec.project import DataSpec, ProjectSpec, TrainingSpec, stack
from netbuilder.spec.recipe import recipe
from netbuilder.spec.scaling import Scaling

PROJECT = ProjectSpec(DataSpec(Digits8x8()), stack(Flatten(), Dense(units=10, activation="softmax")))


@dataclass
class Network:
    """A network as it was drawn, as exporters see it; ``lie`` is added to what it says that it answers."""

    project: ProjectSpec
    facts: DataFacts
    scaling: Scaling
    examples: NDArray[Any]
    model: keras.Model
    lie: float = 0.0

    def predict(self, inputs: NDArray[Any]) -> NDArray[np.float32]:
        return np.asarray(self.model(inputs, training=False)) + np.float32(self.lie)

    def save(self, path: Path) -> None:
        self.model.save(path)


@pytest.fixture(scope="module")
def network() -> Network:
    facts = PROJECT.data.source.facts(PROJECT.data.split)
    scaling = Scaling(1 / 255, 0.0)
    examples = np.random.default_rng(0).integers(0, 256, (20, 8, 8), np.uint8)
    return Network(PROJECT, facts, scaling, examples, build(PROJECT, recipe(PROJECT, facts, scaling)))


@pytest.fixture(scope="module")
def written(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "digits.keras"
    exported = KerasFile().write(network, path)
    assert exported.files == (path,)
    assert "Keras 3.6 and newer (portable)" in exported.sentence
    assert "20 examples" in exported.sentence
    return path


def test_plain_keras_gives_the_same_answers_for_raw_pictures(network: Network, written: Path) -> None:
    model = keras.models.load_model(written)
    assert np.allclose(model.predict(network.examples, verbose=0), network.predict(network.examples), 1e-5, 1e-6)


def test_names_of_layers_are_those_of_the_project(written: Path) -> None:
    names = [layer.name for layer in keras.models.load_model(written).layers]
    assert names == ["scaling", "flatten_1", "dense_1"]


def test_labels_and_versions_travel_with_the_model(written: Path) -> None:
    with zipfile.ZipFile(written) as archive:
        about = json.loads(archive.read("netbuilder.json"))
    assert about["classes"] == list("0123456789")
    assert about["opens_in_keras"] == "3.6"
    assert about["made_with"]["keras"] == keras.__version__
    assert about["scaling"] == {"scale": 1 / 255, "offset": 0.0}
    assert about["project"]["layers"][1]["layer"]["units"] == 10


def test_a_file_that_answers_otherwise_is_not_written(network: Network, tmp_path: Path) -> None:
    path = tmp_path / "digits.keras"
    path.write_bytes(b"what was there before")
    with pytest.raises(CannotExport, match="answers otherwise"):
        KerasFile().write(replace(network, lie=0.01), path)
    assert path.read_bytes() == b"what was there before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_keras_cannot_open_is_not_written(
    network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keras_file, "portable", lambda config: {**config, "class_name": "Nothing"})
    with pytest.raises(CannotExport, match="Keras could not open"):
        KerasFile().write(network, tmp_path / "digits.keras")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_is_told_in_a_sentence(network: Network, tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="folder is gone"):
        KerasFile().write(network, tmp_path / "nowhere" / "digits.keras")


def test_what_equals_a_default_is_left_unsaid_and_all_else_is_kept() -> None:
    dense = {"module": "keras.layers", "class_name": "Dense", "registered_name": None}
    said = {"name": "a", "units": 3, "use_bias": False, "activation": "relu", "quantization_config": None}
    found = portable({"layers": [{**dense, "config": said}]})
    assert found["layers"][0]["config"] == {"name": "a", "units": 3, "use_bias": False, "activation": "relu"}


def test_arguments_of_classes_that_are_not_keras_own_are_kept() -> None:
    foreign = {"module": "elsewhere", "class_name": "Dense", "config": {"use_bias": True}}
    assert portable(foreign) == foreign


def test_the_oldest_keras_is_that_of_the_newest_declaration() -> None:
    muon = replace(PROJECT, training=TrainingSpec(optimizer=optimizer["muon"].kind()))
    assert oldest_keras(PROJECT) == "3.6"
    assert oldest_keras(muon) == optimizer["muon"].since
    both = replace(PROJECT.training, optimizer=Adam(use_ema=True, gradient_accumulation_steps=2))
    assert oldest_keras(replace(PROJECT, training=both)) == "3.10"
