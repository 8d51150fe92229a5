"""Notes, drawings and the files of the data come back as they were saved, or the file is refused."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netbuilder.files.contents import Contents
from netbuilder.files.project_file import open_project


def npy(values: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.save(out, values)
    return out.getvalue()


def test_notes_drawings_and_data_files_come_back_equal(full: Contents, path: Path) -> None:
    found, ours = open_project(path).attached, full.attached
    assert (found.notes, found.data_files) == (ours.notes, ours.data_files)
    assert [one.label for one in found.drawings] == ["7", None]
    for one, other in zip(found.drawings, ours.drawings, strict=True):
        assert np.array_equal(one.pixels, other.pixels)
        assert one.pixels.dtype == np.uint8


@pytest.mark.parametrize(
    "change",
    [
        {"notes": None},
        {"notes": "x" * (1 << 20) + "x"},
        {"notes": "\ud800"},
        {"drawings": {}},
        {"drawings": [{"label": None}]},
        {"drawings": [{"label": None}] * 3},
        {"drawings": [{"label": 7}, {"label": None}]},
        {"drawings": [{"label": "\udfff"}, {"label": None}]},
        {"drawings": [[], []]},
        {"drawings": [{"label": None}] * 1001},
        {"data_files": [{"path": "/a", "size": 1, "modified": 1, "sha256": "0" * 63}]},
        {"data_files": [{"path": "/a", "size": True, "modified": 1, "sha256": "0" * 64}]},
        {"data_files": [{"path": "/a", "size": 1 << 63, "modified": 1, "sha256": "0" * 64}]},
        {"data_files": [{"path": "/a" * 3000, "size": 1, "modified": 1, "sha256": "0" * 64}]},
        {"data_files": [{"path": "/\udc80", "size": 1, "modified": 1, "sha256": "0" * 64}]},
        {"data_files": [{"size": 1, "modified": 1, "sha256": "0" * 64}]},
    ],
    ids=lambda change: ascii(change)[:60],
)
def test_what_belongs_to_a_project_is_refused_if_it_is_not_what_it_should_be(
    change: dict[str, Any], refused_with: Callable[..., str]
) -> None:
    refused_with("project.json", lambda document: document.update(change))


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((28, 28), np.float32),
        np.zeros((28, 28, 1), np.uint8),
        np.zeros((0, 28), np.uint8),
        np.zeros((1025, 2), np.uint8),
        np.zeros((2048, 1024), np.uint8),
        None,
    ],
    ids=["float32", "3 axes", "empty", "long", "large", "missing"],
)
def test_a_drawing_that_is_none_is_refused(pixels: np.ndarray | None, refused_with: Callable[..., str]) -> None:
    refused_with(members={"drawings/000.npy": None if pixels is None else npy(pixels)})


def test_a_drawing_that_nobody_speaks_of_is_refused(refused_with: Callable[..., str]) -> None:
    says = refused_with(members={"drawings/002.npy": npy(np.zeros((28, 28), np.uint8))})
    assert "drawings are not complete" in says
