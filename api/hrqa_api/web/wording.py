"""What the page says, in English or Vietnamese: messages, plurals, dates, names of languages."""

import functools
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Literal

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from hrqa_api.web.day import day_of

UiLanguage = Literal["en", "vi"]
UI_LANGUAGES: tuple[UiLanguage, ...] = ("en", "vi")
_FOR_SCRIPTS = "script."


class Wording:
    """What is said in one language.

    Attributes:
        language: ``en`` or ``vi``.
        own_names: What each language calls itself, by its tag.
    """

    own_names: Mapping[UiLanguage, str] = {"en": "English", "vi": "Tiếng Việt"}

    def __init__(self, language: UiLanguage) -> None:
        self.language = language
        self._locale = Locale(language)
        self._messages = messages(language)

    def say(self, name: str, values: Mapping[str, object] | None = None) -> str:
        """A message, with values in place of the names in braces.

        Args:
            name: Of the message.
            values: By name; ``count`` chooses among the forms of a message that has several.

        Raises:
            KeyError: There is no such message, or it wants a value that is not given.
        """
        message = self._messages[name]
        given = dict(values or {})
        count = given.get("count")
        if isinstance(message, Mapping):
            # Languages gain forms with Unicode's rules, whose version depends on Babel's.
            form = self._locale.plural_form(count if isinstance(count, int) else 0)
            message = message.get(form, message["other"])
        shown = {
            key: self.number(value) if isinstance(value, int) else value
            for key, value in given.items()
        }
        return message.format_map(shown)

    def number(self, value: int) -> str:
        """A number as people write it, such as ``1,200`` or ``1.200``."""
        return format_decimal(value, locale=self._locale)

    def date(self, issued: tuple[int, ...]) -> str:
        """A date of publication, as far as it is known: a year, a month of it, a day."""
        day = day_of(issued)
        if day is None:
            return str(issued[0]) if issued else self.say("document.no-date")
        if len(issued) == 2:
            return format_skeleton("yMMMM", day, locale=self._locale)
        return format_date(day, "long", locale=self._locale)

    def language_name(self, tag: str) -> str:
        """The name of a language given by its BCP 47 tag; the tag itself where none is known."""
        try:
            name = Locale.parse(tag, sep="-").get_display_name(self._locale)
        except (UnknownLocaleError, ValueError):
            return tag
        return name or tag

    @property
    def for_scripts(self) -> dict[str, str | dict[str, str]]:
        """The messages that scripts show, without the beginning of their names."""
        return {
            name.removeprefix(_FOR_SCRIPTS): message
            for name, message in self._messages.items()
            if name.startswith(_FOR_SCRIPTS)
        }


@functools.cache
def messages(language: UiLanguage) -> dict[str, str | dict[str, str]]:
    """All messages of a language, by name.

    A message that depends on ``count`` is given by forms of Unicode's plural rules; ``other``
    stands for those that it lacks.
    """
    text = files("hrqa_api.web").joinpath(f"messages/{language}.json").read_text("utf-8")
    found: dict[str, str | dict[str, str]] = json.loads(text)
    return found


@functools.cache
def wording(language: UiLanguage) -> Wording:
    """The wording of a language, made once."""
    return Wording(language)
