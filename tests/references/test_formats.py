"""CSL-JSON, BibTeX and RIS, read back by other programs."""

import json
import re
import warnings
from typing import Any

import jsonschema
import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st

from hrqa.datatypes import Bibliography, Document, Name
from hrqa.references.bibtex import citation_key
from hrqa.references.formats import ReferenceFormat, refer
from hrqa.references.works import CSL_TYPES

from .made_up import (
    COUNCIL,
    NGUYEN,
    citation,
    corpus_document,
    document,
    paragraph_citation,
    reference,
)

TEXT = {"type": "string", "minLength": 1}
NAMES = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {"family": TEXT, "given": TEXT, "literal": TEXT},
        "anyOf": [{"required": ["family"]}, {"required": ["literal"]}],
        "additionalProperties": False,
    },
}
DATE = {
    "type": "object",
    "required": ["date-parts"],
    "properties": {
        "date-parts": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {
                "type": "array",
                "items": {"type": "integer"},
                "minItems": 1,
                "maxItems": 3,
            },
        }
    },
    "additionalProperties": False,
}
ITEM = {
    "type": "object",
    "required": ["id", "type", "title"],
    "properties": {"type": {"enum": sorted(CSL_TYPES)}, "author": NAMES, "issued": DATE}
    | dict.fromkeys(
        "id title container-title publisher volume issue DOI URL language medium".split(), TEXT
    ),
    "additionalProperties": False,
}
CITATION = {
    "type": "object",
    "required": ["schema", "citationID", "citationItems"],
    "properties": {
        "schema": {
            "const": "https://resource.citationstyles.org/schema/latest/input/json/"
            "csl-citation.json"
        },
        "citationID": TEXT,
        "citationItems": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {
                "type": "object",
                "required": ["id", "itemData"],
                "properties": {
                    "id": TEXT,
                    "itemData": ITEM,
                    "locator": TEXT,
                    "label": {"enum": ["page", "paragraph"]},
                    "suffix": TEXT,
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
"""What CSL 1.0.2 lets stand in a citation, as far as hrqa writes it, and nothing else."""

FULL = Bibliography(
    "Skills & work: 50% of {everything}",
    type="article-journal",
    authors=(NGUYEN, COUNCIL),
    issued=(2023, 3, 18),
    container_title="Journal of Labour Studies",
    publisher="Delta Press",
    volume="12",
    issue="3",
    doi="10.1/x_y",
    url="https://x.org/a_b?c=%20&d#e",
    language="en",
    edition="hrqa reading edition",
)


def bibtex_entry(text: str) -> dict[str, str]:
    """The only entry of a BibTeX text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyparsing has much to say of bibtexparser
        import bibtexparser

        entries = bibtexparser.loads(text, bibtexparser.bparser.BibTexParser()).entries
    (entry,) = entries
    return dict(entry)


def ris_record(text: str) -> dict[str, Any]:
    """The only record of a RIS text."""
    (record,) = rispy.loads(text)
    return dict(record)


@pytest.mark.parametrize(
    ("format", "media_type"),
    [
        ("csl-json", "application/vnd.citationstyles.csl+json"),
        ("bibtex", "application/x-bibtex"),
        ("ris", "application/x-research-info-systems"),
        ("apa", "text/plain"),
        ("mla", "text/plain"),
        ("chicago", "text/plain"),
    ],
)
def test_a_reference_says_what_it_is(format: str, media_type: str) -> None:
    """Format, language and media type; only styles have a citation for a text."""
    found = reference(document(FULL), None, format, "vi")

    assert (found.format, found.language, found.media_type) == (format, "vi", media_type)
    assert (found.in_text is None) == (media_type != "text/plain")


def test_a_language_that_is_not_known() -> None:
    """A caller's mistake is named."""
    with pytest.raises(ValueError, match="not a language of references: 'fr'"):
        refer(document(FULL), None, format=ReferenceFormat.RIS, language="fr")


def test_csl_json_of_a_document() -> None:
    """An array of one item with what is known, the edition as its medium."""
    found = json.loads(reference(document(FULL), None, "csl-json").text)

    jsonschema.validate(found, {"type": "array", "items": ITEM, "minItems": 1})
    assert found == [
        {
            "id": "doc",
            "type": "article-journal",
            "title": "Skills & work: 50% of {everything}",
            "author": [{"family": "Nguyen", "given": "Van An"}, {"literal": "Delta Council"}],
            "issued": {"date-parts": [[2023, 3, 18]]},
            "container-title": "Journal of Labour Studies",
            "publisher": "Delta Press",
            "volume": "12",
            "issue": "3",
            "DOI": "10.1/x_y",
            "URL": "https://x.org/a_b?c=%20&d#e",
            "language": "en",
            "medium": "hrqa reading edition",
        }
    ]


@pytest.mark.parametrize(
    ("pages", "locator"),
    [
        ([(6, None)], "6"),
        ([(6, "140")], "140"),
        ([(7, "141"), (6, "140")], "140–141"),
        ([(6, None), (7, None), (6, None)], "6–7"),
        ([(1, "xii"), (2, None)], "xii–2"),
    ],
)
def test_csl_json_of_a_passage(pages: list[tuple[int, str | None]], locator: str) -> None:
    """The page's label, else the page, is the locator; the work's page range stays unknown."""
    known = document(FULL)
    found = json.loads(reference(known, citation(known, *pages), "csl-json").text)
    jsonschema.validate(found, CITATION)
    (item,) = found["citationItems"]

    assert (item["locator"], item["label"]) == (locator, "page")
    assert item["suffix"] == " [hrqa reading edition]"
    assert (item["id"], item["itemData"]["id"]) == ("doc", "doc")
    assert "page" not in item["itemData"]


def test_csl_json_of_a_paragraph() -> None:
    """Of a document without pages the paragraph is the locator."""
    known = document(Bibliography("Notes"))
    found = json.loads(reference(known, paragraph_citation(known, 12), "csl-json").text)
    jsonschema.validate(found, CITATION)

    assert found["citationID"] == "doc-paragraph-12"
    assert found["citationItems"] == [
        {
            "id": "doc",
            "itemData": {"id": "doc", "type": "document", "title": "Notes"},
            "locator": "12",
            "label": "paragraph",
        }
    ]


@pytest.mark.parametrize(
    "identifier",
    [
        "bac-ninh-2025",
        "binh-duong-2023",
        "cao-bang-2025",
        "central-region-thesis-2025",
        "international-cooperation-2022",
    ],
)
def test_the_corpus_is_read_back(identifier: str) -> None:
    """Each document of the corpus keeps its title, year and edition in every format."""
    known = corpus_document(identifier)
    cited = citation(known, (2, None))
    item = json.loads(reference(known, cited, "csl-json").text)
    entry = bibtex_entry(reference(known, cited, "bibtex").text)
    record = ris_record(reference(known, cited, "ris").text)
    title, year = known.bibliography.title, str(known.bibliography.year)

    jsonschema.validate(item, CITATION)
    assert (entry["ID"], entry["title"], entry["year"]) == (identifier, f"{{{title}}}", year)
    assert (record["id"], record["title"], record["year"]) == (identifier, title, year)
    assert entry["note"] == "Cited: p. 2 [hrqa reading edition]"
    assert record["notes"] == ["Cited: p. 2 [hrqa reading edition]"]


def test_bibtex_as_it_is_written() -> None:
    """Escapes in text, none in links; months as BibTeX names them; an institution whole."""
    known = document(FULL)
    found = reference(known, citation(known, (6, None), (7, None)), "bibtex", "vi").text

    assert found == (
        "@article{doc,\n"
        "  title = {{Skills \\& work: 50\\% of \\textbraceleft{}everything\\textbraceright{}}},\n"
        "  author = {Nguyen, Van An and {Delta Council}},\n"
        "  year = {2023},\n"
        "  month = mar,\n"
        "  day = {18},\n"
        "  journal = {Journal of Labour Studies},\n"
        "  publisher = {Delta Press},\n"
        "  volume = {12},\n"
        "  number = {3},\n"
        "  language = {en},\n"
        "  note = {Trích dẫn: tr. 6–7 [hrqa reading edition]},\n"
        "  doi = {10.1/x_y},\n"
        "  url = {https://x.org/a_b?c=%20&d#e},\n"
        "}\n"
    )


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((COUNCIL,), "{Delta Council}"),
        (
            (Name(literal="Ministry of Labour, War Invalids and Social Affairs"),),
            "{Ministry of Labour, War Invalids and Social Affairs}",
        ),
        ((Name(family="Nguyen Thi", given="Lan"),), "{Nguyen Thi}, Lan"),
        ((Name(family="Smith", given="John, Jr."),), "Smith, {John, Jr.}"),
        ((Name(family="And"), Name(family="Others")), "{And} and {Others}"),
        ((Name(given="Lan"),), "{Lan}"),
        ((Name(literal="\x00"), COUNCIL), "{Delta Council}"),
    ],
)
def test_bibtex_names(names: tuple[Name, ...], expected: str) -> None:
    """What BibTeX would take apart stands in braces; a name of nothing is left out."""
    known = document(Bibliography("Skills", authors=names))

    assert bibtex_entry(reference(known, None, "bibtex").text)["author"] == expected


@pytest.mark.parametrize(
    ("identifier", "key"),
    [
        ("binh-duong-2023", "binh-duong-2023"),
        ("reports.2024_q1-3fa2b1", "reports.2024_q1-3fa2b1"),
        # The digits are the first of the SHA-256 of the id.
        ("a(b)", "a-b--cce46e"),
        ("a,b", "a-b-1eb7c5"),
    ],
)
def test_citation_keys(identifier: str, key: str) -> None:
    """An id that BibTeX can read is the key; others get digits, so that no two become one."""
    assert citation_key(identifier) == key


@pytest.mark.parametrize(
    ("type", "bibtex", "ris"),
    [
        ("article-journal", "article", "JOUR"),
        ("article-magazine", "article", "MGZN"),
        ("article-newspaper", "article", "NEWS"),
        ("webpage", "misc", "ELEC"),
        ("report", "techreport", "RPRT"),
        ("thesis", "phdthesis", "THES"),
        ("book", "book", "BOOK"),
        ("chapter", "incollection", "CHAP"),
        ("paper-conference", "inproceedings", "CPAPER"),
        ("document", "misc", "GEN"),
        ("no such type", "misc", "GEN"),
    ],
)
def test_types(type: str, bibtex: str, ris: str) -> None:
    """Each type has its nearest in the other formats."""
    known = document(Bibliography("Skills", type=type, container_title="Labour"))

    assert bibtex_entry(reference(known, None, "bibtex").text)["ENTRYTYPE"] == bibtex
    assert ris_record(reference(known, None, "ris").text)["type_of_reference"] == ris


@pytest.mark.parametrize("type", ["article-journal", "chapter", "paper-conference"])
def test_what_stands_in_nothing_is_no_part_for_bibtex(type: str) -> None:
    """Its kinds for parts of something need to know of what."""
    known = document(Bibliography("Skills", type=type))

    assert bibtex_entry(reference(known, None, "bibtex").text)["ENTRYTYPE"] == "misc"


def test_ris_as_it_is_written() -> None:
    """Lines end as RIS wants them, the cited page is a note, no page range is claimed."""
    known = document(FULL)
    found = reference(known, citation(known, (6, "140")), "ris").text

    assert found.split("\r\n") == [
        "TY  - JOUR",
        "ID  - doc",
        "TI  - Skills & work: 50% of {everything}",
        "AU  - Nguyen, Van An",
        "AU  - Delta Council",
        "PY  - 2023",
        "DA  - 2023/03/18/",
        "T2  - Journal of Labour Studies",
        "PB  - Delta Press",
        "VL  - 12",
        "IS  - 3",
        "DO  - 10.1/x_y",
        "UR  - https://x.org/a_b?c=%20&d#e",
        "LA  - en",
        "N1  - Cited: p. 140 [hrqa reading edition]",
        "ER  - ",
        "",
    ]


def test_a_document_cannot_add_lines() -> None:
    """A line break in a title starts no field, in RIS nor in BibTeX."""
    known = document(
        Bibliography("Skills\r\nER  - \nTY  - BOOK\u2028AU  - Nobody\x85}\n@book{x, note={y}}")
    )
    record = ris_record(reference(known, None, "ris").text)
    entry = bibtex_entry(reference(known, None, "bibtex").text)

    assert record["type_of_reference"] == "GEN" and "authors" not in record
    assert entry["ENTRYTYPE"] == "misc" and "note" not in entry


@pytest.mark.parametrize(
    ("issued", "parts"),
    [
        ((2024, 2, 29), [2024, 2, 29]),
        ((2023, 2, 29), [2023, 2]),
        ((2023, 13), [2023]),
        ((2023, 0, 4), [2023]),
        ((-20, 2, 28), [-20, 2, 28]),
    ],
)
def test_a_date_that_cannot_be(issued: tuple[int, ...], parts: list[int]) -> None:
    """Of an impossible date the possible part is kept."""
    (item,) = json.loads(
        reference(document(Bibliography("Skills", issued=issued)), None, "csl-json").text
    )

    assert item["issued"] == {"date-parts": [parts]}


LATEX = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
} | {f"\\{char}": char for char in "&%$#_"}
LATEX_COMMAND = re.compile("|".join(re.escape(command) for command in LATEX))

odd = st.text(
    st.sampled_from("aB é\u0111\\{}~^&%$#_\"@,=-'<>;\n\r\t\u2028\x00|") | st.characters(),
    max_size=30,
)
odd_documents = st.builds(
    Bibliography,
    title=odd.map(lambda text: f"T{text}T"),
    type=st.sampled_from(sorted(CSL_TYPES)),
    authors=st.lists(
        st.builds(Name, literal=odd) | st.builds(Name, family=odd, given=odd), max_size=3
    ).map(tuple),
    issued=st.lists(st.integers(1, 2100), max_size=3).map(tuple),
    container_title=odd,
    publisher=odd,
    volume=odd,
    doi=odd,
    url=odd,
    language=odd,
    edition=odd,
).map(document)


@settings(max_examples=100)
@given(odd_documents)
def test_whatever_stands_in_a_document(known: Document) -> None:
    """Other programs read the same title out of each format, and one entry alone."""
    (item,) = json.loads(reference(known, None, "csl-json").text)
    bibtex = reference(known, None, "bibtex").text
    entry = bibtex_entry(bibtex)
    record = ris_record(reference(known, None, "ris").text)
    title = LATEX_COMMAND.sub(lambda found: LATEX[found.group()], entry["title"][1:-1])

    jsonschema.validate(item, ITEM)
    assert title == item["title"] == record["title"]
    assert bibtex.count("{") == bibtex.count("}")
    assert set(entry) <= {
        *("ENTRYTYPE ID title author year month day journal booktitle howpublished".split()),
        *("publisher institution school volume number language note doi url".split()),
    }
