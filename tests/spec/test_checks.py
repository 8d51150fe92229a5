"""Each check speaks up, stays silent, and its fix mends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netbuilder.data.pictures.mnist import Mnist
from netbuilder.data.points.curve import Curve
from netbuilder.data.points.moons import Moons
from netbuilder.data.tables.diabetes import Diabetes
from netbuilder.data.tables.iris import Iris
from netbuilder.data.tables.wine import Wine
from netbuilder.spec import problems
from netbuilder.spec.activations import activation
from netbuilder.spec.facts import DataFacts
from netbuilder.spec.fitting import fitted
from netbuilder.spec.goal import Goal
from netbuilder.spec.layers import layer
from netbuilder.spec.layers.activation import Activation
from netbuilder.spec.layers.batch_normalization import BatchNormalization
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.dropout import Dropout
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.layers.layer_normalization import LayerNormalization
from netbuilder.spec.losses import SparseCategoricalCrossentropy, loss
from netbuilder.spec.losses.binary import BinaryCrossentropy, Hinge
from netbuilder.spec.losses.classes import CategoricalCrossentropy, Dice
from netbuilder.spec.losses.regression import (
    CosineSimilarity,
    KLDivergence,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
)
from netbuilder.spec.metrics import metric
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.optimizers.adaptive import Adadelta, Adafactor, Adam
from netbuilder.spec.optimizers.descent import SGD, Muon
from netbuilder.spec.outline import flow, outline
from netbuilder.spec.problems import Problem, View
from netbuilder.spec.project import DataSpec, EarlyStopping, InputSpec, Placed, ProjectSpec, TrainingSpec, stack
from netbuilder.spec.schedules import Cosine, Exponential, OnPlateau
from netbuilder.spec.split import Split


@dataclass(frozen=True)
class Told:
    """A source whose facts are told."""

    known: DataFacts

    def facts(self, split: Split) -> DataFacts:
        return self.known

    def usual_split(self) -> Split:
        return Split()

    def summary(self) -> str:
        return ""


def numbers(targets: int) -> Told:
    return Told(DataFacts((5,), (), targets, ("a", "b", "c", "d", "e"), 100, 20, 20, False, (-3.0, 3.0)))


def project(source: Any, *layers: Any, split: Split | None = None, labels: str = "integers", **training: Any) -> Any:
    data = DataSpec(source, source.usual_split() if split is None else split, labels)
    return ProjectSpec(data, stack(*layers), training=TrainingSpec(**training), output_follows_data=False)


def of_numbers(targets: int, activation: str, the_loss: Any, **training: Any) -> Any:
    metrics = training.pop("metrics", ("mean_absolute_error",))
    output = Dense(targets, activation)
    return project(numbers(targets), Dense(8), output, loss=the_loss, metrics=metrics, **training)


def with_goal(one: Goal, **more: Any) -> Any:
    return project(Iris(), Dense(3, "softmax"), goal=one, **more)


def facts_of(one: ProjectSpec) -> DataFacts:
    return one.data.source.facts(one.data.split)


def found(one: ProjectSpec) -> dict[str, tuple[Problem, ...]]:
    """The problems by the name of the check that found them."""
    facts = facts_of(one)
    view = View(one, facts, flow(one, facts))
    by_check = {check.__name__: tuple(check(view)) for check in problems._checks}
    return {name: those for name, those in by_check.items() if those}


HIDDEN = (Flatten(), Dense(32))
MNIST_OUTPUT = Dense(10, "softmax")
TEN = (*HIDDEN, MNIST_OUTPUT)
YES_NO: dict[str, Any] = {"loss": BinaryCrossentropy()}

SOUND = {
    "pictures": project(Mnist(), *TEN),
    "pictures, one-hot": project(Mnist(), *TEN, labels="one-hot", loss=CategoricalCrossentropy()),
    "pictures, raw scores": project(
        Mnist(), *HIDDEN, Dense(10, "linear"), loss=SparseCategoricalCrossentropy(from_logits=True)
    ),
    "activation of its own": project(Mnist(), Flatten(), Dense(32), Dense(10, "linear"), Activation("softmax")),
    "one against the rest": project(Mnist(), *HIDDEN, Dense(10, "sigmoid"), labels="one-hot", **YES_NO),
    "yes or no": project(Moons(), Dense(8), Dense(1, "sigmoid"), **YES_NO, metrics=("accuracy", "auc")),
    "yes or no with two units": project(Moons(), Dense(8), Dense(2, "softmax")),
    "a margin": project(Moons(), Dense(8, "tanh"), Dense(1, "linear"), loss=Hinge()),
    "numbers": of_numbers(3, "linear", MeanSquaredError()),
    "a goal": with_goal(Goal(minutes=5.0, value=1.0), early_stopping=EarlyStopping(monitor="val_accuracy")),
    "balanced": project(Iris(), Dense(3, "softmax"), balance_classes=True),
    "a curve": project(Curve(), Dense(8), Dense(1, "linear"), loss=MeanSquaredError(), metrics=()),
    "normalized": project(Iris(), Dense(8, "linear"), BatchNormalization(), Activation("relu"), Dense(3, "softmax")),
}

BROKEN: list[tuple[str, str, str, ProjectSpec]] = [
    ("output_is_missing", "blocking", "input", project(Iris())),
    ("output_is_missing", "blocking", "flatten_1", project(Mnist(), Flatten())),
    ("flatten_is_missing", "blocking", "dense_1", project(Mnist(), Dense(32), MNIST_OUTPUT)),
    ("flatten_is_missing", "blocking", "dense_1", project(Mnist(), Dense(32), MNIST_OUTPUT, Flatten())),
    ("flatten_is_missing", "hint", "dense_1", project(Mnist(), Dense(32), Flatten(), MNIST_OUTPUT)),
    ("answer_is_bent_twice", "blocking", "activation_1", project(Mnist(), *TEN, Activation("softmax"))),
    (
        "answer_is_bent_twice",
        "warning",
        "activation_1",
        project(Mnist(), *HIDDEN, Dense(10, "relu"), Activation("softmax")),
    ),
    ("something_follows_the_output", "warning", "dropout_1", project(Mnist(), *TEN, Dropout())),
    ("something_follows_the_output", "warning", "batch_normalization_1", project(Mnist(), *TEN, BatchNormalization())),
    ("softmax_is_hidden", "warning", "dense_1", project(Iris(), Dense(10, "softmax"), Dense(3, "softmax"))),
    ("nothing_bends_between", "hint", "dense_1", project(Iris(), Dense(10, "linear"), Dropout(), Dense(3, "softmax"))),
    ("gradients_vanish", "hint", "dense_1", project(Iris(), *[Dense(8, "sigmoid")] * 4, Dense(3, "softmax"))),
    (
        "units_are_alike",
        "warning",
        "dense_1",
        project(Iris(), Dense(8, kernel_initializer="zeros"), Dense(3, "softmax")),
    ),
    ("units_do_not_match", "blocking", "dense_2", project(Mnist(), *HIDDEN, Dense(9, "softmax"))),
    ("units_do_not_match", "blocking", "dense_2", project(Mnist(), *HIDDEN, Dense(1, "softmax"))),
    ("units_do_not_match", "blocking", "dense_1", project(Moons(), Dense(5, "sigmoid"), **YES_NO)),
    ("units_do_not_match", "blocking", "dense_1", project(Moons(), Dense(1, "sigmoid"), labels="one-hot", **YES_NO)),
    (
        "units_do_not_match",
        "blocking",
        "dense_1",
        project(numbers(3), Dense(1, "linear"), loss=MeanSquaredError(), metrics=()),
    ),
    ("loss_does_not_take_these_targets", "blocking", "loss", project(Mnist(), *TEN, loss=CategoricalCrossentropy())),
    ("loss_does_not_take_these_targets", "blocking", "loss", project(Mnist(), *TEN, labels="one-hot")),
    ("loss_does_not_take_these_targets", "blocking", "loss", project(Mnist(), *TEN, loss=MeanSquaredError())),
    ("loss_does_not_take_these_targets", "blocking", "loss", project(Moons(), Dense(1, "sigmoid"))),
    ("loss_does_not_take_these_targets", "blocking", "loss", of_numbers(1, "linear", BinaryCrossentropy())),
    # one softmax unit with categorical cross-entropy trains to a loss of 0.0, and Keras says nothing
    (
        "loss_cannot_read_the_answer",
        "blocking",
        "dense_2",
        project(Mnist(), *HIDDEN, Dense(1, "softmax"), labels="one-hot", loss=CategoricalCrossentropy()),
    ),
    ("loss_cannot_read_the_answer", "blocking", "dense_1", project(Moons(), Dense(1, "softmax"), **YES_NO)),
    ("loss_cannot_read_the_answer", "blocking", "dense_2", project(Mnist(), *HIDDEN, Dense(10, "relu"))),
    ("loss_cannot_read_the_answer", "warning", "dense_2", project(Mnist(), *HIDDEN, Dense(10, "sigmoid"))),
    ("loss_cannot_read_the_answer", "blocking", "dense_1", project(Moons(), Dense(1, "relu"), **YES_NO)),
    (
        "loss_cannot_read_the_answer",
        "blocking",
        "dense_2",
        project(Mnist(), *TEN, loss=SparseCategoricalCrossentropy(from_logits=True)),
    ),
    (
        "loss_cannot_read_the_answer",
        "blocking",
        "dense_1",
        project(Moons(), Dense(1, "sigmoid"), loss=BinaryCrossentropy(from_logits=True)),
    ),
    ("loss_cannot_read_the_answer", "warning", "dense_1", project(Moons(), Dense(1, "sigmoid"), loss=Hinge())),
    ("loss_cannot_read_the_answer", "blocking", "dense_2", of_numbers(1, "softmax", MeanSquaredError())),
    ("loss_cannot_read_the_answer", "warning", "dense_2", of_numbers(3, "softmax", MeanSquaredError())),
    ("loss_cannot_read_the_answer", "warning", "dense_2", of_numbers(1, "sigmoid", MeanSquaredError())),
    ("loss_cannot_read_the_answer", "hint", "dense_2", of_numbers(1, "relu", MeanSquaredError())),
    ("loss_cannot_read_the_answer", "blocking", "dense_2", of_numbers(1, "linear", Poisson())),
    ("loss_cannot_read_the_answer", "warning", "dense_2", of_numbers(1, "linear", MeanSquaredLogarithmicError())),
    ("loss_needs_more_units", "blocking", "loss", of_numbers(1, "linear", CosineSimilarity())),
    ("loss_needs_more_units", "blocking", "loss", of_numbers(1, "softmax", KLDivergence())),
    ("loss_expects_certain_targets", "hint", "loss", of_numbers(1, "softplus", Poisson())),
    ("loss_expects_certain_targets", "hint", "loss", of_numbers(3, "softmax", KLDivergence())),
    (
        "loss_expects_certain_targets",
        "warning",
        "loss",
        project(Curve(), Dense(8), Dense(1, "softplus"), loss=Poisson(), metrics=()),
    ),
    (
        "loss_cannot_read_the_answer",
        "warning",
        "dense_2",
        project(Curve(), Dense(8), Dense(1, "relu"), loss=MeanSquaredError(), metrics=()),
    ),
    (
        "labels_are_too_smooth",
        "warning",
        "loss",
        project(Moons(), Dense(1, "sigmoid"), loss=BinaryCrossentropy(label_smoothing=0.9)),
    ),
    ("metric_cannot_measure", "blocking", "loss", of_numbers(1, "linear", MeanSquaredError(), metrics=("accuracy",))),
    ("metric_cannot_measure", "blocking", "loss", project(Mnist(), *TEN, metrics=("accuracy", "f1_score"))),
    ("metric_cannot_measure", "hint", "loss", project(Iris(), Dense(3, "softmax"), metrics=("top_3_accuracy",))),
    (
        "metric_cannot_measure",
        "hint",
        "loss",
        of_numbers(1, "linear", MeanSquaredError(), metrics=("cosine_similarity",)),
    ),
    (
        "only_one_class",
        "blocking",
        "data",
        project(Told(DataFacts((2,), ("a",), 1, (), 9, 1, 1, False, (0.0, 1.0))), Dense(1, "sigmoid")),
    ),
    (
        "shape_is_not_that_of_the_data",
        "blocking",
        "input",
        replace(project(Mnist(), *TEN), input=InputSpec(follows_data=False, shape=(784,))),
    ),
    (
        "scaling_does_not_suit",
        "warning",
        "input",
        replace(project(Mnist(), *TEN), input=InputSpec(follows_data=False, scaling="none")),
    ),
    (
        "scaling_does_not_suit",
        "warning",
        "input",
        replace(project(Iris(), Dense(3, "softmax")), input=InputSpec(follows_data=False, shape=(4,))),
    ),
    (
        "scaling_does_not_suit",
        "warning",
        "input",
        replace(project(Wine(), Dense(3, "softmax")), input=InputSpec(follows_data=False, shape=(13,), scaling="none")),
    ),
    ("nothing_to_train_with", "blocking", "data", project(Iris(), Dense(3, "softmax"), split=Split(1e8, 0.1))),
    ("nothing_to_test_with", "hint", "data", project(Iris(), Dense(3, "softmax"), split=Split(0.1, 0.0))),
    ("batch_is_larger_than_the_data", "warning", "data", project(Iris(), Dense(3, "softmax"), batch_size=1000)),
    (
        "batch_has_no_spread",
        "blocking",
        "batch_normalization_1",
        project(Iris(), BatchNormalization(), Dense(3, "softmax"), batch_size=1),
    ),
    (
        "steps_are_fewer_than_accumulated",
        "warning",
        "optimizer",
        project(Iris(), Dense(3, "softmax"), optimizer=Adam(gradient_accumulation_steps=100)),
    ),
    (
        "learning_rate_does_not_suit",
        "warning",
        "optimizer",
        project(Iris(), Dense(3, "softmax"), optimizer=Adam(learning_rate=0.1)),
    ),
    ("learning_rate_does_not_suit", "hint", "optimizer", project(Iris(), Dense(3, "softmax"), optimizer=Adadelta())),
    (
        "clipped_twice",
        "blocking",
        "optimizer",
        project(Iris(), Dense(3, "softmax"), optimizer=SGD(clipnorm=1.0, clipvalue=0.5, global_clipnorm=1.0)),
    ),
    (
        "warm_up_never_ends",
        "warning",
        "optimizer",
        project(Iris(), Dense(3, "softmax"), schedule=Cosine(warmup=12.0)),
    ),
    ("muon_has_no_hidden_layer", "hint", "optimizer", project(Iris(), Dense(3, "softmax"), optimizer=Muon())),
    (
        "stopping_watches_nothing",
        "warning",
        "early_stopping",
        project(Iris(), Dense(3, "softmax"), early_stopping=EarlyStopping(monitor="val_auc")),
    ),
    ("stopping_watches_nothing", "warning", "early_stopping", project(Iris(), Dense(3, "softmax"), split=Split(0.0))),
    (
        "plateau_watches_nothing",
        "warning",
        "optimizer",
        project(Iris(), Dense(3, "softmax"), schedule=OnPlateau(monitor="val_auc")),
    ),
    (
        "stopping_begins_too_late",
        "warning",
        "early_stopping",
        project(Iris(), Dense(3, "softmax"), early_stopping=EarlyStopping(start_from_epoch=12)),
    ),
    (
        "stopping_waits_too_long",
        "hint",
        "early_stopping",
        project(Iris(), Dense(3, "softmax"), early_stopping=EarlyStopping(patience=12)),
    ),
    ("goal_watches_nothing", "warning", "early_stopping", with_goal(Goal(value=0.9), split=Split(0.0))),
    ("goal_watches_nothing", "warning", "early_stopping", with_goal(Goal(monitor="val_top_3_accuracy", value=0.9))),
    ("goal_watches_nothing", "warning", "early_stopping", with_goal(Goal(monitor="val_r2_score", value=0.9))),
    (
        "goal_watches_nothing",
        "warning",
        "early_stopping",
        with_goal(Goal(monitor="val_crossentropy", value=1.0), split=Split(0.0)),
    ),
    ("goal_is_out_of_reach", "warning", "early_stopping", with_goal(Goal(value=98.0))),
    ("goal_is_out_of_reach", "warning", "early_stopping", with_goal(Goal(value=1000.0))),
    ("goal_is_out_of_reach", "warning", "early_stopping", with_goal(Goal(monitor="loss", value=-0.1))),
    ("goal_is_always_reached", "warning", "early_stopping", with_goal(Goal(value=0.0))),
    ("goal_is_not_kept", "hint", "early_stopping", with_goal(Goal(value=0.9))),
    ("nothing_to_balance", "blocking", "loss", of_numbers(3, "linear", MeanSquaredError(), balance_classes=True)),
    (
        "loss_cannot_be_balanced",
        "warning",
        "loss",
        project(Iris(), Dense(3, "softmax"), labels="one-hot", loss=Dice(), balance_classes=True),
    ),
    (
        "plateau_waits_too_long",
        "hint",
        "optimizer",
        project(Iris(), Dense(3, "softmax"), schedule=OnPlateau(patience=12)),
    ),
    (
        "one_value_is_normalized",
        "warning",
        "layer_normalization_1",
        project(Iris(), Dense(1), LayerNormalization(), Dense(3, "softmax")),
    ),
    (
        "layers_are_too_many",
        "blocking",
        "dense_1",
        replace(
            project(Iris(), Dense(3, "softmax")),
            layers=(*(Placed(f"dropout_{one}", Dropout()) for one in range(1000)), *stack(Dense(3, "softmax"))),
        ),
    ),
    ("penalty_is_too_strong", "warning", "dense_1", project(Iris(), Dense(8, l2=1.0), Dense(3, "softmax"))),
    (
        "average_hardly_moves",
        "warning",
        "optimizer",
        project(Iris(), Dense(3, "softmax"), optimizer=Adam(use_ema=True, ema_momentum=0.999)),
    ),
    ("epsilon_is_nothing", "warning", "optimizer", project(Iris(), Dense(3, "softmax"), optimizer=Adam(epsilon=1e-39))),
    (
        "epsilon_is_nothing",
        "warning",
        "optimizer",
        project(Iris(), Dense(3, "softmax"), optimizer=Adafactor(learning_rate=0.01, epsilon_1=1e-30)),
    ),
    (
        "epsilon_is_nothing",
        "warning",
        "batch_normalization_1",
        project(Iris(), BatchNormalization(epsilon=5e-324), Dense(3, "softmax")),
    ),
    (
        "rate_is_gone_at_once",
        "warning",
        "optimizer",
        project(Iris(), Dense(3, "softmax"), schedule=Exponential(factor=0.01, every=0.5)),
    ),
    (
        "floor_is_too_high",
        "warning",
        "optimizer",
        project(Iris(), Dense(3, "softmax"), schedule=OnPlateau(patience=1, floor=0.001)),
    ),
    (
        "examples_are_fewer_than_classes",
        "warning",
        "data",
        project(Iris(), Dense(3, "softmax"), split=Split(74, 75), batch_size=1),
    ),
    (
        "layers_are_too_large",
        "blocking",
        "dense_2",
        project(Iris(), Dense(200_000), Dense(200_000), Dense(3, "softmax")),
    ),
    (
        "layers_are_too_large",  # not by its weights: a thousand examples are evaluated at once
        "blocking",
        "dense_1",
        project(
            Told(DataFacts((10, 2), ("a", "b", "c"), 1, (), 10_000, 5_000, 5_000, False, (0.0, 1.0))),
            Dense(400_000),
            Flatten(),
            Dense(3, "softmax"),
            batch_size=8,
        ),
    ),
    (
        "batch_is_too_large",
        "blocking",
        "optimizer",
        project(Mnist(), Flatten(), Dense(10_000), MNIST_OUTPUT, batch_size=50_000, optimizer=SGD()),
    ),
    (
        "batch_has_too_many_numbers",
        "blocking",
        "optimizer",
        project(Mnist(), Flatten(), Dense(100_000), MNIST_OUTPUT, batch_size=50_000, optimizer=SGD()),
    ),
    (
        "examples_are_too_many",
        "blocking",
        "data",
        project(
            Told(DataFacts((1000,), ("a", "b"), 1, (), 10**9, 1, 1, False, (0.0, 1.0))), Dense(1, "sigmoid"), **YES_NO
        ),
    ),
]


@pytest.mark.parametrize("name", SOUND)
def test_no_check_speaks_of_a_sound_project(name: str) -> None:
    assert found(SOUND[name]) == {}


@pytest.mark.parametrize("check, severity, place, broken", BROKEN)
def test_a_check_says_at_its_place_how_bad_it_is(check: str, severity: str, place: str, broken: ProjectSpec) -> None:
    assert [(one.severity, one.place) for one in found(broken).get(check, ())] == [(severity, place)]


def mended(check: str, broken: ProjectSpec) -> TrainingSpec:
    (problem,) = found(broken)[check]
    assert problem.fix is not None
    return problem.fix.apply(broken).training


def test_a_goal_that_lacks_validation_is_watched_on_the_training_examples_and_keeps_its_value() -> None:
    without = mended("goal_watches_nothing", with_goal(Goal(value=0.9), split=Split(0.0)))
    assert (without.goal, without.metrics) == (Goal(monitor="accuracy", value=0.9), ("accuracy",))


def test_a_metric_that_a_goal_wants_is_measured_where_it_can_be() -> None:
    missing = mended("goal_watches_nothing", with_goal(Goal(monitor="val_crossentropy", value=0.1)))
    assert (missing.goal.value, missing.metrics) == (0.1, ("accuracy", "crossentropy"))
    impossible = mended("goal_watches_nothing", with_goal(Goal(monitor="val_r2_score", value=0.9)))
    assert (impossible.goal.value, impossible.metrics) == (None, ("accuracy",))


def test_a_share_in_percent_is_understood() -> None:
    assert mended("goal_is_out_of_reach", with_goal(Goal(value=98.0))).goal.value == 0.98
    assert mended("goal_is_out_of_reach", with_goal(Goal(value=980.0))).goal.value is None


def test_targets_that_are_known_never_to_be_negative_need_no_warning() -> None:
    for bend, the_loss in (("softplus", Poisson()), ("relu", MeanSquaredError())):
        fine = project(Diabetes(), Dense(8), Dense(1, bend), loss=the_loss, metrics=())
        assert not {"loss_expects_certain_targets", "loss_cannot_read_the_answer"} & set(found(fine))


def test_every_check_is_tried() -> None:
    # A layer's own misfit needs a kind that refuses shapes; no kind refuses one that the data can have.
    assert {check.__name__ for check in problems._checks} - {name for name, *_ in BROKEN} == {"layer_does_not_fit"}


@pytest.mark.parametrize("broken", [broken for *_others, broken in BROKEN])
def test_sentences_are_short_and_buttons_shorter(broken: ProjectSpec) -> None:
    for problem in outline(broken, facts_of(broken)).problems:
        assert len(problem.sentence) <= 130
        assert problem.sentence.endswith(".")
        assert "{" not in problem.sentence
        if problem.fix is not None:
            assert len(problem.fix.label) <= 48
            assert "{" not in problem.fix.label


def fixes_mend(broken: ProjectSpec) -> None:
    before = found(broken)
    blocking = {name for name, those in before.items() if any(one.severity == "blocking" for one in those)}
    for name, those in before.items():
        for problem in those:
            if problem.fix is None:
                continue
            mended = problem.fix.apply(broken)
            after = found(mended)
            assert problem not in after.get(name, ()), (name, problem.sentence)
            assert len(after.get(name, ())) < len(those) or name == "layer_does_not_fit", (name, problem.sentence)
            still = {one for one, left in after.items() if any(other.severity == "blocking" for other in left)}
            assert still <= blocking, (problem.sentence, [after[one] for one in still - blocking])


@pytest.mark.parametrize("broken", [broken for *_others, broken in BROKEN])
def test_a_fix_mends_its_problem_and_blocks_nothing_else(broken: ProjectSpec) -> None:
    fixes_mend(broken)


SOURCES = [Mnist(), Iris(), Moons(), Curve(), numbers(1), numbers(3)]
ACTIVATIONS = st.sampled_from([entry.name for entry in activation])
LAYERS = st.one_of(
    st.builds(Dense, st.sampled_from([1, 2, 3, 5, 10, 64]), ACTIVATIONS),
    st.builds(Activation, ACTIVATIONS),
    st.sampled_from([entry.kind() for entry in layer]),
)
MONITORS = st.sampled_from(["val_loss", "loss", "val_accuracy", "val_auc", "mean_absolute_error"])


@st.composite
def any_project(draw: st.DrawFn) -> ProjectSpec:
    of_loss = draw(st.sampled_from([entry.kind() for entry in loss]))
    if hasattr(of_loss, "from_logits"):
        of_loss = replace(of_loss, from_logits=draw(st.booleans()))
    metrics = draw(st.lists(st.sampled_from([entry.name for entry in metric]), unique=True, max_size=3))
    training = TrainingSpec(
        loss=of_loss,
        optimizer=draw(st.sampled_from([entry.kind() for entry in optimizer])),
        schedule=draw(st.builds(OnPlateau, MONITORS, patience=st.integers(1, 30)) | st.builds(Cosine)),
        metrics=tuple(metrics),
        batch_size=draw(st.sampled_from([1, 32, 500])),
        early_stopping=draw(st.builds(EarlyStopping, st.booleans(), MONITORS, st.integers(0, 20))),
        goal=draw(st.builds(Goal, monitor=MONITORS, value=st.sampled_from([None, -1.0, 0.0, 0.5, 1.0, 60.0, 500.0]))),
        balance_classes=draw(st.booleans()),
    )
    split = draw(st.sampled_from([Split(), Split(0.0, 0.0), Split(0.2, 0.3)]))
    data = DataSpec(draw(st.sampled_from(SOURCES)), split, draw(st.sampled_from(["integers", "one-hot"])))
    shape = st.sampled_from([(28, 28), (4,), (2,), (1,), (5,)])
    scaling = st.sampled_from(["none", "unit", "standard", "own"])
    return ProjectSpec(
        data,
        stack(*draw(st.lists(LAYERS, max_size=6))),
        input=draw(st.builds(InputSpec, st.booleans(), shape, scaling)),
        training=training,
        output_follows_data=draw(st.booleans()),
    )


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(any_project())
def test_fixes_of_any_project_mend(one: ProjectSpec) -> None:
    fixes_mend(one)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(any_project())
def test_all_fixes_in_turn_leave_nothing_blocking(one: ProjectSpec) -> None:
    for _step in range(60):
        blocking = outline(one, facts_of(one)).blocking
        if not blocking:
            return
        fix = blocking[0].fix
        assert fix is not None, blocking[0]
        one = fix.apply(one)
    pytest.fail(f"still blocking: {outline(one, facts_of(one)).blocking}")


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(any_project())
def test_a_fitted_output_stays_and_has_no_problems(one: ProjectSpec) -> None:
    one = replace(one, output_follows_data=True)
    once = fitted(one, facts_of(one))
    assert fitted(once, facts_of(one)) == once
    about_the_output = {"units_do_not_match", "loss_does_not_take_these_targets", "loss_cannot_read_the_answer"}
    about_the_output |= {"loss_needs_more_units"}
    if once.output() is not None:
        assert not about_the_output & set(found(once))
        measured = found(once).get("metric_cannot_measure", ())
        assert not [problem for problem in measured if problem.severity == "blocking"]
