"""The `.venv` beside the sources: whether it is whole, and making or mending it."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from enum import Enum
from pathlib import Path

import installation
import interpreters
import room
from turns import one_at_a_time

STAMP = "netbuilder-stamp.json"
UNFINISHED = "netbuilder-unfinished"


class CannotPrepare(Exception):
    """The sentence that tells the user why netbuilder cannot be installed here, and what helps."""


class State(Enum):
    """What was found in place of the environment."""

    READY = "ready"
    ABSENT = "absent"
    BROKEN = "broken"  # no working Python in it, or an installation was cut off: made anew
    OUTDATED = "outdated"  # pyproject.toml, the Python or the place changed, or no stamp: installed on top
    DISTURBED = "disturbed"  # somebody installed or removed packages: looked through, and mended


def prepare(root: Path, extras: Sequence[str]) -> Path:
    """Return the environment's Python, after making or mending the environment if that is needed.

    Raises CannotPrepare with a sentence for the user. Two of these at once take turns.
    """
    venv = root / ".venv"
    if state(root, extras) is State.READY:
        return python_of(venv)
    with one_at_a_time(root / ".venv.lock"):
        # Again: the one we waited for may have done it.
        found = state(root, extras)
        try:
            _mend(root, sorted({*extras, *_stamp(venv).get("extras", [])}), found)
        except (installation.Failed, room.NoRoom, OSError) as problem:
            raise CannotPrepare(str(problem)) from problem
    return python_of(venv)


def state(root: Path, extras: Sequence[str]) -> State:
    """What the environment needs. Takes about a millisecond when it is ready: only files are looked at."""
    venv = root / ".venv"
    if not venv.exists():
        return State.ABSENT
    if (venv / UNFINISHED).exists() or not _has_a_python(venv):
        return State.BROKEN
    stamp = _stamp(venv)
    if not set(extras) <= set(stamp.get("extras", [])) or stamp.get("made_for") != _made_for(root):
        return State.OUTDATED
    if stamp.get("packages") != _packages_changed_at(venv):
        return State.DISTURBED
    return State.READY


def python_of(venv: Path) -> Path:
    """The environment's Python."""
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"


def program(venv: Path, name: str) -> Path:
    """A command that a package brought along, such as lint-imports."""
    return venv / "Scripts" / f"{name}.exe" if os.name == "nt" else venv / "bin" / name


def _mend(root: Path, extras: list[str], found: State) -> None:
    venv = root / ".venv"
    if found is State.OUTDATED and not _answers(venv):
        found = State.BROKEN
    if found is State.DISTURBED:
        broken = installation.incomplete(python_of(venv))
        if not broken:
            _write_stamp(root, extras)
            return
        print(f"Mending {', '.join(broken)}, of which files are missing.", flush=True)
        installation.reinstall(root, python_of(venv), broken)
        found = State.OUTDATED
    if found in {State.ABSENT, State.BROKEN}:
        if found is State.BROKEN:
            print(f"{venv} is not whole: making it anew.", flush=True)
        _make(root, extras)
    if found is State.OUTDATED:
        print(f"Bringing {venv} up to date with pyproject.toml.", flush=True)
    if found is not State.READY:
        started = time.monotonic()
        _install(root, extras)
        print(f"Installed in {time.monotonic() - started:.0f} s.", flush=True)


def _make(root: Path, extras: list[str]) -> None:
    venv = root / ".venv"
    reason = interpreters.why_no_environment()
    if reason is not None:
        raise CannotPrepare(reason)
    remove(venv)
    print(room.check(root, with_tests="test" in extras), flush=True)
    print(f"Making {venv} with Python {sys.version.split()[0]}.", flush=True)
    # Not sys.executable: that may be the Python of the very environment that was just removed.
    base = getattr(sys, "_base_executable", sys.executable)
    made = subprocess.run([base, "-m", "venv", str(venv)], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise CannotPrepare(f"Python could not make {venv}: {(made.stdout + made.stderr).strip()}")


def _install(root: Path, extras: list[str]) -> None:
    venv = root / ".venv"
    # Until the last line, whatever ends this process leaves a sign that the next start finds.
    (venv / UNFINISHED).touch()
    (venv / STAMP).unlink(missing_ok=True)
    installation.install(root, python_of(venv), extras)
    _write_stamp(root, extras)
    (venv / UNFINISHED).unlink()


def remove(venv: Path) -> None:
    """Delete an environment that cannot be used; of a link only the link."""
    if venv.is_symlink() or venv.is_file():
        venv.unlink()
    elif venv.exists():
        shutil.rmtree(venv)


def _write_stamp(root: Path, extras: list[str]) -> None:
    venv = root / ".venv"
    stamp = {"extras": extras, "made_for": _made_for(root), "packages": _packages_changed_at(venv)}
    fresh = venv / f"{STAMP}.new"
    fresh.write_text(json.dumps(stamp, indent=2), encoding="utf-8")
    fresh.replace(venv / STAMP)


def _stamp(venv: Path) -> dict[str, list[str]]:
    try:
        stamp = json.loads((venv / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _made_for(root: Path) -> list[str]:
    """What the installation depends on: the declared packages, the Python, and the place (an editable install names it)."""
    venv = root / ".venv"
    declared = hashlib.sha256((root / "pyproject.toml").read_bytes()).hexdigest()
    return [declared, _configured(venv).get("version", ""), str(python_of(venv).resolve()), str(root)]


def _packages_changed_at(venv: Path) -> list[str]:
    """Changes when a package is installed or removed in whatever way: the folder's own time, not its files'."""
    return [str(folder.stat().st_mtime_ns) for folder in _package_folders(venv)]


def _package_folders(venv: Path) -> list[Path]:
    pattern = "Lib/site-packages" if os.name == "nt" else "lib/python3*/site-packages"
    return sorted(venv.glob(pattern))


def _has_a_python(venv: Path) -> bool:
    configured = _configured(venv)
    version = tuple(int(part) for part in configured.get("version", "0.0").split(".")[:2] if part.isdigit())
    # `exists` follows links: a Python that was uninstalled leaves one that leads nowhere.
    return python_of(venv).exists() and Path(configured.get("home", "?")).exists() and interpreters.is_suitable(version)


def _configured(venv: Path) -> dict[str, str]:
    try:
        lines = (venv / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return {}
    pairs = (line.partition("=") for line in lines)
    # virtualenv and uv write version_info where venv writes version.
    return {key.strip().replace("version_info", "version"): value.strip() for key, _, value in pairs}


def _answers(venv: Path) -> bool:
    try:
        said = subprocess.run([str(python_of(venv)), "-m", "pip", "--version"], capture_output=True, check=False)
    except OSError:
        return False
    return said.returncode == 0
