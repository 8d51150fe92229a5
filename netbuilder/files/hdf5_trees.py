"""The trees by which an HDF5 file finds the members of its groups: judged before the HDF5 library walks them.

The library follows a node's siblings until there is none, without a word of Python between: nodes that stand in a ring
would hold the process for ever. The layout is that of the HDF5 File Format Specification 3.0, III.A.1.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass

_BEGINNING = struct.Struct("<8sB15xQ")  # signature, version of the superblock, base address
_NODE = struct.Struct("<4sBBHQQ")  # signature, kind, level, entries, left and right sibling
_ENTRY = struct.Struct("<QQ")  # key, child
_FIRST_CHILD = _NODE.size + 8  # behind the first key


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
    _mark, version, base = _BEGINNING.unpack_from(content)
    nodes = {match.start(): _node(content, match.start()) for match in re.finditer(b"TREE", content)}
    if version or base:
        return False
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
    count = min(entries, max(0, room) // _ENTRY.size)
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
