"""Lists of references: one entry a document, places together, words of documents only words."""

import json
import warnings
from typing import Any

import jsonschema
import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from hrqa.datatypes import Bibliography, Document, Name
from hrqa.queries import Citation
from hrqa.references.lists import ListFormat, Quotation, reference_list
from hrqa.references.markdown import block_quotation, escaped_line
from hrqa.references.ordering import sort_letters

from .made_up import NGUYEN, citation, document, paragraph_citation
from .test_formats import ITEM

Pages = list[tuple[int, str | None]]
ITEM_WITH_NOTE = {**ITEM, "properties": {**ITEM["properties"], "note": {"type": "string"}}}
SKILLS = document(Bibliography("Skills", authors=(NGUYEN,), issued=(2021,)), "skills")
WORK = document(Bibliography("Work", authors=(NGUYEN,), issued=(2019,)), "work")


def listed(
    *citations: Citation, format: str, style: str = "apa", language: str = "en", text: str = "Words"
) -> str:
    """The list of references of a text that quotes the same words from these places."""
    quotations = [Quotation(text, each) for each in citations]
    return reference_list(quotations, format=ListFormat(format), style=style, language=language)


def bibtex_entries(text: str) -> list[dict[str, str]]:
    """The entries of a BibTeX file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyparsing has much to say of bibtexparser
        import bibtexparser

        return [dict(entry) for entry in bibtexparser.loads(text).entries]


def rendered(markdown: str) -> list[Any]:
    """All tokens of a Markdown text, inline ones too, as a reader with tables has them."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    return [part for token in tokens for part in (token, *(token.children or []))]


def shown(tokens: list[Any]) -> str:
    """What a reader sees, a line break for each break of lines and paragraphs."""
    breaks = {"softbreak": "\n", "hardbreak": "\n", "paragraph_close": "\n", "text_special": ""}
    return "".join(
        token.content if token.type in ("text", "text_special") else breaks.get(token.type, "")
        for token in tokens
    )


def test_each_document_has_one_entry_in_the_order_of_first_appearance() -> None:
    """A document quoted again does not come again, in any format."""
    cited = [citation(of, (page, None)) for of, page in ((WORK, 9), (SKILLS, 2), (WORK, 6))]

    assert [entry["ID"] for entry in bibtex_entries(listed(*cited, format="bibtex"))] == [
        "work",
        "skills",
    ]
    assert [item["id"] for item in rispy.loads(listed(*cited, format="ris"))] == ["work", "skills"]
    items = json.loads(listed(*cited, format="csl-json"))
    jsonschema.validate(items, {"type": "array", "items": ITEM_WITH_NOTE})
    assert [item["id"] for item in items] == ["work", "skills"]


@pytest.mark.parametrize(
    ("quoted", "note"),
    [
        ([[(6, None)]], "Cited: p. 6"),
        ([[(6, None)], [(6, None)]], "Cited: p. 6"),
        ([[(9, None), (10, None)], [(6, None)]], "Cited: pp. 6, 9–10"),
        ([[(10, None)], [(9, None)], [(6, None)]], "Cited: pp. 6, 9–10"),
        ([[(6, None), (7, None)], [(7, None), (8, None)]], "Cited: pp. 6–8"),
        ([[(6, None), (8, None)], [(7, None)]], "Cited: pp. 6–8"),
        # The order is that of the pages, not of their labels; labels that do not follow each other
        # make no run.
        ([[(3, "1")], [(2, "xii")], [(4, "2")]], "Cited: pp. xii, 1–2"),
        ([[(6, "140")], [(7, "200")]], "Cited: pp. 140, 200"),
    ],
)
def test_places_are_named_together(quoted: list[Pages], note: str) -> None:
    """Sorted as in the document, equal ones once, runs as runs: in every format with a note."""
    cited = [citation(SKILLS, *pages) for pages in quoted]
    [entry] = bibtex_entries(listed(*cited, format="bibtex"))
    [record] = rispy.loads(listed(*cited, format="ris"))
    [item] = json.loads(listed(*cited, format="csl-json"))

    assert (entry["note"], record["notes"], item["note"]) == (note, [note], note)


def test_paragraphs_are_named_in_vietnamese() -> None:
    """Of a document without pages; the edition stands with the places."""
    known = document(Bibliography("Thuyền", edition="bản đọc"), "thuyen")
    cited = [paragraph_citation(known, number) for number in (12, 3, 12)]
    [item] = json.loads(listed(*cited, format="csl-json", language="vi"))

    assert item["note"] == "Trích dẫn: đoạn 3, 12 [bản đọc]"


