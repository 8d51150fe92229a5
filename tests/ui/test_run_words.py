"""A run in words."""

from dataclasses import replace

import numpy as np

from netbuilder.data.points.moons import Moons
from netbuilder.events import BatchesTrained, EpochEnded, RunEnded, RunPrepared
from netbuilder.spec import edits
from netbuilder.ui.run_words import Progress, after, ended_sentence, network_state

PREPARED = RunPrepared("CPU", True, 12, 1719, 55_000, 5_000, 52_650, False)


def trained(epoch: int, first: int, steps: int) -> BatchesTrained:
    return BatchesTrained(epoch, first, np.ones(steps, np.float32), {}, 320_000.0, 1.2)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_progress_says_epoch_batch_speed_and_time_left() -> None:
    progress = after(after(Progress(), PREPARED), trained(11, 1000, 32))
    assert plain(progress.sentence) == "Epoch 11 of 12 · 1,032 / 1,719 · 320k samples/s · 1 s left"


def test_the_share_of_a_run_grows_with_its_steps_to_one() -> None:
    progress = after(Progress(), PREPARED)
    assert progress.share == 0
    progress = after(progress, trained(7, 0, 0))
    assert progress.share == 0.5
    progress = after(progress, EpochEnded(12, 1.0, {}, 1e-3, None, 0))
    assert progress.share == 1


def test_the_end_says_why_how_long_and_how_good() -> None:
    ended = RunEnded("stopped_early", 8, 6, True, 4.1, {"loss": 0.1, "accuracy": 0.9781})
    words = plain(ended_sentence(ended))
    assert words == "Stopped early after 8 epochs in 4 s · weights of epoch 6 · test accuracy 97.8 %"
    assert plain(ended_sentence(RunEnded("stopped", 1, None, False, 70.0, {}))) == "Stopped after 1 epoch in 1 min 10 s"


def test_the_state_of_a_network_is_said_until_it_fits_the_project(project) -> None:
    assert "untrained" in network_state(None, project, running=False)
    assert network_state(None, project, running=True) == ""
    assert network_state(project, project, running=False) == ""
    assert network_state(project, replace(project, title="other"), running=False) == ""
    edited = edits.add_layer(project, "dense").project
    assert "Edited" in network_state(project, edited, running=False)
    assert "other data" in network_state(project, edits.change_source(project, Moons()).project, running=False)


def test_no_time_is_promised_before_the_speed_is_known() -> None:
    known = Progress(epochs=12, steps=760, epoch=1, step=8, seconds_left=0.0)
    assert known.sentence == "Epoch 1 of 12 · 8 / 760"


def test_a_run_that_was_stopped_at_once_counts_no_epochs() -> None:
    words = plain(ended_sentence(RunEnded("stopped", 0, None, False, 0.8, {})))
    assert words == "Stopped in the first epoch after 0.8 s"
