"""The trees by which an HDF5 file finds the members of its groups: judged before the HDF5 library walks them.

The library follows a node's siblings until there is none, without a word of Python between: nodes that stand in a ring
would hold the process for ever. The layout is that of the HDF5 File Format Specification 3.0, III.A.1.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass

# Signature, version of the superblock, half of the most entries of a leaf and of another node, base address.
_BEGINNING = struct.Struct("<8sB7xHH4xQ")
_NODE = struct.Struct("<4sBBHQQ")  # signature, kind, level, entries, left and right sibling
_ENTRY = struct.Struct("<QQ")  # key, child
_FIRST_CHILD = _NODE.size + 8  # behind the first key

_HALVES = (4, 16)  # as h5py chooses them
_MOST_NODES = 100_000  # of thousands of layers; by chance, four bytes of weights look like one in 4 GB


@dataclass(frozen=True, slots=True)
class _Node:
    level: int
    left: int
    right: int
    children: tuple[int, ...]


def in_order(content: bytes) -> bool:
    """Whether the file is laid out as h5py does by default, and its trees come to an end wherever they are begun."""
    if len(content) < _BEGINNING.size:
        return False
    _mark, version, *halves, base = _BEGINNING.unpack_from(content)
    if version or base or tuple(halves) != _HALVES or content.count(b"TREE") > _MOST_NODES:
        return False
    nodes = {match.start(): _node(content, match.start()) for match in re.finditer(b"TREE", content)}
    # What only looks like a node, among the numbers, points at none.
    downwards = all(
        nodes[child].level < node.level for node in nodes.values() for child in node.children if child in nodes
    )
    return downwards and _ends(nodes, "left") and _ends(nodes, "right")


def _node(content: bytes, start: int) -> _Node:
    room = len(content) - start - _FIRST_CHILD
    if room < 0:
        return _Node(0, -1, -1, ())
    _mark, _kind, level, entries, left, right = _NODE.unpack_from(content, start)
    count = min(entries, 2 * max(_HALVES), room // _ENTRY.size)
    children = (
        struct.unpack_from("<Q", content, start + _FIRST_CHILD + place * _ENTRY.size)[0] for place in range(count)
    )
    return _Node(level, left, right, tuple(children))


def _ends(nodes: Mapping[int, _Node], side: str) -> bool:
    """Whether each way from sibling to sibling comes to an end."""
    known: set[int] = set()
    for start in nodes:
        way: set[int] = set()
        at = start
        while at in nodes and at not in known:
            if at in way:
                return False
            way.add(at)
            at = getattr(nodes[at], side)
        known |= way
    return True
