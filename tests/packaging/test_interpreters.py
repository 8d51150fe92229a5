"""Which Python is taken, and the sentence for the others."""

import shutil
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import interpreters
import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = "/somewhere/packaging/run.py"
needs_scripts = pytest.mark.skipif(sys.platform == "win32", reason="stands a shell script in for a Python")


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Pretend that these are the only programs on the PATH, and that the user is not root."""

    def pretend(*programs: str) -> None:
        monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if name in programs else None)

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(interpreters, "sudo", lambda: "sudo ")
    return pretend


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is all of the PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(path: Path, name: str, script: str) -> None:
    (path / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (path / name).chmod(0o755)


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13), (3, 13, 1)])
def test_pythons_that_tensorflow_has_wheels_for_are_suitable(version: tuple[int, ...]) -> None:
    assert interpreters.is_suitable(version)


@pytest.mark.parametrize("version", [(2, 7), (3, 8), (3, 10), (3, 14), (4, 11)])
def test_other_pythons_are_not(version: tuple[int, ...]) -> None:
    assert not interpreters.is_suitable(version)


def test_the_suitable_pythons_are_those_that_the_project_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    low, high = min(interpreters.SUITABLE), max(interpreters.SUITABLE)
    assert project["requires-python"] == f">={low[0]}.{low[1]},<{high[0]}.{high[1] + 1}"


@pytest.mark.parametrize("version,reason", [((3, 14), "TensorFlow is not made for it yet"), ((3, 10), "too old")])
def test_the_sentence_names_what_was_found_and_why_not(only: Callable[..., None], version, reason) -> None:
    only("pacman")
    sentence = interpreters.wrong_version_sentence(version, SCRIPT)
    assert f"this is Python {version[0]}.{version[1]}" in sentence
    assert reason in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(
    "manager,command",
    [
        ("apt-get", "`sudo apt install python3.11 python3.11-venv`, then `python3.11 packaging/run.py`"),
        ("dnf", "`sudo dnf install python3.12`, then `python3.12 packaging/run.py`"),
        ("pacman", "`sudo pacman -S uv`, then `uv run --no-project --python 3.12 packaging/run.py`"),
        ("none", "with uv from https://docs.astral.sh/uv it is `uv run --no-project --python 3.12 packaging/run.py`"),
    ],
)
def test_the_sentence_ends_with_the_command_of_this_system(only, monkeypatch, manager: str, command: str) -> None:
    only(manager)
    monkeypatch.setattr(interpreters, "_knows_apt", lambda package: package == "python3.11")
    assert interpreters.wrong_version_sentence((3, 14), SCRIPT).endswith(command)


def test_a_debian_without_any_suitable_python_is_told_of_uv(only, monkeypatch) -> None:
    only("apt-get")
    monkeypatch.setattr(interpreters, "_knows_apt", lambda package: False)
    assert "docs.astral.sh/uv" in interpreters.wrong_version_sentence((3, 9), SCRIPT)


@needs_scripts
def test_a_suitable_python_elsewhere_goes_on_with_the_script_and_its_arguments(path: Path, capfd) -> None:
    program(path, "python3.13", f'case "$1" in -c) echo "3 13 {path}/python3.13";; *) echo "ran $@"; exit 7;; esac')
    assert interpreters.hand_over(SCRIPT, ["a b", "--version"]) == 7
    said = capfd.readouterr().out
    assert f"going on with {path}/python3.13" in said
    assert f"ran {SCRIPT} a b --version" in said


@needs_scripts
@pytest.mark.parametrize(
    "stand_in", ["echo 'python3.12: not installed' >&2; exit 127", "echo 3 10 /usr/bin/python3.10"]
)
def test_a_stand_in_that_starts_no_suitable_python_is_passed_over(path: Path, capsys, stand_in: str) -> None:
    program(path, "python3.12", stand_in)
    assert interpreters.installed_elsewhere() is None
    assert interpreters.hand_over(SCRIPT, []) == 1
    assert "netbuilder needs Python 3.11, 3.12 or 3.13" in capsys.readouterr().err


def test_a_python_with_venv_can_hold_netbuilder() -> None:
    assert interpreters.why_no_environment() is None


@pytest.mark.parametrize("lacking", ["venv", "ensurepip"])
@pytest.mark.parametrize("manager,command", [("apt-get", "`sudo apt install python3.{}-venv`"), ("dnf", "`sudo dnf")])
def test_a_python_without_venv_is_told_the_package(only, monkeypatch, lacking: str, manager: str, command: str) -> None:
    only(manager)
    monkeypatch.setattr(interpreters, "find_spec", lambda name: None if name == lacking else object())
    sentence = interpreters.why_no_environment()
    assert sentence is not None
    assert "no `venv`" in sentence
    assert command.format(sys.version_info[1]) in sentence
    assert "\n" not in sentence


def test_intel_macs_are_told_that_tensorflow_has_left_them(monkeypatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(interpreters.platform, "machine", lambda: "x86_64")
    assert "Intel" in (interpreters.why_no_environment() or "")
