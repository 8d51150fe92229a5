"""Notes, drawings and the files of the data within a project file."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from typing import Any

from netbuilder.data.origins import DataFile
from netbuilder.files.arrays import read_array, write_array
from netbuilder.files.container import Container, Refused
from netbuilder.files.contents import Attached, Drawing
from netbuilder.files.migrations import Document
from netbuilder.files.values import Wrong, anything, get, listed, maybe, name, text
from netbuilder.words import _

LONGEST_NOTES = 1 << 20  # characters
MOST_DRAWINGS = 1000
LARGEST_SIDE = 1024  # pixels
_MOST_FILES = 1000
_LONGEST_PATH = 4096
_DRAWINGS = "drawings/"
_DRAWING = "drawings/{:03}.npy"
_SHA256 = re.compile(r"[0-9a-f]{64}")


def attached_document(attached: Attached) -> Document:
    """What stands in ``project.json`` of it."""
    return {
        "notes": attached.notes,
        "drawings": [{"label": drawing.label} for drawing in attached.drawings],
        "data_files": [
            {"path": one.path, "size": one.size, "modified": one.modified, "sha256": one.sha256}
            for one in attached.data_files
        ],
    }


def write_drawings(archive: zipfile.ZipFile, attached: Attached) -> None:
    """Adds the pictures as members."""
    for number, drawing in enumerate(attached.drawings):
        write_array(archive, _DRAWING.format(number), drawing.pixels)


def read_attached(opened: Container, document: Document) -> Attached:
    """What belongs to the project. Raises ``Refused``."""
    labels = [get(one, "label", maybe(name)) for one in get(document, "drawings", listed(anything, most=MOST_DRAWINGS))]
    members = [_DRAWING.format(number) for number in range(len(labels))]
    if members != opened.names(_DRAWINGS):
        raise Refused(_("its drawings are not complete"))
    return Attached(
        notes=get(document, "notes", text(LONGEST_NOTES)),
        drawings=tuple(_drawing(opened, member, label) for member, label in zip(members, labels, strict=True)),
        data_files=tuple(_data_file(one) for one in get(document, "data_files", listed(anything, most=_MOST_FILES))),
    )


def _drawing(opened: Container, member: str, label: str | None) -> Drawing:
    pixels = read_array(opened, member, ("uint8",), largest=LARGEST_SIDE * LARGEST_SIDE)
    if pixels.ndim != 2 or not all(0 < side <= LARGEST_SIDE for side in pixels.shape):
        raise Refused(_("“{name}” is no drawing").format(name=member))
    return Drawing(pixels, label)


def _data_file(plain: Mapping[str, Any]) -> DataFile:
    return DataFile(
        path=get(plain, "path", text(_LONGEST_PATH)),
        size=get(plain, "size", _up_to_64_bits),
        modified=get(plain, "modified", _up_to_64_bits),
        sha256=get(plain, "sha256", _sha256),
    )


def _up_to_64_bits(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not -(1 << 63) <= value < 1 << 63:
        raise Wrong
    return value


def _sha256(value: Any) -> str:
    if not isinstance(value, str) or not _SHA256.fullmatch(value):
        raise Wrong
    return value
