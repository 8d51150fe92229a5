"""A missing library of the system is named, with the one command that installs it."""

import os
import re
import shutil
import sys
from pathlib import Path

import debian
import launch
import pytest
import system_libraries

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Qt brings its own libraries elsewhere")
pytestmark = linux_only


@pytest.fixture
def without_ldd_finding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Let ldd on the PATH miss these libraries, for an environment that holds an empty Qt."""
    plugins = tmp_path / ".venv" / "lib" / "python3.11" / "site-packages" / "PySide6" / "Qt" / "plugins" / "platforms"
    plugins.mkdir(parents=True)
    for name in ("xcb", "wayland", "offscreen"):
        (plugins / f"libq{name}.so").touch()
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(system_libraries, "sudo", lambda: "sudo ")

    def pretend(*names: str, only_for: str = "") -> Path:
        lines = "".join(f"echo '\t{name} => not found'\n" for name in names)
        guard = f'case "$*" in *{only_for}*) ;; *) exit 0;; esac\n'
        ldd = programs / "ldd"
        ldd.write_text(f"#!/bin/sh\n{guard}echo '\tlibc.so.6 => /lib/libc.so.6 (0x1)'\n{lines}", encoding="utf-8")
        ldd.chmod(0o755)
        return tmp_path / ".venv"

    return pretend


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch):
    def choose(name: str) -> None:
        found = shutil.which
        managers = {each for each, _ in system_libraries.MANAGERS}
        monkeypatch.setattr(
            shutil,
            "which",
            lambda program: program if program == name else None if program in managers else found(program),
        )

    return choose


def test_libraries_that_the_linker_does_not_find_are_missing(without_ldd_finding) -> None:
    venv = without_ldd_finding("libxcb-cursor.so.0", "libEGL.so.1")
    assert system_libraries.missing(venv, "xcb") == ["libxcb-cursor.so.0", "libEGL.so.1"]


@pytest.mark.parametrize(
    "name,command",
    [
        ("apt-get", "`sudo apt install libegl1 libxcb-cursor0`"),
        ("dnf", "`sudo dnf install libglvnd-egl xcb-util-cursor`"),
        ("pacman", "`sudo pacman -S libglvnd xcb-util-cursor`"),
    ],
)
def test_the_sentence_has_one_command_for_all_that_is_missing(without_ldd_finding, manager, name, command) -> None:
    without_ldd_finding()
    manager(name)
    sentence = system_libraries.sentence(["libxcb-cursor.so.0", "libEGL.so.1"])
    assert sentence == f"This system lacks libxcb-cursor.so.0, libEGL.so.1, which the window needs: {command}"


def test_a_system_with_another_manager_is_told_the_libraries(manager) -> None:
    manager("zypper")
    assert system_libraries.sentence(["libEGL.so.1"]).startswith("This system lacks libEGL.so.1")


@pytest.mark.parametrize("column,wanted", list(enumerate([r"[a-z0-9.+-]+", r"[A-Za-z0-9.+-]+", r"[a-z0-9.+-]+"])))
def test_every_library_has_a_package_with_each_manager(column: int, wanted: str) -> None:
    assert all(re.fullmatch(wanted, names[column]) for names in system_libraries.PACKAGES.values())


@pytest.mark.parametrize(
    "variables,platforms",
    [
        ({}, []),
        ({"DISPLAY": ":0"}, ["xcb"]),
        ({"WAYLAND_DISPLAY": "wayland-0"}, ["wayland"]),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, ["wayland", "xcb"]),
        ({"QT_QPA_PLATFORM": "offscreen", "DISPLAY": ":0"}, ["offscreen"]),
        ({"QT_QPA_PLATFORM": "wayland;xcb:0"}, ["wayland", "xcb"]),
    ],
)
def test_the_platforms_are_those_that_qt_tries(variables: dict[str, str], platforms: list[str]) -> None:
    assert system_libraries.platforms_tried(variables) == platforms


def screen(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def test_without_a_screen_no_library_is_asked_for(without_ldd_finding, monkeypatch) -> None:
    venv = without_ldd_finding("libEGL.so.1")
    screen(monkeypatch)
    assert launch.missing_libraries_sentence(venv / "bin" / "python") is None


def test_with_a_screen_a_missing_library_is_named(without_ldd_finding, monkeypatch) -> None:
    venv = without_ldd_finding("libEGL.so.1")
    screen(monkeypatch, DISPLAY=":0")
    assert "libEGL.so.1" in (launch.missing_libraries_sentence(venv / "bin" / "python") or "")


def test_one_whole_platform_is_enough(without_ldd_finding, monkeypatch) -> None:
    venv = without_ldd_finding("libxcb-cursor.so.0", only_for="libqxcb.so")
    screen(monkeypatch, DISPLAY=":0", WAYLAND_DISPLAY="wayland-0")
    assert launch.missing_libraries_sentence(venv / "bin" / "python") is None


def test_what_was_seen_good_is_not_looked_at_again(without_ldd_finding, monkeypatch) -> None:
    screen(monkeypatch, DISPLAY=":0")
    python = without_ldd_finding() / "bin" / "python"
    assert launch.missing_libraries_sentence(python) is None
    without_ldd_finding("libEGL.so.1")
    assert launch.missing_libraries_sentence(python) is None
    screen(monkeypatch, WAYLAND_DISPLAY="wayland-0")
    assert launch.missing_libraries_sentence(python) is not None


def test_a_window_is_not_started_into_a_missing_library(without_ldd_finding, monkeypatch, capsys) -> None:
    venv = without_ldd_finding("libEGL.so.1")
    screen(monkeypatch, DISPLAY=":0")
    monkeypatch.setattr(os, "execv", lambda *arguments: pytest.fail("started"))
    assert launch.become_netbuilder(venv / "bin" / "python", []) == 1
    assert "libEGL.so.1" in capsys.readouterr().err


def test_the_command_line_is_started_all_the_same(without_ldd_finding, monkeypatch) -> None:
    venv = without_ldd_finding("libEGL.so.1")
    screen(monkeypatch, DISPLAY=":0")
    started: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda path, command: started.append(command))
    monkeypatch.setattr(launch.subprocess, "call", lambda command: 0)
    monkeypatch.setenv("PYTHONSAFEPATH", "")
    launch.become_netbuilder(venv / "bin" / "python", ["train", "digits"])
    assert started == [[str(venv / "bin" / "python"), "-m", "netbuilder", "train", "digits"]]


@pytest.mark.parametrize("root,installs", [(True, True), (False, False)])
def test_only_root_has_its_debian_completed(
    without_ldd_finding, manager, monkeypatch, root: bool, installs: bool
) -> None:
    venv = without_ldd_finding("libEGL.so.1")
    manager("apt-get")
    commands: list[list[str]] = []
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000)
    monkeypatch.setattr(debian, "_apt", commands.append)
    monkeypatch.setattr(system_libraries, "missing_programs", lambda: ["Xvfb"])
    debian.install_what_is_missing(venv / "bin" / "python")
    assert [command[1] for command in commands] == (["update", "install"] if installs else [])
    if installs:
        assert commands[1][-2:] == ["libegl1", "xvfb"]


def test_a_complete_debian_is_left_alone(without_ldd_finding, monkeypatch, capsys) -> None:
    venv = without_ldd_finding()
    monkeypatch.setattr(debian, "_apt", lambda command: pytest.fail("apt-get was run"))
    monkeypatch.setattr(system_libraries, "missing_programs", list)
    debian.install_what_is_missing(venv / "bin" / "python")
    assert capsys.readouterr().out == ""
