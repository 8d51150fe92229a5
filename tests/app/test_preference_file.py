"""Preferences are read as Qt has written them, and nothing that Qt would unpack for them is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings

from netbuilder.app import preference_file
from netbuilder.app.preferences import Preferences

TEXTS = {
    "plain": "dark",
    "path": "/home/a b/ü/日本/😀.netbuilder",
    "lines": "/a\n/b\n\n/c\r\t",
    "quotes": '"a" \\ \\x41 \\n \'',
    "list": "a, b; c=d # e %41",
    "at": "@Variant(\\0\\0)",
    "ats": "@@a@b",
    "spaces": "  a  ",
    "codes": "\x01a\x7f9\x0bf",
    "empty": "",
    "equals": "AdnQywADAAA+/w==",
}


def ini(path: Path, *lines: str) -> Path:
    path.write_text("[General]\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_what_qt_has_written_is_read(qapp, tmp_path) -> None:
    settings = QSettings(str(tmp_path / "a.ini"), QSettings.Format.IniFormat)
    for name, text in TEXTS.items():
        settings.setValue(name, text)
        settings.setValue(f"window/{name}", text)
    settings.sync()
    found = preference_file.read(tmp_path / "a.ini")
    assert found == TEXTS | {f"window/{name}": text for name, text in TEXTS.items()}


def test_what_is_written_is_read_here_and_by_qt(qapp, tmp_path) -> None:
    preference_file.write(tmp_path / "a.ini", [lambda _kept: TEXTS])
    preference_file.write(tmp_path / "a.ini", [lambda _kept: {"window/plain": "there"}])
    settings = QSettings(str(tmp_path / "a.ini"), QSettings.Format.IniFormat)
    wanted = TEXTS | {"window/plain": "there"}
    assert preference_file.read(tmp_path / "a.ini") == wanted
    assert {name: settings.value(name) for name in wanted} == wanted
    assert [one.name for one in tmp_path.iterdir()] == ["a.ini"]


def test_two_windows_keep_what_each_has_set(qapp, tmp_path) -> None:
    one, other = (Preferences(tmp_path / "a.ini") for _window in range(2))
    one.scheme = "dark"
    other.folder = "/there"
    one.settle()
    other.settle()
    third = Preferences(tmp_path / "a.ini")
    assert (third.scheme, third.folder) == ("dark", "/there")


@pytest.mark.parametrize(
    "value",
    [
        "@Variant(\\0\\0\\0\\x9\\x7f\\xff\\xff\\xff)",
        "@DateTime(\\0\\0\\0\\x10)",
        "@ByteArray(abc)",
        "@Invalid()",
        '"@Variant(\\0)"',
        "\\x40Variant(\\0)",
        "\\100Variant(\\0)",
        "a, @Variant(\\0)",
        '"a',
    ],
)
def test_what_qt_would_unpack_is_left_out_and_the_rest_is_kept(qapp, tmp_path, value: str) -> None:
    path = ini(tmp_path / "a.ini", f"recent={value}", "folder=/there", f"other={value}")
    assert preference_file.read(path) == {"folder": "/there"}
    preferences = Preferences(path)
    preferences.scheme = "dark"
    preferences.settle()
    assert preference_file.read(path) == {"folder": "/there", "scheme": "dark"}
    assert "Variant" not in path.read_text(encoding="utf-8")


def test_a_value_that_ends_qt_does_not_end_the_program(tmp_path) -> None:
    path = ini(tmp_path / "a.ini", r"scheme=@Variant(\0\0\0\x9\x7f\xff\xff\xff\0\0\0\x9)", "folder=/there")
    code = (
        "import sys; from pathlib import Path; from netbuilder.app.preferences import Preferences\n"
        "kept = Preferences(Path(sys.argv[1])); print(kept.scheme, kept.folder)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout == "system /there\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name")
def test_what_is_no_file_of_preferences_is_none(qapp, tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "large").write_bytes(b"scheme=dark\n" * 1_000_000)
    for name in ("pipe", "folder", "large", "nothing", "a\0b", "n" * 5000):
        assert preference_file.read(tmp_path / name) == {}


def test_places_that_are_damaged_are_no_places(qapp, tmp_path) -> None:
    path = tmp_path / "a.ini"
    preferences = Preferences(path)
    preferences.keep_window(QByteArray(b"where"), QByteArray(b"docks"))
    preferences.settle()
    assert [bytes(one.data()) for one in Preferences(path).window()] == [b"where", b"docks"]
    preference_file.write(path, [lambda _kept: {"window/state": "AAAA"}])
    assert [bytes(one.data()) for one in Preferences(path).window()] == [b"", b""]


def test_halves_of_characters_are_no_characters(qapp, tmp_path) -> None:
    path = tmp_path / "a.ini"
    path.write_text('[window]\ngeometry="\\xd800"\nstate="\\xdfff"\nsum=00000000\n', encoding="utf-8")
    assert preference_file.read(path)["window/geometry"] == "\ufffd"
    assert Preferences(path).window() == (QByteArray(), QByteArray())


def test_blanks_around_a_value_are_none_of_it(qapp, tmp_path) -> None:
    assert preference_file.read(ini(tmp_path / "a.ini", "scheme = dark ", '\tfolder\t=\t" a "')) == {
        "scheme": "dark",
        "folder": " a ",
    }
