"""How far a run is, in numbers and words."""

from dataclasses import replace

import numpy as np

from netbuilder.events import (
    BatchesTrained,
    CompilingBegan,
    EpochEnded,
    LearningRateSet,
    RunPaused,
    RunPrepared,
    RunResumed,
)
from netbuilder.ui.progress import Progress, after

PREPARED = RunPrepared("CPU · 2 cores", True, 12, 1719, 55_000, 5_000, 52_650, False)


def trained(epoch: int, first: int, steps: int, seconds: float = 9.0) -> BatchesTrained:
    losses = np.linspace(1, 0.5, steps, dtype=np.float32)
    return BatchesTrained(epoch, first, losses, {}, 320_000.0, 1.2, seconds)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_progress_says_epoch_batch_times_and_speed() -> None:
    progress = after(after(Progress(), PREPARED), trained(11, 1000, 32))
    assert plain(progress.sentence) == "Epoch 11 of 12 · 1,032 / 1,719 · 9 s, 1 s left · 320k samples/s"


def test_the_details_say_all_that_is_known_of_the_time() -> None:
    progress = after(after(Progress(), PREPARED), trained(10, 1700, 19))
    assert "an epoch" not in progress.details
    progress = after(after(progress, EpochEnded(10, 0.8, {}, 1e-3, None, 0)), trained(11, 1000, 32))
    assert plain(progress.details).splitlines() == [
        "Epoch 11 of 12, batch 1,032 of 1,719",
        "9 s so far, pauses not counted",
        "0.8 s an epoch",
        "1 s left",
        "320k samples/s",
        "on CPU · 2 cores",
    ]


def test_the_share_of_a_run_grows_with_its_steps_to_one() -> None:
    progress = after(Progress(), PREPARED)
    assert progress.share == 0
    progress = after(progress, trained(7, 0, 0))
    assert progress.share == 0.5
    progress = after(progress, EpochEnded(12, 1.0, {}, 1e-3, None, 0))
    assert progress.share == 1


def test_the_share_is_that_of_the_time_where_it_will_be_over_before_the_steps() -> None:
    progress = after(Progress(limit=180.0), replace(PREPARED, epochs=20_000))
    progress = after(progress, trained(1, 0, 10, seconds=8.0))
    assert progress.share < 0.001, "compiling takes nothing of the time"
    assert after(progress, trained(40, 0, 10, seconds=98.0)).share == 0.5
    assert after(progress, trained(80, 0, 10, seconds=200.0)).share == 1.0
    assert after(progress, trained(15_001, 0, 0, seconds=98.0)).share == 0.75


def test_a_run_that_goes_on_begins_at_no_share() -> None:
    progress = after(Progress(), replace(PREPARED, first_epoch=13, epochs=22))
    progress = after(progress, trained(13, 0, 0))
    assert progress.share == 0
    assert after(progress, trained(18, 0, 0)).share == 0.5
    assert progress.sentence.startswith("Epoch 13 of 22")


def test_a_pause_says_where_the_run_rests_and_the_loss_of_its_last_batch() -> None:
    progress = after(after(Progress(), PREPARED), RunPaused(1, 0))
    assert plain(progress.sentence) == "Paused · epoch 1 of 12, before its first batch"
    progress = after(after(progress, trained(1, 0, 1)), RunPaused(1, 1))
    assert plain(progress.sentence) == "Paused · epoch 1 of 12, batch 1 of 1,719 · loss 1.00"
    assert plain(progress.sentence) in plain(progress.details)
    progress = after(after(progress, RunResumed()), trained(1, 1, 5))
    assert progress.sentence.startswith("Epoch 1 of 12 · 6 / 1,719")


def test_steps_that_are_compiled_are_said_to_be_until_the_next_ones_are_made() -> None:
    progress = after(after(after(Progress(), PREPARED), trained(3, 0, 32)), CompilingBegan())
    assert plain(progress.sentence) == "Epoch 3 of 12 · 32 / 1,719 · compiling the next steps …"
    assert "compiling the next steps …" in progress.details.splitlines()
    assert "Paused" in after(progress, RunPaused(3, 32)).sentence
    for event in (trained(3, 32, 32), LearningRateSet(3, 32, 0.1, replaces_schedule=True)):
        assert "compiling" not in after(progress, event).sentence + after(progress, event).details


def test_no_time_is_promised_before_the_speed_is_known() -> None:
    known = Progress(epochs=12, steps=760, epoch=1, step=8, seconds_left=0.0)
    assert known.sentence == "Epoch 1 of 12 · 8 / 760"
