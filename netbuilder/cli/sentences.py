"""How a job ends: exit codes, and failures that are sentences."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

DONE, FAILED, BAD_INPUT, STOPPED = 0, 1, 2, 130


class BadInput(Exception):
    """What was asked for can't be done; the message is the one sentence that is printed."""


def code_of(job: Callable[[], int]) -> int:
    """Does the job; gives its exit code. Bad input is printed, and nothing where the reader of our output has gone."""
    try:
        return job()
    except BadInput as problem:
        print(f"netbuilder: {problem}", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:  # as "| head" does: what Python still holds back for it goes nowhere, without a traceback
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
