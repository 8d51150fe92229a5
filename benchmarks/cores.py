"""How far two cores are apart: what a byte takes from one to the other and back, which a training on both does all the time.

On a virtual machine it may be another in the next second: where cores share a cache it is some 0.2 µs, this program's own
steps included, else 0.5 µs, and the same epoch takes twice as long.
"""

from __future__ import annotations

import json
import mmap
import os
import subprocess
import sys
import time
from typing import NoReturn

_SECONDS = 0.2
"""How long a byte goes to and fro."""


def round_trip() -> float | None:
    """Seconds; None where a process can't be bound to a core, or where there is but one."""
    if not hasattr(os, "sched_setaffinity") or len(os.sched_getaffinity(0)) < 2:
        return None
    told = subprocess.run([sys.executable, "-P", __file__], stdout=subprocess.PIPE, check=True)
    return float(json.loads(told.stdout))


def _measured() -> float:
    here, there, *_others = sorted(os.sched_getaffinity(0))
    page = mmap.mmap(-1, mmap.PAGESIZE)  # first a byte that one sets and the other clears, then whether that is over
    if os.fork() == 0:
        _answer(page, there)
    os.sched_setaffinity(0, {here})
    _send(page)  # the other one is there
    rounds, began = 0, time.perf_counter()
    while time.perf_counter() - began < _SECONDS:
        for _round in range(100):
            _send(page)
        rounds += 100
    seconds = time.perf_counter() - began
    page[1] = 1
    os.wait()
    return seconds / rounds


def _send(page: mmap.mmap) -> None:
    page[0] = 1
    while page[0]:
        pass


def _answer(page: mmap.mmap, core: int) -> NoReturn:
    os.sched_setaffinity(0, {core})
    while not page[1]:
        if page[0]:
            page[0] = 0
    os._exit(0)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measured()))
