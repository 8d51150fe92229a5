"""The attempts to lose something see what is lost: each is made once, and none lets a broken program pass."""

import json
import os
import random
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").is_file(), reason="they kill as on Linux")


@pytest.fixture
def promise():
    """Imports a module of the package anew for each test, since it declares a data source."""
    return lambda name: import_module(f"benchmarks.reliability.{name}")


def tried(tmp_path: Path, name: str, count: int, seed: int) -> tuple[int, dict]:
    """The command's exit code, and what it found."""
    found = tmp_path / "found.json"
    asked = [name, "--count", str(count), "--seed", str(seed), "--json", str(found)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.reliability", *asked],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        timeout=300,
        check=False,
    )
    assert f"\n{name} (" in done.stdout
    return done.returncode, json.loads(found.read_text(encoding="utf-8"))["results"][name]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name,count,seed",
    [
        ("saving", 10, 1),
        ("saving", 1, 25),  # the whole program
        ("failing_disk", 30, 1),
        ("editing", 1, 1),
        ("training", 1, 1),
        ("ending", 4, 4),
        ("deaths", 1, 0),
        ("closing", 1, 1),
        ("sharing", 1, 1),
        ("soak", 6, 1),
    ],
)
def test_each_promise_is_tried_and_holds(tmp_path: Path, name: str, count: int, seed: int) -> None:
    code, found = tried(tmp_path, name, count, seed)
    assert found["faults"] == []
    assert code == 0
    assert found["attempts"] == count
    assert any("bar" in one for one in found["figures"])


def test_every_promise_has_a_number_of_attempts_and_figures_with_bars(promise) -> None:
    attempts, names = promise("attempts"), promise("__main__").NAMES
    for name in names:
        module = promise(name)
        made = [attempts.Attempt(1, "fine"), attempts.Attempt(2, "broken", ("it is lost",))]
        assert module.COUNT > 0
        (broken, *_) = module.figures(made)
        assert (broken["figure"], broken["bar"]) == (1, 0)


