"""The one entry point: the window, the command line, the engine's own process, also of a packaged program."""

from __future__ import annotations

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
    from netbuilder.cli import arguments as command_line

    if given and given[0] in (*command_line.COMMANDS, *_OPTIONS):
        return command_line.main(given)
    if has_screen(os.environ, sys.platform):
        from netbuilder.ui import start

        return int(start.main(given) or 0)
    from netbuilder.cli import without_screen

    return without_screen.main(given)


def has_screen(environment: Mapping[str, str], platform: str) -> bool:
    """Whether a window can be shown: elsewhere than on Linux there always is one."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not platform.startswith("linux") or any(environment.get(name) for name in names)


if __name__ == "__main__":
    sys.exit(main())
