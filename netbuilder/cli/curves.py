"""The picture of a run: loss and metrics over the epochs, one above the other, as an SVG that any browser shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

from netbuilder.events import EpochEnded
from netbuilder.words import _

_WIDTH, _PANEL, _GAP = 760, 230, 60
_LEFT, _RIGHT, _TOP, _BOTTOM = 84, 150, 76, 48
_TRAIN, _VALIDATION, _INK, _QUIET, _GRID, _BEST = "#4C6FFF", "#B85C00", "#1B2333", "#5B6577", "#E4E8F0", "#1F9D6B"
_TICKS = 5

Points = list[tuple[int, float]]


def curves_svg(epochs: Sequence[EpochEnded], best_epoch: int | None, title: str) -> str:
    """The SVG text: a panel for the loss and one for each metric; training is solid, validation dashed."""
    names = [name for name in (epochs[0].metrics if epochs else ()) if not name.startswith("val_")]
    names = [name for name in names if name not in ("penalty", "data_loss")] or ["loss"]
    height = _TOP + len(names) * _PANEL + (len(names) - 1) * _GAP + _BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}">',
        f'<g font-family="system-ui, sans-serif" fill="{_INK}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#FFFFFF"/>',
        _text(_LEFT, 30, title, size=17, weight=600),
    ]
    last = max((one.epoch for one in epochs), default=1)
    for number, name in enumerate(names):
        top = _TOP + number * (_PANEL + _GAP)
        train = [(one.epoch, one.metrics[name]) for one in epochs]
        validation = [(one.epoch, one.metrics[f"val_{name}"]) for one in epochs if f"val_{name}" in one.metrics]
        parts += _panel(top, name, train, validation, last, best_epoch)
    parts.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, height - 12, _("epoch"), anchor="middle", fill=_QUIET))
    return "\n".join([*parts, "</g>", "</svg>\n"])


def _panel(top: int, name: str, train: Points, validation: Points, last: int, best: int | None) -> list[str]:
    values = [value for _epoch, value in (*train, *validation) if math.isfinite(value)]
    ticks = _nice(min(values, default=0.0), max(values, default=1.0))
    low, high = ticks[0], ticks[-1]
    bottom, right = top + _PANEL, _WIDTH - _RIGHT

    def x(epoch: float) -> float:
        return _LEFT + (epoch - 1) / max(1, last - 1) * (right - _LEFT) if last > 1 else (_LEFT + right) / 2

    def y(value: float) -> float:
        return bottom - (value - low) / (high - low) * _PANEL

    parts = [_text(_LEFT, top - 10, name, weight=600)]
    for tick in ticks:
        parts.append(f'<line x1="{_LEFT}" x2="{right}" y1="{y(tick):.1f}" y2="{y(tick):.1f}" stroke="{_GRID}"/>')
        parts.append(_text(_LEFT - 8, y(tick) + 4, f"{tick:g}", anchor="end", fill=_QUIET))
    step = max(1, math.ceil(last / 10))
    marked = sorted({1, *range(step, last + 1, step)} - ({2} if step == 2 else set()))
    parts += [_text(x(epoch), bottom + 18, str(epoch), anchor="middle", fill=_QUIET) for epoch in marked]
    if best is not None:
        parts.append(
            f'<line x1="{x(best):.1f}" x2="{x(best):.1f}" y1="{top}" y2="{bottom}" stroke="{_BEST}" stroke-width="1.5"/>'
        )
        parts.append(_text(x(best), top - 10, _("best"), anchor="middle", fill=_BEST))
    ends = []
    for points, colour, dashes, words in (
        (train, _TRAIN, "", _("training")),
        (validation, _VALIDATION, ' stroke-dasharray="6 4"', _("validation")),
    ):
        shown = [(x(epoch), y(value)) for epoch, value in points if math.isfinite(value)]
        if shown:
            line = " ".join(f"{across:.1f},{down:.1f}" for across, down in shown)
            parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>')
            if len(shown) <= 40:
                parts += [f'<circle cx="{a:.1f}" cy="{d:.1f}" r="2.5" fill="{colour}"/>' for a, d in shown]
            ends.append((shown[-1][1], f"{words} {points[-1][1]:.4g}", colour))
    return parts + _end_labels(ends, right)


def _end_labels(ends: list[tuple[float, str, str]], right: int) -> list[str]:
    """Labels at the ends of the lines, kept 16 apart."""
    parts, above = [], -math.inf
    for down, words, colour in sorted(ends):
        at = max(down + 4, above + 16)
        parts.append(_text(right + 8, at, words, fill=colour))
        above = at
    return parts


def _nice(low: float, high: float) -> list[float]:
    """Round numbers that span the values, some five of them."""
    span = high - low
    if span < max(abs(low), abs(high), 1e-290) * 1e-12:  # the same number, as far as float64 can tell
        span = max(abs(high), 1.0) * 0.1
    magnitude = 10.0 ** math.floor(math.log10(span / _TICKS))
    step = next(factor * magnitude for factor in (1, 2, 5, 10) if factor * magnitude * _TICKS >= span)
    first, final = math.floor(low / step), math.ceil(high / step)
    final = max(final, first + 1)
    return [float(f"{number * step:.12g}") for number in range(first, final + 1)]


def _text(
    x: float, y: float, words: str, *, anchor: str = "start", fill: str = _INK, size: int = 13, weight: int = 400
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" font-size="{size}" '
        f'font-weight="{weight}">{escape(words)}</text>'
    )
