"""Between the views and the engine."""

import numpy as np

from netbuilder.events import EpochEnded
from netbuilder.files.templates import template_named


def ended(epoch: int) -> EpochEnded:
    return EpochEnded(epoch, 0.001, {"loss": 1.0}, 0.001, None, 0)


def test_a_flood_of_epochs_asks_once_at_once_and_once_at_its_end(window, qtbot) -> None:
    window.document.replace(template_named("spirals").project(), None)
    window.training.start(window.document.spec)
    window.trying.asked.clear()
    for epoch in range(1, 500):
        window.trial.hear(ended(epoch))
    assert len(window.trying.asked) == 1
    qtbot.waitUntil(lambda: len(window.trying.asked) > 1)
    qtbot.wait(150)
    assert len(window.trying.asked) == 2
    assert np.asarray(window.trying.asked[-1]).shape == (2,)
    window.training.finish(None)