def test_a_broken_promise_is_told_with_the_command_that_tries_it_again(promise, monkeypatch, capsys) -> None:
    command, attempts = promise("__main__"), promise("attempts")

    def break_one(seeds):
        for seed in seeds:
            yield attempts.Attempt(seed, "killed", ("the file is torn",) if seed == 7 else ())

    monkeypatch.setattr(promise("saving"), "attempts", break_one)
    assert command.main(["saving", "--count", "3", "--seed", "5"]) == 1
    said = capsys.readouterr().out
    assert "seed 7, killed: the file is torn" in said
    assert "again: python -m benchmarks.reliability saving --count 1 --seed 7" in said
    assert "0 of 1 bars hold" in said


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # a fork, from Python 3.12 on
def test_a_program_that_writes_into_the_file_itself_is_caught(promise) -> None:
    saving, failing = promise("saving"), promise("failing_disk")

    def overwrite(path: Path, contents) -> None:
        whole = path.with_name("elsewhere")
        saving.keep_previous(whole, contents)
        content = whole.read_bytes()
        with path.open("wb") as file:
            file.write(content[: len(content) // 2])
            file.flush()
            time.sleep(0.02)  # most of a save, so that most kills strike there, however slow the machine is
            file.write(content[len(content) // 2 :])
        whole.unlink()
        (path.parent / "elsewhere~").unlink(missing_ok=True)

    assert any(one.faults for one in saving.attempts(range(1, 21), overwrite))
    assert any(one.faults for one in failing.attempts(range(1, 21), overwrite))


def test_a_save_that_never_reached_the_disk_is_caught(promise) -> None:
    saving = promise("saving")
    assert saving.judged(4, [5, 6], 6, 5, []) == []
    assert saving.judged(4, [5, 6], 7, 6, []) == []
    for found, kept, litter in ((5, 4, []), (8, 7, []), (None, 5, []), (6, None, []), (6, 3, []), (6, 5, [".part"])):
        assert saving.judged(4, [5, 6], found, kept, litter), (found, kept, litter)


@pytest.mark.parametrize(
    "code,sentence,found",
    [(0, "", 1), (3, "", 1), (3, "“saved.netbuilder” can't be written.", 2), (3, "a\nb.", 1), (4, "KeyError()", 1)],
)
def test_a_failed_save_that_says_something_else_is_caught(promise, code, sentence, found) -> None:
    failing = promise("failing_disk")
    assert failing.judged(1, 0, "", 2, []) == failing.judged(1, 3, "“saved.netbuilder” can't be written.", 1, []) == []
    assert failing.judged(1, code, sentence, found, [])


def test_edits_that_are_lost_count_from_the_first_of_them(promise) -> None:
    lost = promise("editing").lost
    edits = {11: 100.0, 12: 103.0, 13: 104.0}
    assert lost(edits, 105.0, 13) == 0.0
    assert lost(edits, 105.0, 12) == 1.0
    assert lost(edits, 105.0, 10) == 5.0


def test_another_end_a_gap_and_lost_epochs_of_a_training_are_caught(promise) -> None:
    training = promise("training")
    whole = [("epoch", number, {"loss": 1 / number}) for number in range(1, 6)]
    undisturbed = training.course_of(whole, "bits")
    again = [*whole[:3], ("continued", 2, None), *whole[2:]]
    assert training.judged(undisturbed, training.course_of(again, "bits")) == []
    other = [*whole[:4], ("epoch", 5, {"loss": 0.3})]
    lost = [*whole[:4], ("continued", 1, None), *whole[1:]]
    for told, state in ((again, "other bits"), (other, "bits"), (whole[:4], "bits"), (lost, "bits")):
        assert training.judged(undisturbed, training.course_of(told, state)), (told, state)


@pytest.mark.parametrize("count", [300, 1_000])
def test_a_growing_window_is_caught(promise, count) -> None:
    soak, attempts = promise("soak"), promise("attempts")

    def figures(growth: float, more: int) -> list[bool]:
        noise = random.Random(1)
        made = [
            attempts.Attempt(
                number,
                "",
                (),
                {
                    "own": 1e8 + 1e3 * growth * number + noise.uniform(-1e5, 1e5),
                    "files": 30 + more * (number > 2 * count // 3) + (number == count - 2),
                    "threads": 20,
                    "engine": 5e8,
                },
            )
            for number in range(count)
        ]
        return [one["figure"] <= one["bar"] for one in soak.figures(made) if "bar" in one]

    assert all(figures(15.0, 0))
    assert figures(40.0, 0) == [True, False, True, True]
    assert figures(5.0, 1) == [True, True, False, True]


def test_what_stays_behind_in_a_home_is_seen(promise, tmp_path: Path) -> None:
    home = promise("home").Home(tmp_path)
    home.data.mkdir(parents=True)
    for name in ("work/a.netbuilder", "work/a.netbuilder~", "data/netbuilder/history.db"):
        (tmp_path / name).touch()
    assert home.litter("a.netbuilder") == []
    for name in ("work/.netbuilder-0.part", "data/netbuilder/locks", "temporary/x"):
        (tmp_path / name).touch()
    assert len(home.litter("a.netbuilder")) == 3


def test_a_program_that_ends_by_itself_or_with_another_code_is_told(promise, tmp_path: Path, monkeypatch) -> None:
    program = promise("program")
    home = promise("home").Home(tmp_path)

    def started(text: str):
        monkeypatch.setattr(program, "sys", type("Fake", (), {"executable": str(executable(tmp_path, text))}))
        return program.Program(home)

    with started("echo '{\"shown\": 1}'; echo broken >&2; exit 3") as ended:
        ended.wait(lambda line: "shown" in line)
        with pytest.raises(program.NeverCame, match="broken"):
            ended.wait(lambda line: "never" in line)
    with started("read line; echo Traceback >&2; exit 3") as closed:
        _seconds, faults = closed.close()
        assert "exit code 3" in faults[0]
    with started("read line; echo Traceback >&2") as closed:
        assert "Traceback" in closed.close()[1][0]
    with started("sleep 60 >/dev/null & read line") as closed:
        monkeypatch.setattr(program, "_ENGINE_ENDS", 0.2)
        wait_until(closed.engines)
        assert "lived on" in closed.close()[1][0]


def executable(folder: Path, text: str) -> Path:
    """A program that is started in the place of Python."""
    path = folder / f"program-{time.monotonic_ns()}"
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def wait_until(holds) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        os.sched_yield()
