"""Projects on disk: what belongs to one another stays together, and nobody overwrites another's work unasked."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netbuilder import disk
from netbuilder.app.document import Document
from netbuilder.app.network_history import Told
from netbuilder.app.open_file import Changed, InUse, OtherProject, hold
from netbuilder.app.projects import Projects
from netbuilder.app.recovery_folder import About, left_behind, new_folder
from netbuilder.data.pictures.mnist import Mnist
from netbuilder.data.points.moons import Moons
from netbuilder.events import EpochEnded, Event, RunPrepared
from netbuilder.files import holding
from netbuilder.files.contents import Attached, Contents, Drawing, Stored
from netbuilder.files.project_file import CannotOpen, open_project, save
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.project import DataSpec, ProjectSpec, stack

PROJECT = ProjectSpec(DataSpec(Moons()), stack(Dense(8), Dense(1, activation="sigmoid")), title="Moons")
WEIGHTS = tuple(np.full(shape, 0.5, np.float32) for shape in ((2, 8), (8,), (8, 1), (1,)))
NOTES = Attached("Look here.", (Drawing(np.zeros((28, 28), np.uint8), "7"),))


def with_epochs(project: ProjectSpec, epochs: int) -> ProjectSpec:
    return replace(project, training=replace(project.training, epochs=epochs))


def stored() -> Stored:
    return Stored(PROJECT, None, WEIGHTS, np.zeros((1, 2), np.float32), {"val_loss": 0.25}, {"keras": "3.15.1"})


class Training:
    stored: dict[str, Any] | None = None

    def restore(self, stored: dict[str, Any] | None) -> None:
        self.stored = stored


def heard(*events: Event) -> dict[str, Any]:
    """What is known of a run that no history has."""
    return {"runs": ("0" * 32,), "heard": {"0" * 32: events}}


class One:
    """A window without widgets: it does with its document what the window's filing does.

    Then it waits until the locks are swept: a thread that has its turn late would hold one against the next window.
    """

    def __init__(self, locks: Path) -> None:
        self.training = Training()
        self.document = Document(PROJECT)
        self.files = Projects(self.training, self.document, locks)  # type: ignore[arg-type]

    def open(self, path: Path) -> None:
        self.document.replace(self.files.open(path), path)
        await_sweeping()

    def save(self, path: Path, **how: bool) -> None:
        spec = self.document.spec
        self.files.save(path, spec, **how)
        self.document.saved(spec, path)
        await_sweeping()


def await_sweeping() -> None:
    for thread in threading.enumerate():
        if thread.name == "locks":
            thread.join()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    save(tmp_path / "a.netbuilder", Contents(PROJECT, stored(), NOTES))
    return tmp_path / "a.netbuilder"


@pytest.fixture
def one(qapp, tmp_path: Path) -> Iterator[One]:
    made = One(tmp_path / "locks")
    yield made
    made.files.close()


@pytest.fixture
def other(qapp, tmp_path: Path) -> Iterator[One]:
    made = One(tmp_path / "locks")
    yield made
    made.files.close()


def test_what_was_opened_is_saved_again_with_all_that_belongs_to_it(one: One, path: Path, tmp_path: Path) -> None:
    one.open(path)
    one.document.edit("epochs", with_epochs(PROJECT, 5))
    one.save(tmp_path / "b.netbuilder")
    found = open_project(tmp_path / "b.netbuilder")
    assert found.project.training.epochs == 5
    assert found.attached.notes == NOTES.notes
    assert [drawing.label for drawing in found.attached.drawings] == ["7"]
    assert found.trained is not None
    assert (found.trained.reached, found.trained.versions) == ({"val_loss": 0.25}, {"keras": "3.15.1"})


def test_a_new_network_takes_the_place_of_the_one_that_was_opened(one: One, path: Path) -> None:
    one.open(path)
    one.training.stored = {
        "project": PROJECT,
        "scaling": None,
        "weights": tuple(values + 1 for values in WEIGHTS),
        "examples": np.zeros((1, 2), np.float32),
    }
    one.save(path)
    found = open_project(path).trained
    assert found is not None
    assert found.weights[0][0, 0] == 1.5
    assert found.reached == {}


def test_the_training_state_goes_to_the_engine_and_back(one: One, tmp_path: Path) -> None:
    path = Path(__file__).resolve().parents[1] / "golden" / "version-2.netbuilder"
    copy = tmp_path / "copy.netbuilder"
    copy.write_bytes(path.read_bytes())
    one.open(copy)
    assert one.training.stored is not None
    assert one.training.stored["checkpoint"].epoch == 2
    assert len(one.training.stored["history"]) == 8
    one.training.stored = {**one.training.stored, **heard(EpochEnded(3, 0.5, {"loss": 1.0}, 0.001, None, 0))}
    one.save(copy)
    found = open_project(copy).trained
    assert found is not None
    assert found.checkpoint is not None
    assert [event.epoch for event in found.history if isinstance(event, EpochEnded)] == [1, 2, 3]


def test_a_network_whose_history_could_not_be_read_is_saved_without_it_and_with_it_the_next_time(
    one: One, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = {"project": PROJECT, "scaling": None, "weights": WEIGHTS, "examples": np.zeros((1, 2), np.float32)}
    one.training.stored = network
    began = RunPrepared("CPU", False, 1, 2, 80, 20, 10, False)
    asked = [Told((), "It is locked."), Told((began,))]
    monkeypatch.setattr("netbuilder.app.projects.told_by", lambda _stored: asked.pop(0))
    path = tmp_path / "a.netbuilder"

    def history() -> tuple[Event, ...]:
        found = open_project(path).trained
        assert found is not None
        return found.history

    assert one.files.save(path, PROJECT) == "It is locked."
    assert history() == ()
    assert one.files.save(path, PROJECT) == ""
    assert history() == (began,)
    assert one.files.save(path, PROJECT) == ""
    assert history() == (began,), "it was read once, and is long to read"


def test_a_network_that_is_no_longer_the_current_one_takes_no_other_history(one: One, path: Path) -> None:
    network = {"project": PROJECT, "scaling": None, "weights": WEIGHTS, "examples": np.zeros((1, 2), np.float32)}
    one.training.stored = dict(network)
    contents = one.files.contents(PROJECT)
    one.training.stored = {**network, **heard(EpochEnded(3, 0.5, {"loss": 1.0}, 0.001, None, 0))}
    found = contents().trained
    assert found is not None
    assert found.history == ()


def test_another_project_takes_nothing_along(one: One, path: Path, tmp_path: Path) -> None:
    one.open(path)
    one.document.replace(PROJECT, None)
    assert one.document.attached == Attached()
    assert not one.document.modified
    one.open(path)
    assert one.document.attached.notes == NOTES.notes
    assert not one.document.modified


def test_the_version_before_is_kept_on_each_save(one: One, path: Path) -> None:
    one.open(path)
    for epochs in (5, 6):
        one.document.edit("epochs", with_epochs(PROJECT, epochs))
        one.save(path)
    assert open_project(path).project.training.epochs == 6
    assert open_project(disk.previous_of(path)).project.training.epochs == 5


def test_saving_again_and_again_is_no_change_by_another(one: One, path: Path) -> None:
    one.open(path)
    for epochs in (5, 6, 7):
        one.document.edit("epochs", with_epochs(PROJECT, epochs))
        one.save(path)
    one.save(path.with_name("b.netbuilder"))
    one.save(path.with_name("b.netbuilder"))


def rewrite(path: Path) -> None:
    save(path, Contents(with_epochs(PROJECT, 99)))


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"x")


def touch(path: Path) -> None:
    os.utime(path, (1, 1))


def move(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))


@pytest.mark.parametrize("change", [rewrite, append, touch, move, Path.unlink])
def test_what_another_program_did_to_the_file_is_noticed_before_it_is_overwritten(one: One, path: Path, change) -> None:
    one.open(path)
    change(path)
    before = path.read_bytes() if path.exists() else None
    gone = before is None
    with pytest.raises(Changed, match="no longer there" if gone else "changed by another program") as told:
        one.save(path)
    assert told.value.gone == gone
    assert (path.read_bytes() if path.exists() else None) == before
    one.save(path, anyway=True)
    assert open_project(path).project == PROJECT
    one.save(path)


def test_a_change_while_it_is_saved_is_noticed_too(one: One, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one.open(path)
    one.document.edit("epochs", with_epochs(PROJECT, 5))
    fsync = os.fsync

    def slow(descriptor: int) -> None:
        fsync(descriptor)
        monkeypatch.undo()
        rewrite(path)

    monkeypatch.setattr(os, "fsync", slow)
    with pytest.raises(Changed):
        one.save(path)
    assert open_project(path).project.training.epochs == 99


def test_a_link_that_leads_elsewhere_by_now_is_noticed(one: One, path: Path) -> None:
    save(path.with_name("b.netbuilder"), Contents(with_epochs(PROJECT, 99)))
    link = path.with_name("link.netbuilder")
    link.symlink_to(path)
    one.open(link)
    link.unlink()
    link.symlink_to(path.with_name("b.netbuilder"))
    with pytest.raises(Changed):
        one.save(link)


def test_the_second_window_is_told_and_may_only_look(one: One, other: One, path: Path) -> None:
    one.open(path)
    link = path.with_name("link.netbuilder")
    link.symlink_to(path)
    for way in (path, link, path.parent / "." / path.name):
        with pytest.raises(InUse, match=r"already open in another window of netbuilder since .*\.$"):
            other.files.open(way)
    other.document.replace(other.files.look(path), None)
    assert other.document.attached.notes == NOTES.notes
    assert other.training.stored is not None
    with pytest.raises(InUse):
        other.files.save(path, other.document.spec)
    other.save(path.with_name("b.netbuilder"))
    one.save(path)


def test_a_file_is_free_again_once_its_window_has_another(one: One, other: One, path: Path, tmp_path: Path) -> None:
    one.open(path)
    one.document.replace(PROJECT, None)
    other.open(path)
    with pytest.raises(InUse):
        one.open(path)
    other.save(path.with_name("b.netbuilder"))
    one.open(path)
    with pytest.raises(InUse):
        one.open(path.with_name("b.netbuilder"))
    one.files.close()
    other.files.close()
    assert list((tmp_path / "locks").iterdir()) == []


def test_a_file_that_fails_to_open_leaves_the_one_that_is_open_as_it_is(one: One, other: One, path: Path) -> None:
    broken = path.with_name("broken.netbuilder")
    broken.write_bytes(b"nothing")
    one.open(path)
    with pytest.raises(CannotOpen):
        one.open(broken)
    with pytest.raises(InUse):
        other.open(path)
    with pytest.raises(CannotOpen):
        other.open(broken)
    one.save(path)


def test_the_same_file_can_be_opened_and_saved_by_another_of_its_names(one: One, path: Path) -> None:
    one.open(path)
    one.open(path)
    link = path.with_name("link.netbuilder")
    link.symlink_to(path)
    one.save(link)
    one.save(path)


def test_another_program_holds_the_file_until_it_dies(one: One, path: Path, tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from netbuilder.app.open_file import hold\n"
        "held = hold(Path(sys.argv[1]), Path(sys.argv[2])); print('held', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, path, tmp_path / "locks"], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(InUse, match="since"):
            one.open(path)
        holder.kill()
    one.open(path)


def test_what_a_killed_window_held_is_cleared_away_when_another_file_is_opened(
    one: One, other: One, path: Path, tmp_path: Path
) -> None:
    locks = tmp_path / "locks"
    locks.mkdir()
    for name in ("a" * 32 + ".lock", "a" * 32 + ".json", "b" * 32 + ".json", "c" * 32 + ".lock", "mine.lock"):
        (locks / name).touch()
    other.save(tmp_path / "b.netbuilder")
    one.open(path)
    assert len(list(locks.glob("*.lock"))) == 3
    assert len(list(locks.glob("*.json"))) == 2
    with pytest.raises(InUse, match="since"):
        one.open(tmp_path / "b.netbuilder")
    with pytest.raises(InUse, match="since"):
        other.open(path)
    one.files.close()
    other.files.close()
    assert [left.name for left in locks.iterdir()] == ["mine.lock"]


def test_a_lock_that_is_just_looked_at_is_no_window(
    qapp, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "_MOMENT", 10.0)  # on a busy machine, a thread may have its turn late
    held = hold(path, tmp_path / "locks")
    timer = threading.Timer(0.02, held.close)
    timer.start()
    hold(path, tmp_path / "locks").close()
    timer.join()


@pytest.mark.parametrize(
    "note", [b"", b"{}", b"[1]", b'{"since": "noon", "machine": 1}', b'{"since": 1e20, "machine": ""}']
)
def test_a_note_that_says_nothing_is_no_hindrance(qapp, path: Path, tmp_path: Path, note: bytes) -> None:
    held = hold(path, tmp_path / "locks")
    (written,) = (tmp_path / "locks").glob("*.json")
    written.write_bytes(note)
    with pytest.raises(InUse, match=r"another window of netbuilder\.$"):
        hold(path, tmp_path / "locks")
    held.close()


def test_a_lock_of_another_machine_names_it(qapp, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = hold(path, tmp_path / "locks")
    monkeypatch.setattr("platform.node", lambda: "here")
    with pytest.raises(InUse, match=r"netbuilder on .* since"):
        hold(path, tmp_path / "locks")
    held.close()


def test_a_file_stays_held_where_only_the_note_about_it_could_not_be_written(
    qapp, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: Any) -> None:
        raise disk.CannotWrite("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(disk, "write_whole", fail)
        held = hold(path, tmp_path / "locks")
    with pytest.raises(InUse, match=r"another window of netbuilder\.$"):
        hold(path, tmp_path / "locks")
    held.close()
    hold(path, tmp_path / "locks").close()
    assert list((tmp_path / "locks").iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes there alone")
def test_a_file_whose_name_is_no_text_is_held_and_opens(path: Path, tmp_path: Path) -> None:
    named = path.rename(path.with_name(os.fsdecode(b"\xff\xfe.netbuilder")))
    held = hold(named, tmp_path / "locks")
    with pytest.raises(InUse, match="another window"):
        hold(named, tmp_path / "locks")
    held.close()
    hold(named, tmp_path / "locks").close()


def test_where_no_lock_can_be_made_the_file_opens_all_the_same(qapp, path: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    held = hold(path, tmp_path / "file" / "locks")
    rewrite(path)
    with pytest.raises(Changed):
        held.check()
    held.close()


def test_recovered_work_is_saved_over_nothing_that_changed_since(one: One, path: Path, tmp_path: Path) -> None:
    known = disk.fingerprint(path)
    crashed = new_folder(tmp_path / "recovery")
    kept = Contents(with_epochs(PROJECT, 7), stored(), NOTES)
    crashed.write(kept, About("Moons", path, known, 1.0))
    crashed.write_network(kept)
    crashed.release()
    rewrite(path)
    (found,) = left_behind(tmp_path / "recovery")
    one.document.replace(one.files.recover(found, path), path, unsaved=True)
    assert one.document.modified
    assert one.document.attached.notes == NOTES.notes
    with pytest.raises(Changed):
        one.save(path)
    one.save(path, anyway=True)
    assert not one.document.modified
    assert open_project(path).project.training.epochs == 7
    found.remove()


def test_a_project_with_data_from_files_says_which_they_are(one: One, tmp_path: Path) -> None:
    archive = tmp_path / "mnist.npz"
    archive.write_bytes(b"not read yet")
    mnist = replace(PROJECT, data=DataSpec(Mnist(str(archive))))
    one.document.replace(mnist, None)
    one.save(tmp_path / "a.netbuilder")
    (file,) = open_project(tmp_path / "a.netbuilder").attached.data_files
    assert (file.path, file.size) == (str(archive), 12)
    one.open(tmp_path / "a.netbuilder")
    archive.unlink()
    one.save(tmp_path / "a.netbuilder")
    assert open_project(tmp_path / "a.netbuilder").attached.data_files == (file,)


def test_which_data_files_the_projects_file_knows_is_learned_on_save_and_open_and_forgotten_with_it(
    one: One, tmp_path: Path
) -> None:
    archive, path = tmp_path / "mnist.npz", tmp_path / "a.netbuilder"
    archive.write_bytes(b"one")
    mnist = Mnist(str(archive))
    one.document.replace(replace(PROJECT, data=DataSpec(mnist)), None)
    assert one.files.data_files(mnist) == ()
    one.save(path)
    written = open_project(path).attached.data_files
    assert one.files.data_files(mnist) == written != ()
    archive.write_bytes(b"another")
    assert one.files.data_files(mnist) == written, "it says what the file says"
    assert one.files.data_files(Mnist(str(tmp_path))) == ()
    one.document.replace(replace(PROJECT, data=DataSpec(mnist)), None)
    assert one.files.data_files(mnist) == (), "no file holds this project"
    one.open(path)
    assert one.files.data_files(mnist) == written
    one.save(path)
    assert one.files.data_files(mnist) == open_project(path).attached.data_files != written


def test_the_templates_are_known_without_a_document() -> None:
    assert Projects.templates()[0].project()


@pytest.mark.parametrize("title", ["Moons", "Another title"])
def test_a_file_that_holds_the_project_of_a_run_is_opened_for_it(one: One, path: Path, title: str) -> None:
    project = replace(PROJECT, title=title)
    one.files.check(path, project)
    assert one.training.stored is None, "a look changes nothing"
    assert one.files.known is None
    assert one.files.open(path, of=project) == PROJECT
    one.files.check(path, project)
    assert one.training.stored is not None


def test_a_file_that_no_longer_holds_the_project_of_a_run_is_not_opened_for_it(
    one: One, other: One, path: Path, tmp_path: Path
) -> None:
    for ask in (one.files.check, lambda file, of: one.files.open(file, of=of)):
        with pytest.raises(OtherProject, match="other settings by now"):
            ask(path, with_epochs(PROJECT, 5))
        with pytest.raises(OtherProject, match="no longer there"):
            ask(tmp_path / "b.netbuilder", PROJECT)
        other.open(path)  # and nobody holds it
        with pytest.raises(InUse):
            ask(path, PROJECT)
        other.files.close()
    assert one.training.stored is None
