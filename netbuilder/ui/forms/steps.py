"""How numbers are written, read and stepped in a form: without widgets, so that it can be tested to the last digit."""

from __future__ import annotations

import math
from decimal import Decimal

from netbuilder.spec.rules import Real, Whole

_SMALLEST_STEP = 1e-6  # where a logarithmic number that may be 0 begins
_LONGEST = 64  # signs of a number that is being typed; the longest that is shown has 24
_PLAIN_FROM, _PLAIN_TO = 1e-9, 1e15  # outside these, zeros would be counted by eye, so an exponent is written


def shown(value: float) -> str:
    """The number as people write it, 0.0001 rather than 1e-04; exact: reading it back gives the same number."""
    if isinstance(value, int):
        return str(value)
    if value == 0:
        return "0"
    if _PLAIN_FROM <= abs(value) < _PLAIN_TO:
        text = f"{Decimal(repr(value)):f}"
        return text.removesuffix(".0")
    return repr(value)


def read(rule: Whole | Real, text: str) -> float | None:
    """The number that was typed, if the rule takes it; "1e-3", "0,001" and "10 000" are understood."""
    plain = text.strip().replace("\u202f", "").replace("\u00a0", "").replace(" ", "").replace("_", "")
    try:
        if isinstance(rule, Whole):
            number: float = int(plain)
        else:
            number = float(plain.replace(",", "."))
    except ValueError:
        return None
    return number if fits(rule, number) else None


def fits(rule: Whole | Real, number: float) -> bool:
    """Whether the rule takes the number."""
    # Compared as it is: NaN is within no bounds, and a whole number of 400 digits has no float.
    above = isinstance(rule, Real) and rule.above
    return rule.at_least <= number <= rule.at_most and not (above and number == rule.at_least)


def may_become(rule: Whole | Real, text: str) -> bool:
    """Whether typing on could still give a number that the rule takes; else the key is refused."""
    plain = text.strip().lower()
    if len(plain) > _LONGEST:
        return False
    allowed = "0123456789 " + ("" if isinstance(rule, Whole) else "e.,+-") + ("-" if rule.at_least < 0 else "")
    if any(sign not in allowed for sign in plain) or plain.count("e") > 1:
        return False
    if isinstance(rule, Whole):
        try:
            number = int(plain.replace(" ", ""))
        except ValueError:
            return True  # nothing yet, or a lone sign
        return number <= rule.at_most or number < 0
    if "-" in plain.split("e", maxsplit=1)[0] and rule.at_least >= 0:
        return False
    try:
        real = float(plain.replace(" ", "").replace(",", "."))
    except ValueError:
        return True
    # 200 may yet become 200e-3.
    return math.isfinite(real) and ("e" in plain or len(plain) < 12 or real <= rule.at_most)


def stepped(rule: Whole | Real, value: float, steps: int) -> float:
    """The number some steps up or down: 1, 2, 5, 10 … where it is logarithmic, round tenths of its size else."""
    for _step in range(abs(steps)):
        value = _one_step(rule, value, up=steps > 0)
    return value


def _one_step(rule: Whole | Real, value: float, *, up: bool) -> float:
    if isinstance(rule, Whole):
        new: float = _whole_step(rule, round(value), up=up)
    elif rule.logarithmic:
        new = _ladder(value, up=up)
    else:
        step = _linear_step(rule, value, up=up)
        new = round(round(value / step) * step + (step if up else -step), 12)
    new = min(max(new, rule.at_least), rule.at_most)
    if not fits(rule, new):  # the bound itself is excluded
        return value
    return int(new) if isinstance(rule, Whole) else float(new)


def _whole_step(rule: Whole, value: int, *, up: bool) -> int:
    """Sizes double and halve (32, 64, 128 …), as they are usually chosen; up to 8, and other numbers, go by one."""
    if not rule.logarithmic:
        return value + (1 if up else -1)
    if value < 8 or (value == 8 and not up):
        return value + (1 if up else -1)
    power = 1 << (value.bit_length() - 1)
    if up:
        return power * 2
    return power if power < value else power // 2


def _ladder(value: float, *, up: bool) -> float:
    """The next of … 0.001, 0.002, 0.005, 0.01 …; below the smallest is 0."""
    if value < _SMALLEST_STEP * 0.999:
        return _SMALLEST_STEP if up else 0.0
    exponent = math.floor(math.log10(value))
    rungs = [float(f"{digit}e{exponent + shift}") for shift in (-1, 0, 1) for digit in (1, 2, 5)]
    if up:
        return next(rung for rung in rungs if rung > value * (1 + 1e-9))
    below = [rung for rung in rungs if rung < value * (1 - 1e-9)]
    return below[-1] if below[-1] >= _SMALLEST_STEP * 0.999 else 0.0


def _linear_step(rule: Real, value: float, *, up: bool) -> float:
    if rule.at_most <= 1 and rule.at_least >= 0:
        return 0.05 if 0.05 < value < 0.95 or (up and value < 0.95) or (not up and value >= 0.95) else 0.01
    size = abs(value) * (1 if up else 0.999)
    return float(10.0 ** (math.floor(math.log10(size)) - 1)) if size > 1e-3 else 0.01
