"""The one entry point: the window, the command line, the engine's own process, also of a packaged program."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping, Sequence

_OPTIONS = ("-h", "--help", "--version")


def main(arguments: Sequence[str] | None = None) -> int:
    """Becomes what the arguments ask for; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    match given:
        case ["--worker", *_]:
            from netbuilder.worker import child

            return int(child.main() or 0)
        case ["--check-model", model, examples]:
            from netbuilder.export import verification

            return verification.main(model, examples)
    from netbuilder.cli import COMMANDS

    if given and given[0] in (*COMMANDS, *_OPTIONS):
        from netbuilder.cli import arguments as command_line

        return command_line.main(given)
    if has_screen(os.environ, sys.platform):
        gc.disable()  # nothing of what is made at the start is garbage: looking for some would take 30 ms
        from netbuilder.ui import start

        return int(start.main(given) or 0)
    from netbuilder.cli import without_screen

    return without_screen.main(given)


def has_screen(environment: Mapping[str, str], platform: str) -> bool:
    """Whether a window can be shown: elsewhere than on Linux there always is one."""
    if not platform.startswith("linux") or environment.get("WAYLAND_DISPLAY") or environment.get("QT_QPA_PLATFORM"):
        return True
    display = environment.get("DISPLAY", "")
    return bool(display) and _answers(display)


def _answers(display: str) -> bool:
    """Whether an X server answers there and lets us in. Qt would abort, where another session left its name behind.

    It takes some 5 ms. Where there is no libxcb, Qt has a word to say of its own.
    """
    import ctypes

    try:
        xcb = ctypes.CDLL("libxcb.so.1")
        xcb.xcb_connect.restype = ctypes.c_void_p
        connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
        failed = xcb.xcb_connection_has_error(connection)
        xcb.xcb_disconnect(connection)
    except (OSError, AttributeError):
        return True
    return not failed


if __name__ == "__main__":
    sys.exit(main())
