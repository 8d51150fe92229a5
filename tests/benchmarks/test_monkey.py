"""The monkey finds nothing in the program as it is, and would find what it is there for."""

import json
import random
import subprocess
import sys
import threading
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import qInstallMessageHandler, qWarning

import netbuilder.data  # noqa: F401 - declares the sources, which the projects here need

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(
    not Path("/proc/self/statm").is_file(), reason="it looks at its memory as Linux tells it"
)


@pytest.fixture
def part():
    """Imports a module of the package anew for each test, since it declares a data source."""
    return lambda name: import_module(f"benchmarks.reliability.{name}")


@pytest.mark.slow
def test_random_actions_find_no_fault(tmp_path: Path) -> None:
    """20,000, by two monkeys at a time: half of its time each waits for its engine."""
    command = [sys.executable, "-m", "benchmarks.reliability", "monkey", "--count", "2"]
    both = [tmp_path / f"{seed}.json" for seed in (1, 3)]
    running = [
        subprocess.Popen(
            [*command, "--seed", path.stem, "--json", str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for path in both
    ]
    for process, path in zip(running, both, strict=True):
        said, _nothing = process.communicate(timeout=1500)
        assert process.returncode == 0, said
        result = json.loads(path.read_text(encoding="utf-8"))["results"]["monkey"]
        assert result["faults"] == []
        assert result["figures"][0]["what"].startswith("10,")


def test_a_life_that_dies_is_a_fault_with_what_was_done_last(part, tmp_path: Path, monkeypatch) -> None:
    monkey = part("monkey")
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\nfor n in 1 2 3; do echo "$n press F5" >> "$4/../journal"; done; kill -SEGV $$\n')
    program.chmod(0o755)
    monkeypatch.setattr(monkey, "sys", SimpleNamespace(executable=str(program)))
    (attempt,) = monkey.attempts([7], 100)
    assert "died with exit code -11" in attempt.faults[0]
    assert "3 press F5" in attempt.faults[1]
    assert monkey.figures([attempt])[0]["figure"] == 1


@pytest.fixture
def hooks(part, monkeypatch):
    """Hooks that have only themselves to tell."""
    for module, name in ((sys, "excepthook"), (threading, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(module, name, lambda *_known: None)
    before = qInstallMessageHandler(None)
    heard = part("monkey_watch").Hooks()
    heard.listen()
    yield heard
    qInstallMessageHandler(before)


def test_what_is_raised_anywhere_and_each_complaint_of_qt_is_heard_once(hooks) -> None:
    problem = ValueError("in a slot")
    hooks.listen()
    sys.excepthook(ValueError, problem, None)
    thread = threading.Thread(target=lambda: 1 / 0, name="worker")
    thread.start()
    thread.join()
    qWarning("QObject::connect: no such signal")
    qWarning("This plugin does not support raise()")
    slot, in_thread, *complaints = hooks.heard
    assert "in a slot" in slot
    assert "worker" in in_thread
    assert "ZeroDivisionError" in in_thread
    assert complaints
    assert all("no such signal" in one for one in complaints)


def window(part, **different):
    """What the watch looks at of a window with a project in order."""
    works = part("works")
    spec = works.learner(3)
    known = {"modified": False, "title": "a[*] – netbuilder", **different}
    form = SimpleNamespace(fields=(), editors={})
    page = SimpleNamespace(form=form, goal=form)
    stack = SimpleNamespace(canUndo=lambda: False, canRedo=lambda: False)
    return SimpleNamespace(
        isWindowModified=lambda: known["modified"],
        windowTitle=lambda: known["title"],
        filing=SimpleNamespace(name="a"),
        document=SimpleNamespace(
            spec=spec, modified=False, outline=SimpleNamespace(problems=()), undo_stack=known.get("stack", stack)
        ),
        outline=SimpleNamespace(place="early_stopping"),
        inspector=SimpleNamespace(page=lambda _place: page),
    )


def test_a_title_that_is_not_the_project_s_is_wrong(part, qapp) -> None:
    wrong = part("monkey_watch").wrong
    assert list(wrong(window(part))) == []
    assert len(list(wrong(window(part, modified=True)))) == 1
    assert len(list(wrong(window(part, title="b[*] – netbuilder")))) == 1


def test_an_undo_that_loses_something_is_wrong(part) -> None:
    watch = part("monkey_watch")
    seen = window(part)

    def lose() -> None:
        seen.document.spec = part("works").learner(4)

    assert list(watch.wrong_inside(seen)) == []
    seen.document.undo_stack = SimpleNamespace(
        canUndo=lambda: True,
        undo=lambda: None,
        redo=lose,
        canRedo=lambda: False,
        index=lambda: 2,
        setIndex=lambda _at: 0,
    )
    assert list(watch.wrong_inside(seen)) == ["undo and redo together change the project"]
    assert list(watch.wrong_in_the_end(seen, seen.document.spec)) == []
    assert len(list(watch.wrong_in_the_end(seen, part("works").learner(3)))) == 1


def test_a_project_that_no_file_may_hold_is_wrong(part) -> None:
    seen = window(part)
    training = seen.document.spec.training
    stopped = replace(training, optimizer=replace(training.optimizer, learning_rate=0.0))
    seen.document.spec = replace(seen.document.spec, training=stopped)
    (told,) = part("monkey_watch").wrong_inside(seen)
    assert "could not be opened again" in told
    assert "Learning rate" in told


def test_a_form_that_shows_something_else_is_wrong(part, qtbot) -> None:
    from netbuilder.spec.project import EarlyStopping
    from netbuilder.ui.inspector.training_pages import EarlyStoppingPage

    page = EarlyStoppingPage()
    qtbot.addWidget(page)
    seen = window(part)
    seen.inspector = SimpleNamespace(page=lambda _place: page)
    page.show_place(seen.document.spec, None, "early_stopping")
    wrong = part("monkey_watch").wrong_inside
    assert list(wrong(seen)) == []
    page.form.show_value(EarlyStopping(patience=seen.document.spec.training.early_stopping.patience + 1))
    assert any("Patience" in one for one in wrong(seen))


def test_the_same_seed_does_the_same(part) -> None:
    monkey = part("monkey")
    asked = []
    life = part("monkey")._Life
    monkey._lived = lambda home, seed, left: asked.append((seed, left)) or life(actions=60)
    list(monkey.attempts([3, 4, 3], 100))
    first, second, again = asked[:2], asked[2:4], asked[4:]
    assert first == again != second
    assert first[0][0] == random.Random(3).randrange(2**31)
