"""What the command line says and how it ends, without training."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from netbuilder import __version__, disk
from netbuilder.__main__ import has_screen
from netbuilder.cli.arguments import main
from netbuilder.data.pictures.mnist import Mnist
from netbuilder.data.shares import may_look
from netbuilder.files.project_file import Contents, open_project, save
from netbuilder.files.templates import template_named, templates
from netbuilder.spec.project import stack


def failure(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> str:
    """The one sentence on standard error of a command that can't be done."""
    assert main(arguments) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("netbuilder: ")
    assert err.count("\n") == 1
    return err


def test_templates_are_listed_with_what_to_look_at(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["templates"]) == 0
    out = capfd.readouterr().out
    for template in templates():
        assert f"  {template.name} " in out
        assert template.look[1] in out


def test_a_new_project_is_its_template(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "iris", str(tmp_path / "mine")]) == 0
    assert open_project(tmp_path / "mine.netbuilder").project == template_named("iris").project()


@pytest.mark.parametrize("name", ["", ".", "./", "/", "..", "a/.."])
def test_a_new_project_has_a_name(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert "is a folder: give the project a name in it" in failure(["new", "iris", name], capfd)


def test_a_new_project_never_replaces_a_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.netbuilder"
    path.write_bytes(b"precious")
    assert "is there already" in failure(["new", "iris", str(path)], capfd)
    assert path.read_bytes() == b"precious"


@pytest.mark.parametrize("name", ["n" * 300, "/".join(["n" * 200] * 30)], ids=["long", "longest"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["new", "iris", "{}"],
        ["check", "{}"],
        ["check", "{}.netbuilder"],
        ["check", "mnist-128", "--data", "{}"],
        ["train", "iris", "--out", "{}"],
        ["train", "{}"],
    ],
    ids=" ".join,
)
def test_a_path_that_is_too_long_is_a_sentence(
    arguments: list[str], name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert name in failure([one.format(tmp_path / name) for one in arguments], capfd)
    assert list(tmp_path.iterdir()) == []


def test_check_shows_shapes_and_sizes(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "mnist-128"]) == 0
    out = capfd.readouterr().out
    assert "28 × 28" in out
    assert "100,480" in out
    assert "101,770 parameters" in out


def test_check_of_a_project_that_can_not_be_trained_fails(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    project = template_named("mnist-128").project()
    path = tmp_path / "broken.netbuilder"
    save(path, Contents(type(project)(project.data, stack(), project.input, project.training)))
    assert main(["check", str(path)]) == 1
    assert "blocking: " in capfd.readouterr().out
    assert "can't be trained yet" in failure(["train", str(path), "--out", str(tmp_path / "out")], capfd)


def test_neither_a_check_nor_a_refusal_prints_control_characters_of_a_project(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    project = template_named("mnist-128").project()
    there = replace(project, data=replace(project.data, source=Mnist(path="/\x1b[31m\nred.npz")))
    hostile = replace(there, training=replace(there.training, device="gpu:\x1b[31m"))
    save(tmp_path / "hostile.netbuilder", Contents(hostile))
    main(["check", str(tmp_path / "hostile.netbuilder")])
    assert "\x1b" not in "".join(capfd.readouterr())
    main(["train", str(tmp_path / "hostile.netbuilder"), "--out", str(tmp_path / "out"), "--no-history"])
    out, err = capfd.readouterr()
    assert "\x1b" not in out + err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments, says",
    [
        ([], "required: COMMAND"),
        (["dance"], "invalid choice"),
        (["check", "nothing"], "no file here, and no template"),
        (["check", "nothing.netbuilder"], "is not there"),
        (["check", "/dev/null"], "no ordinary file"),
        (["check", __file__], "should be a netbuilder project"),
        (["train", "iris", "--epochs", "0"], "Epochs must be a whole number from 1"),
        (["train", "iris", "--epochs", "many"], "invalid int value"),
        (["train", "iris", "--seed", "-1"], "Seed must be a whole number from 0"),
        (["train", "iris", "--minutes", "0"], "Minutes at most must be a number above 0"),
        (["train", "iris", "--minutes", "nan"], "Minutes at most must be a number above 0"),
        (["train", "iris", "--minutes", "soon"], "invalid float value"),
        (["train", "iris", "--until", "val_accuracy"], "--until wants NAME=VALUE, such as val_accuracy=0.98"),
        (["train", "iris", "--until", "val_accuracy=high"], "but “val_accuracy=high” was given"),
        (["train", "iris", "--until", "val_accuracy=inf"], "Value to reach must be a number from"),
        (["train", "iris", "--until", "val_auc=0.9"], "takes one of loss, accuracy, val_loss, val_accuracy."),
        (["train", "iris", "--until", "val_accuracy=98"], "val_accuracy is never above 1"),
        (["train", "iris", "--until", "val_accuracy=0"], "val_accuracy always reaches 0"),
        (["train", "iris", "--data", "somewhere"], "leave it out"),
        (["train", "iris", "--out", __file__], "is a file, but --out wants a folder"),
        (["train", "mnist-128", "--data", "/nowhere", "--out", "{folder}"], "/nowhere"),
        (["train", "mnist-128", "--out", "{folder}"], "--download"),
        (["export", "iris", "--format", "keras", "--out", "a.keras"], "holds no trained network"),
        (["export", "iris", "--format", "keras", "--out", "a.h5"], "ends in .keras"),
        (["export", "iris", "--format", "cake", "--out", "a.keras"], "no exporter named 'cake'"),
        (["export", "iris", "--format", "python", "--portable", "--out", "a.py"], "no option --portable"),
        (["new", "nothing", "{folder}/a.netbuilder"], "no template named"),
        (["new", "iris", "{folder}/a.zip"], "ends in .netbuilder"),
        (["new", "iris", "/nowhere/a.netbuilder"], "folder is gone"),
    ],
    ids=lambda value: " ".join(value).replace(__file__, "FILE") if isinstance(value, list) else "",
)
def test_bad_input_is_told_in_one_sentence(
    arguments: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert says in failure([one.format(folder=tmp_path) for one in arguments], capfd)


@pytest.mark.parametrize(
    "environment, platform, expected",
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":9877"}, "linux", False),
        ({"DISPLAY": "nonsense"}, "linux", False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", True),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_only_linux_can_be_without_a_screen(environment: dict[str, str], platform: str, expected: bool) -> None:
    assert has_screen(environment, platform) is expected


def test_a_display_that_answers_is_a_screen() -> None:
    display = os.environ.get("DISPLAY")
    if not display:
        pytest.skip("no X server to be asked: DISPLAY is not set")
    assert has_screen({"DISPLAY": display}, "linux")


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "netbuilder", *arguments], capture_output=True, text=True, check=False, timeout=120
    )


def test_the_version_is_printed() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"netbuilder {__version__}\n")


