"""What a monkey enters: values at the ends of every rule and beyond, and files that are good, missing or rubbish."""

from __future__ import annotations

import os
import zipfile
from dataclasses import replace
from pathlib import Path

from benchmarks.reliability import works
from netbuilder.files.contents import Contents
from netbuilder.files.project_file import save

NUMBERS = (
    *("0", "-0", "1", "-1", "2", "7", "10", "32", "0.5", "0,5", "1e-3", "1e-12", "0.999999999", "1.0000001", "100"),
    *("1000", "65536", "1000000", "1,000", "2147483647", "2147483648", "-2147483648", "9223372036854775808", "1e308"),
    *("1e309", "-1e309", "5e-324", "NaN", "inf", "-inf", "", " ", ".", "-", "+", "e", "1e", "0x10", "1_000", "½", "٣"),
    "7" * 400,
    "0." + "3" * 400,
)

TEXTS = (
    *(
        "letters",
        "dense",
        "a b",
        "😀👩‍👩‍👧",
        "مرحبا",
        "é" * 50,
        "two\nlines\r\nthree",
        "\t",
        "%s{}",
        "<b>bold",
        "&amp;&",
    ),
    *(
        "\0",
        "\ud7ff\uffff",
        "../..",
        "'; --",
        "x" * 5000,
        "28 × 28",
        "28x28x0",
        "3,3",
        "1 1 1 1 1 1 1 1",
        "999999999999",
    ),
)

_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000200000002080000000057dd52f80000000c49444154789c6360f80f8400060001ff93d1e48900"
    "00000049454e44ae426082"
)


def stock(folder: Path) -> None:
    """Puts files of every kind into the folder."""
    for name, epochs in (("good", 3), ("small", 1)):
        save(folder / f"{name}.netbuilder", Contents(works.learner(epochs)))
    wide = replace(works.hungry(), title="Too wide <b>&")
    save(folder / "wide 😀.netbuilder", Contents(wide))
    good = (folder / "good.netbuilder").read_bytes()
    for name, inside in {
        "cut.netbuilder": good[: len(good) // 2],
        "turned.netbuilder": good[::-1],
        "empty.netbuilder": b"",
        "rubbish.netbuilder": bytes(range(256)) * 40,
        "text.netbuilder": b'{"version": 99}',
        "good.netbuilder~": good,
        "picture.png": _PNG,
        "cut.png": _PNG[:50],
        "vector.png": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
        "script.png": b"%!PS\nshowpage\n",
        "empty.jpg": b"",
        "table.csv": b"a;b\n1,5;2\n",
        "model.keras": b"PK\x03\x04 no more",
    }.items():
        (folder / name).write_bytes(inside)
    with zipfile.ZipFile(folder / "other.netbuilder", "w") as other:
        other.writestr("../evil", "x")
    (folder / "folder.netbuilder").mkdir()
    (folder / "nothing in it").mkdir()
    (folder / "nowhere.netbuilder").symlink_to(folder / "gone" / "away")
    (folder / "round.netbuilder").symlink_to(folder / "round.netbuilder")
    os.mkfifo(folder / "pipe.netbuilder")
    os.mkfifo(folder / "pipe.png")
    (folder / "locked.netbuilder").write_bytes(good)
    (folder / "locked.netbuilder").chmod(0o400)


class Zoo:
    """A folder that was stocked. ``paths`` has what is in it, and more that is not there."""

    def __init__(self, folder: Path) -> None:
        missing = ("new", "new.netbuilder", "new.keras", "gone/new.netbuilder", "rubbish.netbuilder/new", "n" * 300)
        self.folder = folder
        self.paths = (*sorted(folder.iterdir()), *(folder / name for name in missing), folder)
