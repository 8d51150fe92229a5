"""Numbers as people read them: shares, losses, counts, bytes, speeds and times.

Between a number and its unit stands a no-break space, so that no label tears them apart.
"""

from __future__ import annotations

import math

from netbuilder.words import _, plural

SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


def value(number: float, digits: int = 3) -> str:
    """A loss, a weight, a rate in ``digits`` significant digits: 0.0123, 2.35, 1,719, 3.20e-6; "not a number", "∞"."""
    if math.isnan(number):
        return _("not a number")
    if math.isinf(number):
        return "∞" if number > 0 else f"{MINUS}∞"
    size = abs(number)
    if size == 0:
        return "0"
    if size < 1e-4 or size >= 1e9:
        mantissa, exponent = f"{number:.{digits - 1}e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    else:
        places = max(digits - 1 - math.floor(math.log10(size)), 0)
        text = f"{number:,.{places}f}"
    return text.replace("-", MINUS, 1) if number < 0 else text


def percent(share: float, places: int = 1) -> str:
    """A share from 0 to 1 as 98.7 %."""
    return f"{100 * share:.{places}f}{SPACE}%" if math.isfinite(share) else value(share)


def is_share(metric: str) -> bool:
    """Whether a metric (Keras's name, also with "val_") is a share of examples and read in percent."""
    name = metric.removeprefix("val_")
    return "accuracy" in name or name in {"precision", "recall", "top_k", "f1", "f1_score"}


def measure(metric: str, number: float, digits: int = 3) -> str:
    """The value of a metric as it is read: accuracy in percent, everything else as a plain number."""
    return percent(number, max(digits - 2, 0)) if is_share(metric) else value(number, digits)


def count(number: int) -> str:
    """52,650."""
    return f"{number:,}"


def short(number: float) -> str:
    """A count in at most three digits: 830, 1.2k, 320k, 52.7M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(number) >= 0.9995 * size:
            scaled = number / size
            return f"{scaled:.0f}{letter}" if abs(scaled) >= 99.95 else f"{scaled:.1f}".removesuffix(".0") + letter
    return f"{number:.0f}"


def size(count_of_bytes: int) -> str:
    """Bytes in units of 1,024: 830 B, 206 KB, 1.2 MB."""
    scaled, units = float(count_of_bytes), ["B", "KB", "MB", "GB", "TB"]
    while scaled >= 1023.5 and len(units) > 1:
        scaled /= 1024
        del units[0]
    whole = units[0] == "B" or scaled >= 99.95
    return (f"{scaled:.0f}" if whole else f"{scaled:.1f}".removesuffix(".0")) + SPACE + units[0]


def rate(samples_per_second: float) -> str:
    """The speed of a training: 320k samples/s."""
    return _("{count} samples/s").format(count=short(samples_per_second)).replace(" ", SPACE)


def duration(seconds: float) -> str:
    """0.4 s, 12 s, 2 min 5 s, 1 h 3 min, 2 days."""
    if not math.isfinite(seconds):
        return "–"
    if seconds < 0.95:
        return f"{max(seconds, 0.0):.1f}{SPACE}s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole}{SPACE}s"
    minutes, left = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}{SPACE}min" + (f"{SPACE}{left}{SPACE}s" if left else "")
    hours, minutes = divmod(round(seconds / 60), 60)
    if hours < 48:
        return f"{hours}{SPACE}h" + (f"{SPACE}{minutes}{SPACE}min" if minutes else "")
    return plural("{count} day", "{count} days", round(seconds / 86400)).replace(" ", SPACE)
