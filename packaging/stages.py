"""The stages of the test command, in order: all are run even if one fails, so that one run tells everything."""

import argparse
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import debian
import environment
import old_keras
import system_libraries
import virtual_screen

# A stage that takes longer hangs: the whole is promised to take less than 15 minutes on 2 cores.
LONGEST = 15 * 60
NO_TESTS_FOUND = 5
TIMED_OUT = 124
# Three for two cores: a quarter of its time a worker waits for an engine or a window. Each takes a gigabyte.
WORKERS = 3


@dataclass(frozen=True)
class Stage:
    """One command; its exit code 0 means passed."""

    name: str
    command: list[str]
    variables: Mapping[str, str]
    on_a_screen: bool = False


@dataclass(frozen=True)
class Outcome:
    """How a stage ended. `passed` and `skipped` count tests, where the stage is one of tests."""

    name: str
    code: int
    seconds: float
    passed: int = 0
    skipped: int = 0


NAMES = ("format", "ruff", "mypy", "contracts", "pytest", "windows")


def read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """The stages that were asked for, and what goes on to pytest."""
    parser = argparse.ArgumentParser(prog="packaging/test.py", description="Check everything, or only some stages.")
    parser.add_argument("--only", action="append", choices=NAMES, help="run this stage; may be given several times")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest, after --")
    return parser.parse_args(arguments)


def planned(python: Path, options: argparse.Namespace, *, has_screen: bool) -> list[Stage]:
    """The stages for these options; the windows' tests are run once: on a screen if there is one, else offscreen."""
    venv = python.parent.parent
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "2"}
    offscreen = {**quiet, "QT_QPA_PLATFORM": "offscreen"}
    chosen = options.only or NAMES
    elsewhere = ["-m", "not window"] if has_screen and "windows" in chosen else []
    # A file stays with one worker, since its tests share engines and trained networks; tests/conftest.py has the order.
    by_file = ["-n", str(WORKERS), "--dist", "loadfile", "--no-loadscope-reorder"]
    pytest = [str(python), "-m", "pytest", *by_file, *elsewhere, *options.pytest]
    windows = [str(python), "-m", "pytest", *by_file, "-m", "window", *options.pytest]
    every = [
        Stage("format", [str(python), "-m", "ruff", "format", "--check", "."], quiet),
        Stage("ruff", [str(python), "-m", "ruff", "check", "."], quiet),
        Stage("mypy", [str(python), "-m", "mypy"], quiet),
        Stage("contracts", [str(environment.program(venv, "lint-imports"))], quiet),
        Stage("pytest", pytest, offscreen),
        Stage("windows", windows, {**quiet, "QT_QPA_PLATFORM": "xcb"}, on_a_screen=True),
    ]
    return [stage for stage in every if stage.name in chosen]


def run(root: Path, python: Path, options: argparse.Namespace) -> int:
    """Run the stages; return 0 if all passed, else 1."""
    started = time.monotonic()
    outcomes: list[Outcome] = []
    if {"pytest", "windows"} & set(options.only or NAMES):
        debian.install_what_is_missing(python)
    stages = planned(python, options, has_screen=not virtual_screen.what_is_missing())
    variables = {**os.environ, "PYTHONUNBUFFERED": "1"}
    # Hundreds of processes are started: without what the first one leaves each would compile netbuilder anew.
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    if any(stage.name == "pytest" for stage in stages):
        variables.setdefault("NETBUILDER_OLD_KERAS", str(old_keras.prepare(root, python)))
    for stage in stages:
        heading(stage.name)
        if stage.on_a_screen:
            outcomes.append(_run_on_a_screen(root, stage, variables))
        else:
            outcomes.append(_run_stage(root, stage, variables))
        last = outcomes[-1]
        print(
            f"{last.name}: {'passed' if last.code == 0 else f'FAILED ({last.code})'} in {last.seconds:.1f} s",
            flush=True,
        )
    print(closing_line(outcomes, time.monotonic() - started), flush=True)
    return 0 if all(outcome.code == 0 for outcome in outcomes) else 1


def _run_on_a_screen(root: Path, stage: Stage, variables: Mapping[str, str]) -> Outcome:
    lacks = virtual_screen.what_is_missing()
    if lacks:
        # At home it is enough to know; where nobody reads the log, a check that was left out is a failure.
        in_ci = os.environ.get("CI", "").lower() not in {"", "0", "false"}
        print(f"THE WINDOW TESTS WERE NOT RUN ON A SCREEN. {system_libraries.sentence(lacks)}", flush=True)
        return Outcome(stage.name, 1 if in_ci else 0, 0.0)
    with contextlib.ExitStack() as open_screens:
        # One for each worker: windows on the same screen take each other's focus.
        screens = [open_screens.enter_context(virtual_screen.shown()) for _worker in range(WORKERS)]
        own = {name: value for name, value in variables.items() if name != "WAYLAND_DISPLAY"}
        return _run_stage(root, stage, {**own, "DISPLAY": screens[0], "NETBUILDER_SCREENS": " ".join(screens)})


def _run_stage(root: Path, stage: Stage, variables: Mapping[str, str]) -> Outcome:
    report = root / ".venv" / f"netbuilder-{stage.name}.xml"
    report.unlink(missing_ok=True)
    counts = "pytest" in stage.command
    started = time.monotonic()
    process = subprocess.Popen(
        [*stage.command, f"--junitxml={report}"] if counts else stage.command,
        cwd=root,
        env={**variables, **stage.variables},
        stdin=subprocess.DEVNULL,
    )
    try:
        code = process.wait(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        print(f"{stage.name} was ended after {LONGEST // 60} minutes.", flush=True)
        code = TIMED_OUT
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if code == NO_TESTS_FOUND and counts:
        print(f"{stage.name}: no test was found, so nothing was checked.", flush=True)
    passed, skipped = counted(report) if counts else (0, 0)
    return Outcome(stage.name, code, time.monotonic() - started, passed, skipped)


def counted(report: Path) -> tuple[int, int]:
    """How many tests passed and were skipped, from pytest's report; zeros if it wrote none."""
    try:
        suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    except (OSError, ElementTree.ParseError):
        return 0, 0

    def total(name: str) -> int:
        return sum(int(suite.get(name, 0)) for suite in suites)

    skipped = total("skipped")
    return total("tests") - total("failures") - total("errors") - skipped, skipped


def heading(text: str, write: Callable[[str], object] = print) -> None:
    """A line that is found again in a long log."""
    write(f"\n{f' {text} ':=^100}")
    sys.stdout.flush()


def closing_line(outcomes: Sequence[Outcome], seconds: float) -> str:
    """The last line, in the form that pytest closes with."""
    failed = [outcome.name for outcome in outcomes if outcome.code != 0]
    passed = sum(outcome.passed for outcome in outcomes)
    skipped = sum(outcome.skipped for outcome in outcomes)
    said = f"{passed} passed, {skipped} skipped"
    if failed:
        said = f"{len(failed)} of {len(outcomes)} stages failed ({', '.join(failed)}), {said}"
    else:
        said = f"{len(outcomes)} stages, {said}"
    return f"{f' {said} in {seconds:.2f}s ':=^100}"
