"""Examples as arrays, and what every data source promises to those who read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeGuard

import numpy as np
from numpy.typing import NDArray

from netbuilder.spec.sources import Source
from netbuilder.words import _

Tell = Callable[[int, int], None]
"""How far it has come: (done, total), in bytes when files are read or downloaded."""

Cancelled = Callable[[], bool]
"""Whether the user has asked to stop; asked often."""


class CannotRead(Exception):
    """Data can't be read; the message names the file, what was expected and what to do."""


class DataMissing(CannotRead):
    """Data are not on this computer; the message says how to get them."""


class Stopped(Exception):
    """The user asked to stop while data were read or downloaded."""


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Inputs and what the network shall answer to them, in the order of their origin.

    ``inputs`` is (n, *shape): uint8 from 0 to 255 for pictures, else float32. ``targets`` is (n,) int32 class numbers,
    or (n, k) float32 for a regression, whose ``classes`` are empty. ``features`` names the columns of a table. The last
    ``own_test`` examples are the data's own test part.
    """

    inputs: NDArray[np.uint8] | NDArray[np.float32]
    targets: NDArray[np.int32] | NDArray[np.float32]
    classes: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    own_test: int = 0

    def __len__(self) -> int:
        return len(self.inputs)


class Readable(Source, Protocol):
    """A data source that can be read; every kind in the catalog is one."""

    def read(self, tell: Tell, cancelled: Cancelled) -> Examples:
        """All examples. Raises ``CannotRead`` with one sentence, ``DataMissing``, or ``Stopped`` when cancelled."""


def readable(source: Source) -> TypeGuard[Readable]:
    """Whether the source can be read, which every kind declared in this room can."""
    return hasattr(source, "read")


def table(
    inputs: NDArray[Any], targets: NDArray[Any], *, classes: tuple[str, ...] = (), features: tuple[str, ...] = ()
) -> Examples:
    """Examples from the rows of a table of numbers, or from points. Raises ``CannotRead`` for what is no finite number.

    ``targets`` is (n,): class numbers if there are ``classes``, else the numbers to be answered.
    """
    refuse_gaps(inputs, features)
    refuse_gaps(targets.reshape(len(targets), -1), (_("target"),))
    answers = targets.astype(np.int32) if classes else targets.astype(np.float32).reshape(len(targets), -1)
    return Examples(inputs.astype(np.float32), answers, classes, features)


def refuse_gaps(columns: NDArray[Any], names: tuple[str, ...]) -> None:
    """Raises ``CannotRead`` naming row and column of the first value that is NaN or infinite, also once it is float32.

    One such value would turn weights into NaN while the loss may still look healthy.
    """
    with np.errstate(over="ignore"):
        bad = ~np.isfinite(columns.astype(np.float32))
    if not bad.any():
        return
    row, column = (int(place) for place in np.argwhere(bad)[0])
    name = names[column] if column < len(names) else str(column + 1)
    message = _(
        'Row {row:,}, column "{column}" holds {value}, but every value must be a finite number: '
        "fill the gap or leave the row out."
    )
    raise CannotRead(message.format(row=row + 1, column=name, value=columns[row, column]))
