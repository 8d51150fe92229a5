"""Recovery: unsaved work is on the disk some seconds after each edit, and is removed only once nobody needs it."""

import contextlib
import errno
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from netbuilder import disk
from netbuilder.app import recovery as module
from netbuilder.app.document import Document
from netbuilder.app.recovery import Recovery
from netbuilder.app.recovery_folder import About, RecoveryFolder, left_behind, new_folder
from netbuilder.data.points.moons import Moons
from netbuilder.files.contents import Attached, Contents, Stored
from netbuilder.files.project_file import CannotOpen, open_project
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.project import DataSpec, ProjectSpec, stack

PROJECT = ProjectSpec(DataSpec(Moons()), stack(Dense(8), Dense(1, activation="sigmoid")), title="Moons")
EDITING = Path(__file__).with_name("editing.py")


def with_epochs(project: ProjectSpec, epochs: int) -> ProjectSpec:
    return replace(project, training=replace(project.training, epochs=epochs))


def network(value: float) -> Stored:
    weights = tuple(np.full(shape, value, np.float32) for shape in ((2, 8), (8,), (8, 1), (1,)))
    return Stored(PROJECT, None, weights, np.zeros((1, 2), np.float32))


class Window:
    """A document, and what would be saved of it."""

    def __init__(self, folder: Path) -> None:
        self.document = Document(PROJECT)
        self.folder = folder
        self.recovery = Recovery(self.document, self, folder)
        self.known: disk.Fingerprint | None = None
        self.network_is_known = threading.Event()
        self.network_is_known.set()
        self.lacks = ""
        self.asked: list[ProjectSpec] = []  # for the network
        self.said: list[str] = []
        self.recovery.failed.connect(self.said.append)

    def contents(self, project: ProjectSpec) -> Callable[[], Contents]:
        trained = self.document.network
        assert trained is None or isinstance(trained, Stored)
        others = self.without_network(project)

        def all_of_it() -> Contents:
            self.asked.append(project)
            assert self.network_is_known.wait(60)
            return replace(others(), trained=trained, lacks=self.lacks)

        return all_of_it

    def without_network(self, project: ProjectSpec) -> Callable[[], Contents]:
        contents = Contents(project, None, self.document.attached)
        return lambda: contents

    def edit(self, epochs: int) -> None:
        self.document.edit("epochs", with_epochs(self.document.spec, epochs))

    def files(self) -> list[str]:
        return sorted(path.name for folder in self.folder.iterdir() for path in folder.iterdir())

    def kept_epochs(self) -> list[int]:
        """Those of each project that is on the disk."""
        return [open_project(path).project.training.epochs for path in self.folder.glob("*/project.netbuilder")]

    def crash(self) -> None:
        """What a kill does to the folder: its lock is free, and all else stays."""
        self.recovery._settle()
        assert self.recovery._folder is not None
        self.recovery._folder.release()
        self.recovery._folder = None


def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AFTER_AN_EDIT", 30)
    monkeypatch.setattr(module, "_AT_THE_LATEST", 120)
    monkeypatch.setattr(module, "_AGAIN", 60)