def test_no_two_entries_have_one_key() -> None:
    """BibTeX does not tell capitals apart in keys; made-up keys do not meet real ones either."""
    ids = ["a,b", "a-b-1eb7c5", "Report", "report"]
    cited = [citation(document(Bibliography("T"), each), (1, None)) for each in ids]
    keys = [entry["ID"] for entry in bibtex_entries(listed(*cited, format="bibtex"))]

    assert keys == ["a-b-1eb7c5", "a-b-1eb7c5-2", "Report", "report-2"]


def test_markdown_as_it_is_written() -> None:
    """Quotations in the order given, each with its citation, then the sorted references."""
    cited = [citation(SKILLS, (6, None)), citation(WORK, (2, None), (3, None))]

    assert listed(*cited, format="markdown", text="Words\tof 5%\n\nand [more]") == (
        "## Quotations\n"
        "\n"
        "> Words \\| of 5%\n>\n> and \\[more\\]\n>\n> (Nguyen, 2021, p. 6)\n"
        "\n"
        "> Words \\| of 5%\n>\n> and \\[more\\]\n>\n> (Nguyen, 2019, pp. 2–3)\n"
        "\n"
        "## References\n"
        "\n"
        "Nguyen, V. A. (2019). *Work*.\n"
        "\n"
        "Nguyen, V. A. (2021). *Skills*.\n"
    )


@pytest.mark.parametrize(
    ("style", "language", "headings"),
    [
        ("apa", "en", ["Quotations", "References"]),
        ("mla", "en", ["Quotations", "Works Cited"]),
        ("chicago", "en", ["Quotations", "References"]),
        ("mla", "vi", ["Các đoạn trích dẫn", "Tài liệu tham khảo"]),
    ],
)
def test_headings_are_those_of_style_and_language(
    style: str, language: str, headings: list[str]
) -> None:
    """MLA has a heading of its own in English."""
    text = listed(citation(SKILLS, (1, None)), format="markdown", style=style, language=language)

    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == headings


def test_addresses_are_links() -> None:
    """An address in an entry can be followed, underscores and the full stop after it unharmed."""
    known = document(Bibliography("Skills", url="https://x.org/a_b?c=1*2"), "skills")
    text = listed(citation(known, (1, None)), format="markdown", style="mla")

    assert text.endswith("\n“Skills.” <https://x.org/a_b?c=1*2>.\n")


TITLES = ("Alpha", "Bravo", "Carol", "Delta", "Early")


def work(title: str, *authors: tuple[str, str], issued: tuple[int, ...] = ()) -> Document:
    """A document with authors by family and given name; its id is its title."""
    names = tuple(Name(family=family, given=given) for family, given in authors)
    return document(Bibliography(title, authors=names, issued=issued), title)


@pytest.mark.parametrize(
    ("style", "language", "works", "order"),
    [
        pytest.param(
            "apa",
            "en",
            [
                work("Delta", ("Tran", "B"), issued=(2020,)),
                work("Bravo", ("Le", "A"), ("Vu", "C"), issued=(2001,)),
                work("Carol", ("Le", "A"), issued=(2021, 10)),
                work("Alpha", ("Le", "A"), issued=(2021, 2)),
                work("Early", ("Le", "A")),
            ],
            ["Early", "Alpha", "Carol", "Bravo", "Delta"],
            id="alone before with others, by date, none first",
        ),
        pytest.param(
            "chicago",
            "en",
            [work("Early", ("Le", "A")), work("Carol", ("Le", "A"), issued=(2021,))],
            ["Carol", "Early"],
            id="none last",
        ),
        pytest.param(
            "mla",
            "en",
            [
                work("Bravo", ("Le", "A"), issued=(2001,)),
                work("Alpha", ("Le", "A"), issued=(2021,)),
            ],
            ["Alpha", "Bravo"],
            id="by title in MLA",
        ),
        pytest.param(
            "apa",
            "en",
            [
                work("Delta", ("Đỗ", "Tiến")),
                work("Carol", ("Dang", "An")),
                work("Bravo", ("Đặng", "Ba")),
                work("Early", ("Duong", "An")),
            ],
            ["Carol", "Bravo", "Delta", "Early"],
            id="marks do not count in English",
        ),
        pytest.param(
            "apa",
            "vi",
            [
                work("Delta", ("Đỗ", "Tiến")),
                work("Carol", ("Dương", "An")),
                work("Bravo", ("Đặng", "Ba")),
                work("Alpha", ("Dung", "An")),
            ],
            ["Alpha", "Carol", "Bravo", "Delta"],
            id="đ follows d, ư follows u in Vietnamese",
        ),
    ],
)
def test_references_are_sorted_as_their_style_wants(
    style: str, language: str, works: list[Document], order: list[str]
) -> None:
    """By author, then date or title, in the alphabet of the language."""
    cited = [citation(each, (1, None)) for each in works]
    text = listed(*cited, format="markdown", style=style, language=language)
    entries = text.split("## ")[2].split("\n\n")[1:]

    assert [title for entry in entries for title in TITLES if title in entry] == order


