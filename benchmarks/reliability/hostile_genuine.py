"""Genuine files, of which hostile and mutated ones are made: a project with all it can hold, a Keras model, pictures, data."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.checkpoint import BestEpoch, CallbackState, Checkpoint
from netbuilder.data.origins import DataFile
from netbuilder.data.points.moons import Moons
from netbuilder.events import BatchesTrained, EpochEnded, LearningRateSet, RunEnded, RunPrepared
from netbuilder.files.contents import Attached, Contents, Drawing, Stored
from netbuilder.files.project_file import save
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.dropout import Dropout
from netbuilder.spec.project import DataSpec, ProjectSpec, stack

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
PICTURES = ("PNG", "JPEG", "BMP", "GIF", "WEBP")
SHAPES = ((2, 8), (8,), (8, 1), (1,))
"""Of the weights of the project and of the model."""


def _numbers() -> tuple[NDArray[np.float32], ...]:
    chance = np.random.default_rng(1)
    return tuple(chance.random(shape, np.float32) for shape in SHAPES)


@cache
def project(*, full: bool = True) -> bytes:
    """A project file with a network; in ``full`` with the state of its training, its history, drawings and data files."""
    layers = stack(Dense(8, activation="relu"), Dropout(0.2), Dense(1, activation="sigmoid"))
    spec = ProjectSpec(DataSpec(Moons()), layers, title="Genuine")
    weights = _numbers()
    state = Checkpoint(
        epoch=2,
        first=1,
        last=5,
        compiled=True,
        variables=(*weights, np.array([1, 2], np.uint32)),
        optimizer=(np.array(7, np.int64), np.array(0.001, np.float32), *weights, *weights),
        metrics={"loss": 0.5},
        best=BestEpoch(1, 0.25, weights),
        callbacks=(CallbackState({"wait": 1, "best": 0.25}, weights),),
    )
    history = (
        RunPrepared("CPU", True, 2, 4, 320, 80, 33, False),
        BatchesTrained(1, 0, np.array([2.0, 1.5, 1.0, 0.5], np.float32), {"loss": 0.5}, 1e4, 0.0, 0.5),
        EpochEnded(1, 0.5, {"loss": 0.5, "val_loss": 0.6}, 0.001, 1, 0),
        LearningRateSet(2, 0, 0.0005, replaces_schedule=True),
        RunEnded("stopped", 1, 1, False, 0.5, {"accuracy": 0.9}, ""),
    )
    examples = np.zeros((2, 2), np.float32)
    stored = Stored(spec, None, weights, examples, {"loss": 0.5}, {"keras": "3"}, checkpoint=state, history=history)
    if not full:
        stored = Stored(spec, None, weights, examples, {"loss": 0.5}, {"keras": "3"})
    drawing = Drawing(np.eye(8, dtype=np.uint8) * 255, "1")
    attached = Attached("Notes.", (drawing,), (DataFile("a.csv", 10, 20, "0" * 64),)) if full else Attached("Notes.")
    with tempfile.TemporaryDirectory() as folder:
        save(Path(folder) / "a.netbuilder", Contents(spec, stored, attached))
        return (Path(folder) / "a.netbuilder").read_bytes()


def keras_object(module: str, name: str, config: Any = None, **more: Any) -> dict[str, Any]:
    """An object as Keras 3 describes it."""
    return {
        "module": module,
        "class_name": name,
        "config": {} if config is None else config,
        "registered_name": None,
        **more,
    }


def dense(name: str, units: int, inputs: int, activation: str) -> dict[str, Any]:
    """A Dense layer as Keras 3.15 writes it."""
    config = {
        "name": name,
        "trainable": True,
        "dtype": keras_object("keras", "DTypePolicy", {"name": "float32"}),
        "units": units,
        "activation": activation,
        "use_bias": True,
        "kernel_initializer": keras_object("keras.initializers", "GlorotUniform", {"seed": None}),
        "bias_initializer": keras_object("keras.initializers", "Zeros"),
        "kernel_regularizer": None,
        "bias_regularizer": None,
        "kernel_constraint": None,
        "bias_constraint": None,
    }
    return keras_object("keras.layers", "Dense", config, build_config={"input_shape": [None, inputs]})


def model_config() -> dict[str, Any]:
    """The description of a compiled Sequential of two Dense layers."""
    entry = {"batch_shape": [None, 2], "dtype": "float32", "sparse": False, "name": "input_layer"}
    adam = {"name": "adam", "learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-07, "amsgrad": False}
    layers = [
        keras_object("keras.layers", "InputLayer", entry),
        dense("dense", 8, 2, "relu"),
        dense("dense_1", 1, 8, "sigmoid"),
    ]
    return keras_object(
        "keras",
        "Sequential",
        {"name": "sequential", "trainable": True, "dtype": "float32", "layers": layers, "build_input_shape": [None, 2]},
        build_config={"input_shape": [None, 2]},
        compile_config={
            "optimizer": keras_object("keras.optimizers", "Adam", adam),
            "loss": "binary_crossentropy",
            "loss_weights": None,
            "metrics": ["accuracy"],
            "weighted_metrics": None,
            "run_eagerly": False,
            "steps_per_execution": 1,
            "jit_compile": False,
        },
    )


def hdf5(fill: Callable[[h5py.File], object], **more: Any) -> bytes:
    """An HDF5 file as bytes."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", **more) as file:
        fill(file)
    return buffer.getvalue()


