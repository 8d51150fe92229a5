"""Promises over whole catalogs, kept against the real Keras."""

from __future__ import annotations

import inspect
from dataclasses import replace
from itertools import product
from math import prod
from typing import Any

import keras
import numpy as np
import pytest

from netbuilder.spec.activations import activation
from netbuilder.spec.answer import usual_activation
from netbuilder.spec.calls import Call, source_text
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.initializers import initializer
from netbuilder.spec.layers import layer
from netbuilder.spec.layers.activation import Activation
from netbuilder.spec.layers.batch_normalization import BatchNormalization
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.layers.layer_normalization import LayerNormalization
from netbuilder.spec.losses import Takes, loss
from netbuilder.spec.losses.classes import Tversky
from netbuilder.spec.metrics import metric
from netbuilder.spec.monitors import bounds, direction
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.optimizers.adaptive import Adam, AdamW, RMSprop
from netbuilder.spec.optimizers.descent import SGD, Muon
from netbuilder.spec.outline import outline
from netbuilder.spec.project import DataSpec, ProjectSpec, stack
from netbuilder.spec.rules import Flag, Maybe, Real, Whole, checked
from netbuilder.spec.schedules import Constant, Cosine, Exponential, OnPlateau, schedule

SOURCE: Any = None  # no promise here asks where the examples come from


def make(described: Any) -> Any:
    """Makes the described call, as the engine does."""
    if not isinstance(described, Call):
        return described
    made: Any = keras
    for name in described.path.split("."):
        made = getattr(made, name)
    return made(**{name: make(argument) for name, argument in described.arguments.items()})


def plain_config(made: Any) -> Any:
    config = dict(made.get_config())
    config.pop("name", None)  # Keras counts objects of a kind
    return config


def varied(kind: Any) -> list[Any]:
    """The kind with its defaults, and with each field away from its default in turn."""
    found = [kind()]
    for field in (
        next(catalog for catalog in (layer, loss, optimizer, schedule) if catalog.holds(kind())).of(kind()).fields
    ):
        match field.rule:
            case Flag():
                other: Any = not field.default
            case Maybe(rule=rule, start=start):
                other = int(start) if isinstance(rule, Whole) else float(start)
                other = None if field.default == other else other
            case Real(at_least=low, at_most=high):
                other = field.default / 2 if field.default else min(high, 0.01 if low >= 0 else low)
            case Whole(at_least=low, at_most=high):
                other = min(high, field.default + 1) if field.default + 1 <= high else low
            case _:
                continue
        found.append(replace(found[0], **{field.name: other}))
    return found


def declared_calls() -> list[Call]:
    calls = [one.keras() for entry in layer for one in varied(entry.kind)]
    calls += [one.keras() for entry in loss for one in varied(entry.kind)]
    calls += [one.keras(one.learning_rate) for entry in optimizer for one in varied(entry.kind)]
    for entry in schedule:
        for one in varied(entry.kind):
            calls += [Adam().keras(one.keras(0.01, 50, 10)), *one.callbacks()]
    for metric_entry in metric:
        kind = metric_entry.kind()
        for targets in kind.takes():
            for outputs in ("probabilities", "logits", "margins"):
                calls.append(kind.keras(targets, metric_entry.name, outputs))
    return calls


CALLS = declared_calls()


def test_the_printed_call_makes_what_the_engine_makes() -> None:
    for described in CALLS:
        printed = eval(source_text(described), {"keras": keras})
        made = make(described)
        assert type(printed) is type(made)
        if hasattr(made, "get_config"):
            assert plain_config(printed) == plain_config(made), source_text(described)


def test_activations_are_those_of_keras_without_aliases() -> None:
    functions = {
        function.__name__
        for _name, function in inspect.getmembers(keras.activations, inspect.isfunction)
        if function.__name__ not in ("get", "serialize", "deserialize", "glu", "threshold")
    }
    assert {entry.name for entry in activation} == functions


