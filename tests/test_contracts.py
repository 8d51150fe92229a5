"""The guards that no linter has: what spec may import, how long a module may be, and that the guards guard something."""

import ast
import importlib.util
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST_MODULE = 300  # lines; about 250 is meant, the rest is for the docstrings of long formulas
MAY_KNOW_KERAS = {"engine", "export"}
MAY_KNOW_QT = {"app", "ui"}

SOURCES = sorted(path for folder in ("netbuilder", "packaging", "benchmarks") for path in (ROOT / folder).rglob("*.py"))
SPEC = sorted((ROOT / "netbuilder" / "spec").rglob("*.py"))
STARTS_ANYWHERE = ["run.py", "test.py", "interpreters.py"]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(path: Path) -> Iterator[str]:
    """Every module named in an import of this file, also in its functions; relative ones begin with a dot."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            # `from netbuilder import words` names the room in its second half.
            yield from (f"{start}.{alias.name}" if start in {"netbuilder", "."} else start for alias in node.names)


def settings() -> dict[str, dict[str, dict[str, list[dict[str, list[str]]]]]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def contract(identity: str) -> dict[str, list[str]]:
    contracts = settings()["tool"]["importlinter"]["contracts"]
    (found,) = [each for each in contracts if each["id"] == identity]
    return found


def rooms() -> set[str]:
    """The modules and packages directly in netbuilder/."""
    entries = (ROOT / "netbuilder").iterdir()
    return {entry.stem for entry in entries if (entry / "__init__.py").exists() or entry.suffix == ".py"} - {"__init__"}


def test_spec_has_modules_to_check() -> None:
    assert SPEC


@pytest.mark.parametrize("path", SPEC, ids=name_of)
def test_spec_imports_only_the_standard_library_and_words(path: Path) -> None:
    own = ("netbuilder.spec", "netbuilder.words")
    foreign = [
        name
        for name in imported(path)
        if name.split(".")[0] not in sys.stdlib_module_names
        and not any(name == room or name.startswith(f"{room}.") for room in own)
    ]
    assert foreign == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_is_short_enough_to_be_read(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_MODULE, f"{name_of(path)} has {lines} lines: does it hold a second idea?"


def test_every_room_but_engine_and_export_is_kept_from_keras() -> None:
    guarded = {name.removeprefix("netbuilder.") for name in contract("keras")["source_modules"]}
    assert guarded == rooms() - MAY_KNOW_KERAS


def test_every_room_but_app_and_ui_is_kept_from_qt() -> None:
    guarded = {name.removeprefix("netbuilder.") for name in contract("qt")["source_modules"]}
    assert guarded == rooms() - MAY_KNOW_QT


def test_every_room_has_its_place_in_the_layers() -> None:
    layers = " | ".join(contract("layers")["layers"]).split(" | ")
    placed = {name.strip("()") for name in layers}
    assert rooms() == placed


def test_no_guard_names_a_package_that_does_not_exist() -> None:
    named = {name.split(".")[0] for identity in ("keras", "qt") for name in contract(identity)["forbidden_modules"]}
    assert [name for name in sorted(named) if importlib.util.find_spec(name) is None] == []


@pytest.mark.parametrize("name", STARTS_ANYWHERE)
def test_what_starts_first_can_be_read_by_an_old_python(name: str) -> None:
    tree = ast.parse((ROOT / "packaging" / name).read_text(encoding="utf-8"), feature_version=(3, 6))
    parts = [node for node in ast.walk(tree) if isinstance(node, (ast.arg, ast.AnnAssign, ast.FunctionDef))]
    annotations = [node.returns if isinstance(node, ast.FunctionDef) else node.annotation for node in parts]
    # Python 3.6 evaluates every annotation, and knows neither list[str] nor str | None nor a way to put it off.
    assert [ast.unparse(each) for each in annotations if isinstance(each, (ast.Subscript, ast.BinOp))] == []
    assert "__future__" not in imported(ROOT / "packaging" / name)


def test_starting_takes_the_standard_library_only() -> None:
    ours = {path.stem for path in (ROOT / "packaging").glob("*.py")}
    waiting = ["run", "test"]
    seen: set[str] = set()
    foreign: set[str] = set()
    while waiting:
        module = waiting.pop()
        seen.add(module)
        for name in imported(ROOT / "packaging" / f"{module}.py"):
            if name in ours - seen:
                waiting.append(name)
            elif name.split(".")[0] not in sys.stdlib_module_names | ours:
                foreign.add(f"{module} imports {name}")
    assert foreign == set()


FORBIDDEN = """
import cloudpickle
import dill
import joblib
import marshal
import pickle
import shelve
import runpy
import subprocess
import multiprocessing
import mmap
import pty
import tarfile
from concurrent.futures import ProcessPoolExecutor
from pickle import loads
from keras.saving import load_model
os.system("x")
os.popen("x")
os.startfile("x")
eval(text)
exec(text)
keras.models.load_model(path)
keras.saving.load_model(path)
keras.saving.deserialize_keras_object(value)
keras.models.model_from_json(text)
keras.models.clone_model(model)
keras.layers.deserialize(value)
keras.layers.Lambda(value)
keras.config.enable_unsafe_deserialization()
keras.utils.get_file(address)
tensorflow.saved_model.load(path)
np.load(path)
np.load(path, allow_pickle=True)
np.lib.format.read_array(file)
np.memmap(path)
np.fromfile(path)
np.genfromtxt(path)
np.loadtxt(path)
import h5py
Image.open(path)
from PySide6.QtGui import QImageReader
from PySide6.QtGui import QMovie
from PIL.Image import open
from numpy import load
from h5py import File
shutil.unpack_archive(path)
tempfile.mktemp()
""".strip().splitlines()
NEEDED = """
import os
import shutil
import tempfile

