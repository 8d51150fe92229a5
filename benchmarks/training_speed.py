"""Seconds an epoch of the MNIST network takes, against plain ``model.fit`` on the same data in the same run."""

import os
import statistics
import time
from pathlib import Path

EPOCHS = 5


def measure() -> dict[str, str]:
    """Medians after the first epoch, and the whole run, compilation included."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras
    import numpy as np

    import netbuilder.data  # noqa: F401 - declares the sources
    from netbuilder.data.split import divide
    from netbuilder.engine.train import train
    from netbuilder.events import EpochEnded, RunEnded
    from netbuilder.files.templates import template_named

    folder = Path(__file__).resolve().parents[2] / "shared" / "data" / "mnist"
    project = template_named("mnist-128").project()
    if folder.is_dir():
        from dataclasses import replace

        project = replace(project, data=replace(project.data, source=type(project.data.source)(path=str(folder))))
    source = project.data.source
    examples = source.read(lambda *_: None, lambda: False)
    told = []
    train(project, source.facts(project.data.split), examples, told.append)
    ours = [event.seconds for event in told if isinstance(event, EpochEnded)]
    whole = next(event.seconds for event in told if isinstance(event, RunEnded))

    rows = divide(examples, project.data.split)
    inputs = examples.inputs[rows.train].astype(np.float32) / 255
    validation = examples.inputs[rows.validation].astype(np.float32) / 255, examples.targets[rows.validation]
    begun = time.perf_counter()
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(128, "relu"),
            keras.layers.Dense(10, "softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    theirs = []

    class Clock(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
            self.begun = time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: object = None) -> None:
            theirs.append(time.perf_counter() - self.begun)

    model.fit(
        inputs,
        examples.targets[rows.train],
        batch_size=32,
        epochs=EPOCHS,
        validation_data=validation,
        verbose=0,
        callbacks=[Clock()],
    )
    plain = time.perf_counter() - begun
    epoch, plain_epoch = statistics.median(ours[1:]), statistics.median(theirs[1:])
    return {
        "MNIST 128, batch 32: epoch, netbuilder / plain fit": f"{epoch:.2f} s / {plain_epoch:.2f} s = {epoch / plain_epoch:.2f}",
        "whole run of 5 epochs, compilation included": f"{whole:.1f} s / {plain:.1f} s = {whole / plain:.2f}",
    }
