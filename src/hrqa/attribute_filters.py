"""Passages found by conditions on their attributes, as other interfaces put them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from hrqa.datatypes import Document, Passage
from hrqa.store.texts import TextStore

Value = str | int | float | bool
Rows = npt.NDArray[np.int64]

DocumentAttribute = Literal[
    "document_id", "file", "title", "authors", "year", "language", "original_url"
]
"""An attribute that all passages of a document share."""

PassageAttribute = Literal["passage_id", "page", "label", "section", "paragraph", "start", "end"]
"""An attribute of a passage's first span."""

Attribute = Literal[DocumentAttribute, PassageAttribute]
_CHUNK = 1000


class Comparison(StrEnum):
    """How an attribute is compared."""

    EQ = "eq"
    NE = "ne"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    IN = "in"
    NIN = "nin"


@dataclass(frozen=True, slots=True)
class AttributeIs:
    """A condition on one attribute.

    Attributes:
        key: The attribute.
        comparison: How it is compared.
        values: With what; one value but for ``in`` and ``nin``.
    """

    key: Attribute
    comparison: Comparison
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class AllOrAny:
    """Several conditions together.

    Attributes:
        every: Whether all must hold, or any.
        conditions: The conditions.
    """

    every: bool
    conditions: tuple["Condition", ...]


Condition = AttributeIs | AllOrAny


def document_attributes(document: Document) -> dict[str, Value]:
    """The attributes that a document's passages share; those that are not known are left out."""
    known = document.bibliography
    values: dict[str, Value | None] = {
        "document_id": document.id,
        "file": document.file,
        "title": known.title,
        "authors": "; ".join(str(author) for author in known.authors) or None,
        "year": known.year,
        "language": known.language,
        "original_url": known.url,
    }
    return {key: value for key, value in values.items() if value is not None}


def passage_attributes(passage: Passage, label: str | None) -> dict[str, Value]:
    """The attributes of a passage itself; those that are not known are left out.

    Args:
        passage: The passage.
        label: Label of the page on which it begins.
    """
    first = passage.spans[0]
    values: dict[str, Value | None] = {
        "passage_id": passage.id,
        "page": first.page,
        "label": label,
        "section": " > ".join(passage.section) or None,
        "paragraph": passage.paragraph,
        "start": first.start,
        "end": first.end,
    }
    return {key: value for key, value in values.items() if value is not None}


def passages_where(texts: TextStore, condition: Condition) -> Rows:
    """Numbers of the passages for which a condition holds, ascending.

    A condition on documents alone looks at no passage; any other reads the passages in turn.

    Args:
        texts: The passages.
        condition: The condition.
    """
    keys = _keys(condition)
    of_documents = keys <= set(get_args(DocumentAttribute))
    found: list[int] = []
    for stored in texts.documents:
        shared = document_attributes(stored.document)
        begin, end = stored.first_passage, stored.first_passage + stored.passages
        if of_documents:
            found.extend(range(begin, end) if _holds(condition, shared) else ())
            continue
        labels = texts.page_labels(stored.document.id) if "label" in keys else {}
        for chunk in range(begin, end, _CHUNK):
            passages = texts.passages(chunk, min(end, chunk + _CHUNK))
            for number, passage in enumerate(passages, start=chunk):
                own = passage_attributes(passage, labels.get(passage.spans[0].page))
                if _holds(condition, {**shared, **own}):
                    found.append(number)
    return np.array(found, dtype=np.int64)


def _keys(condition: Condition) -> set[Attribute]:
    if isinstance(condition, AttributeIs):
        return {condition.key}
    return set().union(*(_keys(part) for part in condition.conditions))


def _holds(condition: Condition, attributes: Mapping[str, Value]) -> bool:
    if isinstance(condition, AllOrAny):
        parts = (_holds(part, attributes) for part in condition.conditions)
        return all(parts) if condition.every else any(parts)
    value = attributes.get(condition.key)
    return _COMPARISONS[condition.comparison](value, condition.values)


def _ordered(test: Callable[[float], bool]) -> Callable[[Value | None, tuple[Value, ...]], bool]:
    """A comparison of order: numbers with numbers, words with words, nothing else."""

    def compare(value: Value | None, wanted: tuple[Value, ...]) -> bool:
        other = wanted[0]
        if _is_number(value) and _is_number(other):
            return test((value > other) - (value < other))  # type: ignore[operator]
        if isinstance(value, str) and isinstance(other, str):
            return test((value > other) - (value < other))
        return False

    return compare


def _is_number(value: Value | None) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(value: Value | None, wanted: tuple[Value, ...]) -> bool:
    return any(
        value == other and isinstance(value, bool) == isinstance(other, bool) for other in wanted
    )


_COMPARISONS: Mapping[Comparison, Callable[[Value | None, tuple[Value, ...]], bool]] = {
    Comparison.EQ: _same,
    Comparison.IN: _same,
    Comparison.NE: lambda value, wanted: not _same(value, wanted),
    Comparison.NIN: lambda value, wanted: not _same(value, wanted),
    Comparison.GT: _ordered(lambda order: order > 0),
    Comparison.GTE: _ordered(lambda order: order >= 0),
    Comparison.LT: _ordered(lambda order: order < 0),
    Comparison.LTE: _ordered(lambda order: order <= 0),
}
