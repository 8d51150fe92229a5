"""The same training with scikit-learn or PyTorch: ``python other_libraries.py JSON`` prints seconds an epoch as JSON.

``JSON`` says ``library``, ``data`` (an ``.npz`` of arrays), ``units``, ``activation``, ``output`` and ``batch_size``.
Epochs with Adam, two or as many as fill a second, without validation; float32 arrays, pictures divided by 255 and flattened.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import pairwise
from typing import Any

import numpy as np

AT_LEAST = 1.0  # second


def main(asked: dict[str, Any]) -> list[float]:
    """Trains and measures."""
    with np.load(asked["data"]) as file:
        inputs, targets = file["x_train"], file["y_train"]
    scale = np.float32(255 if inputs.dtype == np.uint8 else 1)
    inputs = inputs.reshape(len(inputs), -1).astype(np.float32) / scale
    train = {"scikit-learn": scikit_learn, "PyTorch": pytorch}[asked["library"]]
    return train(inputs, targets, asked)


def scikit_learn(inputs: Any, targets: Any, asked: dict[str, Any]) -> list[float]:
    """``partial_fit`` goes once through the data in batches."""
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    kind = MLPRegressor if asked["output"] == "linear" else MLPClassifier
    model = kind(
        hidden_layer_sizes=tuple(asked["units"][:-1]), activation=asked["activation"], batch_size=asked["batch_size"]
    )
    answers = targets.ravel()
    classes = {} if asked["output"] == "linear" else {"classes": np.unique(answers)}
    return _timed(lambda: model.partial_fit(inputs, answers, **classes))


def pytorch(inputs: Any, targets: Any, asked: dict[str, Any]) -> list[float]:
    """The loop of PyTorch's own tutorials, over tensors that are shuffled by their indices."""
    import torch

    activation = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh}[asked["activation"]]
    sizes = [inputs.shape[1], *asked["units"]]
    layers: list[Any] = []
    for size, units in pairwise(sizes):
        layers += [torch.nn.Linear(size, units), activation()]
    model = torch.nn.Sequential(*layers[:-1])
    losses = {"softmax": torch.nn.CrossEntropyLoss, "sigmoid": torch.nn.BCEWithLogitsLoss, "linear": torch.nn.MSELoss}
    loss = losses[asked["output"]]()
    x = torch.from_numpy(inputs)
    y = torch.from_numpy(targets).long() if asked["output"] == "softmax" else torch.from_numpy(targets).float()
    y = y if asked["output"] == "softmax" else y.reshape(-1, 1)
    optimizer = torch.optim.Adam(model.parameters())

    def epoch() -> None:
        for rows in torch.randperm(len(x)).split(asked["batch_size"]):
            optimizer.zero_grad()
            loss(model(x[rows]), y[rows]).backward()
            optimizer.step()

    return _timed(epoch)


def _timed(epoch: Any) -> list[float]:
    seconds: list[float] = []
    while sum(seconds) < AT_LEAST or len(seconds) < 2:  # the first one has more to do
        begun = time.perf_counter()
        epoch()
        seconds.append(time.perf_counter() - begun)
    return seconds


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
