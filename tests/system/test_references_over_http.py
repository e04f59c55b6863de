"""References over HTTP: every format by name and by `Accept`, in both languages."""

import json
import warnings
from pathlib import Path
from typing import Any

import httpx
import pytest
import rispy
from markdown_it import MarkdownIt

from .tools import application, ask, build, check_problem

CAO_BANG = "/v1/documents/cao-bang-2025/citation"
SCHOOLS = "/v1/documents/delta-schools/citation"
CSL = "application/vnd.citationstyles.csl+json"
BIBTEX = "application/x-bibtex"
RIS = "application/x-research-info-systems"
BIBLIOGRAPHY = "text/x-bibliography"
APA = "Le, A., & Delta Council. (2019). Schools of the river delta. https://example.org/delta\n"
ACCEPTED = (CSL, BIBTEX, RIS, "text/plain", BIBLIOGRAPHY)

SCHOOLS_ITEM = {
    "id": "delta-schools",
    "type": "report",
    "title": "Schools of the river delta",
    "author": [{"family": "Le", "given": "Anh"}, {"literal": "Delta Council"}],
    "issued": {"date-parts": [[2019]]},
    "URL": "https://example.org/delta",
    "language": "en-GB",
}
SCHOOLS_BIBTEX = """\
@techreport{delta-schools,
  title = {{Schools of the river delta}},
  author = {Le, Anh and {Delta Council}},
  year = {2019},
  language = {en-GB},
  url = {https://example.org/delta},
}
"""
SCHOOLS_RIS = [
    "TY  - RPRT",
    "ID  - delta-schools",
    "TI  - Schools of the river delta",
    "AU  - Le, Anh",
    "AU  - Delta Council",
    "PY  - 2019",
    "DA  - 2019///",
    "UR  - https://example.org/delta",
    "LA  - en-GB",
    "ER  - ",
]


def refer(
    service: httpx.Client, path: str, headers: dict[str, str] | None = None, **parameters: str
) -> httpx.Response:
    """An answer that must be 200."""
    response = service.get(path, params=parameters, headers=headers)
    assert response.status_code == 200, response.text
    return response


def media_type(response: httpx.Response) -> str:
    """The media type of an answer, without parameters."""
    return response.headers["content-type"].partition(";")[0]


@pytest.fixture(scope="module")
def citations(service: httpx.Client) -> dict[str, str]:
    """Path of the reference to a passage, by the line that cites it."""
    found: dict[str, str] = {}
    for document in ("cao-bang-2025", "guide.pdf", "delta-schools", "truong-hoc", "notice-a.md"):
        for each in service.get(f"/v1/documents/{document}/passages").json()["passages"]:
            found[each["citation"]["text"]] = f"/v1/passages/{each['passage']['id']}/citation"
    return found


EDITION = "Human resource quality in Cao Bang (2025). [hrqa reading edition, pp. 1–2]"
LAMPS = "Mai Tran: A guide to the lighthouse (n.d.), pp. i–41"
BRIDGES = "Anh Le & Delta Council: Schools of the river delta (2019), para. 7"
BOATS = "Trường học vùng châu thổ (2021), para. 1"


def test_a_document_in_csl_json(service: httpx.Client) -> None:
    """The default: an array of the one item, with nothing that is not known."""
    response = refer(service, SCHOOLS)

    assert media_type(response) == CSL
    assert response.json() == [SCHOOLS_ITEM]


@pytest.mark.parametrize(
    ("name", "type_", "text"),
    [
        ("bibtex", BIBTEX, SCHOOLS_BIBTEX),
        ("apa", "text/plain", APA),
        (
            "mla",
            "text/plain",
            "Le, Anh, and Delta Council. Schools of the River Delta. 2019, "
            "https://example.org/delta.\n",
        ),
        (
            "chicago",
            "text/plain",
            "Le, Anh, and Delta Council. 2019. Schools of the River Delta. "
            "https://example.org/delta.\n",
        ),
    ],
)
def test_a_document_in_every_text_format(
    name: str, type_: str, text: str, service: httpx.Client
) -> None:
    """BibTeX, and the three styles as plain text; each ends with a line break."""
    response = refer(service, SCHOOLS, format=name)

    assert (media_type(response), response.content.decode()) == (type_, text)


