"""A `.venv` is believed only when it is whole, and mended when it is not."""

import os
import subprocess
import sys
import time
from pathlib import Path

import environment
import installation
import interpreters
import pytest
from environment import State
from turns import one_at_a_time

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
VERSION = ".".join(str(part) for part in sys.version_info[:3])
needs_posix = pytest.mark.skipif(os.name == "nt", reason="builds the folders of a POSIX environment")
pytestmark = needs_posix


def make(root: Path, version: str = VERSION) -> None:
    """The files of an environment whose Python is this one."""
    venv = root / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    (venv / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    (venv / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).parent}\nversion = {version}\n", encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "a checkout"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    return folder


@pytest.fixture
def ready(root: Path) -> Path:
    """A checkout whose environment was installed with the test tools."""
    make(root)
    environment._write_stamp(root, ["test"])
    return root


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What would have been installed, instead of the network; the environment is made of links."""
    calls: list[list[str]] = []
    monkeypatch.setattr(installation, "install", lambda root, python, extras: calls.append(list(extras)))
    monkeypatch.setattr(environment, "_answers", lambda venv: True)
    monkeypatch.setattr(environment, "_make", lambda root, extras: (environment.remove(root / ".venv"), make(root)))
    return calls


@pytest.mark.parametrize("extras", [(), ("test",)])
def test_an_installed_environment_is_ready(ready: Path, extras: tuple[str, ...]) -> None:
    assert environment.state(ready, extras) is State.READY


def test_no_folder_is_an_absent_environment(root: Path) -> None:
    assert environment.state(root, ()) is State.ABSENT


def test_an_environment_that_somebody_else_made_is_installed_on_top(root: Path) -> None:
    make(root)
    assert environment.state(root, ()) is State.OUTDATED


def test_a_changed_pyproject_is_noticed(ready: Path) -> None:
    (ready / "pyproject.toml").write_text("[project]\nname = 'other'\n", encoding="utf-8")
    assert environment.state(ready, ()) is State.OUTDATED


def test_an_extra_that_is_not_installed_is_noticed(ready: Path) -> None:
    assert environment.state(ready, ("gpu",)) is State.OUTDATED


def test_a_moved_checkout_is_noticed(ready: Path, tmp_path: Path) -> None:
    moved = ready.rename(tmp_path / "elsewhere")
    assert environment.state(moved, ()) is State.OUTDATED


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_a_stamp_that_cannot_be_read_counts_as_none(ready: Path, text: str) -> None:
    (ready / ".venv" / environment.STAMP).write_text(text, encoding="utf-8")
    assert environment.state(ready, ()) is State.OUTDATED


def test_an_installation_that_was_cut_off_is_noticed(ready: Path) -> None:
    (ready / ".venv" / environment.UNFINISHED).touch()
    assert environment.state(ready, ()) is State.BROKEN


def test_a_python_that_was_uninstalled_is_noticed(ready: Path) -> None:
    python = ready / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(ready / "gone" / "python")
    assert environment.state(ready, ()) is State.BROKEN


@pytest.mark.parametrize("version", ["3.10.13", "3.14.0", ""])
def test_an_environment_of_an_unsuitable_python_is_broken(root: Path, version: str) -> None:
    make(root, version)
    environment._write_stamp(root, [])
    assert environment.state(root, ()) is State.BROKEN


def test_a_folder_without_a_python_is_broken(root: Path) -> None:
    (root / ".venv").mkdir()
    assert environment.state(root, ()) is State.BROKEN


def test_a_package_that_vanished_is_noticed(ready: Path) -> None:
    packages = ready / ".venv" / "lib" / "python3.11" / "site-packages"
    os.utime(packages, ns=(0, packages.stat().st_mtime_ns + 1))
    assert environment.state(ready, ()) is State.DISTURBED


def test_what_is_ready_is_not_installed_again(ready: Path, installed: list[list[str]]) -> None:
    assert environment.prepare(ready, ()) == ready / ".venv" / "bin" / "python"
    assert installed == []
    assert not (ready / ".venv.lock").exists(), "a ready start need not wait for another"


def test_preparing_makes_an_absent_environment_ready(root: Path, installed: list[list[str]]) -> None:
    environment.prepare(root, ("test",))
    assert installed == [["test"]]
    assert environment.state(root, ("test",)) is State.READY


def test_a_start_keeps_the_extras_that_are_there(ready: Path, installed: list[list[str]]) -> None:
    (ready / "pyproject.toml").write_text("[project]\nname = 'other'\n", encoding="utf-8")
    environment.prepare(ready, ())
    assert installed == [["test"]]


def test_a_disturbed_environment_that_is_whole_only_gets_a_new_stamp(ready: Path, installed, monkeypatch) -> None:
    monkeypatch.setattr(installation, "incomplete", lambda python: [])
    os.utime(ready / ".venv" / "lib" / "python3.11" / "site-packages", ns=(0, 1))
    environment.prepare(ready, ())
    assert installed == []
    assert environment.state(ready, ("test",)) is State.READY


def test_a_disturbed_environment_gets_back_what_it_lacks(ready: Path, installed, monkeypatch) -> None:
    mended: list[list[str]] = []
    monkeypatch.setattr(installation, "incomplete", lambda python: ["keras==3.15.1"])
    monkeypatch.setattr(installation, "reinstall", lambda root, python, names: mended.append(names))
    os.utime(ready / ".venv" / "lib" / "python3.11" / "site-packages", ns=(0, 1))
    environment.prepare(ready, ())
    assert mended == [["keras==3.15.1"]]
    assert environment.state(ready, ("test",)) is State.READY


def test_the_stamp_is_written_last(root: Path, installed, monkeypatch) -> None:
    seen: list[tuple[State, bool]] = []

    def install(root: Path, python: Path, extras: list[str]) -> None:
        seen.append((environment.state(root, ()), (root / ".venv" / environment.STAMP).exists()))

    make(root)
    environment._write_stamp(root, ["test"])
    (root / "pyproject.toml").write_text("changed", encoding="utf-8")
    monkeypatch.setattr(installation, "install", install)
    environment.prepare(root, ())
    assert seen == [(State.BROKEN, False)]
    assert environment.state(root, ()) is State.READY


def test_an_installation_that_fails_says_so_and_is_made_anew_next_time(root: Path, installed, monkeypatch) -> None:
    def fail(*arguments: object) -> None:
        raise installation.Failed("no network")

    monkeypatch.setattr(installation, "install", fail)
    with pytest.raises(environment.CannotPrepare, match="no network"):
        environment.prepare(root, ())
    assert environment.state(root, ()) is State.BROKEN


def test_without_venv_nothing_is_removed_and_one_sentence_is_said(root: Path, monkeypatch) -> None:
    (root / ".venv").mkdir()
    (root / ".venv" / "notes.txt").touch()
    monkeypatch.setattr(interpreters, "find_spec", lambda name: None)
    with pytest.raises(environment.CannotPrepare, match="no `venv`"):
        environment.prepare(root, ())
    assert (root / ".venv" / "notes.txt").exists()


def test_of_a_linked_environment_only_the_link_is_removed(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (root / ".venv").symlink_to(tmp_path / "elsewhere")
    environment.remove(root / ".venv")
    assert not (root / ".venv").exists()
    assert (tmp_path / "elsewhere").exists()


def test_a_second_start_waits_for_the_first(tmp_path: Path) -> None:
    holder = (
        "import sys, time; from pathlib import Path; from turns import one_at_a_time\n"
        "with one_at_a_time(Path(sys.argv[1])):\n"
        "    print('held', flush=True); sys.stdin.readline(); Path(sys.argv[2]).touch()\n"
    )
    lock, done = tmp_path / "lock", tmp_path / "done"
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(lock), str(done)],
        cwd=PACKAGING,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout is not None
        assert first.stdin is not None
        assert first.stdout.readline() == "held\n"
        first.stdin.write("\n")
        first.stdin.flush()
        with one_at_a_time(lock):
            assert done.exists()


def test_the_lock_of_a_killed_start_is_free(tmp_path: Path) -> None:
    holder = "import sys, time; from pathlib import Path; from turns import one_at_a_time\nwith one_at_a_time(Path(sys.argv[1])):\n    print('held', flush=True); time.sleep(60)\n"
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(tmp_path / "lock")], cwd=PACKAGING, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        first.kill()
        first.wait()
    before = time.monotonic()
    with one_at_a_time(tmp_path / "lock"):
        assert time.monotonic() - before < 30


def test_the_pip_of_a_killed_start_is_waited_for(tmp_path: Path) -> None:
    pip = tmp_path / ".venv" / "bin" / "python"
    pip.parent.mkdir(parents=True)
    pip.write_text("#!/bin/sh\ntouch begun; sleep 1; touch done\n", encoding="utf-8")
    pip.chmod(0o755)
    start = (
        "import sys; from pathlib import Path; import installation; from turns import one_at_a_time\n"
        "with one_at_a_time(Path(sys.argv[1]) / 'lock'):\n"
        "    installation.install(Path(sys.argv[1]), Path(sys.argv[2]), [])\n"
    )
    with subprocess.Popen([sys.executable, "-c", start, str(tmp_path), str(pip)], cwd=PACKAGING) as first:
        while not (tmp_path / "begun").exists():
            time.sleep(0.01)
        first.kill()
    with one_at_a_time(tmp_path / "lock"):
        assert (tmp_path / "done").exists()