def test_a_work_without_author_is_sorted_by_its_title() -> None:
    """Without the article that begins it, in whatever marks it stands."""
    works = [work("Zebra"), work("“The apple”"), work("Book", ("Mai", "An"))]
    text = listed(*[citation(each, (1, None)) for each in works], format="markdown")
    entries = text.split("## References\n\n")[1].split("\n\n")

    assert [entry.split()[0] for entry in entries] == ["*“The", "Mai,", "*Zebra*."]


@pytest.mark.parametrize(
    ("smaller", "greater"),
    [("ca", "că"), ("căz", "câ"), ("da", "đa"), ("dz", "đa"), ("cớ", "cợi"), ("ta", "tạ b")],
)
def test_vietnamese_letters(smaller: str, greater: str) -> None:
    """The alphabet is a ă â … d đ …; tones do not count."""
    assert sort_letters(smaller, "vi") < sort_letters(greater, "vi")


HOSTILE = [
    "# heading",
    "<script>alert(1)</script>",
    "a\n---",
    "a\n===",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "a\tb\n:-\n1\t2",
    "*a* _b_ **c** `d` ~~e~~",
    "![x](javascript:alert(1)) [y](https://z.org) <https://z.org>",
    "[a]: https://z.org\n[a]",
    "1. one\n2) two\n- three\n+ four\n* five",
    "    code",
    "\tcode",
    "```\ncode",
    "&lt;b&gt; &#35; &copy",
    "> quote\nlazy",
    "a\\\nb  \nc\\",
    "<!-- a\n\nb -->",
    "a\u2028# b\x0b# c\x85# d\r# e",
    "a\x00b\ud800c",
]
HARMLESS = {
    *("blockquote_open", "blockquote_close", "paragraph_open", "paragraph_close", "inline"),
    *("text", "text_special", "softbreak", "hardbreak"),
}
NOT_SHOWN = dict.fromkeys(map(ord, " \t\n|"))


def check_quotation(text: str) -> None:
    """Check that a quotation shows its words, in one block, and does nothing else."""
    tokens = rendered(block_quotation(text, "(source)"))
    kinds = [token.type for token in tokens]

    assert set(kinds) <= HARMLESS
    assert kinds.count("blockquote_open") == 1
    words = "".join(
        char for char in "".join(text.split()) if char.isprintable() or char not in "\x00\ud800"
    )
    assert shown(tokens).translate(NOT_SHOWN) == words.translate(NOT_SHOWN) + "(source)"


@pytest.mark.parametrize("text", HOSTILE)
def test_words_of_documents_stay_words(text: str) -> None:
    """Nothing of Markdown or HTML in them acts; each word is seen as it stands."""
    check_quotation(text)


@settings(max_examples=300)
@given(st.text(st.sampled_from("#*_`~<>[]()!|&;:=-+.1ai\\\n\t \"'$@^{}/wh\u2028é"), max_size=40))
def test_whatever_is_quoted(text: str) -> None:
    """Whatever is made of the characters that mean something in Markdown."""
    if text.strip():
        check_quotation(text)


def test_rows_of_a_table_keep_their_lines() -> None:
    """Cells are parted by a bar, rows by a break; prose that a page end cuts flows on."""
    quoted = block_quotation("Isles\n\tpupils\nHeron\t410\nIt goes\non.", "(x)")

    assert quoted == ("> Isles\\\n> \\| pupils\\\n> Heron \\| 410\\\n> It goes\n> on.\n>\n> (x)\n")


@pytest.mark.parametrize(
    ("line", "escaped"),
    [
        ("R&D in high-quality work (50%), no. 1", "R&D in high-quality work (50%), no. 1"),
        ("2023. A year", "2023\\. A year"),
        ("- 5 degrees", "\\- 5 degrees"),
        ("a. one", "a\\. one"),
        ("(iv) four", "(iv\\) four"),
        ("https://a_b.org", "https\\://a\\_b.org"),
    ],
)
def test_only_what_would_act_is_escaped(line: str, escaped: str) -> None:
    """What is read as it is written stays so, for those who read the file itself."""
    assert escaped_line(line) == escaped
