"""The guards that no linter has: what spec may import, how long a module may be, and that the guards guard something."""

import ast
import importlib.util
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
