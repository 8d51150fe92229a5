"""How a job ends: exit codes, and failures that are sentences."""

from __future__ import annotations

DONE, FAILED, BAD_INPUT, STOPPED = 0, 1, 2, 130


class BadInput(Exception):
    """What was asked for can't be done; the message is the one sentence that is printed."""
