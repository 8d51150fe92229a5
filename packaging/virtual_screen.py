"""An X screen of our own that nobody sees, for the window tests."""

import contextlib
import os
import subprocess
from collections.abc import Iterator

import system_libraries

SIZE = "1600x1000x24"


class NoScreen(Exception):
    """Xvfb did not start; what it said."""


def what_is_missing() -> list[str]:
    """The programs and libraries without which there is no virtual screen."""
    return system_libraries.missing_programs()


@contextlib.contextmanager
def shown() -> Iterator[str]:
    """Start a screen on a free display number and yield its name, such as `:7`; it ends with the block."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as told:
        # It chooses the number itself and tells it once it listens, so nobody has to guess or to wait.
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", SIZE, "-nolisten", "tcp", "-noreset"],
            pass_fds=[writing],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        try:
            number = told.readline().decode().strip()
            if not number:
                raise NoScreen("Xvfb ended before it showed a screen.")
            yield f":{number}"
        finally:
            server.terminate()
            server.wait()