def test_losses_are_those_of_keras() -> None:
    ours = {one.path.removeprefix("losses.") for entry in loss for one in [entry.kind().keras()]}
    theirs = {name for name, _kind in inspect.getmembers(keras.losses, inspect.isclass)}
    assert theirs - ours == {"Loss", "CTC", "Circle"}
    assert ours <= theirs


def test_optimizers_are_those_of_keras() -> None:
    ours = {entry.kind.__name__ for entry in optimizer}
    theirs = {name for name, _kind in inspect.getmembers(keras.optimizers, inspect.isclass)}
    wrappers = {"Optimizer", "LossScaleOptimizer", "MultiOptimizer", "OptimizerMap"}
    assert theirs - ours == wrappers | {"ScheduleFreeAdamW"}
    assert ours <= theirs


def test_initializers_are_known_to_keras_by_their_names() -> None:
    for entry in initializer:
        made = keras.initializers.get(entry.name)
        assert np.shape(made((4, 3))) == (4, 3)


@pytest.mark.parametrize("name", [entry.name for entry in optimizer])
def test_defaults_of_optimizers_are_those_of_keras(name: str) -> None:
    ours = optimizer[name].kind()
    theirs = plain_config(getattr(keras.optimizers, type(ours).__name__)())
    for field in optimizer[name].fields:
        wanted = theirs[field.name]
        same = field.default == (pytest.approx(wanted, rel=1e-6, abs=0) if isinstance(wanted, float) else wanted)
        assert same == (field.name not in ours.own_defaults), field.name


@pytest.mark.parametrize("name", [entry.name for entry in loss])
def test_defaults_of_losses_are_those_of_keras(name: str) -> None:
    ours = loss[name].kind()
    signature = inspect.signature(getattr(keras.losses, ours.keras().path.removeprefix("losses.")))
    for field in loss[name].fields:
        assert field.default == signature.parameters[field.name].default


VALUES = np.linspace(-12, 12, 240, dtype=np.float32).reshape(60, 4)
BOUNDS = {
    "positive": (0.0, np.inf),
    "probability": (0.0, 1.0),
    "distribution": (0.0, 1.0),
    "log-probability": (-np.inf, 0.0),
    "bounded": (-1.0, 1.0),
}


@pytest.mark.parametrize("name", [entry.name for entry in activation])
def test_activations_give_the_range_they_declare(name: str) -> None:
    kind = activation[name].kind
    given = np.asarray(getattr(keras.activations, name)(keras.ops.convert_to_tensor(VALUES)))
    low, high = BOUNDS.get(kind.gives, (-np.inf, np.inf))
    assert given.min() >= low
    assert given.max() <= high
    assert np.allclose(given.sum(axis=1), 1, atol=1e-5) is (kind.gives == "distribution")
    assert np.allclose(given, VALUES) is kind.linear
    if kind.gives == "any":
        assert given.min() < 0


def test_sparsemax_of_this_keras_is_wrong() -> None:
    # When this fails, Keras has mended it: declare that it gives a distribution.
    given = keras.activations.sparsemax(np.array([[0.0, 0.5, 1.0]], np.float32))
    assert np.asarray(given).sum() == pytest.approx(0.25)


SHAPES = [(6,), (5, 4), (28, 28)]
VARIED_LAYERS = [
    *(Dense(units, use_bias=bias, max_norm=norm) for units, bias, norm in product((1, 7), (True, False), (None, 3.0))),
    Dense(5, l1=0.1, l2=0.2, bias_l2=0.3),
    *(BatchNormalization(center=center, scale=scale) for center, scale in product((True, False), repeat=2)),
    *(LayerNormalization(center=center, scale=scale) for center, scale in product((True, False), repeat=2)),
    *(entry.kind() for entry in layer),
]


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_and_parameters_are_those_of_keras(shape: tuple[int, ...]) -> None:
    for one in VARIED_LAYERS:
        made = make(one.keras())
        made.build((None, *shape))
        expected = tuple(made.compute_output_shape((None, *shape))[1:])
        assert one.output_shape(shape) == expected, one
        assert one.parameter_count(shape) == sum(prod(variable.shape) for variable in made.weights), one


