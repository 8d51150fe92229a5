"""What schedules say of themselves, and what they come to when a run gets more epochs than they were made for."""

import pytest

from netbuilder.spec.schedules import Cosine, Exponential, OnPlateau, schedule

SUMMARIES = [
    (Exponential(factor=0.9), "× 0.9 every epoch"),
    (Exponential(factor=0.9, every=2.0), "× 0.9 every 2 epochs"),
    (Exponential(factor=0.9, every=0.5), "× 0.9 every 0.5 epochs"),
    (Cosine(), "warm-up 1 epoch"),
    (Cosine(warmup=2.5), "warm-up 2.5 epochs"),
    (Cosine(warmup=0.0), ""),
    (OnPlateau(factor=0.1, patience=1), "× 0.1 after 1 epoch"),
    (OnPlateau(factor=0.1, patience=10), "× 0.1 after 10 epochs"),
]


@pytest.mark.parametrize("one, words", SUMMARIES, ids=[words or "nothing" for _one, words in SUMMARIES])
def test_one_epoch_is_not_said_as_if_it_were_many(one, words):
    assert one.summary() == words


def test_only_a_cosine_without_a_final_share_comes_to_nothing():
    assert Cosine().runs_out(5, 6) == 30
    assert Cosine(warmup=9.0).runs_out(5, 6) == 46, "after the warm-up, which takes longer than the training"
    others = [Cosine(final_share=0.1), *(entry.kind() for entry in schedule if entry.kind is not Cosine)]
    assert {one.runs_out(5, 6) for one in others} == {None}