def test_a_document_in_ris(service: httpx.Client) -> None:
    """The lines, whatever ends them."""
    response = refer(service, SCHOOLS, format="ris")

    assert media_type(response) == RIS
    assert response.content.decode().rstrip("\r\n").splitlines() == SCHOOLS_RIS


@pytest.mark.parametrize(
    ("line", "document", "locator", "label"),
    [
        (EDITION, "cao-bang-2025", "1–2", "page"),
        (LAMPS, "guide.pdf", "i–41", "page"),
        (BRIDGES, "delta-schools", "7", "paragraph"),
        (BOATS, "truong-hoc", "1", "paragraph"),
    ],
)
def test_a_passage_has_a_locator_and_its_label(
    line: str,
    document: str,
    locator: str,
    label: str,
    service: httpx.Client,
    citations: dict[str, str],
) -> None:
    """Printed page numbers where there are some, else physical ones, else the paragraph."""
    body = refer(service, citations[line]).json()

    [item] = body["citationItems"]
    assert (item["locator"], item["label"]) == (locator, label)
    assert item["id"] == item["itemData"]["id"] == document


@pytest.mark.parametrize(
    ("line", "language", "note"),
    [
        (EDITION, "en", "Cited: pp. 1–2 [hrqa reading edition]"),
        (EDITION, "vi", "Trích dẫn: tr. 1–2 [hrqa reading edition]"),
        (BRIDGES, "en", "Cited: para. 7"),
        (BRIDGES, "vi", "Trích dẫn: đoạn 7"),
        (LAMPS, "en", "Cited: pp. i–41"),
    ],
)
def test_bibtex_and_ris_note_the_place(
    line: str, language: str, note: str, service: httpx.Client, citations: dict[str, str]
) -> None:
    """Formats without a locator name the place in a note, in the language asked for."""
    texts = {
        name: refer(service, citations[line], format=name, language=language).content.decode()
        for name in ("bibtex", "ris")
    }

    assert f"  note = {{{note}}},\n" in texts["bibtex"]
    assert f"N1  - {note}" in texts["ris"].splitlines()


@pytest.mark.parametrize(
    "form", ["csl-json", "bibtex", "ris", "apa", "mla", "chicago"]
)  # fmt: skip
@pytest.mark.parametrize("of_passage", [False, True])
def test_an_edition_is_named_in_every_format(
    form: str, of_passage: bool, service: httpx.Client, citations: dict[str, str]
) -> None:
    """Nobody takes the pages of a reading edition for those of the original."""
    path = citations[EDITION] if of_passage else CAO_BANG

    text = refer(service, path, format=form).content.decode()

    assert "hrqa reading edition" in text


