"""Makes the golden ``.keras`` files of one version of Keras: run by that Keras, and by hand.

    PYTHONPATH=<folder with keras 3.x.y alone> python tests/golden/keras/make.py <folder>

writes ``<folder>/<version>/<name>.keras`` for every network below that this version knows, beside ``<name>.npz`` with
inputs, outputs, weights and the optimizer's state as Keras itself names them, and packs all as ``<folder>/<version>.tar.xz``.
"""

import os
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
from keras import Input, Sequential, constraints, initializers, layers, losses, metrics, optimizers, regularizers

VERSION = tuple(int(part) for part in keras.__version__.split("."))[:2]
ROWS = 8

ACTIVATIONS = (
    *("relu", "linear", "sigmoid", "softmax", "tanh", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus"),
    *("exponential", "relu6", "softsign", "hard_sigmoid", "hard_silu", "log_softmax"),
    *(
        ("celu", "squareplus", "hard_tanh", "log_sigmoid", "hard_shrink", "soft_shrink", "tanh_shrink")
        * (VERSION >= (3, 7))
    ),
    *(("sparse_plus", "sparsemax") * (VERSION >= (3, 8))),
    *(("sparse_sigmoid",) * (VERSION >= (3, 10))),
)
INITIALIZERS = (
    *("glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal", "random_uniform"),
    *("random_normal", "truncated_normal", "variance_scaling", "orthogonal", "zeros", "ones"),
)
LOSSES: dict[str, tuple[str, Any]] = {
    "binary_crossentropy": ("binary", "binary_crossentropy"),
    "binary_crossentropy_class": ("binary", lambda: losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1)),
    "binary_focal_crossentropy": ("binary", lambda: losses.BinaryFocalCrossentropy(gamma=3.0, alpha=0.5)),
    "hinge": ("binary", "hinge"),
    "squared_hinge": ("binary", losses.SquaredHinge),
    "sparse_categorical_crossentropy": ("integers", lambda: losses.sparse_categorical_crossentropy),
    "sparse_categorical_crossentropy_logits": (
        "integers",
        lambda: losses.SparseCategoricalCrossentropy(from_logits=True),
    ),
    "categorical_crossentropy": ("one-hot", lambda: losses.CategoricalCrossentropy(label_smoothing=0.2)),
    "categorical_focal_crossentropy": ("one-hot", losses.CategoricalFocalCrossentropy),
    "categorical_hinge": ("one-hot", "categorical_hinge"),
    "mean_squared_error": ("numbers", "mse"),
    "mean_absolute_error": ("numbers", "mean_absolute_error"),
    "huber": ("numbers", lambda: losses.Huber(delta=2.0)),
    "log_cosh": ("numbers", losses.LogCosh),
    "mean_absolute_percentage_error": ("numbers", "mape"),
    "mean_squared_logarithmic_error": ("numbers", losses.MeanSquaredLogarithmicError),
    "poisson": ("numbers", losses.Poisson),
    "cosine_similarity": ("numbers", losses.CosineSimilarity),
    "kl_divergence": ("one-hot", losses.KLDivergence),
}
if VERSION >= (3, 2):
    LOSSES["dice"] = ("one-hot", lambda: losses.Dice())
if VERSION >= (3, 3):
    LOSSES["tversky"] = ("one-hot", lambda: losses.Tversky(alpha=0.3, beta=0.7))
if VERSION >= (3, 10):
    LOSSES["categorical_generalized_cross_entropy"] = (
        "integers",
        lambda: losses.CategoricalGeneralizedCrossEntropy(q=0.7),
    )

METRICS: dict[str, Callable[[], list[Any]]] = {
    "classes": lambda: [
        "acc",
        "sparse_categorical_accuracy",
        metrics.SparseTopKCategoricalAccuracy(k=5),
        metrics.SparseCategoricalCrossentropy(from_logits=True),
        metrics.MeanIoU(3),
    ],
    "binary": lambda: ["accuracy", metrics.AUC(), metrics.Precision(), metrics.Recall(), metrics.BinaryAccuracy()],
    "numbers": lambda: [
        "mse",
        metrics.mean_absolute_error,
        metrics.R2Score(),
        metrics.LogCoshError(),
        metrics.CosineSimilarity(),
        metrics.MeanAbsolutePercentageError(),
        metrics.MeanSquaredLogarithmicError(),
    ],
}

