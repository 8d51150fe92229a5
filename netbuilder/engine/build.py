"""From descriptions to Keras: makes calls, and the model of a project."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import reduce
from typing import Any

import keras

from netbuilder.spec.calls import Call
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.recipe import Recipe

_drawing = threading.Lock()  # the seed is the whole program's: two models that are made at once would share it


def make(value: Any) -> Any:
    """The Keras object that a call describes; other values are given back, containers with their calls made."""
    match value:
        case Call():
            constructor = reduce(getattr, value.path.split("."), keras)
            return constructor(**{name: make(argument) for name, argument in value.arguments.items()})
        case list() | tuple():
            return type(value)(make(item) for item in value)
        case _:
            return value


def build(project: ProjectSpec, recipe: Recipe) -> keras.Model:
    """The compiled model of a project, its optimizer built, first weights drawn from the project's seed.

    The order (seed, layers, compile, optimizer's variables) is part of what makes a run the same run; the printed
    script keeps to it too.
    """
    with _drawing:
        keras.utils.set_random_seed(project.training.seed)
        model = keras.Sequential([make(one) for one in recipe.layers], name="network")
        model.compile(
            loss=make(recipe.loss),
            optimizer=make(recipe.optimizer),
            metrics=[make(one) for one in recipe.metrics],
            jit_compile=recipe.compiled,
        )
        model.optimizer.build(model.trainable_variables)
    return model


def programs(calls: Recipe) -> Recipe:
    """What of a recipe is compiled: all but callbacks, and a learning rate that is a number is a variable."""
    optimizer = dict(calls.optimizer.arguments)
    if not isinstance(optimizer["learning_rate"], Call):
        del optimizer["learning_rate"]
    return replace(calls, optimizer=Call(calls.optimizer.path, optimizer), callbacks=())