import keras
import numpy as np
import tensorflow
from PIL import Image
""".strip().splitlines()
UNSAFE = {"TID251", "S102", "S301", "S302", "S307", "S605", "S306", "S403"}


def refused_lines(lines: list[str], name: str = "netbuilder/files/scratch.py") -> set[int]:
    """The numbers, from 0, of the lines that the linter finds unsafe in a module of that name, which need not exist."""
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--output-format", "json", "--no-cache", "--stdin-filename", name, "-"],
        input="\n".join(lines),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return {one["location"]["row"] - 1 for one in json.loads(done.stdout) if one["code"] in UNSAFE}


def test_the_linter_forbids_each_call_that_would_trust_a_file() -> None:
    refused = refused_lines([*NEEDED, *FORBIDDEN])
    assert [one for number, one in enumerate(FORBIDDEN, len(NEEDED)) if number not in refused] == []


def test_the_linter_lets_pass_what_is_safe() -> None:
    lines = [*NEEDED, "np.frombuffer(content)", "os.open(path, os.O_RDONLY)", "Image.fromarray(values)"]
    assert not refused_lines(lines) & set(range(len(NEEDED), len(lines)))


UNSAFE_ATTRIBUTES = {
    "allow_pickle",  # True, of whatever reads it
    "deserialize",
    "extract",
    "extractall",
    "from_config",
    "fromData",
    "load_model",
    "load_weights",
    "loadFromData",
    "model_from_json",
    "unpack_archive",
}
UNSAFE_NAMES = {"eval", "exec", "compile", "__import__"}
PICTURES_OF_QT = {"QImage", "QPixmap", "QIcon", "QBitmap"}
MAY = {"export/verification.py": {"load_model"}}  # what we have just exported, in a process of its own


def unsafe_calls(text: str) -> Iterator[str]:
    """The calls that no import tells of: of a model or an archive, of Python itself, and of Qt with a path."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if isinstance(node.func, ast.Attribute) and name in UNSAFE_ATTRIBUTES:
            yield name
        if isinstance(node.func, ast.Name) and name in UNSAFE_NAMES:
            yield name
        if name in PICTURES_OF_QT and any(
            isinstance(one, ast.Constant | ast.JoinedStr) and not isinstance(getattr(one, "value", ""), int)
            for one in node.args[:1]
        ):
            yield name
        if name in PICTURES_OF_QT and any(
            "path" in ast.unparse(one) or "str(" in ast.unparse(one) for one in node.args
        ):
            yield name
        yield from (
            word.arg
            for word in node.keywords
            if word.arg in UNSAFE_ATTRIBUTES
            and not (isinstance(word.value, ast.Constant) and word.value.value is False)
        )


@pytest.mark.parametrize(
    "text",
    [
        "model.load_weights(path)",
        "kind.from_config(plain)",
        "archive.extractall(folder)",
        "archive.extract(member)",
        "__import__(name)",
        "compile(text, '', 'exec')",
        "QImage(str(path))",
        "QPixmap('picture.png')",
        "QIcon(path)",
        "QImage(f'{folder}/a.png')",
        "picture.loadFromData(content)",
        "read(file, allow_pickle=True)",
        "read(file, allow_pickle=trusted)",
    ],
)
def test_a_call_that_would_trust_a_file_is_seen(text: str) -> None:
    assert list(unsafe_calls(text))


def test_no_module_of_the_program_trusts_a_file() -> None:
    found = {
        f"{path.relative_to(ROOT / 'netbuilder')}: {name}"
        for path in (ROOT / "netbuilder").rglob("*.py")
        for name in unsafe_calls(path.read_text(encoding="utf-8"))
        if name not in MAY.get(str(path.relative_to(ROOT / "netbuilder")), set())
    }
    assert found == set()


LOOKS = {"exists", "is_file", "is_dir", "is_symlink", "is_mount", "is_socket", "is_fifo", "resolve", "samefile"} | {
    *("expanduser", "isfile", "isdir", "islink", "ismount", "lexists", "realpath"),
}
"""Of pathlib and os.path. Some raise for a long, a closed or an impossible path; which do, changes with each Python."""


def looks(text: str) -> Iterator[str]:
    """The looks at a path, whether they are called or handed on."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and node.attr in LOOKS and ast.unparse(node.value) != "disk":
            yield node.attr
        if isinstance(node, ast.ImportFrom) and node.module in {"os.path", "posixpath", "ntpath"}:
            yield from (alias.name for alias in node.names if alias.name in LOOKS)


@pytest.mark.parametrize(
    "text",
    [
        "path.exists()",
        "(folder / 'a').is_file()",
        "Path(name).resolve().parent",
        "any(map(Path.is_dir, paths))",
        "os.path.realpath(path)",
        "from os.path import isfile",
        "Path('~').expanduser()",
    ],
)
def test_a_look_at_a_path_is_seen(text: str) -> None:
    assert list(looks(text))


def test_only_disk_looks_at_paths_in_a_way_that_raises_for_none() -> None:
    found = {
        f"{path.relative_to(ROOT / 'netbuilder')}: {name}"
        for path in (ROOT / "netbuilder").rglob("*.py")
        for name in looks(path.read_text(encoding="utf-8"))
        if path != ROOT / "netbuilder" / "disk" / "looking.py"
    }
    assert found == set(), "ask disk.is_there, is_file, is_folder, is_link, is_same, real or at_home"
