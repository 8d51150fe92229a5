"""How the table of runs looks in a theme."""

from __future__ import annotations

from netbuilder.disk import resource
from netbuilder.ui.theme import Colours


def table_style(colours: Colours) -> str:
    """The style sheet of a table: no lines but those between rows, the chosen rows on a soft ground."""
    check = "check-white" if colours.on_accent == "#FFFFFF" else "check-black"
    icons = resource("icons").as_posix()
    return f"""
        QTableView {{ background: {colours.surface}; border: 1px solid {colours.border}; border-radius: 8px;
            padding: 1px; outline: none; selection-background-color: {colours.accent_soft}; selection-color: {colours.text}; }}
        QTableView:focus {{ border: 2px solid {colours.accent}; padding: 0; }}
        QTableView::item {{ border: none; border-bottom: 1px solid {colours.grid}; padding: 0 6px; }}
        QTableView::item:selected {{ background: {colours.accent_soft}; color: {colours.text}; }}
        QTableView::item:focus {{ border: 1px solid {colours.accent}; }}
        QTableView::indicator {{ width: 14px; height: 14px; border: 1px solid {colours.muted}; border-radius: 4px;
            background: {colours.surface}; }}
        QTableView::indicator:checked {{ background: {colours.accent}; border-color: {colours.accent};
            image: url("{icons}/{check}.svg"); }}
        QAbstractScrollArea::corner {{ background: transparent; border: none; }}
        QHeaderView {{ background: {colours.surface}; border: none; border-top-left-radius: 8px;
            border-top-right-radius: 8px; }}
        QHeaderView::section {{ background: {colours.surface}; color: {colours.muted}; border: none;
            border-bottom: 1px solid {colours.border}; padding: 5px 6px; font-weight: 600; font-size: 12px; }}
        QHeaderView::section:hover {{ background: {colours.raised}; color: {colours.text}; }}
        QHeaderView::up-arrow {{ image: url("{icons}/arrow-up.svg"); width: 9px; height: 9px; }}
        QHeaderView::down-arrow {{ image: url("{icons}/arrow-down.svg"); width: 9px; height: 9px; }}
        QTableView QLineEdit {{ padding: 0 4px; min-height: 0; border-radius: 0; }}
    """
