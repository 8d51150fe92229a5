"""The state of a training comes back to the bit, or the file is refused."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netbuilder.checkpoint import taken_apart
from netbuilder.files.contents import Contents
from netbuilder.files.project_file import open_project, save


def npy(values: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.save(out, values)
    return out.getvalue()


def test_a_checkpoint_comes_back_to_the_bit(full: Contents, path: Path) -> None:
    found = open_project(path).trained
    assert found is not None
    assert found.checkpoint is not None
    assert full.trained is not None
    assert full.trained.checkpoint is not None
    ours, theirs = taken_apart(full.trained.checkpoint), taken_apart(found.checkpoint)
    assert ours[0] == theirs[0]
    for one, other in zip(ours[1], theirs[1], strict=True):
        assert (one.dtype, one.shape) == (other.dtype, other.shape)
        assert np.array_equal(one, other)


def test_a_network_may_have_no_checkpoint(full: Contents, tmp_path: Path) -> None:
    assert full.trained is not None
    save(tmp_path / "a.netbuilder", replace(full, trained=replace(full.trained, checkpoint=None)))
    found = open_project(tmp_path / "a.netbuilder").trained
    assert found is not None
    assert found.checkpoint is None


@pytest.mark.parametrize(
    "change",
    [
        {"arrays": [3, 6, 2, 2, 1]},
        {"arrays": [3, 6, 2, 2]},
        {"arrays": [10**12]},
        {"arrays": 13},
        {"arrays": [-1, 14]},
        {"epoch": -1},
        {"epoch": "2"},
        {"compiled": 1},
        {"seconds": "inf"},
        {"metrics": [1]},
        {"metrics": {"loss": True}},
        {"callbacks": []},
        {"callbacks": [1, 2]},
        {"best": {"epoch": 1}},
        {"best": None, "arrays": None},
        {"replaced_rate": "nan"},
    ],
    ids=str,
)
def test_a_state_that_is_not_what_it_should_be_is_refused(
    change: dict[str, Any], refused_with: Callable[..., str]
) -> None:
    refused_with("trained/trained.json", lambda document: document["checkpoint"].update(change))


@pytest.mark.parametrize("value", [[], 1, "state", {}], ids=str)
def test_a_state_that_is_none_is_refused(value: Any, refused_with: Callable[..., str]) -> None:
    refused_with("trained/trained.json", lambda document: document.update(checkpoint=value))


def test_a_state_that_nobody_speaks_of_is_refused(refused_with: Callable[..., str]) -> None:
    assert "not complete" in refused_with("trained/trained.json", lambda document: document.update(checkpoint=None))


@pytest.mark.parametrize(
    "values, says",
    [
        (np.zeros((64, 11), np.float32), "not that of its network"),
        (np.zeros((640,), np.float32), "not that of its network"),
        (np.zeros((64, 10), np.float64), "should hold"),
        (np.zeros((64, 10), np.int64), "not that of its network"),
        (np.zeros(2_000_000, np.float32), "too large"),
        (None, "not complete"),
    ],
    ids=["another shape", "flat", "float64", "whole numbers", "large", "missing"],
)
def test_a_state_of_another_network_is_refused_before_it_is_made(
    values: np.ndarray | None, says: str, refused_with: Callable[..., str]
) -> None:
    assert says in refused_with(members={"trained/state/000.npy": None if values is None else npy(values)})


def test_variables_beside_the_weights_are_few(refused_with: Callable[..., str]) -> None:
    says = refused_with(members={"trained/state/002.npy": npy(np.zeros(70_000, np.uint32))})
    assert "not that of its network" in says
