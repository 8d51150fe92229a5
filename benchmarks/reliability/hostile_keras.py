"""Hostile descriptions within a ``.keras`` file: code, foreign classes and functions, paths, addresses, at any depth."""

from __future__ import annotations

import base64
import copy
import json
import marshal
import random
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from benchmarks.reliability import hostile_genuine as genuine
from benchmarks.reliability.hostile_case import Hostile, of_bytes
from benchmarks.reliability.hostile_genuine import keras_object

Config = dict[str, Any]


def _bytecode() -> str:
    code = compile("__import__('os').system('touch ran')", "x", "eval")
    return base64.b64encode(marshal.dumps(code)).decode()


def _function(module: str, name: str) -> Config:
    return {"module": module, "class_name": "function", "config": name, "registered_name": name}


def _lambda() -> Config:
    """As Keras writes a Lambda layer of Python's own lambda."""
    code = {"class_name": "__lambda__", "config": {"code": _bytecode(), "defaults": None, "closure": None}}
    return keras_object("keras.layers", "Lambda", {"name": "dense", "function": code, "arguments": {}})


FUNCTIONS = (
    ("builtins", "eval"),
    ("builtins", "exec"),
    ("builtins", "__import__"),
    ("os", "system"),
    ("posix", "system"),
    ("subprocess", "run"),
    ("subprocess", "Popen"),
    ("shutil", "rmtree"),
    ("importlib", "import_module"),
    ("pickle", "loads"),
    ("marshal", "loads"),
    ("ctypes", "CDLL"),
    ("webbrowser", "open"),
    ("urllib.request", "urlopen"),
    ("keras.utils", "get_file"),
    ("keras.saving", "load_model"),
    ("keras.models", "load_model"),
    ("keras.src.saving.serialization_lib", "enable_unsafe_deserialization"),
    ("keras.config", "enable_unsafe_deserialization"),
    ("numpy", "load"),
    ("tensorflow", "io.read_file"),
    ("tensorflow.raw_ops", "ReadFile"),
    ("netbuilder.disk", "write_whole"),
    ("antigravity", "fly"),
    ("", "relu"),
    ("keras.activations", "__class__"),
)
"""What a description could ask for in the place of an activation, a loss or a class."""

LAYERS: Mapping[str, Callable[[], Config]] = {
    "Lambda": _lambda,
    "TorchModuleWrapper": lambda: keras_object(
        "keras.layers",
        "TorchModuleWrapper",
        {"name": "dense", "module": base64.b64encode(b"\x80\4cos\nsystem\n").decode()},
    ),
    "TFSMLayer": lambda: keras_object(
        "keras.layers", "TFSMLayer", {"name": "dense", "filepath": "/etc", "call_endpoint": "serve"}
    ),
    "FlaxLayer": lambda: keras_object("keras.layers", "FlaxLayer", {"name": "dense", "module": {}, "params": {}}),
    "words of a path": lambda: keras_object(
        "keras.layers", "StringLookup", {"name": "dense", "vocabulary": "/etc/passwd"}
    ),
    "words of an address": lambda: keras_object(
        "keras.layers", "StringLookup", {"name": "dense", "vocabulary": "http://192.0.2.1/words"}
    ),
    "numbers of a path": lambda: keras_object(
        "keras.layers", "IntegerLookup", {"name": "dense", "vocabulary": "/etc/hosts"}
    ),
    "text with words of a path": lambda: keras_object(
        "keras.layers",
        "TextVectorization",
        {"name": "dense", "vocabulary": "gs://bucket/words", "standardize": "os.system"},
    ),
    "Wrapper": lambda: keras_object("keras.layers", "TimeDistributed", {"name": "dense", "layer": _lambda()}),
    "Bidirectional": lambda: keras_object("keras.layers", "Bidirectional", {"name": "dense", "layer": _lambda()}),
    "RNN of a cell": lambda: keras_object("keras.layers", "RNN", {"name": "dense", "cell": _lambda()}),
    "Functional": lambda: keras_object("keras", "Functional", {"name": "dense", "layers": [_lambda()]}),
    "a model of one's own": lambda: keras_object("mine", "Model", {"name": "dense"}, registered_name="mine>Model"),
    "a class of Keras's insides": lambda: keras_object(
        "keras.src.layers.core.dense", "Dense", {"name": "dense", "units": 8}
    ),
    "an object that is none": lambda: {"class_name": "__tensor__", "config": {"value": [1], "dtype": "float32"}},
    "a typespec": lambda: {
        "class_name": "__typespec__",
        "module": "os",
        "spec_name": "system",
        "config": ["touch ran"],
    },
    "bytes": lambda: {"class_name": "__bytes__", "config": {"value": "eA=="}},
    "a layer by name only": lambda: {"class_name": "Lambda", "config": _bytecode()},
}

SETTINGS: Mapping[str, Any] = {
    "10¹² units": ("units", 10**12),
    "10³⁰ units": ("units", 10**30),
    "−1 units": ("units", -1),
    "0 units": ("units", 0),
    "units as text": ("units", "8"),
    "units as a list": ("units", [8]),
    "units as a flag": ("units", True),
    "units as 8.0": ("units", 8.5),
    "a name upwards": ("name", "../../outside"),
    "a name with slashes": ("name", "a/b/c"),
    "a name from the root": ("name", "/etc/passwd"),
    "no name": ("name", ""),
    "a name of a device": ("name", "con\0"),
    "a name of 10⁶ letters": ("name", "x" * 10**6),
    "a name that is no text": ("name", {"a": 1}),
    "a name in braces": ("name", "{0.__class__.__init__.__globals__}"),
    "a type of its own": ("dtype", keras_object("os", "system", {"name": "touch ran"})),
    "another type": ("dtype", "string"),
    "quantized": ("quantization_config", keras_object("os", "system")),
    "LoRA": ("lora_rank", 10**9),
    "an unknown setting": ("hostile", "os.system"),
    "an unknown activation": ("activation", "os.system"),
    "an activation of lambda": ("activation", {"class_name": "__lambda__", "config": {"code": _bytecode()}}),
    "not trained": ("trainable", "no"),
}