def fill_weights(file: h5py.File) -> None:
    """The weights as Keras 3.15 lays them out, and those of Adam."""
    weights = _numbers()
    for layer, first in (("dense", 0), ("dense_1", 2)):
        group = file.create_group(f"layers/{layer}/vars")
        group.attrs["name"] = layer
        for number in (0, 1):
            group[str(number)] = weights[first + number]
    state = file.create_group("optimizer/vars")
    state.attrs["name"] = "adam"
    slots = [values for one in weights for values in (one, one)]
    for number, values in enumerate([np.int64(3), np.float32(0.001), *slots]):
        state[str(number)] = values
    file.create_group("vars").attrs["name"] = "sequential"


@cache
def weights() -> bytes:
    """The HDF5 file within the model."""
    return hdf5(fill_weights)


def model(config: Any = None, **members: bytes | None) -> bytes:
    """A ``.keras`` file; ``config`` in the place of its description, ``config``, ``weights`` as other bytes or none."""
    described = json.dumps(model_config() if config is None else config).encode()
    version = json.dumps({"keras_version": "3.15.1", "date_saved": "2026-01-01@00:00:00"}).encode()
    found = {
        METADATA: members.get("metadata", version),
        CONFIG: members.get("described", described),
        WEIGHTS: members.get("weights", weights()),
    }
    return zipped({name: content for name, content in found.items() if content is not None})


def zipped(members: Mapping[str, bytes], packing: int = zipfile.ZIP_STORED) -> bytes:
    """A zip with right checksums."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, packing)
    return buffer.getvalue()


def members_of(archive: bytes) -> dict[str, bytes]:
    """What is in a zip."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


@cache
def picture(kind: str, width: int = 48, height: int = 40) -> bytes:
    """A picture of noise."""
    from PIL import Image

    noise = np.random.default_rng(2).integers(0, 256, (height, width, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, kind)
    return buffer.getvalue()


ARRAYS = {"x_train": (6, 4, 4), "y_train": (6,)}
"""What the archive below holds; the real ones hold 70,000 pictures, and are read in the same way."""


@cache
def archive() -> bytes:
    """An ``.npz`` with the arrays above, uint8."""
    buffer = io.BytesIO()
    np.savez(buffer, **{name: np.ones(shape, np.uint8) for name, shape in ARRAYS.items()})  # type: ignore[arg-type]
    return buffer.getvalue()


IDX_SHAPE = (6, 4, 4)


@cache
def idx(*, packed: bool = True) -> bytes:
    """An IDX file of that shape."""
    plain = bytes([0, 0, 8, 3]) + b"".join(size.to_bytes(4, "big") for size in IDX_SHAPE) + bytes(range(96))
    return gzip.compress(plain, mtime=0) if packed else plain
