"""A program that is killed while it saves leaves the old project or the new one, whole, and nothing else after a restart."""

import importlib.util
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from netbuilder import disk

SAVING = Path(__file__).with_name("saving.py")
KILLS = 20


def number_in(path: Path) -> int:
    described = importlib.util.spec_from_file_location("saving", SAVING)
    assert described is not None
    assert described.loader is not None
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    found: int = module.number_in(path)
    return found


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_kills_while_saving_tear_nothing_and_leave_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "a.netbuilder"
    chance = random.Random(20)
    last = 0
    environment = os.environ | {"PYTHONPATH": str(SAVING.parents[2])}
    for _kill in range(KILLS):
        with subprocess.Popen([sys.executable, SAVING, path], stdout=subprocess.PIPE, env=environment) as saving:
            assert saving.stdout is not None
            for _line in range(1 if last else 2):  # before the second save there is no version before it
                said = int(saving.stdout.readline())
            time.sleep(chance.uniform(0, 0.2))
            saving.send_signal(signal.SIGKILL)
            said = max([said, *map(int, saving.stdout.read().split(b"\n")[:-1])])
        found = number_in(path)
        assert found in (said, said + 1)
        assert found > last
        assert number_in(disk.previous_of(path)) in (found - 1, found)
        last = found
    disk.sweep(tmp_path)
    assert {one.name for one in tmp_path.iterdir()} == {"a.netbuilder", "a.netbuilder~"}
