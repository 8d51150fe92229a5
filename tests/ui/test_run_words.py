"""How a run ended, in words."""

from dataclasses import replace
from typing import get_args

import pytest

from netbuilder.data.points.moons import Moons
from netbuilder.events import Reason, RunEnded
from netbuilder.spec import edits
from netbuilder.ui.run_words import ended_sentence, network_state


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def said(ended: RunEnded, first_epoch: int = 1, first_step: int = 0) -> str:
    return plain(ended_sentence(ended, first_epoch, first_step))


def test_the_end_says_why_how_long_and_how_good() -> None:
    ended = RunEnded("stopped_early", 8, 6, True, 4.1, {"loss": 0.1, "accuracy": 0.9781})
    assert said(ended) == "Stopped early after 8 epochs in 4 s · test accuracy 97.8 % · weights of epoch 6"
    assert said(RunEnded("stopped", 1, None, False, 70.0, {})) == "Stopped after 1 epoch in 1 min 10 s"


@pytest.mark.parametrize("reason", get_args(Reason))
def test_every_reason_has_words_of_its_own(reason: Reason) -> None:
    words = {other: said(RunEnded(other, 8, None, False, 4.1, {})) for other in get_args(Reason)}
    assert "8 epochs" in words[reason]
    assert len(set(words.values())) == len(words)


def test_a_part_of_an_epoch_is_said_and_is_no_epoch() -> None:
    ended = RunEnded("stopped", 3, None, False, 4.0, {}, part_steps=120)
    assert said(ended) == "Stopped after 3 epochs and 120 batches of epoch 4 in 4 s"
    assert said(replace(ended, epochs=0)) == "Stopped after 120 batches of epoch 1 in 4 s"


def test_a_run_that_was_stopped_before_its_first_step_counts_nothing() -> None:
    assert said(RunEnded("stopped", 0, None, False, 0.8, {})) == "Stopped before the first step"


def test_numbers_that_went_wrong_at_once_are_not_called_a_stop() -> None:
    ended = RunEnded("not_finite", 0, None, False, 0.8, {})
    assert said(ended) == "Ended in epoch 1: the loss is no longer a number"
    assert said(replace(ended, epochs=12), 13) == "Ended in epoch 13: the loss is no longer a number"
    assert said(replace(ended, reason="time_over")) == "Time was over before the first step"


def test_a_run_that_went_on_says_what_was_added_and_what_that_makes() -> None:
    ended = RunEnded("all_epochs", 22, None, False, 4.0, {})
    assert said(ended, 13) == "Trained 10 more epochs (22 in all) in 4 s"
    ended = RunEnded("stopped", 14, None, False, 4.0, {}, part_steps=7)
    assert said(ended, 13) == "Stopped after 2 more epochs (14 in all) and 7 batches of epoch 15 in 4 s"
    assert said(replace(ended, epochs=12), 13) == "Stopped after 7 batches of epoch 13 in 4 s"


def test_a_run_that_went_on_within_an_epoch_says_that_it_was_the_rest() -> None:
    ended = RunEnded("all_epochs", 11, None, False, 4.0, {})
    assert said(ended, 2, 20) == "Trained the rest of epoch 2 and 9 more epochs (11 in all) in 4 s"
    assert said(replace(ended, epochs=2), 2, 20) == "Trained the rest of epoch 2 in 4 s"
    assert said(replace(ended, epochs=3), 1, 20) == "Trained the rest of epoch 1 and 2 more epochs (3 in all) in 4 s"
    words = "Stopped after the rest of epoch 2, 9 more epochs (11 in all) and 7 batches of epoch 12 in 4 s"
    assert said(replace(ended, reason="stopped", part_steps=7), 2, 20) == words
    part = RunEnded("stopped", 1, None, False, 4.0, {}, part_steps=30)
    assert said(part, 2, 20) == "Stopped after 10 more batches (30 in all) of epoch 2 in 4 s"
    lost = RunEnded("not_finite", 1, None, False, 4.0, {}, part_steps=20)
    assert said(lost, 2, 20) == "Ended in epoch 2: the loss is no longer a number"


def test_the_state_of_a_network_is_said_until_it_fits_the_project(project) -> None:
    assert "untrained" in network_state(None, project, running=False)
    assert network_state(None, project, running=True) == ""
    assert network_state(project, project, running=False) == ""
    assert network_state(project, replace(project, title="other"), running=False) == ""
    edited = edits.add_layer(project, "dense").project
    assert "Edited" in network_state(project, edited, running=False)
    assert "other data" in network_state(project, edits.change_source(project, Moons()).project, running=False)