OPTIMIZERS: dict[str, Callable[[], Any]] = {
    "adam": lambda: optimizers.Adam(0.01, beta_1=0.8, amsgrad=True),
    "adam_schedule": lambda: optimizers.Adam(optimizers.schedules.ExponentialDecay(0.01, 100, 0.9, staircase=True)),
    "adam_cosine": lambda: optimizers.Adam(
        optimizers.schedules.CosineDecay(0.001, 90, warmup_target=0.01, warmup_steps=10)
    ),
    "adamw": lambda: optimizers.AdamW(0.002, weight_decay=0.01, clipnorm=1.0),
    "nadam": lambda: optimizers.Nadam(0.002),
    "adamax": lambda: optimizers.Adamax(0.002),
    "rmsprop": lambda: optimizers.RMSprop(0.002),
    "rmsprop_all": lambda: optimizers.RMSprop(0.002, momentum=0.5, centered=True),
    "adagrad": lambda: optimizers.Adagrad(0.05),
    "adadelta": lambda: optimizers.Adadelta(1.0, rho=0.9),
    "adafactor": lambda: optimizers.Adafactor(0.01),
    "sgd": lambda: optimizers.SGD(),
    "sgd_momentum": lambda: optimizers.SGD(0.1, momentum=0.9, nesterov=True, clipvalue=0.5),
    "sgd_average": lambda: optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9),
    "sgd_decaying": lambda: optimizers.SGD(0.1, weight_decay=0.01, global_clipnorm=2.0),
    "lion": lambda: optimizers.Lion(0.0001),
    "ftrl": lambda: optimizers.Ftrl(0.1, l1_regularization_strength=0.01),
}
if VERSION >= (3, 2):
    OPTIMIZERS["adam_accumulating"] = lambda: optimizers.Adam(0.01, gradient_accumulation_steps=2)
    OPTIMIZERS["sgd_both"] = lambda: optimizers.SGD(0.1, use_ema=True, gradient_accumulation_steps=2)
if VERSION >= (3, 5):
    OPTIMIZERS["lamb"] = lambda: optimizers.Lamb(0.01)
if VERSION >= (3, 13):  # that of 3.10 makes no step in TensorFlow
    OPTIMIZERS["muon"] = lambda: optimizers.Muon(0.01)


def everything() -> list[Any]:
    """Every kind of layer, with settings beside its defaults; several of a kind, some of them renamed."""
    return [
        layers.Dense(7, activation="relu", name="first"),
        layers.BatchNormalization(momentum=0.9, epsilon=1e-4),
        layers.Dense(
            6,
            activation=keras.activations.tanh,
            kernel_initializer=initializers.HeNormal(seed=3),
            kernel_regularizer=regularizers.L1L2(0.01, 0.02),
            bias_regularizer="l2",
            kernel_constraint=constraints.MaxNorm(2.5, axis=0),
        ),
        layers.Dropout(0.3, seed=4),
        layers.LayerNormalization(epsilon=1e-5, center=False),
        layers.GaussianNoise(0.2),
        layers.Dense(5, use_bias=False, kernel_regularizer=regularizers.L1(0.001)),
        layers.Activation("gelu"),
        layers.BatchNormalization(scale=False),
        layers.Dense(5, kernel_regularizer="l2", activation=keras.activations.silu),
        layers.Dropout(0.1),
        layers.Dense(3, activation="softmax", name="answer.of-it"),
    ]


def targets(kind: str, units: int) -> Any:
    """Targets for ``ROWS`` examples, of a form that the loss takes."""
    random = np.random.default_rng(1)
    if kind == "integers":
        return random.integers(0, units, ROWS)
    if kind == "one-hot":
        return np.eye(units, dtype=np.float32)[random.integers(0, units, ROWS)]
    if kind == "binary":
        return random.integers(0, 2, (ROWS, units)).astype(np.float32)
    return random.random((ROWS, units)).astype(np.float32)


def trained(model: Any, shape: tuple[int, ...], kind: str = "integers", steps: int = 3) -> Any:
    """The model after some steps, so that its optimizer has a state."""
    inputs = np.random.default_rng(2).random((ROWS, *shape)).astype(np.float32)
    answers = targets(kind, 1 if kind == "numbers" else 3)
    model.fit(inputs, answers, batch_size=ROWS, epochs=steps, verbose=0, shuffle=False)
    return model


def functional(shape: tuple[int, ...], first: list[Any], rest: list[Any]) -> Any:
    """The layers as a functional model."""
    inputs = outputs = Input(shape, name="pixels")
    for layer in first + rest:
        outputs = layer(outputs)
    return keras.Model(inputs, outputs, name="a_model")


