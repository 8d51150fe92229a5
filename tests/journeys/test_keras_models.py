"""A Keras model in the window: opened, tried, trained further, saved as a project; and what goes on meanwhile."""

import keras
import numpy as np
import pytest

from netbuilder.data.pictures.pen_digits import PenDigits
from netbuilder.events import EpochEnded, RunEnded
from netbuilder.ui import filing

PATIENCE = 120_000  # ms; imports of TensorFlow on a busy machine


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """The file of a network that plain Keras trained on digits, scaled before they reached it."""
    examples = PenDigits().read(lambda *_: None, lambda: False)
    keras.utils.set_random_seed(1)
    made = keras.Sequential(
        [keras.Input((784,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(10, activation="softmax")]
    )
    made.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    flat = examples.inputs[:3000].reshape(-1, 784).astype("float32") / 255
    made.fit(flat, examples.targets[:3000], batch_size=64, epochs=3, verbose=0)
    path = tmp_path_factory.mktemp("models") / "from a friend.keras"
    made.save(path)
    return path, examples.inputs[0], made.predict(flat[:1], verbose=0)[0]


def answered(qtbot, window, picture):
    with qtbot.waitSignal(window.trying.answered, timeout=PATIENCE) as told:
        window.try_it.asked.emit(picture)
    return told.args[0]


def test_a_model_is_opened_tried_trained_further_and_saved(hand, qtbot, model, tmp_path):
    window, (path, picture, expected) = hand.window, model
    with qtbot.waitSignal(window.filing.began, timeout=PATIENCE):
        window.filing.open_path(path)
    assert window.filing.name == "from a friend"
    assert window.document.modified
    assert "“10 more” trains them further" in window.messages.says.text()
    assert "so they are divided" in window.messages.says.text()
    assert [type(placed.layer).__name__ for placed in window.document.spec.layers] == ["Flatten", "Dense", "Dense"]
    np.testing.assert_allclose(answered(qtbot, window, picture), expected, 1e-4, 1e-5)

    ends = []
    window.training.told.connect(ends.append)
    with qtbot.waitSignal(window.training.ended, timeout=PATIENCE):
        window.training.go_on(2)
    end = next(event for event in ends if isinstance(event, RunEnded))
    assert end.epochs == 2
    first = next(event for event in ends if isinstance(event, EpochEnded))
    assert first.metrics["val_accuracy"] > 0.8, "it knew how to read digits before"

    saved = tmp_path / "mine.netbuilder"
    assert window.filing._write(saved)
    window.filing.open_path(saved)
    assert window.training.can_go_on


def test_a_file_that_is_no_model_is_a_sentence_and_the_project_stays(hand, qtbot, tmp_path):
    window, before = hand.window, hand.window.document.spec
    (tmp_path / "broken.keras").write_bytes(b"PK\5\6" + bytes(18))
    with qtbot.waitSignal(window.training.failed, timeout=PATIENCE) as told:
        window.filing.open_path(tmp_path / "broken.keras")
    assert "broken.keras" in told.args[0]
    assert window.messages.says.text() == told.args[0]
    assert window.document.spec is before


def test_edits_made_while_a_model_is_read_are_asked_about(hand, qtbot, model, monkeypatch):
    window, (path, _picture, _expected) = hand.window, model
    monkeypatch.setattr(filing, "ask_to_save", lambda *_words: "cancel")
    answers = []
    monkeypatch.setattr(window.training, "refuse_opened", lambda: answers.append("refused"))
    window.document.saved(window.document.spec, path.with_suffix(".netbuilder"))
    window.filing.open_path(path)
    window.editing.new_seed()
    edited = window.document.spec
    qtbot.waitUntil(lambda: bool(answers), timeout=PATIENCE)
    assert window.document.spec is edited
