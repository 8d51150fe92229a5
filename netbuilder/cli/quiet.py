"""Keeps the terminal clean of what libraries print, also from C: standard output is ours alone."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from typing import TextIO


@contextlib.contextmanager
def clean_output() -> Iterator[TextIO]:
    """The real standard output, ours alone; whatever else is printed meanwhile goes to standard error."""
    sys.stdout.flush()
    own = os.dup(1)
    os.dup2(2, 1)
    try:
        with os.fdopen(os.dup(own), "w", encoding=sys.stdout.encoding or "utf-8", errors="replace") as out:
            yield out
    finally:
        sys.stdout.flush()
        os.dup2(own, 1)
        os.close(own)


def start_engine() -> None:
    """Imports TensorFlow and looks for its devices, without the dozen lines that it prints then whatever it is told."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # read once, at the import
    with _kept_back():
        from netbuilder.engine.loading import load

        load()
        from netbuilder.engine.devices import devices

        devices()


@contextlib.contextmanager
def _kept_back() -> Iterator[None]:
    """Keeps standard error back; it is shown after all if something fails."""
    sys.stderr.flush()
    own = os.dup(2)
    with tempfile.TemporaryFile() as kept:
        os.dup2(kept.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(own, 2)
            kept.seek(0)
            os.write(2, kept.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(own, 2)
            os.close(own)
