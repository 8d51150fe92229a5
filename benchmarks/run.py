"""Measures what netbuilder promises: `python benchmarks/run.py [NAME ...] [--json FILE]`.

Every figure is taken in this run on this machine, which is named; compare ratios rather than seconds.
"""

import argparse
import json
import platform
import sys
from importlib import import_module
from pathlib import Path

NAMES = ("start", "pad", "training_speed")


def main() -> int:
    """Run the benchmarks that are asked for, print a table, and write JSON if wanted."""
    sys.path.insert(0, str(Path(__file__).parent))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], default=[], metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    machine = f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, {platform.platform()}"
    print(machine)
    results = {}
    for name in options.names or NAMES:
        results[name] = import_module(name).measure()
        for what, figure in results[name].items():
            print(f"{name:16} {what:56} {figure}")
    if options.json:
        options.json.write_text(json.dumps({"machine": machine, "results": results}, indent=2), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