def hostile() -> Iterator[Hostile]:
    """All of them."""
    for what, layer in LAYERS.items():
        yield _of(f"keras: {what} as a layer", partial(_layer, layer))
        yield _of(f"keras: {what} as an activation", partial(_setting, ("activation", layer())))
        yield _of(f"keras: {what} nested five deep", partial(_nested, layer, 5))
        yield _of(f"keras: {what} as the model", layer)
    for module, name in FUNCTIONS:
        function = _function(module, name)
        for place in ("activation", "kernel_initializer", "kernel_regularizer", "kernel_constraint"):
            # How first weights were drawn does not matter to a network that has weights; a remark says it.
            opens = ("model",) if place == "kernel_initializer" else ()
            yield _of(f"keras: {module}.{name} as {place}", partial(_setting, (place, function)), *opens)
        yield _of(f"keras: {module}.{name} as a class", partial(_layer, partial(keras_object, module, name)))
        for place in ("loss", "optimizer", "metrics"):
            # What is not known of it is not taken over, and said.
            what = f"keras: {module}.{name} as {place} to train with"
            yield _of(what, partial(_compiled, place, [function] if place == "metrics" else function), "model")
    for what, pair in SETTINGS.items():
        # Names are our own in the end, and some settings do not matter.
        opens = ("model",) if pair[0] == "name" or what == "not trained" else ()
        yield _of(f"keras: {what}", partial(_setting, pair), *opens)
    for what, change in _SHAPES.items():
        yield _of(f"keras: {what}", partial(_changed, change))
    yield _of("keras: trained with a wrapper of an optimizer", partial(_compiled, "optimizer", _wrapped()), "model")
    yield _of("keras: 20,000 layers", _many)
    yield _of("keras: nested 300 deep", partial(_nested, lambda: genuine.dense("dense", 8, 2, "relu"), 300))
    for number, version in enumerate(("99.0.0", "2.15.0", "", None, 3, "../..", "3." + "9" * 5000)):
        metadata = json.dumps({"keras_version": version}).encode()
        yield of_bytes(f"keras: version {number}", ".keras", partial(_of_version, metadata), "model")


_SHAPES: Mapping[str, Callable[[Config], object]] = {
    "an input of 10¹² numbers": lambda one: _entry(one).update(batch_shape=[None, 10**12]),
    "an input of 70 axes": lambda one: _entry(one).update(batch_shape=[None, *[1] * 70]),
    "an input of −1": lambda one: _entry(one).update(batch_shape=[None, -1]),
    "an input of no shape": lambda one: _entry(one).update(batch_shape=None),
    "an input of text": lambda one: _entry(one).update(batch_shape="os.system"),
    "a sparse input": lambda one: _entry(one).update(sparse=True),
    "layers as an object": lambda one: one["config"].update(layers={"0": "x"}),
    "no layers": lambda one: one["config"].update(layers=[]),
    "layers that are null": lambda one: one["config"].update(layers=[None, None]),
    "two layers of one name": lambda one: one["config"]["layers"].append(one["config"]["layers"][1]),
    "no configuration": lambda one: one.update(config=None),
    "a registered class": lambda one: one.update(registered_name="builtins>eval"),
    "a class that is a list": lambda one: one.update(class_name=["Sequential"]),
    "a module that is an object": lambda one: one.update(module={"a": 1}),
    "a subclass": lambda one: one.update(module="builtins", class_name="type"),
}


def _entry(config: Config) -> Config:
    found: Config = config["config"]["layers"][0]["config"]
    return found


def _of(what: str, make: Callable[[], Any], *opens: str) -> Hostile:
    def written(_chance: random.Random) -> bytes:
        return genuine.model(make())

    return of_bytes(what, ".keras", written, *opens)


def _of_version(metadata: bytes, _chance: random.Random) -> bytes:
    return genuine.model(metadata=metadata)


def _changed(change: Callable[[Config], object]) -> Config:
    config = copy.deepcopy(genuine.model_config())
    change(config)
    return config


def _layer(layer: Callable[[], Config]) -> Config:
    config = genuine.model_config()
    config["config"]["layers"][1] = layer()
    return config


def _setting(pair: tuple[str, Any]) -> Config:
    config = genuine.model_config()
    config["config"]["layers"][1]["config"][pair[0]] = pair[1]
    return config


def _compiled(place: str, value: Any) -> Config:
    config = genuine.model_config()
    config["compile_config"][place] = value
    return config


def _wrapped() -> Config:
    inner = keras_object("os", "system", {"name": "touch ran"})
    return keras_object("keras.optimizers", "LossScaleOptimizer", {"inner_optimizer": inner})


def _nested(layer: Callable[[], Config], depth: int) -> Config:
    inner = layer()
    for number in range(depth):
        inner = keras_object("keras", "Sequential", {"name": f"inner_{number}", "layers": [inner]})
    return _layer(lambda: inner)


def _many() -> Config:
    config = genuine.model_config()
    config["config"]["layers"] += [genuine.dense(f"dense_{number}", 1, 1, "relu") for number in range(2, 20_002)]
    return config
