"""Times as files tell them, of which no clock shows all."""

from __future__ import annotations

_END = 253_402_214_400  # seconds: the last day of 9999, which no time zone puts into a year that datetime lacks


def is_moment(seconds: float) -> bool:
    """Whether so many seconds since 1970, UTC, are a time that can be shown. What is no number at all is none."""
    return 0 <= seconds < _END
