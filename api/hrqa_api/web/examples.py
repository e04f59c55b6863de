"""Questions to begin with, taken from the documents themselves."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hrqa.datatypes import Document
from hrqa_api.web.wording import UI_LANGUAGES, UiLanguage

_MOST = 4
_MOST_OF_OTHERS = 2
_WORDS = range(3, 11)
_NUMBERING = re.compile(r"^[\dIVXivx]+(?:\.\d+)*[.):]?\s+")
_DOCUMENTS_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Example:
    """Something to ask.

    Attributes:
        text: The question, or a heading of a document.
        language: BCP 47; None where unknown.
    """

    text: str
    language: str | None


def examples_of(documents: Sequence[Document], language: UiLanguage) -> list[Example]:
    """Some questions that the manifest offers, those in the reader's language first.

    Where it offers none, headings of the documents stand in for them.
    """
    looked_at = documents[:_DOCUMENTS_LOOKED_AT]
    found: list[Example] = []
    for tongue in (language, *(other for other in UI_LANGUAGES if other != language)):
        offered = [
            [Example(q.text, q.language) for q in document.questions if _is_in(q.language, tongue)]
            for document in looked_at
        ]
        found += _in_turn(offered, _MOST if tongue == language else _MOST_OF_OTHERS)
    if found:
        return found
    headings = [
        [Example(title, document.bibliography.language) for title in _topics(document)]
        for document in looked_at
    ]
    return _in_turn(headings, _MOST + _MOST_OF_OTHERS)


def _is_in(tag: str, language: UiLanguage) -> bool:
    return tag.lower().split("-")[0] == language


def _topics(document: Document) -> Iterable[str]:
    """Headings that say something by themselves."""
    for entry in document.outline:
        title = _NUMBERING.sub("", entry.title).strip("[]:. ")
        if len(title.split()) in _WORDS and title != title.upper():
            yield title


def _in_turn(lists: Sequence[Iterable[Example]], most: int) -> list[Example]:
    """The first of each list, then the second of each, until there are enough."""
    found: list[Example] = []
    turns = [iter(each) for each in lists]
    while turns and len(found) < most:
        left = []
        for turn in turns:
            example = next(turn, None)
            if example is None:
                continue
            left.append(turn)
            if example not in found and len(found) < most:
                found.append(example)
        turns = left
    return found
