"""How a job ends: exit codes, and failures that are sentences."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from netbuilder.cli.foreign import one_line
from netbuilder.words import _

DONE, FAILED, BAD_INPUT, FAULT, STOPPED = 0, 1, 2, 3, 130


class BadInput(Exception):
    """What was asked for can't be done; the message is the one sentence that is printed."""


def code_of(job: Callable[[], int]) -> int:
    """Does the job; gives its exit code. Bad input is printed, and nothing where the reader of our output has gone.

    So is a fault of our own, with its places in the program, but without what was in the data and where they lay.
    """
    try:
        return job()
    except BadInput as problem:
        print(f"netbuilder: {one_line(str(problem))}", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:  # as "| head" does: what Python still holds back for it goes nowhere, without a traceback
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as problem:  # noqa: BLE001 - what nobody foresaw is told like the rest
        from netbuilder.discretion import bones_of

        sentence = _(
            "Something went wrong inside netbuilder. Please report these lines; they hold neither data nor paths."
        )
        print(f"netbuilder: {sentence}\n{bones_of(problem)}", file=sys.stderr)
        return FAULT