@pytest.mark.parametrize(
    ("name", "reference", "in_text"),
    [
        (
            "apa",
            "Human resource quality in Cao Bang. (2025, September 12). [hrqa reading edition].",
            "(Human Resource Quality in Cao Bang, 2025, pp. 1–2 [hrqa reading edition])",
        ),
        (
            "mla",
            "Human Resource Quality in Cao Bang. 12 Sept. 2025. hrqa reading edition.",
            "(Human Resource Quality in Cao Bang 1–2 [hrqa reading edition])",
        ),
        (
            "chicago",
            "Human Resource Quality in Cao Bang. 2025. September 12. hrqa reading edition.",
            "(Human Resource Quality in Cao Bang 2025, 1–2 [hrqa reading edition])",
        ),
    ],
)
def test_a_program_gets_a_style_as_json(
    name: str, reference: str, in_text: str, service: httpx.Client, citations: dict[str, str]
) -> None:
    """`Accept: application/json` adds what stands in the text, with the pages."""
    response = refer(service, citations[EDITION], {"accept": "application/json"}, format=name)

    assert response.headers["content-type"] == "application/json"
    title = "Human resource quality in Cao Bang"
    assert response.json() == {
        "format": name,
        "language": "en",
        "reference": reference,
        "in_text": in_text,
        "italics": [{"start": 0, "end": len(title)}],
        "in_text_italics": [{"start": 1, "end": 1 + len(title)}],
    }


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (CSL, "csl-json"),
        (BIBTEX, "bibtex"),
        (RIS, "ris"),
        ("text/plain", "apa"),
        (BIBLIOGRAPHY, "apa"),
        ("application/json", "csl-json"),
        ("*/*", "csl-json"),
        ("", "csl-json"),
        (f"{BIBTEX}; charset=utf-8", "bibtex"),
        (f"{BIBTEX.upper()}", "bibtex"),
        (f"{BIBLIOGRAPHY};q=0.5, {BIBTEX};q=0.9", "bibtex"),
        (f"{BIBTEX};q=0.5,{RIS}", "ris"),
        (f"{RIS}, {BIBTEX}", "ris"),
        (f"{BIBTEX};q=0, {RIS};q=0.001", "ris"),
        (f"text/html, {BIBTEX};q=0.1", "bibtex"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "csl-json"),
    ],
)
def test_accept_chooses_the_format(accept: str, form: str, service: httpx.Client) -> None:
    """The most wanted of what there is; what has q=0 is refused, what is not known passed over."""
    named = refer(service, SCHOOLS, format=form)

    assert refer(service, SCHOOLS, {"accept": accept}).content == named.content


@pytest.mark.parametrize(("accept", "form"), [("text/*", "apa"), ("application/*", "csl-json")])
def test_accept_names_a_family_of_media_types(
    accept: str, form: str, service: httpx.Client
) -> None:
    """A range takes the first format of its family."""
    response = refer(service, SCHOOLS, {"accept": accept})

    assert response.content == refer(service, SCHOOLS, format=form).content


@pytest.mark.parametrize("accept", ACCEPTED)
def test_the_answer_is_of_the_media_type_accepted(accept: str, service: httpx.Client) -> None:
    """A caller that accepts one media type alone gets that one, by its name."""
    response = refer(service, SCHOOLS, {"accept": accept})

    assert media_type(response) == accept


@pytest.mark.parametrize("accept", ["text/html", "application/pdf, image/png", "nonsense"])
def test_an_accept_that_cannot_be_met_is_named(accept: str, service: httpx.Client) -> None:
    """422 names the header and what may stand in it."""
    response = service.get(SCHOOLS, headers={"accept": accept})

    problem = check_problem(response, "invalid-request", 422)
    assert [fault.get("header") for fault in problem["errors"]] == ["accept"]
    assert all(name in problem["detail"] for name in ACCEPTED)


def test_a_format_that_is_named_goes_before_accept(service: httpx.Client) -> None:
    """What an address says holds for a browser, too."""
    named = refer(service, SCHOOLS, {"accept": f"text/html, {RIS}"}, format="apa")

    assert (media_type(named), named.text) == ("text/plain", APA)


@pytest.mark.parametrize(
    ("header", "parameter", "vietnamese"),
    [
        (None, None, False),
        (None, "vi", True),
        ("vi", None, True),
        ("vi-VN,vi;q=0.9,en;q=0.5", None, True),
        ("VI", None, True),
        ("en;q=0.4, vi;q=0.6", None, True),
        ("vi;q=0.4, en", None, False),
        ("vi;q=0, en", None, False),
        ("*", None, False),
        ("fr", None, False),
        ("vi", "en", False),
        ("en", "vi", True),
        pytest.param("fr, vi;q=0.8, en;q=0.5", None, True, id="the first that there is"),
    ],
)
def test_language_by_parameter_and_by_header(
    header: str | None, parameter: str | None, vietnamese: bool, service: httpx.Client
) -> None:
    """The parameter, else the most wanted of English and Vietnamese, else English."""
    headers = {} if header is None else {"accept-language": header}
    others = {} if parameter is None else {"language": parameter}

    text = refer(service, CAO_BANG, headers, format="apa", **others).text

    day = "12 tháng Chín" if vietnamese else "September 12"
    assert text == (f"Human resource quality in Cao Bang. (2025, {day}). [hrqa reading edition].\n")


