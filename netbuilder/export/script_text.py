"""The text of the Python script of a project: what the engine does, printed.

Every line of it that decides a number is the engine's own: the calls come from the recipe, the order from the seed and
the epoch. The text depends on the project, the facts of its data and the choice of a run alone, so that it can be shown
on every edit.
"""

from __future__ import annotations

from typing import Any

from netbuilder import __version__
from netbuilder.export.script_goals import BALANCE, printed_goals
from netbuilder.spec.calls import Call, source_text
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.project import ProjectSpec
from netbuilder.spec.recipe import Recipe, rate_left, recipe
from netbuilder.spec.scaling import Scaling, fixed_scaling, scaling_in_effect
from netbuilder.spec.targets import targets_of

_LINE = 118  # characters; a longer call has a line for each argument


def script_text(project: ProjectSpec, facts: DataFacts, data: str, compiled: bool | None = None) -> str:
    """The script; ``data`` is the name of the ``.npz`` beside it, which holds the raw examples in their parts.

    ``compiled``: whether the run that it repeats was compiled by XLA. None for no run in particular: then it is as a
    new one would be on the device of the project, and on a CPU where that is chosen by itself.
    """
    standard = scaling_in_effect(project.input, facts) == "standard"
    scaling = _names_of_numbers() if standard else fixed_scaling(project.input, facts)
    asked = project.training.device
    calls = recipe(project, facts, scaling, device="cpu" if asked == "auto" else asked, compiled=compiled)
    blocks = (
        _head(project),
        _settings(project),
        _data(project, facts, data),
        _STANDARDIZATION if standard else "",
        _network(calls),
        _order(project),
        *(one.declaration for one in printed_goals(project.training.goal)),
        _training(project, calls, facts),
        _ending(calls, facts, data),
    )
    return "\n".join(block for block in blocks if block)


def _head(project: ProjectSpec) -> str:
    title = " ".join(project.title.split()) or "netbuilder"
    timed = project.training.goal.minutes is not None
    clock, unless = ("import time\n", ", unless the clock ends it") if timed else ("", "")
    return f"""\
# {title}: trained with Keras and NumPy alone, as netbuilder {__version__} trains it.
# On the same machine, with the same versions, the weights come out bit for bit the same{unless}.

import itertools
{clock}from pathlib import Path

import keras
import numpy as np
"""


def _settings(project: ProjectSpec) -> str:
    training = project.training
    return f"""\
SEED = {training.seed}  # decides the first weights and the order of the examples
EPOCHS = {training.epochs}
BATCH_SIZE = {training.batch_size}
"""


def _data(project: ProjectSpec, facts: DataFacts, data: str) -> str:
    lines = [
        "# The raw examples, divided as in netbuilder.",
        f"with np.load(Path(__file__).with_name({data!r})) as data:",
    ]
    named = [name for name, count in _sizes(facts) if count]
    lines += [f'    x_{name}, y_{name} = data["x_{name}"], data["y_{name}"]' for name in named]
    if project.training.balance_classes:
        lines += ["", BALANCE]
    if targets_of(project, facts) == "one-hot":
        lines += ["", "# One column a class."]
        lines += [f"y_{name} = np.eye({len(facts.classes)}, dtype=np.float32)[y_{name}]" for name in named]
    return "\n".join(lines) + "\n"


def _sizes(facts: DataFacts) -> tuple[tuple[str, int], ...]:
    return ("train", facts.train), ("validation", facts.validation), ("test", facts.test)


_STANDARDIZATION = """\
# The input is brought to mean 0 and deviation 1 inside the model, with numbers from the training examples alone.
columns = x_train if x_train.ndim == 2 else x_train.reshape(-1, 1)
mean = columns.mean(axis=0, dtype=np.float64)
deviation = columns.std(axis=0, dtype=np.float64)
largest = np.abs(columns).max(axis=0)
deviation[(deviation <= np.finfo(np.float32).eps * largest) | (deviation < 1e-30)] = 1.0  # a constant column
scale = (1.0 / deviation).tolist()
offset = (-mean * (1.0 / deviation)).tolist()
"""


