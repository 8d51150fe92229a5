"""What a person may copy of a fault: versions, places in the program, the log's last lines; no data, no paths."""

from __future__ import annotations

import platform
from collections.abc import Sequence

from netbuilder import __version__
from netbuilder.app.faults import Fault
from netbuilder.app.versions import versions


def report_of(faults: Sequence[Fault], log: Sequence[str]) -> str:
    """The details of what went wrong in this window; or of the program as it is, if nothing did."""
    return _joined([f"{fault.times:,} × {fault.where}:\n{fault.told}" for fault in faults], log)


def report_of_last(text: str, log: Sequence[str]) -> str:
    """The details of how a window ended, or why there is none."""
    return _joined([text], log)


def _joined(told: Sequence[str], log: Sequence[str]) -> str:
    made_of = ", ".join(f"{name} {number}" for name, number in versions().items())
    last = ["\n".join(("Log:", *log))] if log else []
    return "\n\n".join((f"netbuilder {__version__}, {platform.platform()}", *told, made_of, *last))
