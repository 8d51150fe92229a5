"""Nothing is downloaded onto a disk that cannot hold it."""

import shutil
from collections import namedtuple
from pathlib import Path

import pytest
import room

Usage = namedtuple("Usage", "total used free")


def free(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(0, 0, size))


@pytest.fixture(autouse=True)
def cache_on_another_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_same_disk", lambda one, other: False)


def test_a_disk_with_room_is_told_what_comes(monkeypatch, tmp_path: Path) -> None:
    free(monkeypatch, 10**11)
    assert room.check(tmp_path, with_tests=False) == (
        f"Installing netbuilder in {tmp_path}: up to 0.8 GB are downloaded, 2.8 GB stay on the disk; 100.0 GB are free."
    )


def test_a_disk_without_room_is_refused_with_both_numbers(monkeypatch, tmp_path: Path) -> None:
    free(monkeypatch, room.INSTALLED + room.DOWNLOAD - 1)
    with pytest.raises(room.NoRoom, match=r"takes 3\.5 GB, and 3\.5 GB are free"):
        room.check(tmp_path, with_tests=False)
    free(monkeypatch, room.INSTALLED + room.DOWNLOAD)
    assert room.check(tmp_path, with_tests=False)


def test_the_tools_for_the_tests_need_room_too(monkeypatch, tmp_path: Path) -> None:
    free(monkeypatch, room.INSTALLED + room.DOWNLOAD)
    with pytest.raises(room.NoRoom):
        room.check(tmp_path, with_tests=True)


def test_pips_copies_on_the_same_disk_are_counted(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(room, "_same_disk", lambda one, other: True)
    free(monkeypatch, room.INSTALLED + 2 * room.DOWNLOAD - 1)
    with pytest.raises(room.NoRoom):
        room.check(tmp_path, with_tests=False)


def test_the_cache_is_looked_for_where_the_user_put_it(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PIP_CACHE_DIR", str(tmp_path / "not" / "made" / "yet"))
    assert room.cache_folder() == tmp_path
