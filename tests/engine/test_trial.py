"""What a run will cost is found by a trial that leaves no trace, and is not forgotten for a run that tells less."""

from dataclasses import replace

import pytest

from netbuilder.engine.session import Session
from netbuilder.events import BatchesTrained, EpochEnded
from netbuilder.orders import Orders, Stop
from netbuilder.spec.split import Split


@pytest.fixture
def session(small_project):
    """Of large batches: each epoch is one step of examples that are fewer than were asked for."""
    data = replace(small_project.data, split=Split(validation=0.1, test=0.1))
    training = replace(small_project.training, batch_size=100_000, epochs=6)
    project = replace(small_project, data=data, training=training)
    source = project.data.source
    return Session(project, source.facts(project.data.split), source.read(lambda *_: None, lambda: False))


def told_by(session, stop=lambda _event: False):
    orders, told = Orders(), []

    def emit(event):
        told.append(event)
        if stop(event):
            orders.give(Stop())

    session.run(emit, orders)
    return told


def test_a_run_that_is_stopped_at_once_leaves_the_price_as_it_was_measured(session):
    session.measure(lambda: False)
    measured = session.epoch_seconds
    assert measured > 0
    told = told_by(session, lambda event: isinstance(event, EpochEnded))
    assert told[-1].epochs == 1
    assert session.epoch_seconds == measured
    assert told_by(session)[-1].epochs == 6
    assert session.epoch_seconds not in {0.0, measured}


def test_a_batch_of_all_examples_has_a_speed_and_a_time_left(session):
    told = told_by(session)
    batches = [event for event in told if isinstance(event, BatchesTrained)]
    examples = told[0].train
    assert batches[-1].samples_per_second > 0
    assert batches[-1].samples_per_second < examples / 1e-6, "of those that there are"
    assert any(event.seconds_left > 0 for event in batches[1:])