def networks() -> Iterator[tuple[str, tuple[int, ...], Any]]:
    """Names, shapes of an example, and models."""
    model = Sequential([Input((4,)), layers.Rescaling([0.5, 1.0, 2.0, 4.0], [0.0, -1.0, 0.25, 1.0]), *everything()])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    yield "sequential", (4,), trained(model, (4,))
    model = functional((4, 4), [layers.Rescaling(1 / 255), layers.Flatten()], everything())
    model.compile(
        optimizers.SGD(0.1, momentum=0.9),
        losses.SparseCategoricalCrossentropy(),
        metrics=[metrics.SparseCategoricalAccuracy(name="right"), metrics.SparseTopKCategoricalAccuracy(k=3)],
    )
    yield "functional", (4, 4), trained(model, (4, 4))
    yield "functional_not_compiled", (4, 4), functional((4, 4), [layers.Flatten()], everything())
    model = Sequential([layers.Flatten(), *everything()])
    model.compile("rmsprop", "sparse_categorical_crossentropy")
    yield "sequential_without_input", (4, 4), trained(model, (4, 4))
    model = Sequential(everything())
    model.build((None, 4))
    yield "sequential_built_by_hand", (4,), model
    yield "sequential_not_compiled", (4,), Sequential([layers.InputLayer((4,)), *everything()])
    model = Sequential([Input((4,)), *everything()])
    model.compile("adam", "sparse_categorical_crossentropy")
    yield "sequential_not_trained", (4,), model
    yield "sequential_not_built", (4,), Sequential([layers.Dense(3), layers.Dense(2)])
    yield "activations", (4,), Sequential([Input((4,)), *(layers.Dense(2, activation=one) for one in ACTIVATIONS)])
    yield "activation_layers", (4,), Sequential([Input((4,)), *(layers.Activation(one) for one in ACTIVATIONS)])
    yield (
        "activation_functions",
        (4,),
        Sequential([Input((4,)), *(layers.Activation(getattr(keras.activations, one)) for one in ACTIVATIONS)]),
    )
    yield (
        "initializers",
        (4,),
        Sequential([Input((4,)), *(layers.Dense(3, kernel_initializer=one) for one in INITIALIZERS)]),
    )
    yield "axes", (3, 4), Sequential([Input((3, 4)), layers.Dense(2), layers.BatchNormalization(), layers.Dense(3)])
    scaling = layers.Rescaling(np.array([1.0, 0.5, 0.25, 3.0]), offset=-1)
    rest = [layers.BatchNormalization(axis=1), layers.LayerNormalization(axis=1), layers.Dense(2)]
    yield "settings_of_other_forms", (4,), Sequential([Input((4,), batch_size=8), scaling, *rest])
    yield "shape_in_the_first_layer", (4,), Sequential([layers.Dense(3, input_shape=(4,)), layers.Dense(2)])
    for name, measured in METRICS.items():
        model = Sequential([Input((4,)), layers.Dense({"classes": 3, "binary": 1}.get(name, 2))])
        model.compile("sgd", {"classes": "sparse_categorical_crossentropy"}.get(name, "mse"), metrics=measured())
        yield f"metrics_{name}", (4,), model
    for name, (kind, loss) in LOSSES.items():
        model = Sequential([Input((4,)), layers.Dense(1 if kind == "binary" else 3, activation="sigmoid")])
        model.compile("sgd", loss if isinstance(loss, str) else loss())
        yield f"loss_{name}", (4,), model
    for name, optimizer in OPTIMIZERS.items():
        model = Sequential(
            [Input((4,)), layers.Dense(3, activation="relu"), layers.BatchNormalization(), layers.Dense(1)]
        )
        model.compile(optimizer(), "mse", metrics=["mae", metrics.RootMeanSquaredError()])
        yield f"optimizer_{name}", (4,), trained(model, (4,), "numbers")


def main(folder: Path) -> None:
    """Writes and packs the files."""
    place = folder / keras.__version__
    place.mkdir(parents=True, exist_ok=True)
    for name, shape, model in networks():
        keras.utils.set_random_seed(7)
        model.save(place / f"{name}.keras")
        stored: dict[str, Any] = {}
        if model.built:
            inputs = np.random.default_rng(3).random((5, *shape)).astype(np.float32) * 2 - 1
            stored = {"inputs": inputs, "outputs": np.asarray(model(inputs, training=False))}
            stored |= {f"weight_{place:03}": np.asarray(one) for place, one in enumerate(model.get_weights())}
            if getattr(model, "optimizer", None) is not None and model.optimizer.built:
                stored |= {
                    f"state_{place:03}_{one.path.replace('/', '.')}": np.asarray(one)
                    for place, one in enumerate(model.optimizer.variables)
                }
        np.savez(place / f"{name}.npz", **stored)
    with tarfile.open(folder / f"{keras.__version__}.tar.xz", "w:xz") as archive:
        for path in sorted(place.iterdir()):
            archive.add(path, path.name, filter=_without_traces)


def _without_traces(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """A member that tells nothing of who made it, and when."""
    member.mtime = member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


if __name__ == "__main__":
    main(Path(sys.argv[1]))
