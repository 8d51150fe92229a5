"""The test command runs every stage, whatever the ones before said, and tells the truth at the end."""

import os
import sys
from pathlib import Path

import debian
import old_keras
import pytest
import stages
import virtual_screen
from stages import Outcome, Stage

PYTHON = Path("/checkout/.venv/bin/python")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Run these stages instead of the real ones; none touches the system."""
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(debian, "install_what_is_missing", lambda python: None)
    monkeypatch.setattr(old_keras, "prepare", lambda root, python: tmp_path)

    def these(*planned: Stage) -> int:
        monkeypatch.setattr(stages, "planned", lambda python, options, *, has_screen: list(planned))
        return stages.run(tmp_path, PYTHON, stages.read_arguments([]))

    return these


def planned(*arguments: str, has_screen: bool = True) -> dict[str, Stage]:
    found = stages.planned(PYTHON, stages.read_arguments(arguments), has_screen=has_screen)
    return {each.name: each for each in found}


def stage(name: str, code: int = 0, *, on_a_screen: bool = False) -> Stage:
    return Stage(name, [sys.executable, "-c", f"print('{name} ran'); raise SystemExit({code})"], {}, on_a_screen)


def test_the_stages_come_in_the_order_of_their_cost() -> None:
    assert list(planned()) == ["format", "ruff", "mypy", "contracts", "pytest", "windows"]


def test_only_the_stages_that_were_asked_for_are_run() -> None:
    assert list(planned("--only", "mypy", "--only", "ruff")) == ["ruff", "mypy"]


def test_what_follows_two_dashes_goes_to_pytest() -> None:
    only = planned("--only", "pytest", "--", "-k", "layers")
    assert only["pytest"].command[-2:] == ["-k", "layers"]


def marks(stage: Stage) -> list[str]:
    return [stage.command[at + 1] for at, word in enumerate(stage.command) if word == "-m" and at > 1]


def test_window_tests_are_run_on_a_screen_and_not_once_more_offscreen() -> None:
    found = planned()
    assert found["pytest"].variables["QT_QPA_PLATFORM"] == "offscreen"
    assert marks(found["pytest"]) == ["not window"]
    assert found["windows"].variables["QT_QPA_PLATFORM"] == "xcb"
    assert marks(found["windows"]) == ["window"]
    assert found["windows"].on_a_screen


@pytest.mark.parametrize("asked,has_screen", [([], False), (["--only", "pytest"], True)])
def test_window_tests_that_no_other_stage_runs_are_run_offscreen(asked: list[str], has_screen: bool) -> None:
    found = planned(*asked, has_screen=has_screen)["pytest"]
    assert marks(found) == []
    assert found.variables["QT_QPA_PLATFORM"] == "offscreen"


@pytest.mark.parametrize("missing", [[], ["Xvfb"]])
def test_the_plan_knows_whether_there_is_a_screen(run, monkeypatch, missing: list[str]) -> None:
    told: list[bool] = []
    run()
    monkeypatch.setattr(virtual_screen, "what_is_missing", lambda: missing)
    monkeypatch.setattr(stages, "planned", lambda python, options, *, has_screen: told.append(has_screen) or [])
    assert stages.run(Path("/nowhere"), PYTHON, stages.read_arguments(["--only", "ruff"])) == 0
    assert told == [not missing]


@pytest.mark.skipif(bool(virtual_screen.what_is_missing()), reason="needs Xvfb, xdotool and ImageMagick")
def test_each_worker_has_a_screen_of_its_own(run, capfd) -> None:
    """Told as a worker is: by the number that xdist gave it, which grows when one crashed."""
    ask = "import os, runpy; runpy.run_path(os.environ['CONFTEST']); print('on', os.environ['DISPLAY'])"
    each = f"import os, subprocess, sys\nfor name in range({stages.WORKERS + 1}):\n    worker = {{'PYTEST_XDIST_WORKER': f'gw{{name}}'}}\n"
    each += f"    subprocess.run([sys.executable, '-c', {ask!r}], env={{**os.environ, **worker}}, check=True)"
    conftest = Path(__file__).parents[1] / "conftest.py"
    assert run(Stage("windows", [sys.executable, "-c", each], {"CONFTEST": str(conftest)}, on_a_screen=True)) == 0
    *screens, another = (line for line in capfd.readouterr().out.splitlines() if line.startswith("on :"))
    assert len(set(screens)) == len(screens) == stages.WORKERS
    assert another == screens[0]


def test_a_failing_stage_does_not_hide_the_next(run, capfd) -> None:
    assert run(stage("first", 3), stage("second")) == 1
    said = capfd.readouterr().out
    assert "first: FAILED (3)" in said
    assert "second ran" in said
    assert "1 of 2 stages failed (first)" in said.splitlines()[-1]


def test_all_passing_stages_pass(run, capfd) -> None:
    assert run(stage("first"), stage("second")) == 0
    assert "2 stages, 0 passed" in capfd.readouterr().out.splitlines()[-1]


def test_a_stage_that_hangs_is_ended_and_fails(run, monkeypatch, capfd) -> None:
    monkeypatch.setattr(stages, "LONGEST", 0.1)
    slow = Stage("slow", [sys.executable, "-c", "import time; time.sleep(60)"], {})
    assert run(slow) == 1
    assert "slow: FAILED (124)" in capfd.readouterr().out


@pytest.mark.parametrize("ci,code", [("true", 1), ("", 0)])
def test_without_a_virtual_screen_only_ci_fails_but_all_are_told(run, monkeypatch, capfd, ci: str, code: int) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(virtual_screen, "what_is_missing", lambda: ["Xvfb"])
    assert run(stage("windows", on_a_screen=True)) == code
    said = capfd.readouterr().out
    assert "NOT RUN ON A SCREEN" in said
    assert "windows ran" not in said


def test_the_closing_line_counts_the_tests() -> None:
    outcomes = [Outcome("ruff", 0, 1.0), Outcome("pytest", 0, 60.0, 812, 3), Outcome("windows", 0, 9.0, 40, 0)]
    assert stages.closing_line(outcomes, 70.5).strip("= ") == "3 stages, 852 passed, 3 skipped in 70.50s"


def test_the_report_of_pytest_is_counted(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite tests="10" failures="1" errors="2" skipped="3"/></testsuites>', encoding="utf-8"
    )
    assert stages.counted(report) == (4, 3)
    assert stages.counted(tmp_path / "none.xml") == (0, 0)


def test_only_versions_of_keras_that_are_missing_are_fetched(tmp_path: Path, monkeypatch) -> None:
    fetched: list[tuple[str, Path]] = []
    monkeypatch.setattr(
        old_keras.installation,
        "install_beside",
        lambda root, python, requirement, folder: fetched.append((requirement, folder)),
    )
    home = tmp_path / ".venv" / "keras"
    for name in ("keras", "keras-3.6.0.dist-info"):
        (home / "3.6.0" / name).mkdir(parents=True)
    (home / "3.10.0" / "keras-3.10.0.dist-info").mkdir(parents=True)
    assert old_keras.prepare(tmp_path, tmp_path / ".venv" / "bin" / "python", ("3.6.0", "3.10.0")) == home
    assert fetched == [("keras==3.10.0", home / "3.10.0")]


@pytest.mark.skipif(bool(virtual_screen.what_is_missing()), reason="needs Xvfb, xdotool and ImageMagick")
def test_a_virtual_screen_lives_as_long_as_its_block() -> None:
    with virtual_screen.shown() as first, virtual_screen.shown() as second:
        assert first != second
        sockets = [Path("/tmp/.X11-unix") / f"X{name.removeprefix(':')}" for name in (first, second)]
        made = [identity(socket) for socket in sockets]
        assert None not in made
    # A number that is free again may be somebody else's by now, whose socket is another one.
    assert not any(identity(socket) == one for socket, one in zip(sockets, made, strict=True))


def identity(path: Path) -> tuple[int, int] | None:
    """By what a file is told from another one in its place; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_ctime_ns


def test_a_screen_that_does_not_start_is_an_error(tmp_path: Path, monkeypatch) -> None:
    broken = tmp_path / "Xvfb"
    broken.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(virtual_screen.NoScreen), virtual_screen.shown():
        pytest.fail("a screen was shown")


def test_what_was_compiled_is_left_for_the_next_process(run, monkeypatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    asks = "import sys; raise SystemExit(sys.dont_write_bytecode)"
    assert run(Stage("asks", [sys.executable, "-c", asks], {})) == 0
