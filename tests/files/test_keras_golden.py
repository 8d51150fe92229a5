"""Files that Keras 3.0 to 3.15 wrote: every one opens, with the very weights, and answers as it did there."""

import io
import re
import tarfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from netbuilder.data.points.moons import Moons
from netbuilder.engine.build import build
from netbuilder.files.keras_model import KerasModel, NotAModel, read_keras_model
from netbuilder.spec.activations import activation
from netbuilder.spec.initializers import initializer
from netbuilder.spec.layers import layer
from netbuilder.spec.losses import loss
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.project import DataSpec, InputSpec, Placed, ProjectSpec
from netbuilder.spec.recipe import recipe
from netbuilder.spec.scaling import Scaling

GOLDEN = Path(__file__).parent.parent / "golden" / "keras"
VERSIONS = sorted(
    (path.name.removesuffix(".tar.xz") for path in GOLDEN.glob("3.*.tar.xz")),
    key=lambda name: [int(x) for x in name.split(".")],
)
NOT_BUILT = "sequential_not_built"
TOLERANCE = {"rtol": 1e-5, "atol": 1e-6}  # float32 sums in another order, on another machine

Golden = tuple[KerasModel, dict[str, Any], bytes]


@pytest.fixture(scope="module", params=VERSIONS)
def golden(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Golden]:
    """Each file of a version, as it was read, with what Keras stored of it beside, and its bytes."""
    folder = tmp_path_factory.mktemp("golden")
    found = {}
    with tarfile.open(GOLDEN / f"{request.param}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    for path in sorted(folder.glob("*.keras")):
        if path.stem != NOT_BUILT:
            with np.load(path.with_suffix(".npz")) as stored:
                beside = {name: stored[name] for name in stored.files}
            found[path.stem] = (read_keras_model(path), beside, path.read_bytes())
    return found


def starting_with(start: str, beside: dict[str, Any]) -> list[Any]:
    return [value for name, value in sorted(beside.items()) if name.startswith(start)]


def equal(ours: Any, theirs: Any) -> bool:
    both = list(zip(ours, theirs, strict=False))
    return len(ours) == len(theirs) and all(a.dtype == b.dtype and a.tobytes() == b.tobytes() for a, b in both)


def test_there_are_files_of_the_versions_that_are_promised() -> None:
    assert [re.match(r"3\.\d+", one)[0] for one in VERSIONS] == ["3.0", "3.3", "3.6", "3.10", "3.14", "3.15"]


def test_weights_are_those_of_the_file_to_the_bit(golden: dict[str, Golden]) -> None:
    assert len(golden) > 50
    for name, (model, beside, content) in golden.items():
        assert equal(model.weights, starting_with("weight_", beside)), name
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            file = h5py.File(io.BytesIO(archive.read("model.weights.h5")))
        stored: list[bytes] = []
        file["layers"].visititems(
            lambda _name, one, stored=stored: (
                stored.append(one[()].tobytes()) if isinstance(one, h5py.Dataset) else None
            )
        )
        assert sorted(stored) == sorted(one.tobytes() for one in model.weights), name


def test_answers_are_those_that_keras_gave(golden: dict[str, Golden]) -> None:
    for name, (model, beside, _content) in golden.items():
        ours = built(tuple(placed.layer for placed in model.layers), model.input_shape, model.scaling)
        ours.set_weights(model.weights)
        answers = np.asarray(ours(beside["inputs"], training=False))
        np.testing.assert_allclose(answers, beside["outputs"], **TOLERANCE, err_msg=name)


@cache
def built(layers: tuple[Any, ...], shape: tuple[int, ...], scaling: Scaling | None) -> Any:
    """The engine's model of such layers; most files have the same few."""
    placed = tuple(Placed(f"layer_{place}", one) for place, one in enumerate(layers))
    project = ProjectSpec(DataSpec(Moons()), placed, InputSpec(follows_data=False, shape=shape))
    return build(project, recipe(project, Moons().facts(project.data.split), scaling))


def test_the_state_of_the_optimizer_is_that_of_the_file_to_the_bit(golden: dict[str, Golden]) -> None:
    seen = 0
    for name, (model, beside, _content) in golden.items():
        theirs = {re.sub(r"^state_\d+_", "", key) + key: beside[key] for key in sorted(beside) if key[:5] == "state"}
        if not theirs:  # the optimizer has made no step
            assert [one.shape for one in model.optimizer_state] in ([], [(), ()]), name
            continue
        values = list(theirs.values())
        if "product" in (names := [one.what for one in kept(model)]):
            # Its place was another up to Keras 3.8.
            (product,) = [value for key, value in theirs.items() if key.startswith(("variable", "nadam.variable"))]
            others = [value for value in values if value is not product]
            values = [*others[: names.index("product")], product]
        if model.schedule is None:
            values.insert(1, np.float32(model.optimizer.learning_rate))
        if name == "optimizer_sgd_both":
            assert sorted(one.tobytes() for one in values) == sorted(one.tobytes() for one in model.optimizer_state), (
                name
            )
        else:
            values = [one.astype(slot.dtype) for one, slot in zip(values, kept(model), strict=True)]
            assert equal(model.optimizer_state, values), name
        seen += 1
    assert seen > 15


def kept(model: KerasModel) -> Any:
    shapes, shape = [], model.input_shape
    for placed in model.layers:
        weights = getattr(placed.layer, "weights", lambda _shape: ())(shape)
        shapes += [one.shape for one in weights if one.trained]
        shape = placed.layer.output_shape(shape)
    return model.optimizer.kept(shapes)


def test_what_was_not_taken_over_is_said_and_nothing_else(golden: dict[str, Golden]) -> None:
    said = {name: model.remarks for name, (model, _beside, _content) in golden.items() if model.remarks}
    expected = {
        "loss_huber": "Delta",
        "metrics_classes": "MeanIoU",
        "optimizer_adam_cosine": "CosineDecay",
        "optimizer_adam_schedule": "ExponentialDecay",
    }
    assert said.keys() == expected.keys()
    for name, words in expected.items():
        (remark,) = said[name]
        assert words in remark


def test_losses_optimizers_and_metrics_are_those_of_the_file(golden: dict[str, Golden]) -> None:
    for name, (model, _beside, _content) in golden.items():
        family, _, kind = name.partition("_")
        if family == "loss":
            assert kind.removesuffix("_class").removesuffix("_logits") == loss.of(model.loss).name
        if family == "optimizer":
            assert optimizer.of(model.optimizer).name == kind.partition("_")[0]
            assert model.metrics == ("mean_absolute_error", "root_mean_squared_error")
    assert golden["metrics_classes"][0].metrics == ("accuracy", "top_5_accuracy", "crossentropy")
    assert golden["metrics_binary"][0].metrics == ("accuracy", "auc", "precision", "recall")
    assert len(golden["metrics_numbers"][0].metrics) == 7


def test_all_layers_are_in_the_files(golden: dict[str, Golden]) -> None:
    kinds = {layer.of(placed.layer).name for model, *_rest in golden.values() for placed in model.layers}
    assert kinds == {entry.name for entry in layer}
    drawn = {placed.layer.kernel_initializer for placed in golden["initializers"][0].layers}
    assert drawn == {entry.name for entry in initializer}


def test_all_that_the_newest_keras_has_is_in_its_files() -> None:
    with tarfile.open(GOLDEN / f"{VERSIONS[-1]}.tar.xz") as archive:
        models = {one.name: archive.extractfile(one).read() for one in archive if one.name.endswith(".keras")}
    names, text = {name.removesuffix(".keras") for name in models}, b"".join(models.values())
    assert {f"optimizer_{entry.name}" for entry in optimizer} <= names
    assert {f"loss_{entry.name}" for entry in loss} <= names
    assert all(f'"activation": "{entry.name}"'.encode() in text for entry in activation)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_model_that_was_never_built_is_refused_with_what_to_do(version: str, tmp_path: Path) -> None:
    with tarfile.open(GOLDEN / f"{version}.tar.xz") as archive:
        archive.extract(f"{NOT_BUILT}.keras", tmp_path, filter="data")
    path = tmp_path / f"{NOT_BUILT}.keras"
    with pytest.raises(NotAModel, match=r"saved before it was built.*save it anew with Keras 3"):
        read_keras_model(path)
