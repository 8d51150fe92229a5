"""Data on other computers: not looked for before a person here chose them or agreed, however they are spelled."""

import builtins
import os
from dataclasses import replace
from pathlib import Path

import pytest

import netbuilder.data  # noqa: F401 - declares the sources
from netbuilder import disk
from netbuilder.data.origins import data_files, seen
from netbuilder.data.pictures.mnist import Mnist
from netbuilder.data.shares import NotAgreed, agree, elsewhere, may_look, places
from netbuilder.spec.rules import Text, fields_of
from netbuilder.spec.sources import source

ELSEWHERE = [
    r"\\server\share\x.npz",
    "//server/share/x.npz",
    r"\/server/share",
    r"/\server\share",
    r"\\server@SSL@443\DavWWWRoot\x.npz",
    r"\\?\UNC\server\share\x.npz",
    "//?/UNC/server/share",
    r"\\?\unc\server\share",
    r"\\.\UNC\server\share",
    r"\\.\C:\..\UNC\server\share",
    r"\\?\GLOBALROOT\Device\Mup\server\share",
    r"\??\UNC\server\share",
    r"\\.\pipe\x",
    r"\\127.0.0.1\c$\x.npz",
    r"  \\server\share",
    "file://server/share/x.npz",
    "FILE:////server/share",
    r"file:\\server\share",
    "smb://server/share",
    "https://server/x.npz",
    "/net/server/x.npz",
    "/net",
    "/NET/server/x.npz",
    "/tmp/../net/server/x.npz",
    "../../../../net/server/x.npz",
    "~/../../net/server/x.npz",
    "/./net//server",
    "/Network/Servers/server/x",
    "/System/Volumes/Data/net/server/x",
    "/afs/server/x",
    "/cvmfs/server/x",
    "/proc/self/root/net/server/x",
]
HERE = [
    "",
    "x.npz",
    "/home/me/x.npz",
    "/home/me/net/x.npz",
    "/network-of-mine/x.npz",
    "~/net/x.npz",
    r"C:\Users\me\x.npz",
    "C:/Users/me/x.npz",
    r"D:x.npz",
    r"Z:\mounted\x.npz",
    r"a\b",
    "/Volumes/Data/x",
    "/",
    "~",
    ".",
]

KINDS = [
    entry.kind for entry in source if any(isinstance(one.rule, Text) and one.rule.path for one in fields_of(entry.kind))
]


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(disk, "settings_folder", lambda: tmp_path / "settings")
    return tmp_path / "settings"


@pytest.fixture
def touched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What of the file system is looked at or opened."""
    found: list[str] = []

    def watch(place: object, name: str) -> None:
        real = getattr(place, name)

        def noted(path, *more, **named):
            found.append(path if isinstance(path, str) else str(path))
            return real(path, *more, **named)

        monkeypatch.setattr(place, name, noted)

    for name in ("stat", "lstat", "open", "scandir", "listdir", "access", "readlink"):
        watch(os, name)
    watch(builtins, "open")
    return found


@pytest.mark.parametrize("path", ELSEWHERE)
def test_a_path_to_another_computer_is_known_by_its_spelling(path: str) -> None:
    assert elsewhere(path)
    assert not may_look(path)


@pytest.mark.parametrize("path", HERE)
def test_a_path_on_this_computer_needs_no_agreement(path: str, settings: Path) -> None:
    assert not elsewhere(path)
    assert may_look(path)
    agree(path)
    assert not settings.exists()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("path", ["//nobody.invalid/share/x.npz", "/net/nobody.invalid", r"\\nobody.invalid\x.npz"])
def test_no_data_are_looked_for_on_another_computer_unasked(kind, path: str, touched: list[str]) -> None:
    made = kind(path=path)
    made.facts(made.usual_split())
    made.summary()
    assert seen(made) == ()
    assert data_files(made) == ()
    with pytest.raises(NotAgreed, match="press “Look there”"):
        made.read(lambda *_: None, lambda: False)
    assert not [one for one in touched if "nobody" in one]
    agree(path)
    assert seen(made) == () or seen(made)[0][1] is None
    assert [one for one in touched if "nobody" in one]


def test_an_agreement_is_about_one_place_only_and_says_which(settings: Path) -> None:
    path = "//server/\ud800/x.npz"
    agree(path)
    agree(path)
    assert may_look(path)
    assert not may_look("//server/share/y.npz")
    (note,) = (settings / "agreed").iterdir()
    assert note.read_bytes().decode("utf-8", "surrogatepass") == path


def test_an_agreement_that_can_not_be_noted_is_a_sentence(settings: Path) -> None:
    settings.write_text("no folder")
    with pytest.raises(disk.CannotWrite, match="choose another place"):
        agree("//server/share")
    assert not may_look("//server/share")


def test_a_source_names_its_places() -> None:
    assert places(Mnist()) == ()
    assert places(replace(Mnist(), path="/a")) == ("/a",)
