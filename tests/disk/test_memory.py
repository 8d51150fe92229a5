"""How much memory there is: the machine's, or the smallest limit set on this process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from netbuilder.disk.memory import control_group_limits, memory

HEAPS = """
import ctypes, sys, threading
from netbuilder.disk.memory import share_heap

if sys.argv[1:]:
    share_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
there = threading.Barrier(4)

def work():
    there.wait()
    libc.malloc(1000)
    there.wait()

threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""


def test_the_machine_says_how_much_memory_it_has() -> None:
    size = memory()
    assert size is not None
    assert 10**8 < size < 10**14


def written(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="ascii")


def test_limits_of_control_groups_are_found_in_both_versions_and_all_around(tmp_path: Path) -> None:
    written(tmp_path / "memory.max", "max\n")
    written(tmp_path / "user" / "memory.max", "8000000000\n")
    written(tmp_path / "user" / "shell" / "memory.max", "4000000000\n")
    written(tmp_path / "memory" / "memory.limit_in_bytes", "9223372036854771712\n")
    written(tmp_path / "memory" / "box" / "memory.limit_in_bytes", "2000000000\n")
    own = "12:cpu,cpuacct:/elsewhere\n4:memory:/box\n0::/user/shell\n"
    assert list(control_group_limits(own, tmp_path)) == [2 * 10**9, 9223372036854771712, 4 * 10**9, 8 * 10**9]


def test_a_group_that_is_not_mounted_here_limits_nothing(tmp_path: Path) -> None:
    assert list(control_group_limits("0::/somewhere/else\n", tmp_path)) == []


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not keep to this limit")
def test_a_limit_on_the_process_counts() -> None:
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))\n"
        "from netbuilder.disk.memory import memory; print(memory())"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert int(told.stdout) <= 3 << 30


@pytest.mark.skipif(sys.platform != "linux", reason="it is glibc that gives each thread a heap")
def test_threads_share_a_heap() -> None:
    def heaps(*arguments: str) -> int:
        told = subprocess.run([sys.executable, "-c", HEAPS, *arguments], stdout=subprocess.PIPE, text=True, check=True)
        return told.stdout.count("<heap nr=")

    assert heaps() > 1
    assert heaps("shared") == 1
