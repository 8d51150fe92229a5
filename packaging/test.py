"""Runs everything that is checked: `python3 packaging/test.py [--only STAGE] [-- arguments for pytest]`."""

import sys
from pathlib import Path

import interpreters

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: "list[str]") -> int:
    """Prepare the environment with the test tools, run the stages, return 0 if all passed."""
    if not interpreters.is_suitable(sys.version_info[:2]):
        return interpreters.hand_over(__file__, arguments)

    # Only now: these modules are written for Python 3.11, this file and interpreters.py for any that is still about,
    # so their annotations are in quotes.
    import environment
    import installation
    import stages

    options = stages.read_arguments(arguments)
    try:
        python = environment.prepare(ROOT, extras=("test",))
        return stages.run(ROOT, python, options)
    except (environment.CannotPrepare, installation.Failed) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
