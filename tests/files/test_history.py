"""What a run told comes back in its order, or the file is refused."""

import io
from collections.abc import Callable
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netbuilder.events import BatchesTrained, EpochEnded, Event, LearningRateSet, RunContinued, RunEnded, RunPrepared
from netbuilder.files.contents import Contents
from netbuilder.files.history import _lasting
from netbuilder.files.project_file import open_project, save


def npy(values: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.save(out, values)
    return out.getvalue()


def told(path: Path) -> tuple[Event, ...]:
    found = open_project(path).trained
    assert found is not None
    return found.history


def come_back(full: Contents, events: tuple[Event, ...], tmp_path: Path) -> tuple[Event, ...]:
    assert full.trained is not None
    save(tmp_path / "a.netbuilder", replace(full, trained=replace(full.trained, history=events)))
    return told(tmp_path / "a.netbuilder")


def test_a_history_comes_back_equal_and_in_order(full: Contents, path: Path) -> None:
    assert full.trained is not None
    found = told(path)
    assert [type(one) for one in found] == [type(one) for one in full.trained.history]
    for one, other in zip(found, full.trained.history, strict=True):
        np.testing.assert_equal(astuple(one), astuple(other))


def test_without_a_beginning_there_is_no_history(full: Contents, tmp_path: Path) -> None:
    assert full.trained is not None
    assert come_back(full, (), tmp_path) == ()
    assert come_back(full, full.trained.history[1:], tmp_path) == ()


def test_a_run_that_was_trained_further_is_one_history(full: Contents, tmp_path: Path) -> None:
    assert full.trained is not None
    beginning = full.trained.history
    assert isinstance(beginning[0], RunPrepared)
    more = replace(beginning[0], epochs=3, first_epoch=3)
    last = EpochEnded(3, 0.5, {"loss": 1.0, "val_loss": 1.0}, 0.0005, 3, 0)
    end = RunEnded("all_epochs", 3, 3, False, 2.0, {})
    found = come_back(full, (*beginning, more, last, end), tmp_path)
    assert found[0] == replace(beginning[0], epochs=3)
    assert [one.epoch for one in found if isinstance(one, EpochEnded)] == [1, 2, 3]
    assert [one.reason for one in found if isinstance(one, RunEnded)] == ["all_epochs"]


def test_what_happened_to_no_network_is_not_kept(full: Contents, tmp_path: Path) -> None:
    assert full.trained is not None
    found = come_back(full, (*full.trained.history[:-1], RunContinued(1)), tmp_path)
    assert [one.epoch for one in found if isinstance(one, EpochEnded)] == [1]
    assert {one.epoch for one in found if isinstance(one, BatchesTrained)} == {1}


def test_a_metric_that_an_epoch_lacks_is_not_a_number(full: Contents, tmp_path: Path) -> None:
    assert full.trained is not None
    extra = EpochEnded(3, 0.5, {"loss": 1.0, "penalty": 0.5}, 0.0005, 3, 0)
    found = [one for one in come_back(full, (*full.trained.history, extra), tmp_path) if isinstance(one, EpochEnded)]
    assert np.isnan(found[0].metrics["penalty"])
    assert np.isnan(found[2].metrics["val_loss"])
    assert found[2].metrics["penalty"] == 0.5


@pytest.mark.parametrize(
    "change",
    [
        {"prepared": None},
        {"prepared": {}},
        {"epoch_metrics": ["loss"]},
        {"epoch_metrics": [1, 2]},
        {"batch_metrics": ["loss"] * 201},
        {"rates": None},
        {"rates": [{"epoch": 1, "step": 0, "rate": "high", "replaces_schedule": False}]},
        {"ended": {"reason": "tired"}},
        {"ended": []},
    ],
    ids=lambda change: str(change)[:60],
)
def test_a_history_that_is_not_what_it_should_be_is_refused(
    change: dict[str, Any], refused_with: Callable[..., str]
) -> None:
    refused_with("trained/trained.json", lambda document: document["history"].update(change))


@pytest.mark.parametrize(
    "name, value",
    [("steps_per_epoch", 0), ("steps_per_epoch", 1 << 32), ("epochs", 1 << 60), ("penalty", 0), ("device", 1)],
)
def test_a_beginning_that_is_none_is_refused(name: str, value: Any, refused_with: Callable[..., str]) -> None:
    refused_with("trained/trained.json", lambda document: document["history"]["prepared"].update({name: value}))


def test_columns_that_nobody_speaks_of_are_refused(refused_with: Callable[..., str]) -> None:
    assert "not complete" in refused_with("trained/trained.json", lambda document: document.update(history=None))


FAR = np.array([[1, 0, 2, 1, 1, 1, 1], [1 << 20, 0, 2, 1, 1, 1, 1]], np.float64)


@pytest.mark.parametrize(
    "name, values",
    [
        ("epochs", np.zeros((2, 7), np.float32)),
        ("epochs", np.zeros((2, 6))),
        ("epochs", np.zeros(14)),
        ("epochs", np.full((2, 7), np.nan)),
        ("epochs", np.full((2, 7), 0.5)),
        ("epochs", np.full((2, 7), 1e300)),
        ("epochs", np.full((2, 7), -1.0)),
        ("epochs", None),
        ("batches", np.zeros((2, 7))),
        ("batches", np.full((1, 7), 1e9)),
        ("batches", FAR),
        ("batches", FAR[::-1]),
        ("batches", None),
        ("losses", np.zeros(5, np.float32)),
        ("losses", np.zeros((3, 2), np.float32)),
        ("losses", None),
    ],
    ids=lambda value: value if isinstance(value, str) else "missing" if value is None else f"{value.shape}",
)
def test_columns_that_are_not_what_they_should_be_are_refused(
    name: str, values: np.ndarray | None, refused_with: Callable[..., str]
) -> None:
    is_far = name == "batches" and values is not None and values.shape == FAR.shape and values.max() > 2
    losses = {"trained/history/losses.npy": npy(np.zeros(4, np.float32))} if is_far else {}
    refused_with(members={f"trained/history/{name}.npy": None if values is None else npy(values)} | losses)


def test_a_learning_rate_stands_before_the_batches_that_it_holds_for(full: Contents, path: Path) -> None:
    found = told(path)
    at = next(place for place, one in enumerate(found) if isinstance(one, LearningRateSet))
    after = found[at + 1]
    assert isinstance(after, BatchesTrained)
    assert (after.epoch, after.first_step) == (2, 2)


def run(first: int, last: int, steps: int) -> tuple[Event, ...]:
    """A run of whole epochs, as the history tells of it."""
    told: list[Event] = [RunPrepared("CPU", True, last, steps, steps, 0, 650, False, first, 0)]
    for number in range(first, last + 1):
        told.append(BatchesTrained(number, 0, np.full(steps, number, np.float32), {"loss": 1.0}, 1e4, 0.0, 0.5))
        told.append(EpochEnded(number, 0.5, {"loss": 1.0}, 0.001, None, 0))
    return tuple(told)


@pytest.mark.parametrize(
    "runs, of_batches",
    [
        (((1, 2), (20, 21), (38, 39)), [20, 21, 38, 39]),  # of 60,000 batches: 17 such epochs and 17 are too many
        (((1, 2), (20, 21)), [1, 2, 20, 21]),
        (((1, 2), (21, 22)), [21, 22]),
        (((1, 1), (3, 3), (900, 900)), [900]),
    ],
)
def test_batches_before_a_gap_that_no_curve_has_room_for_are_left_out_and_all_epochs_are_kept(
    full: Contents, tmp_path: Path, runs: tuple[tuple[int, int], ...], of_batches: list[int]
) -> None:
    told = tuple(event for first, last in runs for event in run(first, last, 60_000))
    found = come_back(full, told, tmp_path)
    epochs = [number for first, last in runs for number in range(first, last + 1)]
    assert [one.epoch for one in found if isinstance(one, EpochEnded)] == epochs
    batches = [one for one in found if isinstance(one, BatchesTrained)]
    assert [one.epoch for one in batches] == of_batches
    assert all((one.losses == one.epoch).all() for one in batches)


def test_of_more_batches_than_a_file_may_hold_the_last_ones_are_kept(
    full: Contents, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr("netbuilder.files.history._LARGEST", 2000)  # bytes: 500 losses
    found = come_back(full, run(1, 6, 200), tmp_path)
    assert [one.epoch for one in found if isinstance(one, EpochEnded)] == [1, 2, 3, 4, 5, 6]
    assert [one.epoch for one in found if isinstance(one, BatchesTrained)] == [5, 6]


FINITE = st.floats(0, 1e6)
ANY = st.floats()
NAMES = st.dictionaries(st.sampled_from(["loss", "accuracy", "val_loss"]), ANY, max_size=3)
EPOCHS = st.one_of(st.integers(1, 40), st.integers(1, 1 << 27))
BATCHES = st.builds(
    BatchesTrained,
    EPOCHS,
    st.sampled_from([0, 1, 59_999]),
    st.integers(1, 4).map(lambda size: np.arange(size, dtype=np.float32)),
    NAMES,
    *(ANY, FINITE, ANY),
)
ONE = st.one_of(
    st.builds(
        RunPrepared,
        *(st.just("CPU"), st.booleans(), EPOCHS, st.sampled_from([1, 3, 60_000, 1 << 30]), *[st.integers(0, 99)] * 3),
        st.booleans(),
        EPOCHS,
    ),
    BATCHES,
    st.builds(EpochEnded, EPOCHS, FINITE, NAMES, FINITE, st.none() | EPOCHS, st.integers(0, 99)),
    st.builds(LearningRateSet, EPOCHS, st.integers(0, 99), FINITE, st.booleans()),
    st.builds(RunContinued, EPOCHS),
    st.builds(RunEnded, st.just("stopped"), EPOCHS, st.none() | EPOCHS, st.booleans(), FINITE, NAMES),
)


@pytest.fixture
def returned(full: Contents, tmp_path: Path) -> Callable[[tuple[Event, ...]], tuple[Event, ...]]:
    """Gives what comes back of a history."""
    return lambda events: come_back(full, events, tmp_path)


@given(told=st.lists(ONE, max_size=12), of_batches=st.lists(BATCHES, min_size=2, max_size=4))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_network_has_been_through_its_file_opens_with_all_epochs_and_some_batches(
    returned: Callable[[tuple[Event, ...]], tuple[Event, ...]], told: list[Event], of_batches: list[Event]
) -> None:
    begun = (RunPrepared("CPU", True, 2, 60_000, 1, 0, 650, False), *told, *of_batches)
    found = returned(begun)
    epochs = [one.epoch for one in _lasting(begun)[0]]
    assert sorted(one.epoch for one in found if isinstance(one, EpochEnded)) == sorted(epochs)
    assert any(isinstance(one, BatchesTrained) for one in found)
