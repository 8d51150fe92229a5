"""The weights of a Keras file: HDF5 from memory, of which only plain arrays of the computed shapes are ever read."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netbuilder.files.container import Refused
from netbuilder.files.hdf5_trees import in_order
from netbuilder.spec.facts import Shape
from netbuilder.spec.inverse import readable
from netbuilder.words import _

_MARK = b"\x89HDF\r\n\x1a\n"
_DEEPEST = 8
_NUMBERS = ("float32", "int64", "int32")


class Arrays:
    """The arrays of an HDF5 file that was judged whole: hard links to groups and arrays, each once, in bounded number."""

    def __init__(self, file: Any, most: int) -> None:
        self._file = file
        self._arrays: dict[str, None] = {}
        self._left = most
        self._seen: set[Any] = set()
        self._judge(file.id, "", 0)

    def names(self, folder: str) -> list[str]:
        """The names of the arrays directly within a folder such as "optimizer/vars"."""
        start = f"{folder}/"
        return [name[len(start) :] for name in self._arrays if name.startswith(start) and "/" not in name[len(start) :]]

    def read(self, name: str, shape: Shape, dtype: str) -> NDArray[Any]:
        """The array of that name, shape and dtype; whole numbers may be wider or narrower there. Raises ``Refused``.

        A single 0 may be of another kind: Adafactor's numbers that nobody reads were float32 up to Keras 3.8.
        """
        from h5py import h5d, h5s

        if name not in self._arrays:
            raise Refused(_("its weights lack “{name}”").format(name=name))
        found = self._file[name]
        kept = found.id.get_create_plist()
        plain = kept.get_layout() in (h5d.CONTIGUOUS, h5d.COMPACT)  # what is in pieces may be filtered or elsewhere
        if not plain or kept.get_external_count() or found.id.get_type().committed():
            raise Refused(_("its weights “{name}” are stored in an unusual way").format(name=name))
        sort = found.dtype
        other = np.dtype(dtype).kind != sort.kind
        if sort.name not in _NUMBERS or sort.byteorder == ">" or found.shape != shape or (other and shape):
            message = _(
                "its weights “{name}” are {received} of shape {shape}, but {expected} of shape {wanted} are expected"
            )
            received, seen = readable(str(sort)), readable(str(found.shape))
            raise Refused(
                message.format(name=name, received=received, shape=seen, expected=dtype, wanted=readable(str(shape)))
            )
        if found.id.get_storage_size() != found.nbytes:
            raise Refused(_("its weights “{name}” are not stored in it").format(name=name))
        values = np.empty(shape, sort)
        found.id.read(h5s.ALL, h5s.ALL, values)
        if other and values.any():
            raise Refused(_("its weights “{name}” are no {expected}").format(name=name, expected=dtype))
        return values.astype(dtype, copy=False)

    def shape_of(self, name: str) -> Shape | None:
        """The shape of an array, or None if there is no such."""
        return tuple(self._file[name].shape) if name in self._arrays else None

    def _judge(self, group: Any, path: str, depth: int) -> None:
        from h5py import h5g, h5l, h5o

        links: list[bytes] = []
        # Whatever is given back ends the search.
        group.links.iterate(lambda raw: links.append(raw) if len(links) <= self._left else True)
        self._left -= len(links)
        if self._left < 0 or depth > _DEEPEST:
            raise Refused(_("its weights have too many parts"))
        for raw in links:
            if group.links.get_info(raw).type != h5l.TYPE_HARD:
                raise Refused(_("its weights refer to something elsewhere"))
            about = h5o.get_info(group, raw)
            mark = (about.fileno, about.addr)
            if mark in self._seen:
                raise Refused(_("its weights hold one thing under two names"))
            self._seen.add(mark)
            name = f"{path}{raw.decode('utf-8')}"
            if about.type == h5o.TYPE_GROUP:
                self._judge(h5g.open(group, raw), f"{name}/", depth + 1)
            elif about.type == h5o.TYPE_DATASET:
                self._arrays[name] = None
            else:
                raise Refused(_("its weights hold something that is no array"))


@contextmanager
def arrays(content: bytes, most: int) -> Iterator[Arrays]:
    """The arrays of an HDF5 file in memory with at most so many objects. Raises ``Refused``."""
    if not content.startswith(_MARK):
        raise Refused(_("its weights are no HDF5 file"))
    if not in_order(content):
        raise Refused(_("its weights are damaged"))
    import h5py

    try:
        with h5py.File(io.BytesIO(content), "r") as file:  # noqa: TID251 - in memory, and each thing in it is judged
            yield Arrays(file, most)
    # What h5py makes of the many errors of HDF5, and of names, types and sizes that Python has none for.
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, OverflowError, SystemError, AttributeError) as bad:
        raise Refused(_("its weights are damaged")) from bad


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
