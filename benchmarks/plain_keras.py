"""The same training without netbuilder, as tutorials have it: ``python plain_keras.py JSON`` prints one line of JSON.

``JSON`` says ``data`` (an ``.npz`` of the six arrays), ``units``, ``activation``, ``output``, ``loss``, ``metrics``,
``batch_size``, ``epochs`` and ``way``: "plain" is ``model.fit`` with its defaults, "tuned" adds
``steps_per_execution=64, jit_compile=True``. What is printed: ``epochs`` (seconds each, validation included),
``seconds`` (building,
compiling and fitting) and ``test`` (loss and metrics). Nothing of netbuilder is imported.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


def main(asked: dict[str, Any]) -> dict[str, Any]:
    """Trains and measures."""
    import keras
    import numpy as np

    class Clock(keras.callbacks.Callback):  # type: ignore[misc]
        """Notes how long each epoch takes."""

        def __init__(self) -> None:
            super().__init__()
            self.seconds: list[float] = []
            self.begun = 0.0

        def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
            self.begun = time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: object = None) -> None:
            self.seconds.append(time.perf_counter() - self.begun)

    with np.load(asked["data"]) as file:
        arrays = {name: file[name] for name in file.files}
    for name in ("x_train", "x_validation", "x_test"):
        if arrays[name].dtype == np.uint8:
            arrays[name] = arrays[name].astype(np.float32) / 255
    clock = Clock()
    begun = time.perf_counter()
    shape = arrays["x_train"].shape[1:]
    layers = [keras.Input(shape), *([keras.layers.Flatten()] if len(shape) > 1 else [])]
    layers += [keras.layers.Dense(units, asked["activation"]) for units in asked["units"][:-1]]
    model = keras.Sequential([*layers, keras.layers.Dense(asked["units"][-1], asked["output"])])
    more = {"steps_per_execution": 64, "jit_compile": True} if asked["way"] == "tuned" else {}
    model.compile("adam", asked["loss"], metrics=asked["metrics"], **more)
    model.fit(
        arrays["x_train"],
        arrays["y_train"],
        batch_size=asked["batch_size"],
        epochs=asked["epochs"],
        validation_data=(arrays["x_validation"], arrays["y_validation"]),
        verbose=0,
        callbacks=[clock],
    )
    seconds = time.perf_counter() - begun
    test = model.evaluate(arrays["x_test"], arrays["y_test"], verbose=0, return_dict=True)
    return {"epochs": clock.seconds, "seconds": seconds, "test": test}


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
