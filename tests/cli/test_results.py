"""The results of a training: whole as the window would save them, and in the place of nobody else's work."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from netbuilder import disk
from netbuilder.cli.arguments import main
from netbuilder.cli.telling import Table
from netbuilder.data.origins import data_files
from netbuilder.data.pictures.mnist import Mnist
from netbuilder.events import Event, RunPrepared
from netbuilder.files.contents import Attached, Contents, Drawing
from netbuilder.files.holding import InUse, held
from netbuilder.files.project_file import open_project, save
from netbuilder.files.templates import template_named
from netbuilder.spec.layers.dense import Dense
from netbuilder.spec.layers.flatten import Flatten
from netbuilder.spec.project import DataSpec, ProjectSpec, stack
from netbuilder.spec.split import Split

NOTES = Attached("Look here.", (Drawing(np.eye(4, dtype=np.uint8), "7"),))
IRIS = template_named("iris").project()
Done = Callable[..., tuple[int, str, str]]


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Done:
    """Do in this process what a command line asks for: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)

    def done(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        return main(["train", *arguments, "--epochs", "1", "--no-history"]), *capfd.readouterr()

    return done


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Something to be done once the training is prepared."""

    def arrange(act: Callable[[], object]) -> None:
        event = Table.event

        def acts(telling: Table, one: Event) -> None:
            event(telling, one)
            if isinstance(one, RunPrepared):
                act()

        monkeypatch.setattr(Table, "event", acts)

    return arrange


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(told: Done, folder: Path, *arguments: str) -> str:
    """The one sentence of a training that does not begin; all files stay what they are."""
    before = everything(folder)
    code, out, errors = told(*arguments)
    assert (code, out) == (2, "")
    assert errors.count("\n") == 1
    assert everything(folder) == before
    return errors


def of_digits(archive: Path) -> ProjectSpec:
    source = Mnist(path=str(archive))
    few = Split(validation=59_000.0)
    return ProjectSpec(DataSpec(source, few), stack(Flatten(), Dense(10, activation="softmax")))


def test_the_results_hold_all_that_belongs_to_the_project(told: Done, tmp_path: Path) -> None:
    labels = np.arange(60_000).astype("u1") % 10
    pictures = np.broadcast_to(labels[:, None, None], (60_000, 28, 28))
    archive = tmp_path / "mnist.npz"
    np.savez(archive, x_train=pictures, y_train=labels, x_test=pictures[:10_000], y_test=labels[:10_000])
    project = of_digits(archive)
    save(tmp_path / "mine.netbuilder", Contents(project, None, NOTES))
    code, _out, errors = told("mine.netbuilder")
    assert code == 0, errors
    found = open_project(tmp_path / "netbuilder-mine" / "project.netbuilder")
    assert found.trained is not None
    assert found.attached.notes == NOTES.notes
    assert [(one.label, one.pixels.tolist()) for one in found.attached.drawings] == [("7", np.eye(4).tolist())]
    assert found.attached.data_files == data_files(project.data.source) != ()


@pytest.mark.parametrize("link", [False, True])
def test_the_results_never_take_the_place_of_the_project_itself(told: Done, tmp_path: Path, link: bool) -> None:
    save(tmp_path / "project.netbuilder", Contents(IRIS, None, NOTES))
    given = "project.netbuilder"
    if link:
        given = "mine.netbuilder"
        (tmp_path / given).symlink_to("project.netbuilder")
    said = refused(told, tmp_path, given, "--out", ".")
    assert "the project that is to be trained" in said
    assert "choose another folder with --out" in said


def test_a_network_is_not_trained_anew_into_its_own_file(told: Done, tmp_path: Path) -> None:
    assert told("iris", "--out", "out")[0] == 0
    assert "the project that is to be trained" in refused(
        told, tmp_path, str(Path("out") / "project.netbuilder"), "--out", "out"
    )


def by_a_window(path: Path) -> None:
    """The results of a training, opened and saved again."""
    save(path, replace(open_project(path), attached=NOTES), keep_previous=True)


def of_another_kind(path: Path) -> None:
    path.write_bytes(b"precious")


@pytest.mark.parametrize("change", [by_a_window, of_another_kind])
def test_what_no_training_wrote_is_not_replaced(told: Done, tmp_path: Path, change: Callable[[Path], None]) -> None:
    assert told("iris", "--out", "out")[0] == 0
    change(tmp_path / "out" / "project.netbuilder")
    said = refused(told, tmp_path, "iris", "--out", "out")
    assert f"“{Path('out') / 'project.netbuilder'}” was not written by a training on the command line" in said
    assert "choose another folder with --out" in said


def test_results_of_an_earlier_training_are_replaced_and_kept_as_the_version_before(told: Done, tmp_path: Path) -> None:
    path = tmp_path / "out" / "project.netbuilder"
    for seed in ("1", "2", "3"):
        code, _out, errors = told("iris", "--out", "out", "--seed", seed)
        assert code == 0, errors
    assert open_project(path).project.training.seed == 3
    assert open_project(disk.previous_of(path)).project.training.seed == 2


def test_what_a_window_has_open_is_not_replaced(told: Done, tmp_path: Path) -> None:
    assert told("iris", "--out", "out")[0] == 0
    with held(tmp_path / "out" / "project.netbuilder", disk.lock_folder()):
        said = refused(told, tmp_path, "iris", "--out", "out")
    assert "already open in another window of netbuilder since" in said
    assert "choose another folder with --out" in said
    assert told("iris", "--out", "out")[0] == 0


def test_nobody_else_gets_the_place_of_the_results_during_the_training(
    told: Done, tmp_path: Path, meanwhile: Callable[[Callable[[], object]], None]
) -> None:
    said: list[str] = []

    def try_to_hold() -> None:
        with pytest.raises(InUse) as problem:
            held(tmp_path / "out" / "project.netbuilder", disk.lock_folder())
        said.append(str(problem.value))

    meanwhile(try_to_hold)
    assert told("iris", "--out", "out")[0] == 0
    assert "is kept for the results of a training on the command line since" in said[0]
    held(tmp_path / "out" / "project.netbuilder", disk.lock_folder()).close()


def a_project(path: Path) -> None:
    save(path, Contents(IRIS, None, NOTES))


def a_folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    (path / "within").mkdir(parents=True)


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("take", [a_project, a_folder])
def test_weights_are_written_beside_a_place_that_was_taken_during_the_training(
    told: Done,
    tmp_path: Path,
    meanwhile: Callable[[Callable[[], object]], None],
    take: Callable[[Path], None],
    before: bool,
) -> None:
    out = tmp_path / "out"
    if before:
        assert told("iris", "--out", "out")[0] == 0
    meanwhile(lambda: take(out / "project.netbuilder"))
    code, printed, errors = told("iris", "--out", "out", "--seed", "9")
    assert code == 0, errors
    beside = open_project(out / "project-2.netbuilder")
    assert beside.trained is not None
    assert beside.project.training.seed == 9
    assert f"“{Path('out') / 'project-2.netbuilder'}”" in errors
    assert "project-2.netbuilder, curves.svg" in printed
    if take is a_project:
        assert open_project(out / "project.netbuilder").attached.notes == NOTES.notes
        assert not disk.previous_of(out / "project.netbuilder").exists()


def test_results_that_vanished_during_the_training_are_written_again(
    told: Done, tmp_path: Path, meanwhile: Callable[[Callable[[], object]], None]
) -> None:
    path = tmp_path / "out" / "project.netbuilder"
    assert told("iris", "--out", "out")[0] == 0
    meanwhile(path.unlink)
    code, _out, errors = told("iris", "--out", "out")
    assert (code, errors) == (0, "")
    assert open_project(path).trained is not None


def test_a_training_whose_time_is_over_at_once_writes_nothing(told: Done, tmp_path: Path) -> None:
    code, _out, errors = told("iris", "--out", "out", "--minutes", "1e-9")
    assert code == 2
    assert "The time was over before the first batch, so that nothing was learned or written: allow more" in errors
    assert not (tmp_path / "out").exists()