@pytest.fixture
def window(qapp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    fast(monkeypatch)
    made = Window(tmp_path / "recovery")
    yield made
    made.network_is_known.set()
    made.recovery.leave()
    # One that was not waited for any longer would write on, and tell of it, in the middle of another test.
    for thread in threading.enumerate():
        if thread.name == "recovery":
            thread.join(60)


def kept(folder: Path) -> Contents:
    """What could be recovered, of one crashed window."""
    (found,) = left_behind(folder)
    contents = found.contents()
    found.release()
    return contents


def test_nothing_is_written_before_anything_is_unsaved(qtbot, window: Window) -> None:
    qtbot.wait(150)
    assert not window.folder.exists()


def test_an_edit_is_kept_soon_after_it(qtbot, window: Window) -> None:
    window.edit(5)
    qtbot.waitUntil(lambda: window.folder.exists() and "about.json" in window.files())
    assert window.files() == ["about.json", "lock", "project.netbuilder"]
    window.crash()
    assert kept(window.folder).project.training.epochs == 5


def test_edits_that_never_end_are_kept_meanwhile(qtbot, window: Window) -> None:
    window.recovery._soon.setInterval(600_000)  # there is never a pause as long as that
    epochs = itertools.count(13)
    seen: set[int] = set()

    def edit_once_more() -> bool:
        window.edit(next(epochs))
        seen.update(window.kept_epochs())
        return len(seen) > 2

    qtbot.waitUntil(edit_once_more)
    window.crash()
    assert kept(window.folder).project.training.epochs >= max(seen)


def test_the_network_is_written_once_and_again_when_it_is_another(qtbot, window: Window) -> None:
    def written() -> disk.Fingerprint | None:
        (folder,) = window.folder.iterdir()
        return disk.fingerprint(folder / "network.netbuilder")

    def about() -> float:
        return window.recovery._folder.about().kept if window.recovery._folder is not None else 0.0

    window.document.hold_network(network(1.0))
    qtbot.waitUntil(lambda: window.folder.exists() and "network.netbuilder" in window.files())
    first, told = written(), about()
    window.edit(5)
    qtbot.waitUntil(lambda: about() > told)
    qtbot.waitUntil(lambda: window.recovery._thread is None)
    assert written() == first
    window.document.hold_network(network(2.0))
    qtbot.waitUntil(lambda: written() != first)
    qtbot.waitUntil(lambda: window.recovery._thread is None)
    window.crash()
    found = kept(window.folder)
    assert found.project.training.epochs == 5
    assert found.trained is not None
    assert found.trained.weights[0][0, 0] == 2.0


def test_an_edit_is_kept_before_it_is_known_what_the_history_tells_of_the_network(qtbot, window: Window) -> None:
    window.network_is_known.clear()
    window.document.hold_network(network(1.0))
    window.edit(5)
    qtbot.waitUntil(lambda: window.folder.exists() and "about.json" in window.files())
    assert "network.netbuilder" not in window.files()
    window.network_is_known.set()
    qtbot.waitUntil(lambda: "network.netbuilder" in window.files())
    window.crash()
    found = kept(window.folder)
    assert found.project.training.epochs == 5
    assert found.trained is not None


def test_an_end_that_is_asked_for_keeps_the_last_edit_while_the_network_is_still_waited_for(
    qtbot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.2)
    window.network_is_known.clear()
    window.document.hold_network(network(1.0))
    qtbot.waitUntil(lambda: window.folder.exists() and "about.json" in window.files())
    window.edit(6)
    began = time.monotonic()
    window.recovery.keep()
    assert time.monotonic() - began < 30, "the network would be waited for longer"
    # A slow disk may need more than the patience that is so short here.
    qtbot.waitUntil(lambda: 6 in window.kept_epochs())
    assert len(list(window.folder.iterdir())) == 2, "two would write into the same folder"


def test_a_network_is_not_kept_with_the_project_that_took_the_place_of_its_own(qtbot, window: Window) -> None:
    window.edit(5)
    window.document.hold_network(network(1.0))
    qtbot.waitUntil(lambda: window.folder.exists() and "network.netbuilder" in window.files())
    qtbot.waitUntil(lambda: window.recovery._thread is None)
    told = (about := next(window.folder.iterdir()) / "about.json").stat().st_mtime_ns
    window.document.hold_network(None)
    window.document.replace(with_epochs(PROJECT, 7), None, unsaved=True)
    qtbot.waitUntil(lambda: about.stat().st_mtime_ns > told)
    window.crash()
    found = kept(window.folder)
    assert (found.project.training.epochs, found.trained) == (7, None)


def test_notes_are_kept_too(qtbot, window: Window) -> None:
    window.document.attach(Attached("first"))
    window.document.attach(Attached("second"))
    qtbot.waitUntil(lambda: window.folder.exists() and "about.json" in window.files())
    window.crash()
    assert kept(window.folder).attached.notes == "second"


def empty(window: Window) -> bool:
    return not window.folder.exists() or not list(window.folder.iterdir())


@pytest.mark.parametrize("end", ["save", "undo", "another", "leave"])
def test_what_is_saved_or_not_wanted_any_more_is_removed(qtbot, window: Window, end: str, tmp_path: Path) -> None:
    window.edit(5)
    window.document.hold_network(network(1.0)) if end != "undo" else None
    qtbot.waitUntil(lambda: window.folder.exists() and "about.json" in window.files())
    match end:
        case "save":
            window.document.saved(window.document.spec, tmp_path / "a.netbuilder")
        case "undo":
            window.document.undo_stack.undo()
        case "another":
            window.document.replace(PROJECT, None)
        case "leave":
            window.recovery.leave()
    qtbot.waitUntil(lambda: empty(window))
    qtbot.wait(150)
    assert empty(window)


def slow_disk(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """What is written is not on the disk before that is set."""
    ready, fsync = threading.Event(), os.fsync

    def slow(descriptor: int) -> None:
        assert ready.wait(60)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", slow)
    return ready


def test_a_save_while_it_is_being_written_removes_it_afterwards(
    qtbot, window: Window, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    disk_is_ready = slow_disk(monkeypatch)
    window.edit(5)
    qtbot.waitUntil(lambda: window.recovery._thread is not None)
    window.document.saved(window.document.spec, tmp_path / "a.netbuilder")
    assert not empty(window)
    disk_is_ready.set()
    qtbot.waitUntil(lambda: window.recovery._thread is None)
    qtbot.waitUntil(lambda: empty(window))


def test_an_edit_while_it_is_being_written_is_kept_as_well(
    qtbot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk_is_ready = slow_disk(monkeypatch)
    window.edit(5)
    qtbot.waitUntil(lambda: window.recovery._thread is not None)
    window.edit(6)
    qtbot.waitUntil(lambda: window.recovery._due)
    disk_is_ready.set()
    qtbot.waitUntil(lambda: not window.recovery._due)
    window.crash()
    assert kept(window.folder).project.training.epochs == 6


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO])
def test_a_disk_that_takes_nothing_is_told_once_and_tried_again(
    qtbot, window: Window, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    tries = []

    def fail(descriptor: int) -> None:
        tries.append(descriptor)
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        window.edit(5)
        qtbot.waitUntil(lambda: len(tries) > 3)
    (sentence,) = window.said
    assert "a crash would take unsaved changes" in sentence
    assert "could not be written" in sentence
    qtbot.waitUntil(lambda: "about.json" in window.files())
    qtbot.waitUntil(lambda: window.recovery._thread is None)
    window.crash()
    assert kept(window.folder).project.training.epochs == 5


def test_what_nobody_expected_is_told_of_and_what_is_unsaved_is_kept_all_the_same(
    qtbot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults: list[str] = []
    monkeypatch.setattr(threading, "excepthook", lambda raised: faults.append(raised.exc_type.__name__))
    with monkeypatch.context() as patch:
        patch.setattr(module.RecoveryFolder, "write", lambda *_given, **_named: {}["nobody expected this"])
        window.edit(5)
        qtbot.waitUntil(lambda: len(faults) > 1)
    (sentence,) = window.said
    assert "save them yourself" in sentence
    assert "expected" not in sentence
    assert set(faults) == {"KeyError"}
    qtbot.waitUntil(lambda: "about.json" in window.files())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_a_project_whose_path_cannot_be_told_is_kept_without_it(qtbot, window: Window) -> None:
    window.document.saved(window.document.spec, Path(os.fsdecode(b"/\xff.netbuilder")))
    window.edit(5)
    qtbot.waitUntil(lambda: window.folder.exists() and "about.json" in window.files())
    window.crash()
    (found,) = left_behind(window.folder)
    assert found.about().path is None
    assert found.contents().project.training.epochs == 5
    found.release()


def test_where_the_folder_goes_away_another_takes_its_place_with_the_network(qtbot, window: Window) -> None:
    window.document.hold_network(network(1.0))
    qtbot.waitUntil(lambda: window.folder.exists() and "network.netbuilder" in window.files())
    qtbot.waitUntil(lambda: window.recovery._thread is None)
    shutil.rmtree(window.folder)
    window.edit(5)
    qtbot.waitUntil(lambda: window.folder.exists() and "network.netbuilder" in window.files())
    (sentence,) = window.said
    assert "could not be written" in sentence
    window.crash()
    found = kept(window.folder)
    assert (found.project.training.epochs, found.trained is None) == (5, False)


def test_a_folder_that_cannot_be_made_is_told_once_and_tried_again(qtbot, window: Window) -> None:
    window.folder.parent.mkdir(exist_ok=True)
    window.folder.touch()  # a file where the folder should be
    window.edit(5)
    qtbot.waitUntil(lambda: len(window.said) == 1)
    qtbot.wait(200)
    window.folder.unlink()
    qtbot.waitUntil(lambda: window.folder.is_dir() and "about.json" in window.files())
    assert len(window.said) == 1


def test_a_window_that_lives_is_not_taken_for_a_crash(qtbot, window: Window) -> None:
    window.edit(5)
    qtbot.waitUntil(lambda: window.folder.exists() and "about.json" in window.files())
    assert left_behind(window.folder) == []
    assert "project.netbuilder" in window.files()


def test_two_windows_are_not_offered_the_same_crash(qtbot, window: Window) -> None:
    window.edit(5)
    qtbot.waitUntil(lambda: window.folder.exists() and "about.json" in window.files())
    window.crash()
    (first,) = left_behind(window.folder)
    assert left_behind(window.folder) == []
    first.release()
    (again,) = left_behind(window.folder)
    again.release()


def test_the_latest_crash_comes_first_and_tells_what_it_was(qapp, tmp_path: Path) -> None:
    for title, when in (("old", 1.0), ("new", 3.0), ("middle", 2.0)):
        folder = new_folder(tmp_path)
        known = disk.Fingerprint(1, 2, 1_700_000_000_123_456_789)
        folder.write(Contents(PROJECT), About(title, tmp_path / title, known, when))
        folder.release()
    found = left_behind(tmp_path)
    assert [folder.about().title for folder in found] == ["new", "middle", "old"]
    assert found[0].about() == About("new", tmp_path / "new", disk.Fingerprint(1, 2, 1_700_000_000_123_456_789), 3.0)
    for folder in found:
        folder.remove()
    assert list(tmp_path.iterdir()) == []


def told(kept: str) -> bytes:
    """What a window tells that had kept its work at that time."""
    return f'{{"title": "a", "path": null, "known": null, "kept": {kept}, "asked": false}}'.encode()


NOWHERE = b'{"title": "a", "path": "/tmp/a\\u0000b", "known": null, "kept": 1.0, "asked": false}'
IMPOSSIBLE = [told(kept) for kept in ("NaN", "1e18", "-1e18", "1e999", str(10**39), '"yesterday"', "null", "true")]


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b'{"path": 1}', b"\xff", NOWHERE, *IMPOSSIBLE])
def test_a_crash_that_tells_nothing_of_itself_can_be_recovered_all_the_same(qapp, tmp_path: Path, text: bytes) -> None:
    folder = new_folder(tmp_path)
    folder.write(Contents(with_epochs(PROJECT, 7)), About("a", tmp_path / "a", None, 1.0))
    (folder.path / "about.json").write_bytes(text)
    folder.release()
    (found,) = left_behind(tmp_path)
    assert (found.about().title, found.about().path) == ("", None)
    assert abs(found.about().kept - time.time()) < 60
    assert found.contents().project.training.epochs == 7
    found.remove()


def test_a_file_that_was_not_known_is_never_taken_for_the_one_that_is_there(qapp, tmp_path: Path) -> None:
    folder = new_folder(tmp_path)
    folder.write(Contents(PROJECT), About("a", tmp_path / "a", None, 1.0))
    assert folder.about().known is not None
    assert folder.about().known != disk.fingerprint(tmp_path)
    folder.remove()


def test_what_is_not_ours_is_left_alone(qapp, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "project.netbuilder").touch()
    (tmp_path / "0123456789abcdef").touch()
    (tmp_path / "0123456789abcdee").mkdir()
    (tmp_path / "0123456789abcdee" / "mine.txt").touch()
    (tmp_path / "0123456789abcded").mkdir()
    assert left_behind(tmp_path) == []
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*"))
    assert left == [
        "0123456789abcdee",
        "0123456789abcdee/mine.txt",
        "0123456789abcdef",
        "notes",
        "notes/project.netbuilder",
    ]


def contents_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("linked", ["", "project.netbuilder", "network.netbuilder", "about.json", "lock"])
def test_what_leads_elsewhere_is_not_followed_and_stays(qapp, tmp_path: Path, linked: str) -> None:
    parent, others = tmp_path / "recovery", tmp_path / "others"
    for _crash in range(2):
        folder = new_folder(others)
        folder.write(Contents(PROJECT), About("precious", None, None, 1.0))
        folder.write_network(Contents(PROJECT, network(1.0)))
        folder.release()
    (others / "lock").touch()
    other, crashed = sorted(path for path in others.iterdir() if path.is_dir())
    (other / "lock").touch()
    parent.mkdir()
    if linked:
        crashed.rename(parent / crashed.name)
        (parent / crashed.name / linked).unlink(missing_ok=True)
    (parent / crashed.name / linked).symlink_to(other / linked if linked else crashed)
    before = contents_of(others)
    assert left_behind(parent) == []
    assert contents_of(others) == before
    assert (parent / crashed.name / linked).is_symlink()


def test_what_was_damaged_is_refused_and_stays(qapp, tmp_path: Path) -> None:
    folder = new_folder(tmp_path)
    folder.write(Contents(PROJECT), About("a", None, None, 1.0))
    (folder.path / "project.netbuilder").write_bytes(b"damaged")
    folder.release()
    (found,) = left_behind(tmp_path)
    with pytest.raises(CannotOpen):
        found.contents()
    found.release()
    assert (found.path / "project.netbuilder").exists()


def test_a_damaged_network_takes_nothing_else_along(qtbot, window: Window, tmp_path: Path) -> None:
    crashed = new_folder(window.folder)
    contents = Contents(PROJECT, network(1.0), Attached("Look here."))
    crashed.write(contents, About("Moons", None, None, 1.0))
    crashed.write_network(contents)
    path = crashed.path / "network.netbuilder"
    path.write_bytes(path.read_bytes()[:200])
    crashed.release()
    (found,) = window.recovery.left_behind()
    recovered = found.contents()
    assert (recovered.project, recovered.attached.notes, recovered.trained) == (PROJECT, "Look here.", None)
    assert "All but the trained network was recovered" in found.lacks
    assert str(crashed.path) in found.lacks
    window.document.replace(recovered.project, None, unsaved=True)
    window.recovery.adopt(found)
    window.edit(8)
    reading = RecoveryFolder(crashed.path, contextlib.ExitStack())  # another one: what it finds is not what is found
    qtbot.waitUntil(lambda: reading.contents().project.training.epochs == 8)
    assert path.stat().st_size == 200
    window.document.hold_network(network(2.0))
    qtbot.waitUntil(lambda: reading.contents().trained is not None)
    assert found.lacks == reading.lacks == ""
    assert (crashed.path / "damaged.netbuilder").stat().st_size == 200
    window.document.saved(window.document.spec, tmp_path / "a.netbuilder")
    qtbot.waitUntil(lambda: empty(window))


@pytest.mark.parametrize("asked", [False, True])
def test_an_end_that_was_asked_for_is_told_from_a_crash(qtbot, window: Window, asked: bool) -> None:
    window.edit(5)
    if asked:
        window.recovery.keep()
    else:
        qtbot.waitUntil(lambda: window.folder.exists() and "about.json" in window.files())
    window.crash()
    (found,) = left_behind(window.folder)
    assert found.about().asked == asked
    found.release()


def test_what_could_not_be_written_before_an_end_that_is_asked_for_is_written_then(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, tries = module.RecoveryFolder.write_network, []

    def fail_once(folder: RecoveryFolder, contents: Contents) -> None:
        tries.append(contents)
        if len(tries) == 1:
            raise disk.CannotWrite("The disk is full.")
        write(folder, contents)

    monkeypatch.setattr(module.RecoveryFolder, "write_network", fail_once)
    window.document.hold_network(network(1.0))
    window.recovery._write()
    window.recovery.keep()
    window.crash()
    assert kept(window.folder).trained is not None


def test_a_network_whose_curves_may_be_missing_is_kept_once_and_again_when_they_are_known(
    qtbot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    write = module.RecoveryFolder.write_network
    monkeypatch.setattr(
        module.RecoveryFolder,
        "write_network",
        lambda folder, contents: (written.append(contents.lacks), write(folder, contents)),
    )
    window.lacks = "It is locked."
    window.document.hold_network(network(1.0))
    qtbot.waitUntil(lambda: len(window.asked) > 3)
    assert written == ["It is locked."], "it may be large"
    window.lacks = ""
    qtbot.waitUntil(lambda: written == ["It is locked.", ""])
    qtbot.waitUntil(lambda: window.recovery._thread is None)
    asked = len(window.asked)
    window.edit(5)
    qtbot.wait(200)
    assert len(window.asked) == asked
    (sentence,) = window.said
    assert sentence == "Curves of the network may be missing from what is kept for a crash. It is locked."


def test_what_an_earlier_netbuilder_kept_counts_as_left_by_a_crash(qapp, tmp_path: Path) -> None:
    folder = new_folder(tmp_path)
    folder.write(Contents(PROJECT), About("Moons", None, None, 1.0))
    about = folder.path / "about.json"
    told = json.loads(about.read_text("utf-8"))
    del told["asked"]
    about.write_text(json.dumps(told), "utf-8")
    assert folder.about() == About("Moons", None, None, 1.0)
    folder.remove()


def test_an_adopted_crash_stays_until_its_work_is_saved(qtbot, window: Window, tmp_path: Path) -> None:
    crashed = new_folder(window.folder)
    crashed.write(Contents(with_epochs(PROJECT, 7)), About("Moons", None, None, 1.0))
    crashed.release()
    window.edit(5)
    qtbot.waitUntil(lambda: len(list(window.folder.iterdir())) == 2)
    (found,) = window.recovery.left_behind()
    window.document.replace(found.contents().project, None, unsaved=True)
    window.recovery.adopt(found)
    assert [folder.name for folder in window.folder.iterdir()] == [crashed.path.name]
    window.edit(8)
    qtbot.waitUntil(lambda: found.contents().project.training.epochs == 8)
    window.document.saved(window.document.spec, tmp_path / "a.netbuilder")
    qtbot.waitUntil(lambda: empty(window))


def test_the_window_is_not_held_up_while_much_is_written(
    qtbot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk_is_ready = slow_disk(monkeypatch)
    window.document.hold_network(network(1.0))
    window.recovery._write()  # comes back before the disk is ready
    disk_is_ready.set()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("seed", range(5))
def test_a_kill_while_editing_takes_five_seconds_of_edits_at_the_most(qapp, tmp_path: Path, seed: int) -> None:
    environment = os.environ | {"PYTHONPATH": str(EDITING.parents[2])}
    with subprocess.Popen(
        [sys.executable, EDITING, tmp_path, str(seed)], stdout=subprocess.PIPE, env=environment
    ) as editing:
        assert editing.stdout is not None
        editing.stdout.readline()
        time.sleep(random.Random(seed).uniform(5.5, 9))
        killed = time.time()
        editing.send_signal(signal.SIGKILL)
        lines = [line.split() for line in editing.stdout.read().split(b"\n")[:-1]]
    told = [(what.decode(), float(when)) for what, when in lines]
    recovery = tmp_path / "recovery"
    found = kept(recovery) if any(recovery.glob("*/project.netbuilder")) else Contents(with_epochs(PROJECT, 0))
    lost = [when for what, when in told if what.isdigit() and int(what) > found.project.training.epochs]
    begun, written = ([when for what, when in told if what == said] for said in ("begun", "written"))
    if lost:
        # How fast the disk is, and how busy with others, is no matter of the program: it has five seconds beside that.
        writing = itertools.zip_longest(begun, written, fillvalue=killed)
        took = sum(max(0.0, min(end, killed) - max(start, min(lost))) for start, end in writing)
        assert killed - min(lost) - took < 5.0
    assert found.trained is None or len({float(one) for w in found.trained.weights for one in (w.min(), w.max())}) == 1
