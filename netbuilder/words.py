"""The user's language: every sentence that a person reads goes through here."""

from gettext import NullTranslations

_translations = NullTranslations()  # English, until there are others


def _(text: str) -> str:
    """The text in the user's language."""
    return _translations.gettext(text)


def plural(one: str, many: str, count: int) -> str:
    """``one`` or ``many`` in the user's language, with ``{count}`` filled in."""
    return _translations.ngettext(one, many, count).format(count=f"{count:,}")