def test_help_tells_the_exit_codes() -> None:
    done = run("train", "--help")
    assert done.returncode == 0
    assert "130 stopped" in " ".join(done.stdout.split())


@pytest.mark.parametrize("arguments", [["--version"], ["templates"], ["check", "mnist-128"]], ids=" ".join)
def test_quick_commands_load_neither_tensorflow_nor_qt(arguments: list[str]) -> None:
    heavy = "{'tensorflow', 'keras', 'PySide6', 'sklearn'}"
    code = f"""
import sys
from netbuilder.__main__ import main
try:
    main({arguments!r})
except SystemExit:
    pass
print(sorted({heavy} & set(sys.modules)), file=sys.stderr)
"""
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert time.monotonic() - began < 60


def test_a_fault_of_the_program_is_told_without_data_and_paths(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from netbuilder.cli import templates as job

    def fail(asked: object) -> int:
        raise ValueError(f"{tmp_path}/patients.csv holds 4711")

    monkeypatch.setattr(job, "run", fail)
    assert main(["templates"]) == 3
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("netbuilder: Something went wrong inside netbuilder.")
    assert "netbuilder/cli/arguments.py" in err
    assert "ValueError" in err
    assert str(tmp_path) not in err
    assert "4711" not in err


def test_data_on_another_computer_are_looked_for_only_if_the_command_names_them(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "settings_folder", lambda: tmp_path / "settings")
    project = template_named("mnist-128").project()
    there = replace(project, data=replace(project.data, source=Mnist(path="//nobody.invalid/x.npz")))
    save(tmp_path / "sent.netbuilder", Contents(there))
    asked = ["train", str(tmp_path / "sent.netbuilder"), "--out", str(tmp_path / "out"), "--no-history"]
    assert "give it as --data" in failure(asked, capfd)
    assert not may_look("//nobody.invalid/x.npz")
    assert "is not there" in failure([*asked, "--data", "//nobody.invalid/x.npz"], capfd)
    assert may_look("//nobody.invalid/x.npz")
