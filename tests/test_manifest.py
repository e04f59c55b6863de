"""What a manifest says, and what it must not say."""

import json
from pathlib import Path

import pytest

from hrqa.datatypes import Bibliography, ExampleQuestion, Name
from hrqa.errors import ManifestError
from hrqa.manifest import ManifestItem, read_manifest


def read(tmp_path: Path, content: object) -> tuple[ManifestItem, ...]:
    """The items of a manifest with this content."""
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return read_manifest(path)


def test_an_item_is_read_whole(tmp_path: Path) -> None:
    """Every field finds its place, and fields that hrqa does not use do no harm."""
    (item,) = read(
        tmp_path,
        [
            {
                "id": "tram",
                "type": "article-journal",
                "title": " Đào tạo ",
                "author": [{"family": "Tram", "given": "P. N."}, {"literal": "Viện A"}],
                "issued": {"date-parts": [["2023", 3, 18]], "circa": True},
                "container-title": "Journal",
                "publisher": "House",
                "volume": 5,
                "issue": "11",
                "DOI": "10.1/x",
                "URL": "https://example.org",
                "language": "vi",
                "abstract": "unused",
                "custom": {
                    "file": "./sub/tram.pdf",
                    "edition": "our edition",
                    "questions": [
                        {"text": " Ai được đào tạo? ", "language": "vi-VN"},
                        {"text": "a" * 200, "language": "en", "note": "unused"},
                    ],
                    "other": [1],
                },
            }
        ],
    )

    assert item == ManifestItem(
        id="tram",
        file="sub/tram.pdf",
        bibliography=Bibliography(
            title="Đào tạo",
            type="article-journal",
            authors=(Name(family="Tram", given="P. N."), Name(literal="Viện A")),
            issued=(2023, 3, 18),
            container_title="Journal",
            publisher="House",
            volume="5",
            issue="11",
            doi="10.1/x",
            url="https://example.org",
            language="vi",
            edition="our edition",
        ),
        questions=(ExampleQuestion("Ai được đào tạo?", "vi-VN"), ExampleQuestion("a" * 200, "en")),
    )
    assert [str(name) for name in item.bibliography.authors] == ["P. N. Tram", "Viện A"]


def test_an_item_may_say_next_to_nothing(tmp_path: Path) -> None:
    """An id is enough; it may be a number, and empty text is no text."""
    (item,) = read(tmp_path, [{"id": 7, "title": "", "URL": " ", "issued": None}])

    assert item == ManifestItem("7", None, Bibliography(title=""), questions=())
    assert item.bibliography.year is None


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    """Editors on Windows write one."""
    path = tmp_path / "manifest.json"
    path.write_bytes(b'\xef\xbb\xbf[{"id": "a"}]')

    assert [item.id for item in read_manifest(path)] == ["a"]


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ({"id": "a"}, "the whole file: must be a JSON array"),
        (["a"], "item 1: must be a JSON object"),
        ([{"id": "a"}, {"title": "no id"}], "item 2: needs an `id`"),
        ([{"id": "  "}], "item 1: needs an `id`"),
        ([{"id": "a"}, {"id": "b"}, {"id": "a"}], "id 'a': stands in 2 items"),
        ([{"id": "1"}, {"id": 1}], "id '1': stands in 2 items"),
        (
            [{"id": "a", "custom": {"file": "x.pdf"}}, {"id": "b", "custom": {"file": "./x.pdf"}}],
            "custom.file 'x.pdf': stands in 2 items",
        ),
        ([{"id": "a", "custom": {"file": "../x.pdf"}}], "item 1 .a.: custom.file '../x.pdf' must"),
        ([{"id": "a", "custom": {"file": "/x.pdf"}}], "item 1 .a.: custom.file '/x.pdf' must"),
        ([{"id": "a", "custom": {"file": ["x"]}}], "item 1 .a., custom: `file` must be text"),
        ([{"id": "a", "custom": "x.pdf"}], "item 1 .a.: `custom` must be a JSON object"),
        ([{"id": "a", "title": {"en": "x"}}], "item 1 .a.: `title` must be text"),
        ([{"id": "a", "author": "Tram"}], "item 1 .a.: `author` must be an array"),
        ([{"id": "a", "author": ["Tram"]}], "item 1 .a.: `author` must hold objects"),
        ([{"id": "a", "author": [{}]}], "item 1 .a.: an author has neither"),
        ([{"id": "a", "issued": "2024"}], "item 1 .a.: `issued` must have the form"),
        ([{"id": "a", "issued": {"date-parts": []}}], "item 1 .a.: `issued` must"),
        ([{"id": "a", "issued": {"date-parts": [["May"]]}}], "item 1 .a.: `issued` must"),
        ([{"id": "a", "issued": {"date-parts": [[1, 2, 3, 4]]}}], "item 1 .a.: `issued` must"),
    ],
)
def test_an_invalid_manifest_is_refused_at_its_place(
    tmp_path: Path, content: object, where: str
) -> None:
    """The message names the file, the item and what is wrong with it."""
    with pytest.raises(ManifestError, match=rf"manifest\.json: {where}"):
        read(tmp_path, content)


