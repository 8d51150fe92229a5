"""The box beside the cross-hair with the exact values."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget

from netbuilder.ui.curves.inks import earlier_colour
from netbuilder.ui.curves.reading import Reading, Value
from netbuilder.ui.theme import Colours


class Hint(QLabel):
    """Shows a reading near a point, always whole inside its parent, and never takes the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._outside = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.hide()

    def dress(self, colours: Colours) -> None:
        """Puts the colours of a theme on."""
        self._colours = colours
        self._inks: dict[str, str] = {
            "train": colours.train_text,
            "validation": colours.validation_text,
            "penalty": colours.muted,
            "batch": colours.muted,
        }
        self.setStyleSheet(
            f"QLabel {{ background: {colours.raised}; color: {colours.text}; border: 1px solid {colours.border};"
            " border-radius: 8px; padding: 6px 8px; font-size: 12px; }"
        )

    def show_reading(self, reading: Reading, loss: str, metric: str, point: QPoint) -> None:
        """``loss`` and ``metric`` are the titles of the two plots."""
        self.setText(self._table(reading, loss, metric) + self._earlier(reading, loss, metric))
        self.adjustSize()
        outside = self._outside.rect().adjusted(4, 4, -4, -4)
        left = point.x() + 12
        if left + self.width() > outside.right():
            left = point.x() - 12 - self.width()
        top = min(max(point.y(), outside.top()), outside.bottom() - self.height())
        self.move(max(left, outside.left()), max(top, outside.top()))
        self.show()
        self.raise_()

    def _table(self, reading: Reading, loss: str, metric: str) -> str:
        """A column for train and one for validation, a line for each plot and each part of the loss."""
        pairs = ((loss, reading.loss), (metric, reading.metric))
        used = [role for role in ("train", "validation") if any(v.role == role for _, values in pairs for v in values)]
        heads: dict[str, str] = {value.role: value.label for _, values in pairs for value in values}
        lines = [[f"<b>{escape(reading.title)}</b>", *(self._cell(role, heads[role]) for role in used)]]
        for title, values in pairs:
            by_role: dict[str, Value] = {value.role: value for value in values}
            if by_role.keys() & set(used):
                texts = (by_role[role].text if role in by_role else "" for role in used)
                lines.append([escape(title), *(self._cell(role, text) for role, text in zip(used, texts, strict=True))])
        lines += [
            [self._cell(value.role, value.label), self._cell(value.role, value.text)]
            for value in (*reading.loss, *reading.metric)
            if value.role not in used
        ]
        return f"<table cellspacing='0' cellpadding='1'>{''.join(map(_row, lines))}</table>"

    def _earlier(self, reading: Reading, loss: str, metric: str) -> str:
        """A line for each earlier run, a column for each plot."""
        lines = []
        for one in reading.earlier:
            values = (one.loss, one.metric) if metric else (one.loss,)
            if any(values):
                ink = earlier_colour(self._colours, one.ink).name()
                lines.append([f"<span style='color:{ink}'>{escape(text)}</span>" for text in (one.name, *values)])
        if not lines:
            return ""
        head = ["", *(self._cell("penalty", title) for title in (loss, metric) if title)]
        return f"<table cellspacing='0' cellpadding='1'>{''.join(map(_row, [head, *lines]))}</table>"

    def _cell(self, role: str, text: str) -> str:
        return f"<span style='color:{self._inks[role]}'>{escape(text)}</span>"


def _row(cells: list[str]) -> str:
    first, *others = cells
    columns = "".join(f"<td align='right' style='padding-left:12px'>{cell}</td>" for cell in others)
    return f"<tr><td>{first}</td>{columns}</tr>"
