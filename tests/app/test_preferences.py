"""Preferences come back, and what can't be read is as if it had never been set."""

import contextlib
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from netbuilder import disk
from netbuilder.app import preference_file
from netbuilder.app.preferences import Preferences


def test_what_was_set_is_there_in_the_next_session(qapp, tmp_path) -> None:
    path = tmp_path / "preferences.ini"
    first = Preferences(path)
    first.scheme = "dark"
    first.folder = str(tmp_path)
    first.keep_window(QByteArray(b"where"), QByteArray(b"\x00\xff"))
    first.settle()
    second = Preferences(path)
    assert (second.scheme, second.folder) == ("dark", str(tmp_path))
    assert second.window() == (QByteArray(b"where"), QByteArray(b"\x00\xff"))


def test_recent_projects_are_those_still_there_with_the_latest_first(qapp, tmp_path) -> None:
    preferences = Preferences(tmp_path / "preferences.ini")
    paths = [tmp_path / f"{number}.netbuilder" for number in range(12)]
    for path in paths:
        path.touch()
        preferences.remember(path)
    preferences.remember(paths[5])
    assert preferences.recent[:3] == (paths[5], paths[11], paths[10])
    assert len(preferences.recent) == 10
    paths[11].unlink()
    assert paths[11] not in preferences.recent


def test_what_two_windows_opened_is_recent_in_both(qapp, tmp_path) -> None:
    one, other = Preferences(tmp_path / "file"), Preferences(tmp_path / "file")
    paths = [tmp_path / f"{number}.netbuilder" for number in range(3)]
    for path, preferences in zip(paths, (one, other, one), strict=True):
        path.touch()
        preferences.remember(path)
        preferences.settle()
    assert one.recent == Preferences(tmp_path / "file").recent == (paths[2], paths[1], paths[0])


def test_no_window_waits_for_a_file_that_another_holds_and_all_is_kept_then(qapp, tmp_path) -> None:
    file = tmp_path / "preferences.ini"
    one, other = Preferences(file), Preferences(file)
    paths = [tmp_path / f"{number}.netbuilder" for number in range(3)]
    with disk.locked(file.with_name("preferences.ini.lock"), vanishes=True):
        for path, preferences in zip(paths, (one, other, one), strict=True):
            path.touch()
            preferences.remember(path)
        other.scheme = "dark"
        assert one.recent == (paths[2], paths[0])
        assert not file.exists()
    one.settle()
    other.settle()
    third = Preferences(file)
    assert (set(third.recent), third.scheme) == (set(paths), "dark")


@pytest.mark.parametrize("fault", ["the disk refuses", "another window holds the file"])
def test_what_could_not_be_kept_is_kept_with_what_comes_next(qapp, tmp_path, monkeypatch, fault: str) -> None:
    file = tmp_path / "preferences.ini"
    paths = [tmp_path / f"{number}.netbuilder" for number in range(3)]
    for path in paths:
        path.touch()
    preferences = Preferences(file)
    preferences.remember(paths[0])
    preferences.settle()
    with monkeypatch.context() as patch, contextlib.ExitStack() as until:
        if fault == "the disk refuses":
            patch.setattr(disk, "write_whole", refuse)
        else:
            patch.setattr(preference_file, "_PATIENCE", 0.0)
            until.enter_context(disk.locked(file.with_name("preferences.ini.lock"), vanishes=True))
        preferences.remember(paths[1])
        preferences.settle()
    assert Preferences(file).recent == (paths[0],)
    preferences.remember(paths[2])
    preferences.settle()
    assert preferences.recent == Preferences(file).recent == (paths[2], paths[1], paths[0])


def refuse(path: Path, write: object) -> None:
    raise disk.CannotWrite("It can't be written.")


def test_a_recent_project_that_can_not_be_looked_at_is_not_there(qapp, tmp_path) -> None:
    file, there = tmp_path / "preferences.ini", tmp_path / "there.netbuilder"
    there.touch()
    preferences = Preferences(file)
    preferences.remember(there)
    preferences.remember(tmp_path / ("n" * 5000))
    preferences.settle()
    assert Preferences(file).recent == preferences.recent == (there,)


def test_a_damaged_file_is_no_preference(qapp, tmp_path) -> None:
    path = tmp_path / "preferences.ini"
    path.write_bytes(b"[General]\nscheme=\xff\xfe\nrecent=@Invalid()\n[window]\ngeometry=%%%\n\x00")
    preferences = Preferences(path)
    assert preferences.scheme == "system"
    assert preferences.recent == ()
    preferences.window()


def test_a_folder_is_made_for_them(qapp, tmp_path) -> None:
    preferences = Preferences(tmp_path / "new" / "folder" / "preferences.ini")
    assert preferences.not_kept == ""
    preferences.keep_window(QByteArray(b"where"), QByteArray())
    preferences.settle()
    assert Preferences(tmp_path / "new" / "folder" / "preferences.ini").window()[0] == QByteArray(b"where")


@pytest.mark.parametrize("fault", ["a file in its place", "no permission"])
def test_without_a_folder_they_hold_until_the_end_and_say_so(qapp, tmp_path, fault: str, monkeypatch) -> None:
    folder = tmp_path / "netbuilder"
    if fault == "a file in its place":
        folder.touch()
    else:
        folder.mkdir()
        monkeypatch.setattr("os.access", lambda path, mode: path != folder)
    preferences = Preferences(folder / "preferences.ini")
    preferences.scheme = "dark"
    assert preferences.scheme == "dark"
    assert str(folder) in preferences.not_kept
