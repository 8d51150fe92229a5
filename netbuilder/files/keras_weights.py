"""The weights of a Keras file: arrays of the computed shapes and dtypes, in folders and numbered, as Keras keeps them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netbuilder.files.container import Refused
from netbuilder.files.hdf5 import stored_arrays
from netbuilder.spec.facts import Shape
from netbuilder.spec.inverse import readable
from netbuilder.words import _

_NUMBERS = ("float32", "int64", "int32")


class Arrays:
    """The arrays of an HDF5 file with at most so many groups and arrays. Raises ``Refused``."""

    def __init__(self, content: bytes, most: int) -> None:
        self._arrays = stored_arrays(content, most)
        self._folders: dict[str, list[str]] = defaultdict(list)
        for path in self._arrays:
            folder, _slash, name = path.rpartition("/")
            self._folders[folder].append(name)

    def names(self, folder: str) -> Sequence[str]:
        """The names of the arrays directly within a folder such as "optimizer/vars"."""
        return self._folders.get(folder, ())

    def read(self, name: str, shape: Shape, dtype: str) -> NDArray[Any]:
        """The array of that name, shape and dtype; whole numbers may be wider or narrower there. Raises ``Refused``.

        What is of this dtype already are the numbers of the file itself, which can't be changed.
        A single 0 may be of another kind: Adafactor's numbers that nobody reads were float32 up to Keras 3.8.
        """
        found = self._arrays.get(name)
        if found is None:
            raise Refused(_("its weights lack “{name}”").format(name=name))
        if found.content is None:
            raise Refused(_("its weights “{name}” are stored in an unusual way").format(name=name))
        other = np.dtype(dtype).kind != np.dtype(found.kind or "V").kind
        if found.kind not in _NUMBERS or found.shape != shape or (other and shape):
            message = _(
                "its weights “{name}” are {received} of shape {shape}, but {expected} of shape {wanted} are expected"
            )
            received, seen = found.kind or _("other values"), readable(str(found.shape))
            raise Refused(
                message.format(name=name, received=received, shape=seen, expected=dtype, wanted=readable(str(shape)))
            )
        if not found.is_whole:
            raise Refused(_("its weights “{name}” are not stored in it").format(name=name))
        values = found.values()
        if other and values.any():
            raise Refused(_("its weights “{name}” are no {expected}").format(name=name, expected=dtype))
        return values.astype(dtype, copy=False)

    def shape_of(self, name: str) -> Shape | None:
        """The shape of an array, or None if there is no such."""
        return self._arrays[name].shape if name in self._arrays else None


def numbered(found: Arrays, folder: str) -> int:
    """How many arrays a folder holds, "0", "1", …; 0 if there is no such. Raises ``Refused`` for other names."""
    names = found.names(folder)
    if sorted(names) != sorted(map(str, range(len(names)))):
        raise Refused(_("its weights in “{folder}” are not numbered").format(folder=folder))
    return len(names)


def read_all(found: Arrays, folder: str, wanted: Sequence[tuple[Shape, str]]) -> tuple[NDArray[Any], ...]:
    """The numbered arrays of a folder, which are of these shapes and dtypes, and no others. Raises ``Refused``."""
    if numbered(found, folder) != len(wanted):
        message = _("its weights “{folder}” are {received} arrays, but {expected} are expected")
        raise Refused(message.format(folder=folder, received=numbered(found, folder), expected=len(wanted)))
    return tuple(found.read(f"{folder}/{place}", *one) for place, one in enumerate(wanted))
