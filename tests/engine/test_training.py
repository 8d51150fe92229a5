"""Training tells its events, keeps its promises at the end, and gives the same numbers for the same seed."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from netbuilder.engine.build import build, make
from netbuilder.engine.devices import NoSuchDevice, devices, why_no_gpu
from netbuilder.engine.network import restored
from netbuilder.engine.order import order
from netbuilder.engine.prepared import prepared
from netbuilder.engine.session import Session
from netbuilder.engine.state import DoesNotBelong
from netbuilder.events import BatchesTrained, EpochEnded, RunEnded, RunPrepared
from netbuilder.orders import Orders, SetLearningRate
from netbuilder.spec.layers import layer
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.optimizers import optimizer
from netbuilder.spec.project import EarlyStopping, Placed, stack
from netbuilder.spec.recipe import recipe
from netbuilder.spec.schedules import schedule


def session_of(project):
    facts = project.data.source.facts(project.data.split)
    return Session(project, facts, project.data.source.read(lambda *_: None, lambda: False))


def trained(project, orders=None, hear=lambda event: None):
    told = []

    def emit(event):
        told.append(event)
        hear(event)

    session = session_of(project)
    session.run(emit, orders or Orders())
    return session.network, told


def with_training(project, **changes):
    return replace(project, training=replace(project.training, **changes))


def test_a_run_tells_every_batch_every_epoch_and_its_end(small_project):
    _, told = trained(small_project)
    assert isinstance(told[0], RunPrepared)
    assert isinstance(told[-1], RunEnded)
    steps = told[0].steps_per_epoch
    for epoch in (1, 2):
        batches = [event for event in told if isinstance(event, BatchesTrained) and event.epoch == epoch]
        assert sum(len(event.losses) for event in batches) == steps
        assert [event.first_step for event in batches] == list(
            np.cumsum([0, *(len(event.losses) for event in batches[:-1])])
        )
    assert [event.epoch for event in told if isinstance(event, EpochEnded)] == [1, 2]
    assert told[-1].reason == "all_epochs"
    assert set(told[-1].test) == {"loss", "accuracy"}


def test_the_loss_of_an_epoch_is_the_mean_of_its_batches(small_project):
    _, told = trained(small_project)
    losses = np.concatenate([event.losses for event in told if isinstance(event, BatchesTrained) and event.epoch == 1])
    sizes = np.full(len(losses), 32)
    sizes[-1] = told[0].train - 32 * (len(losses) - 1)
    ended = next(event for event in told if isinstance(event, EpochEnded))
    assert ended.metrics["loss"] == pytest.approx(np.average(losses, weights=sizes), rel=1e-5)


def with_batch_normalization(layers):
    first, *rest, last = layers
    return (first, *rest, Placed("normalized", layer["batch_normalization"].kind()), last)


@pytest.mark.parametrize("epochs", [3, 30], ids=["no xla", "xla"])
def test_weights_and_the_values_of_every_epoch_are_those_that_fit_comes_to(small_project, epochs):
    """Of a whole run, which balances classes, has a schedule and callbacks, and goes back to its best epoch.

    The values are each epoch's own: none of the epoch before it, and none of the validation between them. Weights are
    equal to the bit; values are sums of float32 in another order.
    """
    project = with_training(
        small_project,
        epochs=epochs,
        metrics=("accuracy", "top_3_accuracy"),
        balance_classes=True,
        optimizer=optimizer["adam"].kind(learning_rate=0.03, clipnorm=0.5, gradient_accumulation_steps=3),
        schedule=schedule["exponential"].kind(factor=0.9),
        early_stopping=EarlyStopping(monitor="val_loss", patience=max(1, epochs // 6), min_delta=0.02),
    )
    project = replace(project, layers=with_batch_normalization(project.layers))
    source, training = project.data.source, project.training
    facts = source.facts(project.data.split)
    data = prepared(project, facts, source.read(lambda *_: None, lambda: False))
    calls = recipe(project, facts, data.scaling)
    assert calls.compiled == (epochs == 30)

    def batches():
        for epoch in range(1, epochs + 1):
            rows = data.train[order(len(data.train), training.seed, epoch)]
            for start in range(0, len(rows), training.batch_size):
                chosen = rows[start : start + training.batch_size]
                yield data.inputs[chosen], data.targets[chosen], data.weights[chosen]

    model = build(project, calls)
    fitted = model.fit(
        batches(),
        epochs=epochs,
        steps_per_epoch=calls.steps_per_epoch,
        validation_data=(data.inputs[data.validation], data.targets[data.validation]),
        validation_batch_size=calls.validation_batch_size,
        shuffle=False,
        verbose=0,
        callbacks=[make(one) for one in calls.callbacks],
    )
    network, told = trained(project)
    for mine, theirs in zip(network.model.get_weights(), model.get_weights(), strict=True):
        assert np.array_equal(mine, theirs)
    ended = [event.metrics for event in told if isinstance(event, EpochEnded)]
    assert len(ended) == len(fitted.epoch)
    assert set(ended[0]) == set(fitted.history)
    for name, values in fitted.history.items():
        assert [one[name] for one in ended] == pytest.approx(values, rel=1e-5), name


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(small_project):
    first, told = trained(small_project)
    again, told_again = trained(small_project)
    other, _ = trained(with_training(small_project, seed=7))
    for one, two in zip(first.model.get_weights(), again.model.get_weights(), strict=True):
        assert np.array_equal(one, two)
    assert told[-1].test == told_again[-1].test
    assert not np.array_equal(first.model.get_weights()[0], other.model.get_weights()[0])


def test_a_run_that_early_stopping_did_not_shorten_has_done_all_epochs(small_project):
    never_good_enough = EarlyStopping(patience=2, min_delta=1000.0)
    _network, told = trained(with_training(small_project, epochs=3, early_stopping=never_good_enough))
    assert (told[-1].reason, told[-1].epochs) == ("all_epochs", 3)
    _network, told = trained(with_training(small_project, epochs=4, early_stopping=never_good_enough))
    assert (told[-1].reason, told[-1].epochs) == ("stopped_early", 3)


def test_early_stopping_goes_back_to_the_best_epoch(small_project):
    project = with_training(
        small_project,
        epochs=60,
        optimizer=optimizer["sgd"].kind(learning_rate=3.0),  # jumps about, so that the best epoch is not the last
        early_stopping=EarlyStopping(patience=2),
    )
    network, told = trained(project)
    ended = told[-1]
    epochs = [event for event in told if isinstance(event, EpochEnded)]
    best = min(epochs, key=lambda event: event.metrics["val_loss"])
    assert ended.reason == "stopped_early"
    assert ended.best_epoch == best.epoch
    assert ended.epochs == best.epoch + 2
    assert ended.restored_best
    examples = project.data.source.read(lambda *_: None, lambda: False)
    from netbuilder.data.split import divide

    rows = divide(examples, project.data.split).validation
    right = network.predict(examples.inputs[rows]).argmax(1) == examples.targets[rows]
    assert right.mean() == pytest.approx(best.metrics["val_accuracy"], abs=1e-6)


def test_on_plateau_makes_the_learning_rate_smaller(small_project):
    plateau = schedule["on_plateau"].kind(patience=1, factor=0.5, min_delta=100.0)
    _, told = trained(with_training(small_project, epochs=4, schedule=plateau))
    rates = [event.learning_rate for event in told if isinstance(event, EpochEnded)]
    assert rates[-1] < rates[0]


def test_a_loss_beyond_all_bounds_ends_the_run_with_good_weights_and_advice(small_project):
    from netbuilder.spec.losses import loss
    from netbuilder.spec.project import DataSpec
    from netbuilder.spec.sources import source

    diabetes = source["diabetes"].kind()
    project = with_training(
        replace(
            small_project, data=DataSpec(diabetes), layers=stack(Dense(units=16), Dense(units=1, activation="linear"))
        ),
        optimizer=optimizer["sgd"].kind(learning_rate=50.0),
        loss=loss["mean_squared_error"].kind(),
        metrics=(),
    )
    network, told = trained(project)
    assert told[-1].reason == "not_finite"
    assert "learning rate of 0.01" in told[-1].message
    assert all(np.isfinite(weights).all() for weights in network.model.get_weights())


def test_penalty_and_data_loss_are_told_apart(small_project):
    project = replace(
        small_project, layers=stack(Flatten(), Dense(units=16, l2=0.05), Dense(units=10, activation="softmax"))
    )
    _, told = trained(project)
    ended = next(event for event in told if isinstance(event, EpochEnded))
    assert ended.metrics["penalty"] > 0
    assert ended.metrics["data_loss"] + ended.metrics["penalty"] == pytest.approx(ended.metrics["loss"])


def test_one_hot_labels_train_as_class_numbers_do(small_project):
    from netbuilder.spec.losses import loss

    project = replace(small_project, data=replace(small_project.data, labels="one-hot"))
    project = with_training(project, loss=loss["categorical_crossentropy"].kind())
    _, one_hot = trained(project)
    _, integers = trained(small_project)
    assert one_hot[-1].test["accuracy"] == pytest.approx(integers[-1].test["accuracy"], abs=0.02)


def test_stored_weights_come_back_as_the_same_network(small_project):
    network, _ = trained(small_project)
    stored = network.stored()
    again = restored(**stored)
    assert np.array_equal(again.predict(stored["examples"]), network.predict(stored["examples"]))


def optimizer_of(model):
    return [np.array(one) for one in model.optimizer.variables]


def test_a_network_that_comes_back_has_the_optimizer_of_its_training(small_project, tmp_path):
    project = with_training(small_project, schedule=schedule["exponential"].kind(factor=0.5))
    session = session_of(project)
    orders = Orders()
    orders.give(SetLearningRate(0.005))
    session.run(lambda _event: None, orders)
    stored = session.network.stored()
    again = restored(**stored, checkpoint=session.end)
    assert again.compiled == session.calls.compiled
    assert len(optimizer_of(again.model)) == len(optimizer_of(session.model))
    assert all(map(np.array_equal, optimizer_of(again.model), optimizer_of(session.model)))
    again.save(tmp_path / "again.keras")
    loaded = keras.saving.load_model(tmp_path / "again.keras")
    assert int(loaded.optimizer.iterations.numpy()) == int(session.model.optimizer.iterations.numpy()) > 0
    assert float(loaded.optimizer.learning_rate.numpy()) == pytest.approx(0.005)


def test_a_network_whose_optimizer_is_none_of_its_own_answers_all_the_same(small_project):
    session = session_of(small_project)
    session.run(lambda _event: None, Orders())
    stored = session.network.stored()
    again = restored(**stored, checkpoint=replace(session.end, optimizer=session.end.optimizer[1:]))
    assert np.array_equal(again.predict(stored["examples"]), session.network.predict(stored["examples"]))


def test_weights_of_another_network_are_refused(small_project):
    stored = trained(small_project)[0].stored()
    stored["project"] = replace(small_project, layers=stack(Flatten(), Dense(units=10, activation="softmax")))
    with pytest.raises(DoesNotBelong, match="trained anew"):
        restored(**stored)


def test_an_unknown_device_is_refused_with_those_that_are_there(small_project):
    with pytest.raises(NoSuchDevice, match="cpu"):
        trained(with_training(small_project, device="gpu:7"))


def test_the_cpu_is_always_there_and_a_missing_gpu_is_explained():
    assert devices()[0].name == "cpu"
    assert len(why_no_gpu()) > 20
