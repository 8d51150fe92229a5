"""The colours of both themes, and how the program puts them on."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from netbuilder.app.preferences import Scheme
from netbuilder.ui.style import style_sheet


@dataclass(frozen=True, slots=True)
class Colours:
    """One theme, as hex strings.

    Whatever is read (text, muted, accent, good, warning, error and the two ``…_text``) has a contrast of at least 4.5
    on window, surface, raised and its own soft ground; ``train`` and ``validation`` are for lines and have at least 3.
    """

    window: str  # behind everything
    surface: str  # cards, panels, fields
    raised: str  # hovered or pressed, headers
    border: str
    text: str
    muted: str  # help lines, units, what is secondary
    accent: str
    accent_soft: str  # the ground of what is selected, and of hints
    train: str
    train_text: str
    validation: str
    validation_text: str
    good: str
    warning: str
    warning_soft: str
    error: str
    error_soft: str
    on_accent: str  # text on accent
    pad_paper: str
    pad_ink: str
    grid: str


LIGHT = Colours(
    window="#F4F5F9",
    surface="#FFFFFF",
    raised="#EEF0F6",
    border="#D9DDE8",
    text="#1A1D27",
    muted="#5C6273",
    accent="#3A59E0",
    accent_soft="#EDF1FF",
    train="#4C6FFF",
    train_text="#3A59E0",
    validation="#DB7412",
    validation_text="#9A5207",
    good="#16764F",
    warning="#9A4608",
    warning_soft="#FFF3E2",
    error="#C0262D",
    error_soft="#FDEBEB",
    on_accent="#FFFFFF",
    pad_paper="#0E1118",
    pad_ink="#FFFFFF",
    grid="#E6E9F0",
)

DARK = Colours(
    window="#14161C",
    surface="#1B1E26",
    raised="#262A35",
    border="#353B4A",
    text="#E8EAF0",
    muted="#A3AABB",
    accent="#8BA2FF",
    accent_soft="#232C4D",
    train="#6F8BFF",
    train_text="#8BA2FF",
    validation="#F5A04C",
    validation_text="#F5A04C",
    good="#4CC795",
    warning="#F2A93B",
    warning_soft="#3A2A10",
    error="#FF8585",
    error_soft="#431F22",
    on_accent="#0E1118",
    pad_paper="#0A0C11",
    pad_ink="#FFFFFF",
    grid="#2A2F3B",
)


def colours(palette: QPalette) -> Colours:
    """The theme that a palette was made from: for widgets that paint themselves."""
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def apply(app: QApplication, scheme: Scheme) -> None:
    """Puts a theme on; "system" takes the one that the system says now (call again on ``colorSchemeChanged``).

    Fusion with palettes of our own: ``setColorScheme`` does nothing on a bare X server.
    """
    chosen = _resolved(app, scheme)
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(palette_of(chosen))
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setPixelSize(13)
    app.setFont(font)
    app.setStyleSheet(style_sheet(chosen))


def _resolved(app: QApplication, scheme: Scheme) -> Colours:
    if scheme == "system":
        return DARK if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
    return DARK if scheme == "dark" else LIGHT


def palette_of(theme: Colours) -> QPalette:
    """The palette of a theme, its Disabled group included: Fusion alone greys nothing of a palette that is set."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    for one, colour in (
        (role.Window, theme.window),
        (role.WindowText, theme.text),
        (role.Base, theme.surface),
        (role.AlternateBase, theme.raised),
        (role.Text, theme.text),
        (role.PlaceholderText, theme.muted),
        (role.Button, theme.surface),
        (role.ButtonText, theme.text),
        (role.BrightText, theme.on_accent),
        (role.ToolTipBase, theme.surface),
        (role.ToolTipText, theme.text),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Accent, theme.accent),
        (role.Link, theme.accent),
        (role.LinkVisited, theme.accent),
        (role.Light, theme.surface),
        (role.Midlight, theme.raised),
        (role.Mid, theme.border),
        (role.Dark, theme.muted),
        (role.Shadow, theme.border),
    ):
        palette.setColor(one, QColor(colour))
    faint = QColor(theme.muted)
    faint.setAlphaF(0.65)
    for one in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText):
        palette.setColor(group.Disabled, one, faint)
    palette.setColor(group.Disabled, role.Highlight, QColor(theme.raised))
    palette.setColor(group.Disabled, role.HighlightedText, faint)
    palette.setColor(group.Disabled, role.Accent, QColor(theme.border))
    palette.setColor(group.Disabled, role.Base, QColor(theme.window))
    return palette
