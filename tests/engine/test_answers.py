"""Answers come from a copy of the weights, whatever the training does."""

import tempfile
import threading
from dataclasses import replace

import numpy as np

from netbuilder.engine.session import Session
from netbuilder.orders import Orders


def test_a_network_answers_while_it_learns(small_project):
    project = small_project
    facts = project.data.source.facts(project.data.split)
    examples = project.data.source.read(lambda *_: None, lambda: False)
    asked, answers = threading.Event(), []
    networks = []

    def ask():
        asked.wait(30)
        while networks and not finished.is_set():
            answer = networks[0].predict(examples.inputs[:1])[0]
            with answered:
                answers.append(answer)
                answered.notify()

    def hear(_event):
        """Goes on once something that was asked since then is answered: the first answer may be to an earlier question."""
        before = len(answers)
        with answered:
            assert answered.wait_for(lambda: len(answers) > before + 1, 60)

    finished, answered = threading.Event(), threading.Condition()
    asker = threading.Thread(target=ask)
    asker.start()

    try:
        session = Session(project, facts, examples)
        networks.append(session.network)
        asked.set()
        session.run(hear, Orders())
    finally:
        finished.set()
        asked.set()
        asker.join()
    assert len(answers) > 5
    assert np.allclose(np.sum(answers, axis=1), 1, atol=1e-5)
    assert not np.array_equal(answers[0], answers[-1])


def test_answers_change_only_when_the_weights_are_taken(small_project):
    from netbuilder.engine.answers import Answers
    from netbuilder.engine.build import build
    from netbuilder.spec.recipe import recipe
    from netbuilder.spec.scaling import Scaling

    facts = small_project.data.source.facts(small_project.data.split)
    model = build(small_project, recipe(small_project, facts, Scaling(1 / 255, 0.0)))
    answers = Answers(model)
    picture = np.full((1, 8, 8), 200, np.uint8)
    before = answers.to(picture)
    model.set_weights([weights + 1 for weights in model.get_weights()])
    assert np.array_equal(answers.to(picture), before)
    answers.take()
    assert not np.array_equal(answers.to(picture), before)
    assert np.allclose(answers.to(picture), model.predict(picture, verbose=0), atol=1e-6)


def test_a_network_that_answers_leaves_no_file_to_a_killed_process(small_project, tmp_path, monkeypatch):
    from netbuilder.engine.answers import Answers
    from netbuilder.engine.build import build
    from netbuilder.spec.recipe import recipe
    from netbuilder.spec.scaling import Scaling

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    facts = small_project.data.source.facts(small_project.data.split)
    Answers(build(small_project, recipe(small_project, facts, Scaling(1 / 255, 0.0))))
    assert list(tmp_path.iterdir()) == []


def test_raw_scores_are_read_as_probabilities(small_project):
    from netbuilder.engine.network import restored
    from netbuilder.spec.layers.dense import Dense
    from netbuilder.spec.layers.flatten import Flatten
    from netbuilder.spec.losses import loss
    from netbuilder.spec.project import stack

    training = replace(small_project.training, loss=loss["sparse_categorical_crossentropy"].kind(from_logits=True))
    project = replace(small_project, training=training, layers=stack(Flatten(), Dense(units=10, activation="linear")))
    weights = [np.random.default_rng(1).normal(size=shape).astype(np.float32) for shape in ((64, 10), (10,))]
    network = restored(project, None, weights, np.zeros((1, 8, 8), np.uint8))
    pictures = np.random.default_rng(2).integers(0, 3, (5, 8, 8)).astype(np.uint8)
    raw, read = network.predict(pictures), network.shares(pictures)
    assert np.allclose(read.sum(axis=1), 1, atol=1e-5)
    assert np.array_equal(read.argmax(axis=1), raw.argmax(axis=1))
    assert raw.min() < 0
