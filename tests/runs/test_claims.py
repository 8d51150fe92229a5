"""Whether a run is trained now: seen by any number of programs at once, none of which sees another look."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from netbuilder.disk import locks
from netbuilder.runs.claims import Claim, Hold, InOtherHands, checkpoint_folder, held_if_free, is_claimed

UID = "a" * 32


@pytest.fixture
def lock(path: Path) -> Path:
    """The lock of a run that a killed program has left."""
    checkpoint_folder(path).mkdir(parents=True)
    file = checkpoint_folder(path) / f"{UID}.lock"
    file.touch()
    return file


def test_a_run_is_claimed_until_that_is_released(path: Path) -> None:
    assert not is_claimed(path, UID)
    claim = Claim(path, UID)
    assert is_claimed(path, UID)
    claim.release()
    assert not is_claimed(path, UID)
    assert list(checkpoint_folder(path).iterdir()) == []


def test_looking_makes_no_lock_file(path: Path, lock: Path) -> None:
    lock.unlink()
    assert not is_claimed(path, UID)
    assert list(lock.parent.iterdir()) == []


def test_two_who_look_at_once_do_not_take_each_other_for_one_who_trains(
    path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_there, begun, seen = locks._is_there, [], []

    def look_too(*given: Any) -> bool:  # asked while the first one's look goes on
        if len(begun) < 3:
            begun.append(True)
            seen.append(is_claimed(path, UID))
        return is_there(*given)

    monkeypatch.setattr(locks, "_is_there", look_too)
    assert not is_claimed(path, UID)
    assert seen == [False] * 3


def test_two_programs_that_look_all_the_time_see_no_training(path: Path, lock: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from netbuilder.runs.claims import is_claimed\n"
        "print(flush=True)\n"
        "path, uid, end = Path(sys.argv[1]), sys.argv[2], time.monotonic() + 0.5\n"
        "while time.monotonic() < end: assert not is_claimed(path, uid)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, path, UID], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        seen = 0
        while other.poll() is None:
            seen += is_claimed(path, UID)
    assert (seen, other.returncode) == (0, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="an open file can't be removed there")
def test_a_lock_that_was_made_anew_while_it_was_looked_at_is_seen(
    path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, claims = os.open, []

    def late(*given: Any) -> int:
        descriptor = opened(*given)
        monkeypatch.undo()
        lock.unlink()  # whoever held it is done with it
        claims.append(Claim(path, UID))  # and somebody else trains now
        return descriptor

    monkeypatch.setattr(locks.os, "open", late)
    assert is_claimed(path, UID)
    claims[0].release()


def test_a_window_holds_a_run_against_all_but_its_own_engines(path: Path) -> None:
    hold = Hold(path, UID)
    assert is_claimed(path, UID)
    with pytest.raises(InOtherHands):
        Claim(path, UID)
    with pytest.raises(InOtherHands):
        Hold(path, UID)
    with held_if_free(path, UID) as held:
        assert not held
    for _engine in range(2):
        claim = Claim(path, UID, for_window=True)
        with pytest.raises(InOtherHands):
            Claim(path, UID, for_window=True)
        claim.release()
        assert is_claimed(path, UID)
    hold.release()
    assert not is_claimed(path, UID)
    assert list(checkpoint_folder(path).iterdir()) == []


def test_an_engine_keeps_a_run_that_its_window_has_left(path: Path) -> None:
    hold = Hold(path, UID)
    claim = Claim(path, UID, for_window=True)
    hold.release()
    assert is_claimed(path, UID)
    with pytest.raises(InOtherHands):
        Claim(path, UID)
    Hold(path, UID).release()  # what could not be had whole was not had at all
    claim.release()


def test_a_run_that_is_trained_is_held_by_no_window(path: Path) -> None:
    claim = Claim(path, UID)
    with pytest.raises(InOtherHands):
        Hold(path, UID)
    claim.release()


@pytest.mark.skipif(sys.platform == "win32", reason="no signals there")
def test_what_a_killed_window_left_of_its_hold_holds_nobody_and_is_cleared_away(path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from netbuilder.runs.claims import Hold\n"
        "held = Hold(Path(sys.argv[1]), sys.argv[2]); print(flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, path, UID], stdout=subprocess.PIPE) as window:
        assert window.stdout is not None
        window.stdout.readline()
        assert is_claimed(path, UID)
        window.kill()
    assert not is_claimed(path, UID)
    assert len(list(checkpoint_folder(path).iterdir())) == 1
    with held_if_free(path, UID) as held:
        assert held
    assert list(checkpoint_folder(path).iterdir()) == []