def test_the_outline_counts_as_a_whole_model_does() -> None:
    layers = stack(Flatten(), Dense(20), BatchNormalization(), Activation("tanh"), LayerNormalization(), Dense(10))
    facts = DataFacts((8, 8), tuple("0123456789"), 1, (), 100, 10, 10, True, (0.0, 255.0))
    known = outline(ProjectSpec(DataSpec(SOURCE), layers), facts)
    model = keras.Sequential([keras.Input((8, 8)), *(make(placed.layer.keras()) for placed in layers)])
    assert known.parameters == model.count_params()
    assert [row.shape_out for row in known.rows] == [tuple(one.output.shape[1:]) for one in model.layers]


MEMORY = [
    *(entry.kind() for entry in optimizer),
    SGD(momentum=0.9),
    SGD(use_ema=True),
    RMSprop(momentum=0.9, centered=True),
    Adam(amsgrad=True, gradient_accumulation_steps=4),
    AdamW(amsgrad=True),
]


@pytest.mark.parametrize("chosen", MEMORY)
def test_optimizers_keep_as_many_numbers_as_they_say(chosen: Any) -> None:
    weights = keras.Variable(np.zeros((40, 50), np.float32))
    made = make(chosen.keras(0.01))
    made.build([weights])
    kept = sum(prod(variable.shape) for variable in made.variables) / prod(weights.shape)
    assert kept == pytest.approx(chosen.memory(), abs=0.1)


RNG = np.random.default_rng(3)
LABELS = RNG.integers(0, 3, 24).astype(np.int32)
SHARES = RNG.dirichlet([1, 1, 1], 24).astype(np.float32)
YES = RNG.integers(0, 2, 24).astype(np.int32)
CHANCE = RNG.random((24, 1), dtype=np.float32)
TARGETS: dict[Takes, tuple[Any, Any]] = {
    "integers": (LABELS, SHARES),
    "one-hot": (np.eye(3, dtype=np.float32)[LABELS], SHARES),
    "binary": (YES, CHANCE),
    "numbers": (RNG.random((24, 2), dtype=np.float32), RNG.random((24, 2), dtype=np.float32)),
}


@pytest.mark.parametrize("name", [entry.name for entry in loss])
def test_losses_are_finite_numbers_for_all_targets_they_take(name: str) -> None:
    kind = loss[name].kind()
    for form in kind.takes:
        wanted, given = TARGETS[form]
        assert np.isfinite(float(make(kind.keras())(wanted, given)))


@pytest.mark.parametrize("name", [entry.name for entry in loss])
def test_losses_weigh_each_example_unless_they_compare_the_whole_batch(name: str) -> None:
    kind = loss[name].kind()
    for form in kind.takes:
        wanted, given = TARGETS[form]
        made = make(kind.keras())
        weights = np.zeros(24, np.float32)
        weights[:6] = 4.0  # 1 on average: each of the first six counts four times, and the others not at all
        weighted, alone = float(made(wanted, given, sample_weight=weights)), float(made(wanted[:6], given[:6]))
        assert (weighted == pytest.approx(alone, rel=1e-4)) == (not kind.over_batch)


def test_losses_that_take_class_numbers_are_given_them_flat() -> None:
    sparse = make(loss["categorical_generalized_cross_entropy"].kind().keras())
    right = SHARES[np.arange(24), LABELS]
    assert float(sparse(LABELS, SHARES)) == pytest.approx(np.mean((1 - right**0.5) / 0.5), rel=1e-4)


def test_binary_losses_do_not_mix_the_examples_of_a_batch() -> None:
    for form_loss in ("binary_crossentropy", "hinge", "dice"):
        made = make(loss[form_loss].kind().keras())
        flat, column = float(made(YES, CHANCE)), float(made(YES[:, None].astype(np.float32), CHANCE))
        assert flat == pytest.approx(column)