_EVALUATION = """\
model.make_train_function()  # the steps are compiled by XLA,
model.jit_compile = False  # evaluation is not
"""


def _network(calls: Recipe) -> str:
    layers = "".join(f"        {_printed(_short(one), 8)},\n" for one in calls.layers)
    metrics = ", ".join(source_text(one) for one in calls.metrics)
    return f"""\
keras.utils.set_random_seed(SEED)
model = keras.Sequential(
    [
{layers}    ],
    name="network",
)
model.compile(
    loss={_printed(calls.loss, 4)},
    optimizer={_printed(calls.optimizer, 4)},
    metrics=[{metrics}],
    jit_compile={calls.compiled},  # it decides which random numbers Dropout and noise draw
)
model.optimizer.build(model.trainable_variables)
{_EVALUATION if calls.compiled else ""}model.summary()

"""


def _order(project: ProjectSpec) -> str:
    weights = ", sample_weights[rows]" if project.training.balance_classes else ""
    return f'''\
def batches():
    """Endless batches; each epoch has an order of its own, which depends on the seed and the epoch alone."""
    for epoch in itertools.count(1):
        order = np.random.default_rng([SEED, epoch]).permutation(len(x_train))
        for start in range(0, len(order), BATCH_SIZE):
            rows = order[start : start + BATCH_SIZE]
            yield x_train[rows], y_train[rows]{weights}

'''


def _training(project: ProjectSpec, calls: Recipe, facts: DataFacts) -> str:
    lines = ["history = model.fit(", "    batches(),"]
    lines += [f"    steps_per_epoch={calls.steps_per_epoch},", "    epochs=EPOCHS,"]
    lines += ["    shuffle=False,  # the batches are shuffled already"]
    if facts.validation:
        lines += ["    validation_data=(x_validation, y_validation),"]
        lines += [f"    validation_batch_size={calls.validation_batch_size},"]
    callbacks = [_printed(one, 8) for one in calls.callbacks]
    callbacks += [one.call for one in printed_goals(project.training.goal)]
    if callbacks:
        lines += ["    callbacks=[", *(f"        {one}," for one in callbacks), "    ],"]
    return "\n".join([*lines, ")", *_run_out(project)]) + "\n"


def _run_out(project: ProjectSpec) -> tuple[str, ...]:
    """What to know of more epochs, where they would learn nothing."""
    rate = rate_left(project.training)
    if rate is None:
        return ()
    return (f"# The schedule has come to 0. More epochs, which are not in here, netbuilder trains with {rate:g}.",)


def _ending(calls: Recipe, facts: DataFacts, data: str) -> str:
    name = data.removesuffix("_data.npz") + "_trained.keras"
    lines = []
    if facts.test:
        evaluate = f"model.evaluate(x_test, y_test, batch_size={calls.test_batch_size}, verbose=0, return_dict=True)"
        lines = [f'print("test:", {evaluate})']
    return "\n".join([*lines, f"model.save(Path(__file__).with_name({name!r}))"]) + "\n"


def _printed(value: Any, indent: int) -> str:
    """The call's text, with a line for each argument if one line would be too long."""
    line = source_text(value)
    if not isinstance(value, Call) or indent + len(line) <= _LINE:
        return line
    inner = " " * (indent + 4)
    arguments = "".join(
        f"{inner}{name}={_printed(argument, indent + 4)},\n" for name, argument in value.arguments.items()
    )
    return f"keras.{value.path}(\n{arguments}{' ' * indent})"


def _short(layer: Call) -> Call:
    """Without what is off: a layer's regularizers and constraints are None when they are not said."""
    return Call(layer.path, {name: value for name, value in layer.arguments.items() if value is not None})


class _Name(str):
    """A text that is printed as a variable's name."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _names_of_numbers() -> Any:
    return Scaling(_Name("scale"), _Name("offset"))  # type: ignore[arg-type]