def test_a_style_in_vietnamese_as_json(service: httpx.Client, citations: dict[str, str]) -> None:
    """Pages are `tr.`; the language is named."""
    headers = {"accept": "application/json", "accept-language": "vi"}

    body = refer(service, citations[EDITION], headers, format="apa").json()

    assert body["language"] == "vi"
    assert body["in_text"] == (
        "(Human Resource Quality in Cao Bang, 2025, tr. 1–2 [hrqa reading edition])"
    )


@pytest.mark.parametrize("form", ["csl-json", "bibtex", "ris", "apa", "mla", "chicago"])
def test_vietnamese_words_are_utf_8(
    form: str, service: httpx.Client, citations: dict[str, str]
) -> None:
    """Marks are kept as they are, and what the media type does not settle is said."""
    response = refer(service, citations[BOATS], format=form)

    assert "trường học vùng châu thổ" in response.content.decode("utf-8").casefold()
    if form != "csl-json":
        assert response.charset_encoding == "utf-8"


@pytest.mark.parametrize(
    ("path", "parameters", "parameter"),
    [
        (SCHOOLS, {"format": "endnote"}, "format"),
        (SCHOOLS, {"format": "APA"}, "format"),
        (SCHOOLS, {"language": "fr"}, "language"),
        (SCHOOLS, {"style": "apa"}, "style"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(
    path: str, parameters: dict[str, str], parameter: str, service: httpx.Client
) -> None:
    """422 for an unknown format, language or parameter."""
    problem = check_problem(service.get(path, params=parameters), "invalid-request", 422)

    assert [fault.get("parameter") for fault in problem["errors"]] == [parameter]


@pytest.mark.parametrize(
    "path", ["/v1/documents/nothing/citation", "/v1/passages/delta-schools.000000000000/citation"]
)
@pytest.mark.parametrize("accept", ["*/*", BIBTEX, "text/html"])
def test_an_unknown_id_is_not_found(path: str, accept: str, service: httpx.Client) -> None:
    """404 as a problem, whatever is accepted."""
    response = service.get(path, headers={"accept": accept})

    problem: Any = check_problem(response, "not-found", 404)
    assert path.split("/")[3] in problem["detail"]


@pytest.mark.parametrize("form", ["csl-json", "ris", "mla"])
def test_a_reference_that_is_known_is_not_sent_again(form: str, service: httpx.Client) -> None:
    """304 without a body for its own tag, also among others and compared weakly."""
    first = refer(service, CAO_BANG, format=form)
    tag = first.headers["etag"]

    for known in (tag, f'"other", {tag}', tag.removeprefix("W/")):
        again = service.get(CAO_BANG, params={"format": form}, headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    other = refer(service, CAO_BANG, {"if-none-match": '"other"'}, format=form)
    assert other.content == first.content


def test_any_tag_is_a_tag_that_is_known(service: httpx.Client) -> None:
    """`If-None-Match: *` matches whatever there is (RFC 9110, 13.1.2)."""
    response = service.get(CAO_BANG, headers={"if-none-match": "*"})

    assert response.status_code == 304


def test_tags_tell_formats_and_languages_apart(service: httpx.Client) -> None:
    """Each form that one address can have bears a tag of its own, and caches are told why."""
    answers = [
        refer(service, CAO_BANG, headers, format=form)
        for form in ("apa", "ris")
        for headers in ({"accept-language": "vi"}, {"accept-language": "en"})
    ]
    answers += [refer(service, CAO_BANG, {"accept": accept}) for accept in ACCEPTED]

    tags = [answer.headers["etag"] for answer in answers]
    assert len(set(tags)) == len(tags) == 9
    for answer in answers:
        named = {name.strip().lower() for name in answer.headers["vary"].split(",")}
        assert {"accept", "accept-language"} <= named


@pytest.fixture(scope="module")
def passages(service: httpx.Client) -> dict[str, dict[str, Any]]:
    """Passages by the line that cites them."""
    found: dict[str, dict[str, Any]] = {}
    for document in ("guide.pdf", "delta-schools", "truong-hoc"):
        for each in service.get(f"/v1/documents/{document}/passages").json()["passages"]:
            found[each["citation"]["text"]] = each["passage"]
    return found


def part(passage: dict[str, Any], words: str) -> dict[str, Any]:
    """Where words stand in a passage, as a request names it."""
    start = passage["text"].index(words)
    return {"passage_id": passage["id"], "start": start, "end": start + len(words)}


@pytest.mark.parametrize(
    ("line", "words", "locator", "in_text"),
    [
        (LAMPS, "The lamp burns rapeseed oil", "41", "(Mai Tran, n.d., p. 41)"),
        (LAMPS, "Whoever keeps the lighthouse", "i", "(Mai Tran, n.d., p. i)"),
        (LAMPS, "dusk.\nLamps", "i–41", "(Mai Tran, n.d., pp. i–41)"),
        (LAMPS, "\nLamps", "41", "(Mai Tran, n.d., p. 41)"),
        (BOATS, "Khi thủy triều lên", "1", "(Trường học vùng châu thổ, 2021, para. 1)"),
        (BOATS, "phần năm tiền lương", "2", "(Trường học vùng châu thổ, 2021, para. 2)"),
        (BOATS, "Cây cầu thép", "3", "(Trường học vùng châu thổ, 2021, para. 3)"),
        (BOATS, "lương.\n\nCây", "2", "(Trường học vùng châu thổ, 2021, para. 2)"),
        (BRIDGES, "Bridges", "7", "(Le & Delta Council, 2019, para. 7)"),
        (BRIDGES, "A second bridge", "7", "(Le & Delta Council, 2019, para. 7)"),
    ],
)
def test_a_part_of_a_passage_has_a_place_of_its_own(
    line: str,
    words: str,
    locator: str,
    in_text: str,
    service: httpx.Client,
    passages: dict[str, dict[str, Any]],
) -> None:
    """The page, or the paragraph, in which it begins; white space at its ends does not count."""
    asked = part(passages[line], words)
    path = f"/v1/passages/{asked.pop('passage_id')}/citation"
    asked = {name: str(value) for name, value in asked.items()}
    [item] = refer(service, path, **asked).json()["citationItems"]
    styled = refer(service, path, {"accept": "application/json"}, format="apa", **asked).json()

    assert (item["locator"], styled["in_text"]) == (locator, in_text)


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"start": "0"}, "end"),
        ({"end": "4"}, "start"),
        ({"start": "4", "end": "4"}, "end"),
        ({"start": "5", "end": "4"}, "end"),
        ({"start": "-1", "end": "4"}, "start"),
        ({"start": "0", "end": "0"}, "end"),
        ({"start": "0", "end": "100000"}, "end"),
        ({"start": "100000", "end": "100001"}, "start"),
        ({"start": "a", "end": "4"}, "start"),
    ],
)
def test_a_part_that_is_none_is_named(
    asked: dict[str, str],
    parameter: str,
    service: httpx.Client,
    passages: dict[str, dict[str, Any]],
) -> None:
    """422 names the offset; both are needed, in order, within the passage."""
    path = f"/v1/passages/{passages[BOATS]['id']}/citation"
    problem = check_problem(service.get(path, params=asked), "invalid-request", 422)

    assert [fault.get("parameter") for fault in problem["errors"]] == [parameter]