def test_alpha_of_tversky_weighs_what_is_missed() -> None:
    made = make(Tversky(alpha=0.9, beta=0.1).keras())
    truth = np.array([[1.0, 0.0], [1.0, 0.0]], np.float32)
    missed, alarm = np.array([[0.2, 0.0]] * 2, np.float32), np.array([[1.0, 0.8]] * 2, np.float32)
    assert float(made(truth, missed)) > float(make(Tversky(alpha=0.1, beta=0.9).keras())(truth, missed))
    assert float(made(truth, alarm)) < float(make(Tversky(alpha=0.1, beta=0.9).keras())(truth, alarm))


def test_metrics_take_each_of_their_targets_in_a_compiled_step() -> None:
    import tensorflow as tf

    for entry in metric:
        for form in entry.kind().takes():
            wanted, given = TARGETS[form]
            compiled, eager = (make(entry.kind().keras(form, entry.name)) for _twice in range(2))
            eager.update_state(wanted, given)
            compiled.update_state(wanted, given)  # makes its variables
            compiled.reset_state()
            step = tf.function(compiled.update_state, jit_compile=True, reduce_retracing=True)
            step(tf.constant(wanted[:12]), tf.constant(given[:12]))
            step(tf.constant(wanted[12:]), tf.constant(given[12:]))
            assert float(compiled.result()) == pytest.approx(float(eager.result()), rel=1e-4, abs=1e-5), entry.name
            assert compiled.name == entry.name


def test_nothing_that_is_watched_leaves_its_bounds() -> None:
    the_best_and_the_worst = {
        "integers": np.eye(3, dtype=np.float32)[LABELS],
        "one-hot": np.eye(3, dtype=np.float32)[LABELS],
        "binary": YES.astype(np.float32)[:, None],
        "numbers": TARGETS["numbers"][0],
    }
    for entry in metric:
        least, most = entry.kind.bounds
        for form in entry.kind().takes():
            wanted, given = TARGETS[form]
            for answers in (given, the_best_and_the_worst[form], -10 * the_best_and_the_worst[form]):
                made = make(entry.kind().keras(form, entry.name))
                made.update_state(wanted, answers)
                assert least - 1e-6 <= float(made.result()) <= most + 1e-6, entry.name
    for one in loss:
        least, most = bounds("val_loss", one.kind())
        for form in one.kind().takes:
            wanted, given = TARGETS[form]
            for answers in (given, the_best_and_the_worst[form], 10 * wanted if form == "numbers" else given):
                assert least - 1e-6 <= float(make(one.kind().keras())(wanted, answers)) <= most


@pytest.mark.parametrize("name", ["accuracy", "precision", "recall", "auc"])
def test_metrics_count_raw_scores_as_they_count_probabilities(name: str) -> None:
    scores = np.log(CHANCE / (1 - CHANCE))
    results = []
    for outputs, given in (("probabilities", CHANCE), ("logits", scores)):
        made = make(metric[name].kind().keras("binary", name, outputs))
        made.update_state(YES, given)
        results.append(float(made.result()))
    assert results[0] == pytest.approx(results[1], abs=1e-3)


def test_accuracy_of_a_yes_no_question_is_the_share_of_right_answers() -> None:
    made = make(metric["accuracy"].kind().keras("binary", "accuracy"))
    made.update_state(YES, CHANCE)
    assert float(made.result()) == pytest.approx(np.mean((CHANCE[:, 0] > 0.5) == YES))


def test_the_usual_activation_lets_a_loss_fall() -> None:
    for entry in loss:
        for form in entry.kind.takes:
            wanted, given = TARGETS[form]
            units, kind = given.shape[1], entry.kind()
            keras.utils.set_random_seed(1)
            model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(units, usual_activation(kind, form))])
            model.compile(optimizer=keras.optimizers.SGD(1e-3), loss=make(kind.keras()), jit_compile=False)
            before = model.test_on_batch(SHARES, wanted)
            for _step in range(5):
                model.train_on_batch(SHARES, wanted)
            assert model.test_on_batch(SHARES, wanted) < before, (entry.name, form)


