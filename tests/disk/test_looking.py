"""Whatever path is looked at, the look answers and raises nothing."""

import os
from pathlib import Path

import pytest

from netbuilder import disk
from netbuilder.disk import looking

ODD = ["n" * 300, "n" * 5000, "/".join(["n" * 200] * 30), "a\0b", "~nobody-of-that-name/a", "\udcff\udcfe", "a\nb"]
LOOKS = (looking.is_there, looking.is_file, looking.is_folder, looking.is_link)


@pytest.mark.parametrize("name", ODD, ids=range(len(ODD)))
def test_nothing_is_where_nobody_could_put_it(tmp_path, name: str) -> None:
    path = tmp_path / name
    assert not any(look(path) for look in LOOKS)
    assert not disk.is_same(path, tmp_path)
    assert disk.real(path) == path
    assert isinstance(disk.at_home(name), Path)


def test_what_is_there_is_seen_through_links(tmp_path) -> None:
    folder, file, link, gone = (tmp_path / name for name in ("folder", "file", "link", "gone"))
    folder.mkdir()
    file.touch()
    link.symlink_to(file)
    gone.symlink_to(tmp_path / "nothing")
    assert [[look(path) for look in LOOKS] for path in (folder, file, link, gone)] == [
        [True, False, True, False],
        [True, True, False, False],
        [True, True, False, True],
        [False, False, False, True],
    ]
    assert disk.real(link) == disk.real(file) != disk.real(folder)
    assert disk.is_same(link, file)
    assert not disk.is_same(link, folder)


def test_a_link_that_leads_back_to_itself_leads_nowhere(tmp_path) -> None:
    path = tmp_path / "link"
    path.symlink_to(path)
    assert [look(path) for look in LOOKS] == [False, False, False, True]
    assert disk.real(path) == path


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may look everywhere")
def test_what_is_in_a_closed_folder_is_not_there(tmp_path) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed" / "file").touch()
    (tmp_path / "closed").chmod(0)
    try:
        assert not any(look(tmp_path / "closed" / "file") for look in LOOKS)
    finally:
        (tmp_path / "closed").chmod(0o700)


@pytest.mark.parametrize("name", ["n" * 300, "n" * 5000, "a\0b"], ids=["long", "longest", "zero"])
def test_a_name_that_no_system_takes_can_not_be_written_and_a_sentence_says_so(tmp_path, name: str) -> None:
    with pytest.raises(disk.CannotWrite, match="could not be written"):
        disk.write_whole(tmp_path / name, lambda file: file.write(b"x"))
    assert list(tmp_path.iterdir()) == []
