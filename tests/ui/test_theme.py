"""The themes can be read."""

import pytest
from PySide6.QtGui import QPalette

from netbuilder.ui.theme import DARK, LIGHT, Colours, apply, colours, palette_of

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@THEMES
def test_whatever_is_read_has_a_contrast_of_four_and_a_half(theme: Colours) -> None:
    grounds = (theme.window, theme.surface, theme.raised, theme.accent_soft)
    inks = (theme.text, theme.muted, theme.accent, theme.train_text, theme.validation_text, theme.good, theme.warning)
    pairs = [(ink, ground) for ink in (*inks, theme.error) for ground in grounds]
    pairs += [(theme.warning, theme.warning_soft), (theme.error, theme.error_soft), (theme.on_accent, theme.accent)]
    pairs += [(theme.accent, theme.warning_soft), (theme.accent, theme.error_soft)]  # a fix in its strip
    pairs += [(theme.text, theme.warning_soft), (theme.text, theme.error_soft), (theme.pad_ink, theme.pad_paper)]
    assert {pair: contrast(*pair) for pair in pairs if contrast(*pair) < 4.5} == {}


@THEMES
def test_lines_of_plots_have_a_contrast_of_three(theme: Colours) -> None:
    for line in (theme.train, theme.validation):
        assert contrast(line, theme.surface) >= 3


@THEMES
def test_a_palette_tells_which_theme_it_was_made_from(theme: Colours) -> None:
    assert colours(palette_of(theme)) is theme


def test_a_disabled_field_looks_different(qapp) -> None:
    palette = palette_of(LIGHT)
    assert palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text) != palette.color(
        QPalette.ColorGroup.Active, QPalette.ColorRole.Text
    )


def test_choosing_a_theme_changes_the_program(qapp) -> None:
    for scheme, theme in (("dark", DARK), ("light", LIGHT)):
        apply(qapp, scheme)
        assert colours(qapp.palette()) is theme
        assert qapp.font().pixelSize() == 13
