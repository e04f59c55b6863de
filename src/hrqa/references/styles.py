"""References as text: APA, MLA and Chicago author-date, in English and Vietnamese."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from hrqa.references.csl import csl_item
from hrqa.references.places import Place
from hrqa.references.punctuation import AS_IT_IS, finished
from hrqa.references.works import Work

STYLES = {
    "apa": "apa.csl",
    "mla": "modern-language-association.csl",
    "chicago": "chicago-author-date.csl",
}
"""Style files by the name of their style."""

_LOCALES = {"en": "en-US", "vi": "vi-VN"}
_LOADING = threading.Lock()
Stretches = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class StyledText:
    """A reference in words.

    Attributes:
        entry: As it stands in a list of references.
        in_text: As it stands in a text, with the cited place.
        italics: What of the entry is set in italics: half-open code-point offsets, in order.
        in_text_italics: What of ``in_text`` is.
    """

    entry: str
    in_text: str
    italics: Stretches = ()
    in_text_italics: Stretches = ()


def styled_text(work: Work, place: Place | None, *, style: str, language: str) -> StyledText:
    """A work as a style wants it.

    Args:
        work: The work.
        place: The place cited; None for the whole work.
        style: One of ``STYLES``.
        language: ``en`` or ``vi``.
    """
    with _LOADING:
        renderer = _renderer(style, language)
    return renderer.styled(work, place)


@cache
def _renderer(style: str, language: str) -> "_Renderer":
    return _Renderer(style, language)


class _Renderer:
    """A style that has been parsed; used by one thread at a time."""

    def __init__(self, style: str, language: str) -> None:
        from hrqa.references.processor import Style

        source = files("hrqa.references").joinpath("csl_styles", STYLES[style]).read_bytes()
        self._rules = Style(source, _LOCALES[language])
        self._name, self._language = style, language
        self._lock = threading.Lock()

    def styled(self, work: Work, place: Place | None) -> StyledText:
        """The work in this style."""
        item = _item(_as_cited(work, self._name))
        with self._lock:
            entry, in_text = self._rules.rendered(item, place)
            if not entry:
                # Some types are cited in the text alone where nobody can retrieve the work.
                item = item | {"type": "document"}
                entry, in_text = self._rules.rendered(item, place)
            italics, in_text_italics = self._rules.italics(item, place)
        entry, in_text = (finished(text, self._language) for text in (entry, in_text))
        if work.edition is not None:
            entry = entry if work.edition in entry else f"{entry} [{work.edition}]."
            in_text = f"{in_text.removesuffix(')')} [{work.edition}])"
        return StyledText(
            entry, in_text, _places_of(italics, entry), _places_of(in_text_italics, in_text)
        )


def _places_of(parts: Sequence[str], text: str) -> Stretches:
    """Where parts stand in a text, one after the other; one that is not found is left out."""
    found = []
    end = 0
    for part in parts:
        words = part.replace(AS_IT_IS, "").strip()
        start = text.find(words, end) if words else -1
        if start >= 0:
            end = start + len(words)
            found.append((start, end))
    return tuple(found)


def _as_cited(work: Work, style: str) -> Work:
    """The work with what the manuals ask for and the style files cannot tell.

    An article whose journal is not known is cited with its publisher; of an organisation that
    is author and publisher (or its own site) APA leaves out the second, MLA the first.
    """
    if work.type.startswith("article-") and work.publisher and not work.container_title:
        work = replace(work, type="document")
    author = str(work.authors[0]).casefold() if len(work.authors) == 1 else ""
    published_itself = bool(author) and (work.publisher or "").casefold() == author
    if style == "apa" and published_itself:
        work = replace(work, publisher=None)
    if style == "apa" and author and (work.container_title or "").casefold() == author:
        work = replace(work, container_title=None)
    if style == "mla" and published_itself:
        work = replace(work, authors=())
    return work


def _item(work: Work) -> dict[str, object]:
    """The work for the processor; a text whose language is not known gets no English capitals."""
    item = csl_item(work) | {"id": "work", "language": (work.language or "und").lower()}
    if work.edition is not None:
        item["medium"] = f"{AS_IT_IS}{work.edition}"
    return item
