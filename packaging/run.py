"""Starts netbuilder from a checkout, and makes what it needs the first time: `python3 packaging/run.py [arguments]`."""

import sys
from pathlib import Path

import interpreters

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: "list[str]") -> int:
    """Prepare the environment if it is not ready, then become netbuilder with these arguments."""
    if not interpreters.is_suitable(sys.version_info[:2]):
        return interpreters.hand_over(__file__, arguments)

    # Only now: these modules are written for Python 3.11, this file and interpreters.py for any that is still about,
    # so their annotations are in quotes.
    import environment
    import launch

    try:
        python = environment.prepare(ROOT, extras=())
        return launch.become_netbuilder(python, arguments)
    except environment.CannotPrepare as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The next start goes on from here.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