def test_a_part_of_white_space_is_refused(
    service: httpx.Client, passages: dict[str, dict[str, Any]]
) -> None:
    """Between two paragraphs nothing is quoted."""
    asked = part(passages[BOATS], "\n\n")
    path = f"/v1/passages/{asked.pop('passage_id')}/citation"
    problem = check_problem(service.get(path, params=asked), "invalid-request", 422)

    assert [fault.get("parameter") for fault in problem["errors"]] == ["start"]


def list_file(service: httpx.Client, items: list[dict[str, Any]], **asked: str) -> httpx.Response:
    """A list of references that must be given."""
    response = service.post("/v1/citations", json={"items": items, **asked})
    assert response.status_code == 200, response.text
    return response


@pytest.fixture(scope="module")
def quoted(passages: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """What an essay quotes: the guide on both pages and in between them two other documents."""
    return [
        part(passages[LAMPS], "The lamp burns rapeseed oil"),
        part(passages[BOATS], "Cây cầu thép đầu tiên"),
        part(passages[LAMPS], "Whoever keeps the lighthouse"),
        {"passage_id": passages[BRIDGES]["id"], "start": None},
        {"passage_id": passages[BOATS]["id"]},
        part(passages[LAMPS], "lamp"),
    ]


@pytest.mark.parametrize(
    ("form", "type_", "name"),
    [
        ("bibtex", f"{BIBTEX}; charset=utf-8", "references.bib"),
        ("ris", f"{RIS}; charset=utf-8", "references.ris"),
        ("csl-json", CSL, "references.json"),
        ("markdown", "text/markdown; charset=utf-8", "references.md"),
    ],
)
def test_a_list_of_references_is_a_file(
    form: str, type_: str, name: str, service: httpx.Client, quoted: list[dict[str, Any]]
) -> None:
    """Its media type is that of its format; it is to be saved, and no browser guesses at it."""
    headers = list_file(service, quoted, format=form).headers

    assert headers["content-type"] == type_
    assert headers["content-disposition"] == f'attachment; filename="{name}"'
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("language", "notes"),
    [
        ("en", ["Cited: pp. i, 41", "Cited: paras. 1, 3", "Cited: para. 7"]),
        ("vi", ["Trích dẫn: tr. i, 41", "Trích dẫn: đoạn 1, 3", "Trích dẫn: đoạn 7"]),
    ],
)
def test_other_programs_read_a_list_of_references(
    language: str, notes: list[str], service: httpx.Client, quoted: list[dict[str, Any]]
) -> None:
    """Three documents in the order of first appearance, each with all its places."""
    bibtex, ris, csl = (
        list_file(service, quoted, format=form, language=language).content.decode()
        for form in ("bibtex", "ris", "csl-json")
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyparsing has much to say of bibtexparser
        import bibtexparser

        entries = bibtexparser.loads(bibtex).entries
    records, items = rispy.loads(ris), json.loads(csl)

    ids = ["guide.pdf", "truong-hoc", "delta-schools"]
    assert [entry["ID"] for entry in entries] == ids
    assert [record["id"] for record in records] == [item["id"] for item in items] == ids
    assert [entry["note"] for entry in entries] == notes
    assert [record["notes"] for record in records] == [[note] for note in notes]
    assert [item["note"] for item in items] == notes


def test_a_list_of_references_in_markdown(
    service: httpx.Client, passages: dict[str, dict[str, Any]]
) -> None:
    """Quotations as they are asked for, then the references by author."""
    items = [
        part(passages[LAMPS], "The lamp burns rapeseed oil"),
        part(passages[BOATS], "Cây cầu thép đầu tiên"),
        part(passages[BRIDGES], "A second bridge"),
    ]
    text = list_file(service, items, format="markdown", style="mla", language="vi").text

    assert text == (
        "## Các đoạn trích dẫn\n\n"
        "> The lamp burns rapeseed oil\n>\n> (Mai Tran 41)\n\n"
        "> Cây cầu thép đầu tiên\n>\n> (*Trường học vùng châu thổ*, đoạn 3)\n\n"
        "> A second bridge\n>\n> (Le và Delta Council, đoạn 7)\n\n"
        "## Tài liệu tham khảo\n\n"
        "Le, Anh, và Delta Council. *Schools of the River Delta*. 2019, "
        "<https://example.org/delta>.\n\n"
        "Mai Tran. “A Guide to the Lighthouse”.\n\n"
        "*Trường học vùng châu thổ*. tháng Tư 2021.\n"
    )


def test_hostile_documents_do_not_act_in_markdown(tiny_corpus: Path, tiny_index: Path) -> None:
    """Title and text with Markdown and HTML of their own come as they are read, and do nothing."""
    words = "# heading <script>alert(1)</script> | a | *b* [c](javascript:d) &amp; `e`"
    manifest = [{"id": "hostile", "title": words, "custom": {"file": "hostile.txt"}}]
    (tiny_corpus / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (tiny_corpus / "hostile.txt").write_text(f"{words}\n\n> next\n\n- third\n", "utf-8")
    build(tiny_corpus, tiny_index)
    with application(tiny_index, tiny_corpus) as app:
        found = ask(app, "GET", "/v1/documents/hostile/passages").json()["passages"]
        items = [{"passage_id": each["passage"]["id"]} for each in found]
        body = {"format": "markdown", "items": items}
        text = ask(app, "POST", "/v1/citations", json=body).text

    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    assert {token.type.removesuffix("_open").removesuffix("_close") for token in tokens} == {
        *("heading", "inline", "blockquote", "paragraph")
    }
    parts = [part for token in tokens for part in token.children or []]
    assert {part.type for part in parts} <= {
        *("text", "text_special", "softbreak", "em_open", "em_close")
    }
    assert sum(part.type == "em_open" for part in parts) == len(items) + 1  # the title, each time
    assert sum(token.type == "heading_open" for token in tokens) == 2
    assert words in "".join(part.content for part in parts)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"format": "endnote"}, "#/format"),
        ({"format": None}, "#/format"),
        ({"style": "harvard"}, "#/style"),
        ({"language": "fr"}, "#/language"),
        ({"title": "x"}, "#/title"),
        ({"items": []}, "#/items"),
        ({"items": [{"passage_id": "x"}] * 201}, "#/items"),
        ({"items": [{"passage_id": "x", "page": 1}]}, "#/items/0/page"),
        ({"items": [{"start": 0, "end": 1}]}, "#/items/0/passage_id"),
        ({"items": [{"passage_id": "x", "start": -1, "end": 1}]}, "#/items/0/start"),
    ],
)
def test_a_body_that_does_not_fit_is_named(
    change: dict[str, Any], place: str, service: httpx.Client
) -> None:
    """422 points to what is wrong."""
    body = {"format": "ris", "items": [{"passage_id": "x"}], **change}
    problem = check_problem(service.post("/v1/citations", json=body), "invalid-request", 422)

    assert [fault.get("pointer") for fault in problem["errors"]] == [place]


