"""Times that can be shown, and those that can't."""

import math
from datetime import datetime, timedelta, timezone

import pytest

from netbuilder.disk import is_moment

END = 253_402_214_400


@pytest.mark.parametrize("seconds", [0, 1.5, 1_700_000_000, END - 0.001])
@pytest.mark.parametrize("hours", [-23, 0, 23])
def test_a_moment_can_be_shown_in_every_time_zone(seconds: float, hours: int) -> None:
    assert is_moment(seconds)
    assert datetime.fromtimestamp(seconds, timezone(timedelta(hours=hours)))


@pytest.mark.parametrize("seconds", [-1, END, 1e18, -1e18, 1 << 63, math.inf, -math.inf, math.nan])
def test_what_no_clock_shows_is_no_moment(seconds: float) -> None:
    assert not is_moment(seconds)
