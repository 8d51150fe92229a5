"""The best epoch is that of a value which is measured: who stops and keeps the best gets it."""

from dataclasses import replace

import numpy as np
import pytest

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder.engine.best import Best
from netbuilder.spec.project import EarlyStopping

WEIGHTS = [(np.full(1, number, np.float32),) for number in range(4)]


def best_of(project, stopping, values, *, validation=True):
    """Number and weights of the best of some epochs, of which each has a value of each name."""
    best = Best(replace(project, training=replace(project.training, early_stopping=stopping)), validation=validation)
    for epoch, metrics in enumerate(values):
        best.take(epoch + 1, metrics, WEIGHTS[epoch])
    return None if best.kept is None else (best.kept.epoch, best.kept.weights)


@pytest.mark.parametrize(
    "stopping, validation, epoch",
    [
        (EarlyStopping(on=False), True, 2),
        (EarlyStopping(on=False), False, 3),
        (EarlyStopping(on=True, monitor="val_accuracy"), True, 1),
        (EarlyStopping(on=True, monitor="val_loss"), False, 3),  # what early stopping watches is not measured
        (EarlyStopping(on=True, monitor="val_auc"), True, 2),
        (EarlyStopping(on=True, monitor="auc"), False, 3),
    ],
)
def test_the_best_epoch_is_judged_by_a_value_that_is_measured(small_project, stopping, validation, epoch):
    measured = {"loss": [3.0, 2.0, 1.0], "val_loss": [2.0, 1.0, 3.0], "val_accuracy": [0.9, 0.8, 0.7]}
    names = [name for name in measured if validation or not name.startswith("val_")]
    values = [{name: measured[name][number] for name in names} for number in range(3)]
    assert best_of(small_project, stopping, values, validation=validation) == (epoch, WEIGHTS[epoch - 1])