def test_all_items_that_quote_nothing_are_named(
    service: httpx.Client, passages: dict[str, dict[str, Any]]
) -> None:
    """Unknown passages and impossible parts at once, so that a caller can leave them out."""
    known = passages[BOATS]["id"]
    items = [
        {"passage_id": "no.1"},
        {"passage_id": known},
        {"passage_id": known, "start": 3},
        {"passage_id": "no.2", "start": 0, "end": 1},
        {"passage_id": known, "start": 0, "end": 100_000},
    ]
    response = service.post("/v1/citations", json={"format": "bibtex", "items": items})

    problem = check_problem(response, "invalid-request", 422)
    assert [fault["pointer"] for fault in problem["errors"]] == [
        "#/items/0/passage_id",
        "#/items/2/end",
        "#/items/3/passage_id",
        "#/items/4/end",
    ]
    assert "'no.1'" in problem["detail"] and "'no.2'" in problem["detail"]


def test_a_list_of_references_is_described(service: httpx.Client) -> None:
    """OpenAPI names the body, the media types of the file, and the failures."""
    described = service.get("/openapi.json").json()
    operation = described["paths"]["/v1/citations"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]

    assert body == {"$ref": "#/components/schemas/ReferenceListIn"}
    assert set(operation["responses"]["200"]["content"]) == {BIBTEX, RIS, CSL, "text/markdown"}
    assert set(operation["responses"]) == {
        *("200", "400", "401", "403", "413", "422", "429", "500", "503")
    }
    assert operation["description"].endswith("Keys need the scope documents.")