def rates(chosen: Any, epochs: int, steps: int) -> list[float]:
    described = chosen.keras(0.1, steps, epochs)
    made = make(described)
    return [made if isinstance(made, float) else float(made(step)) for step in range(epochs * steps + 1)]


def test_schedules_reach_what_they_name() -> None:
    assert rates(Constant(), 2, 5) == [0.1] * 11
    falling = rates(Exponential(factor=0.5, every=2.0), 4, 5)
    assert falling[0] == pytest.approx(0.1)
    assert falling[10] == pytest.approx(0.05)
    assert falling[20] == pytest.approx(0.025)
    cosine = rates(Cosine(warmup=2.0, final_share=0.1), 6, 5)
    assert cosine[0] == pytest.approx(0.01)  # no step is wasted on a rate of 0
    assert max(cosine) == cosine[10] == pytest.approx(0.1)
    assert cosine[30] == pytest.approx(0.01)
    assert rates(Cosine(warmup=0.0), 3, 5)[0] == pytest.approx(0.1)


def test_schedules_of_this_keras_count_batches_though_gradients_are_accumulated() -> None:
    # When this fails, Keras does as it says: give the schedules batches divided by accumulation steps.
    weights = keras.Variable(np.ones(3, np.float32))
    made = make(SGD(gradient_accumulation_steps=4).keras(Exponential(factor=0.5, every=1.0).keras(0.1, 10, 3)))
    made.build([weights])
    for _batch in range(10):
        made.apply([np.zeros(3, np.float32)], [weights])
    assert float(made.learning_rate) == pytest.approx(0.05)


def test_a_schedule_that_runs_out_has_a_rate_of_nothing_from_there_on() -> None:
    for one, steps in ((Cosine(warmup=2.0), 30), (Cosine(warmup=9.0), 46)):
        assert one.runs_out(5, 6) == steps
        made = make(one.keras(0.1, 5, 6))
        assert float(made(steps - 1)) > 0
        assert [float(made(step)) for step in (steps, steps + 1, 10 * steps)] == [0.0] * 3


def test_directions_of_watched_values_are_the_better_ones() -> None:
    assert direction("val_loss") == direction("loss") == direction("val_mean_absolute_error") == "min"
    assert direction("val_accuracy") == direction("auc") == direction("val_r2_score") == "max"
    assert OnPlateau(monitor="val_auc").callbacks()[0].arguments["mode"] == "max"


def test_muon_turns_matrices_and_leaves_biases_to_adamw() -> None:
    made = make(Muon().keras(0.01))
    kernel, bias = keras.Variable(np.ones((4, 3), np.float32)), keras.Variable(np.ones(3, np.float32))
    made.build([kernel, bias])
    assert [velocity is None for velocity in made.adam_velocities] == [True, False]


def ends(kind: Any, fields: Any) -> list[Any]:
    """The kind with each of its real numbers at the ends of its range, close to an end that is left out."""
    found = []
    for field in fields:
        if isinstance(field.rule, Real):
            low, high = field.rule.at_least, field.rule.at_most
            base = replace(kind(), **{field.needs: True}) if field.needs else kind()
            lowest = low + (1e-6 * (high - low) if field.rule.above else 0.0)
            found += [replace(base, **{field.name: checked(field, value)}) for value in (lowest, high)]
    return found


def test_keras_takes_the_ends_of_every_range() -> None:
    described = [
        one.keras() for catalog in (layer, loss) for entry in catalog for one in ends(entry.kind, entry.fields)
    ]
    described += [one.keras(one.learning_rate) for entry in optimizer for one in ends(entry.kind, entry.fields)]
    described += [Adam().keras(one.keras(0.01, 50, 10)) for entry in schedule for one in ends(entry.kind, entry.fields)]
    for one in described:
        make(one)
