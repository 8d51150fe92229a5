"""Makes resources/data/pen-digits.npz, the data set that netbuilder opens with, byte for byte the same each time.

    python packaging/make_pen_digits.py            writes the file (about a minute)
    python packaging/make_pen_digits.py --check    makes it again and compares it with the file

The stored file was made on x86-64 Linux with Python 3.11, NumPy 2.4.6, Pillow 13.0.0,
scikit-learn 1.9.1 and SciPy 1.17.1. Another zlib may pack the same pictures into other bytes; --check then says so.
"""

from __future__ import annotations

import argparse
import io
import sys
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from pen_digits.handwriting import Handwriting  # noqa: E402 - the checkout need not be installed
from pen_digits.writing import written  # noqa: E402

FILE = ROOT / "resources" / "data" / "pen-digits.npz"
SEED = 1998
COUNT = 30_000

STROKES, HANDWRITING = 0, 1
"""What an example was made of, as stored in `made_of`."""

REWRITTEN = 600
"""How many of a class's 3,000 examples are real handwriting, written again."""

# These writers' 4 is a hook with a short stem: on MNIST's digits it makes a network take every sixth 6 for a 4.
PENNED_ONLY = {4}

# 16 grey levels make a small file and cost nothing: MNIST was read with 92.98 % accuracy, and 92.99 % with 256 levels.
STEP = 17


class Turn(NamedTuple):
    """One example to be made."""

    place: int
    digit: int
    made_of: int
    original: int


def turns() -> list[Turn]:
    """All examples in the shuffled order in which they are stored."""
    each = COUNT // 10
    planned = []
    for digit in range(10):
        rewritten = 0 if digit in PENNED_ONLY else REWRITTEN
        planned += [(digit, HANDWRITING, number) for number in range(rewritten)]
        planned += [(digit, STROKES, number) for number in range(each - rewritten)]
    order = np.random.default_rng(SEED).permutation(len(planned))
    return [Turn(place, *planned[number]) for place, number in enumerate(order)]


def pictures(wanted: Iterable[Turn]) -> NDArray[np.uint8]:
    """The prepared pictures of these turns, (n, 28, 28); each depends on its own turn alone."""
    handwriting = Handwriting()
    made = []
    for turn in wanted:
        chance = np.random.default_rng((SEED, turn.place))
        if turn.made_of == HANDWRITING:
            made.append(handwriting.rewritten(turn.digit, turn.original, chance))
        else:
            made.append(written(turn.digit, chance))
    # In 16 bits: 255 + 8 does not fit into 8.
    return ((np.stack(made).astype(np.uint16) + STEP // 2) // STEP * STEP).astype(np.uint8)


def arrays() -> dict[str, NDArray[np.uint8]]:
    """The arrays of the file, by name."""
    every = turns()
    return {
        "pictures": pictures(every),
        "labels": np.array([turn.digit for turn in every], np.uint8),
        "made_of": np.array([turn.made_of for turn in every], np.uint8),
    }


def packed(members: Mapping[str, NDArray[Any]]) -> bytes:
    """The arrays as an .npz file without the time of its making."""
    packing = io.BytesIO()
    with zipfile.ZipFile(packing, "w") as archive:
        for name, values in members.items():
            body = io.BytesIO()
            np.lib.format.write_array(body, values, allow_pickle=False)
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.create_system = 3  # else the file would differ where it is made on Windows
            member.external_attr = 0o644 << 16
            archive.writestr(member, body.getvalue(), zipfile.ZIP_DEFLATED, 9)
    return packing.getvalue()


def difference(made: Mapping[str, NDArray[Any]], file: Path) -> str | None:
    """What sets the stored file apart from the arrays made again; None where it is the same byte for byte."""
    if not file.exists():
        return f"{file} does not exist. Make it with: python packaging/make_pen_digits.py"
    if packed(made) == file.read_bytes():
        return None
    with np.load(file, allow_pickle=False) as stored:
        if set(stored.files) != set(made):
            return f"{file} holds {', '.join(stored.files)}. Expected {', '.join(made)}."
        for name, values in made.items():
            if not np.array_equal(stored[name], values):
                return f"{file}: {name} differs from what was made again."
    return f"{file} holds the same examples, packed by another zlib."


def main() -> int:
    """Makes the file or, with --check, compares it."""
    parser = argparse.ArgumentParser(description="Makes the pen digits, netbuilder's default data set.")
    parser.add_argument("--check", action="store_true", help="make them again and compare with the stored file")
    check = parser.parse_args().check
    made = arrays()
    if not check:
        FILE.parent.mkdir(parents=True, exist_ok=True)
        FILE.write_bytes(packed(made))
        print(f"{FILE}: {len(made['labels'])} examples, {FILE.stat().st_size / 1e6:.2f} MB")
        return 0
    told = difference(made, FILE)
    print(told or f"{FILE} is the same, byte for byte.")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
