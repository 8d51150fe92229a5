"""pip, made to say what matters: what it fetches, how far it is, and what to do when it fails."""

import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from progress import Progress

TICK = 0.5  # seconds between two looks at the downloads
# Settings for other uses of pip and Python that would send the packages elsewhere or make pip refuse.
DROPPED = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_DRY_RUN", "PIP_QUIET")
# RECORD is read here because Distribution.files leaves out what is missing since Python 3.12.
INCOMPLETE = """
import csv
from importlib.metadata import distributions
for found in distributions():
    name, record = found.metadata["Name"], found.read_text("RECORD")
    files = [row[0] for row in csv.reader((record or "").splitlines()) if row and not row[0].endswith(".pyc")]
    if name and name != "netbuilder" and not (files and all(found.locate_file(file).exists() for file in files)):
        print(f"{name}=={found.version}")
"""


class Failed(Exception):
    """The sentences that tell the user why the packages could not be installed."""


def install(root: Path, python: Path, extras: Sequence[str]) -> None:
    """Install this checkout with these extras, so that a later `git pull` is effective at once. Raises Failed."""
    # By the dot, not by the path: pip would take a bracket in the path for extras.
    what = f".[{','.join(extras)}]" if extras else "."
    _pip(root, python, ["install", "--editable", what])


def reinstall(root: Path, python: Path, requirements: Sequence[str]) -> None:
    """Install these packages again although pip thinks that they are there. Raises Failed."""
    _pip(root, python, ["install", "--force-reinstall", "--no-deps", *requirements])


def install_beside(root: Path, python: Path, requirement: str, folder: Path) -> None:
    """Install one package without what it needs into a folder of its own. Raises Failed."""
    _pip(root, python, ["install", "--no-deps", "--upgrade", "--target", str(folder), requirement])


def incomplete(python: Path) -> list[str]:
    """The installed packages of which files are missing, as `name==version`. Takes about a second."""
    said = subprocess.run([str(python), "-c", INCOMPLETE], capture_output=True, text=True, check=False)
    return said.stdout.split()


def pip_environment(variables: Mapping[str, str], downloads: Path) -> dict[str, str]:
    """The variables pip is started with: the user's own, so proxies, certificates and mirrors hold, but for DROPPED.

    The downloads go into the environment's folder: `/tmp` is often in memory and too small for TensorFlow.
    """
    kept = {name: value for name, value in variables.items() if name not in DROPPED}
    return {**kept, "PYTHONUNBUFFERED": "1", **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(downloads))}


def _pip(root: Path, python: Path, arguments: list[str]) -> None:
    downloads = python.parent.parent / "downloads"
    shutil.rmtree(downloads, ignore_errors=True)
    downloads.mkdir()
    command = [str(python), "-m", "pip", *arguments, "--no-input", "--disable-pip-version-check"]
    process = subprocess.Popen(
        [*command, "--progress-bar", "off"],
        cwd=root,
        env=pip_environment(os.environ, downloads),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        # For the lock in turns.py, the only file of ours that can be inherited.
        close_fds=False,
    )
    progress = Progress(terminal=sys.stdout.isatty(), packages=_packages(python))
    try:
        for line in _lines(process):
            if line is None:
                progress.tick(_size(downloads), time.monotonic())
            else:
                progress.read(line)
        code = process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
        progress.close()
        shutil.rmtree(downloads, ignore_errors=True)
    if code != 0:
        # Takes longer to import than everything else that a start with nothing to do needs.
        from urllib.request import getproxies

        raise Failed(failure(progress.last_lines, getproxies(), progress.network_trouble))


def failure(last_lines: Sequence[str], proxies: Mapping[str, str], network_trouble: bool) -> str:
    """The end of what pip said, and one sentence about what to look at."""
    proxy = proxies.get("https") or proxies.get("all")
    said = "\n".join(f"    {line}" for line in last_lines)
    if any("No space left" in line for line in last_lines):
        advice = "The disk is full: free some room and start again."
    elif not network_trouble:
        advice = "pip could not install netbuilder; its last lines are above. Starting again tries anew."
    elif proxy:
        advice = f"The packages could not be fetched through the proxy {_without_password(proxy)}: is it the right one?"
    else:
        advice = (
            "The packages could not be fetched: is this machine connected to the internet? "
            "Behind a proxy, set HTTPS_PROXY=http://host:port and start again."
        )
    return f"{said}\n{advice}"


def _without_password(proxy: str) -> str:
    scheme, separator, rest = proxy.rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"


def _lines(process: "subprocess.Popen[str]") -> Iterator[str | None]:
    """What the process says, line by line, and None whenever it was silent for a moment."""
    said: queue.Queue[str | None] = queue.Queue()
    assert process.stdout is not None
    stream = process.stdout

    def listen() -> None:
        for line in stream:
            said.put(line.rstrip())
        said.put(None)

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    while True:
        try:
            line = said.get(timeout=TICK)
        except queue.Empty:
            yield None
            continue
        if line is None:
            break
        yield line
    listener.join()
    stream.close()


def _size(folder: Path) -> int:
    """Bytes of the wheels in this folder; files may vanish while we look."""
    total = 0
    for path in folder.glob("pip-*/*.whl"):
        try:
            total += path.stat().st_size
        except OSError:
            continue
    return total


def _packages(python: Path) -> Path:
    venv = python.parent.parent
    return next(iter([*venv.glob("lib/python3*/site-packages"), *venv.glob("Lib/site-packages")]), venv)
