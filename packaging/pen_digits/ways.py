"""The ways in which people write each digit, and how wide and how slanted they usually make it."""

from __future__ import annotations

from pen_digits import ways_0_to_4, ways_5_to_9
from pen_digits.pen import Habit
from pen_digits.strokes import Way

WAYS: dict[int, tuple[Way, ...]] = ways_0_to_4.WAYS | ways_5_to_9.WAYS

HABITS: dict[int, Habit] = {
    0: Habit(1.28, 0.20),
    1: Habit(1.00, 0.20),
    2: Habit(1.15, 0.12),
    3: Habit(1.06, 0.00),
    4: Habit(1.12, 0.18),
    5: Habit(1.08, 0.07),
    6: Habit(1.00, 0.19),
    7: Habit(1.13, 0.09),
    8: Habit(1.08, 0.10),
    9: Habit(1.04, 0.13),
}
