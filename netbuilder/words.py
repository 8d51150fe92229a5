"""The user's language: every sentence that a person reads goes through here."""

from gettext import GNUTranslations, NullTranslations, translation
from pathlib import Path

_translations: NullTranslations | GNUTranslations = NullTranslations()


def speak(language: str, folder: Path) -> None:
    """Chooses the language of all later sentences; falls back to English where a translation is missing."""
    global _translations  # noqa: PLW0603 - gettext's own idiom: the language belongs to the process
    _translations = translation("netbuilder", folder, languages=[language], fallback=True)


def _(text: str) -> str:
    """The text in the user's language."""
    return _translations.gettext(text)


def plural(one: str, many: str, count: int) -> str:
    """``one`` or ``many`` in the user's language, with ``{count}`` filled in."""
    return _translations.ngettext(one, many, count).format(count=f"{count:,}")
