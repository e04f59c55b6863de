"""Passages found by conditions on their attributes, in a text store written for it."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrqa.attribute_filters import (
    AllOrAny,
    Attribute,
    AttributeIs,
    Comparison,
    Condition,
    Value,
    document_attributes,
    passage_attributes,
    passages_where,
)
from hrqa.datatypes import Bibliography, Document, Name, Page, Passage, Span
from hrqa.readers.reading import Reading
from hrqa.store.text_writer import TextWriter
from hrqa.store.texts import Origin, TextStore

ALPHA = Document(
    "alpha",
    "reports/a.pdf",
    "0" * 64,
    Bibliography(
        "Alpha",
        authors=(Name(family="Le", given="Anh"), Name(literal="Delta Council")),
        issued=(2019, 5),
        url="https://example.org/a",
        language="en-GB",
    ),
    pages=3,
)
BETA = Document(
    "beta", "b.txt", "1" * 64, Bibliography("Beta", issued=(2021,), language="vi"), pages=None
)
GAMMA = Document("gamma", "c.pdf", "2" * 64, Bibliography("Gamma"), pages=1)
EVERYTHING = [0, 1, 2, 3, 4, 5]

ATTRIBUTES = get_args(Attribute)


def passage(of: Document, name: str, span: Span, *section: str, paragraph: int | None) -> Passage:
    """A passage of which only the place matters."""
    text = "x" * (span.end - span.start)
    return Passage(f"{of.id}.{name}", of.id, text, (span,), section, paragraph, None, ())


PASSAGES = {
    "alpha": [
        passage(ALPHA, "0", Span(1, 0, 10), "One", paragraph=None),
        passage(ALPHA, "1", Span(2, 5, 20), "One", "Two", paragraph=None),
        passage(ALPHA, "2", Span(3, 0, 8), paragraph=None),
    ],
    "beta": [
        passage(BETA, "3", Span(None, 0, 12), paragraph=1),
        passage(BETA, "4", Span(None, 14, 30), paragraph=2),
    ],
    "gamma": [passage(GAMMA, "5", Span(1, 3, 9), paragraph=None)],
}
LABELS: dict[str, list[tuple[int | None, str | None]]] = {
    "alpha": [(1, "i"), (2, "ii"), (3, "1")],
    "beta": [(None, None)],
    "gamma": [(1, None)],
}


def add(writer: TextWriter, document: Document, passages: list[Passage]) -> None:
    """Write a document with its pages and passages."""
    pages = tuple(
        Page(number, label, "x" * 40, ()) for number, label in LABELS.get(document.id, [])
    )
    writer.add(document, Reading(pages=pages), passages, Origin("", "", ""))


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TextStore]:
    """Three documents: two with pages, one without; one with neither year nor language."""
    path = tmp_path_factory.mktemp("texts") / "texts.sqlite"
    writer = TextWriter(path)
    for document in (ALPHA, BETA, GAMMA):
        add(writer, document, PASSAGES[document.id])
    writer.close()
    store = TextStore(path)
    yield store
    store.close()


def one(key: str, comparison: str, *values: Value) -> AttributeIs:
    """A condition on one attribute."""
    return AttributeIs(key, Comparison(comparison), values)


def every(*conditions: Condition) -> AllOrAny:
    """All of these."""
    return AllOrAny(True, conditions)


def some(*conditions: Condition) -> AllOrAny:
    """Any of these."""
    return AllOrAny(False, conditions)


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        (one("year", "eq", 2019), [0, 1, 2]),
        (one("year", "eq", 2019.0), [0, 1, 2]),
        (one("year", "eq", "2019"), []),
        (one("year", "ne", 2019), [3, 4, 5]),
        (one("year", "gt", 2019), [3, 4]),
        (one("year", "gte", 2019), [0, 1, 2, 3, 4]),
        (one("year", "lt", 2021), [0, 1, 2]),
        (one("year", "lte", 2021), [0, 1, 2, 3, 4]),
        (one("year", "lt", 2019.5), [0, 1, 2]),
        (one("year", "gt", "2000"), []),
        (one("year", "in", 1999, 2021), [3, 4]),
        (one("year", "nin", 1999, 2021), [0, 1, 2, 5]),
        (one("year", "in"), []),
        (one("year", "nin"), EVERYTHING),
        (one("document_id", "in", "gamma", "alpha"), [0, 1, 2, 5]),
        (one("file", "eq", "reports/a.pdf"), [0, 1, 2]),
        (one("title", "gt", "Alpha"), [3, 4, 5]),
        (one("title", "lte", "Beta"), [0, 1, 2, 3, 4]),
        (one("title", "lt", 5), []),
        (one("authors", "eq", "Anh Le; Delta Council"), [0, 1, 2]),
        (one("authors", "ne", "Anh Le"), EVERYTHING),
        (one("language", "eq", "vi"), [3, 4]),
        (one("language", "eq", "en"), []),
        (one("language", "ne", "vi"), [0, 1, 2, 5]),
        (one("original_url", "eq", "https://example.org/a"), [0, 1, 2]),
    ],
)
def test_a_document_fits_with_all_its_passages(
    condition: Condition, numbers: list[int], texts: TextStore
) -> None:
    """What is not known fits `ne` and `nin` alone; numbers do not compare with words."""
    assert passages_where(texts, condition).tolist() == numbers


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        (one("page", "eq", 1), [0, 5]),
        (one("page", "eq", True), []),
        (one("page", "ne", True), EVERYTHING),
        (one("page", "gt", True), []),
        (one("page", "gt", 1), [1, 2]),
        (one("page", "ne", 1), [1, 2, 3, 4]),
        (one("page", "in", 2, 3), [1, 2]),
        (one("page", "nin", 2, 3), [0, 3, 4, 5]),
        (one("label", "eq", "i"), [0]),
        (one("label", "eq", 1), []),
        (one("label", "in", "ii", "1"), [1, 2]),
        (one("label", "ne", "i"), [1, 2, 3, 4, 5]),
        (one("section", "eq", "One > Two"), [1]),
        (one("section", "gte", "One"), [0, 1]),
        (one("paragraph", "gte", 2), [4]),
        (one("paragraph", "lt", 2), [3]),
        (one("start", "eq", 0), [0, 2, 3]),
        (one("end", "lt", 10), [2, 5]),
        (one("end", "lte", 10), [0, 2, 5]),
        (one("passage_id", "eq", "beta.4"), [4]),
    ],
)
def test_a_passage_fits_by_where_it_stands(
    condition: Condition, numbers: list[int], texts: TextStore
) -> None:
    """Page, label, section, paragraph and offsets; a truth value is no number."""
    assert passages_where(texts, condition).tolist() == numbers


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        (every(one("year", "gte", 2019), one("language", "ne", "vi")), [0, 1, 2]),
        (some(one("year", "eq", 2021), one("title", "eq", "Gamma")), [3, 4, 5]),
        (every(one("title", "eq", "Alpha"), one("page", "gt", 1)), [1, 2]),
        (some(one("title", "eq", "Beta"), one("label", "eq", "1")), [2, 3, 4]),
        (
            every(
                some(one("page", "eq", 1), one("paragraph", "eq", 1)),
                some(one("year", "in", 2019, 2021), every(one("end", "eq", 12))),
            ),
            [0, 3],
        ),
        (every(one("page", "eq", 1), one("page", "eq", 2)), []),
    ],
)
def test_conditions_hold_together_or_apart(
    condition: Condition, numbers: list[int], texts: TextStore
) -> None:
    """`and` and `or`, nested, over attributes of documents and of passages."""
    assert passages_where(texts, condition).tolist() == numbers


VALUES: list[Value] = [
    *(1, 2, 3, 12, 2019, 2021, 2020.5, True, False),
    *("alpha", "vi", "i", "ii", "One", "beta.4", ""),
]
SINGLE = st.builds(
    AttributeIs,
    st.sampled_from(ATTRIBUTES),
    st.sampled_from(list(Comparison)),
    st.lists(st.sampled_from(VALUES), min_size=1, max_size=3).map(tuple),
)
CONDITIONS = st.recursive(
    SINGLE,
    lambda parts: st.builds(
        AllOrAny, st.booleans(), st.lists(parts, min_size=1, max_size=3).map(tuple)
    ),
    max_leaves=6,
)
OPPOSITES = {
    **{Comparison.EQ: Comparison.NE, Comparison.NE: Comparison.EQ},
    **{Comparison.IN: Comparison.NIN, Comparison.NIN: Comparison.IN},
}


@given(conditions=st.lists(CONDITIONS, min_size=1, max_size=3))
def test_and_intersects_and_or_unites(conditions: list[Condition], texts: TextStore) -> None:
    """Together conditions give what they share or have between them, ascending, as numbers."""
    apart = [set(passages_where(texts, each).tolist()) for each in conditions]

    both = passages_where(texts, every(*conditions))
    either = passages_where(texts, some(*conditions))

    assert both.dtype == either.dtype == np.dtype(np.int64)
    assert both.tolist() == sorted(set.intersection(*apart))
    assert either.tolist() == sorted(set.union(*apart))


@given(condition=SINGLE.filter(lambda single: single.comparison in OPPOSITES))
def test_opposites_share_nothing_and_leave_nothing(
    condition: AttributeIs, texts: TextStore
) -> None:
    """`ne` holds exactly where `eq` does not, `nin` where `in` does not."""
    opposite = AttributeIs(condition.key, OPPOSITES[condition.comparison], condition.values)

    found = passages_where(texts, condition).tolist()

    assert sorted([*found, *passages_where(texts, opposite).tolist()]) == EVERYTHING


def test_a_long_document_is_looked_through_to_its_end(tmp_path: Path) -> None:
    """Of 2,003 passages those at the ends of each thousand keep their numbers."""
    writer = TextWriter(tmp_path / "texts.sqlite")
    add(writer, GAMMA, PASSAGES["gamma"])
    many = [passage(BETA, str(n), Span(None, n, n + 1), paragraph=n + 1) for n in range(2003)]
    add(writer, BETA, many)
    writer.close()
    store = TextStore(tmp_path / "texts.sqlite")

    found = passages_where(store, one("paragraph", "in", 1, 1000, 1001, 2000, 2001, 2003))
    store.close()

    assert found.tolist() == [1, 1000, 1001, 2000, 2001, 2003]


def test_attributes_that_are_not_known_are_left_out() -> None:
    """Gamma has neither authors, year, language nor address; its passage no label or section."""
    of_document = document_attributes(GAMMA)
    of_passage = passage_attributes(PASSAGES["gamma"][0], None)

    assert of_document == {"document_id": "gamma", "file": "c.pdf", "title": "Gamma"}
    assert of_passage == {"passage_id": "gamma.5", "page": 1, "start": 3, "end": 9}


def test_all_attributes_together_are_those_that_can_be_asked_for() -> None:
    """What is known of Alpha's second passage and a paragraph's number are all fourteen."""
    values = {
        **document_attributes(ALPHA),
        **passage_attributes(PASSAGES["alpha"][1], "ii"),
        **passage_attributes(PASSAGES["beta"][1], None),
    }

    assert sorted(values) == sorted(ATTRIBUTES)
    assert len(ATTRIBUTES) == 14
