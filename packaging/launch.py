"""Turns the prepared environment into a running netbuilder, once the system has what its window needs."""

import os
import subprocess
import sys
from pathlib import Path

import system_libraries


def become_netbuilder(python: Path, arguments: list[str]) -> int:
    """Replace this process by netbuilder; on Windows, which cannot, wait for it and return its exit code.

    Whether there is a screen, and what happens without one, is netbuilder's own decision (`netbuilder/__main__.py`).
    """
    sentence = missing_libraries_sentence(python)
    if sentence is not None:
        print(sentence, file=sys.stderr, flush=True)
        if opens_a_window(arguments):
            return 1
    command = [str(python), "-m", "netbuilder", *arguments]
    # A student's own keras.py or random.py in the current folder must not be taken for the real one.
    os.environ["PYTHONSAFEPATH"] = "1"
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(command[0], command)
    return subprocess.call(command)


def opens_a_window(arguments: list[str]) -> bool:
    """Whether these arguments ask for the window: none, or the path of a project."""
    return not arguments or Path(arguments[0]).is_file()


def missing_libraries_sentence(python: Path) -> str | None:
    """What Qt lacks to show a window here, and the command that installs it; None if nothing, or if there is no screen."""
    if not sys.platform.startswith("linux"):
        return None
    platforms = system_libraries.platforms_tried(os.environ)
    environment = python.parent.parent
    if not platforms or system_libraries.was_seen_good(environment, platforms):
        return None
    lacks = [system_libraries.missing(environment, name) for name in platforms]
    if not all(lacks):
        # Qt takes the next platform when the first one does not start, so one whole platform is enough.
        system_libraries.remember_good(environment, platforms)
        return None
    return system_libraries.sentence(lacks[-1])
