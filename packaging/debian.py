"""Installs what the tests need from the system where that is possible without asking: on Debian, as root."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import system_libraries


def install_what_is_missing(python: Path) -> None:
    """Install missing libraries and programs, or name the command that does; never fails, the tests will tell."""
    if not sys.platform.startswith("linux"):
        return
    lacks = missing(python)
    if not lacks:
        return
    wanted = system_libraries.packages(lacks, "apt-get")
    if shutil.which("apt-get") is None or os.geteuid() != 0 or not wanted:
        print(system_libraries.sentence(lacks), flush=True)
        return
    print(f"Installing {' '.join(wanted)} with apt-get.", flush=True)
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", *wanted],
    ):
        _apt(command)
    still = missing(python)
    if still:
        print(system_libraries.sentence(still), flush=True)


def missing(python: Path) -> list[str]:
    """Libraries for offscreen and X windows, and programs for the tests, that the system lacks."""
    venv = python.parent.parent
    libraries = [name for platform in ("offscreen", "xcb") for name in system_libraries.missing(venv, platform)]
    return list(dict.fromkeys([*libraries, *system_libraries.missing_programs()]))


def _apt(command: list[str]) -> None:
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        print("\n".join(done.stdout.splitlines()[-8:]), flush=True)