@pytest.mark.parametrize(
    ("questions", "where"),
    [
        ("Who?", ": `questions` must be an array of questions"),
        (None, ": `questions` must be an array of questions"),
        (["Who?"], ", question 1: must be an object with `text` and `language`"),
        ([{"language": "en"}], ", question 1: `text` must be a question in words"),
        ([{"text": " \n", "language": "en"}], ", question 1: `text` must be a question in words"),
        ([{"text": 7, "language": "en"}], ", question 1: `text` must be a question in words"),
        (
            [{"text": "a" * 201, "language": "en"}],
            ", question 1: `text` has 201 characters; at most",
        ),
        ([{"text": "Who?\nWhen?", "language": "en"}], ", question 1: `text` must be one line"),
        ([{"text": "Who?\u2028When?", "language": "en"}], ", question 1: `text` must be one line"),
        ([{"text": "Who\ud800?", "language": "en"}], ", question 1: `text` must be one line"),
        (
            [{"text": "Who?", "language": "en"}, {"text": "Ai?"}],
            ", question 2: `language` must be a BCP 47 tag",
        ),
        (
            [{"text": "Who?", "language": "English"}],
            ", question 1: `language` must be a BCP 47 tag",
        ),
        ([{"text": "Who?", "language": "en_GB"}], ", question 1: `language` must be a BCP 47 tag"),
        ([{"text": "Who?", "language": ""}], ", question 1: `language` must be a BCP 47 tag"),
    ],
)
def test_an_example_question_of_another_form_is_refused_at_its_place(
    tmp_path: Path, questions: object, where: str
) -> None:
    """The message names the item, which of its questions it is, and the field."""
    with pytest.raises(ManifestError) as caught:
        read(tmp_path, [{"id": "a", "custom": {"questions": questions}}])

    assert f"manifest.json: item 1 (a), custom{where}" in str(caught.value)


@pytest.mark.parametrize(
    ("data", "where"),
    [(b'[\n  {"id": }\n]', "line 2, column 10"), (b'["\xff"]', "byte 2")],
)
def test_a_broken_manifest_is_refused_at_its_place(tmp_path: Path, data: bytes, where: str) -> None:
    """The message says where JSON or UTF-8 ends."""
    path = tmp_path / "manifest.json"
    path.write_bytes(data)

    with pytest.raises(ManifestError) as caught:
        read_manifest(path)
    assert caught.value.where == where


@pytest.mark.parametrize("identifier", ["10.1000/xyz", "http://zotero.org/items/A", " a ", "a?b"])
def test_an_id_that_no_url_path_can_hold_is_refused(tmp_path: Path, identifier: str) -> None:
    """``/v1/documents/{id}`` could never answer for it."""
    with pytest.raises(ManifestError, match="item 1"):
        read(tmp_path, [{"id": identifier}])


def test_a_raw_date_of_csl_json_is_no_reason_to_stop(tmp_path: Path) -> None:
    """The schema of CSL-JSON allows ``raw`` and ``literal`` in place of ``date-parts``."""
    (item,) = read(tmp_path, [{"id": "a", "issued": {"raw": "2024-05-31"}}])

    assert item.bibliography.year in (2024, None)
