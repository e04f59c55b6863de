"""Which encoding a text is in, on texts written in each."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrqa.errors import UnreadableDocumentError
from hrqa.readers.encodings import decode, guess_encoding

DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
VIETNAMESE = (
    "Tỉnh Bình Dương có tám trường đại học. Nguồn nhân lực chất lượng cao là yếu tố quyết định.",
    "Chạy!",
    "Anh thử.",
    "ĐỘC LẬP - TỰ DO - HẠNH PHÚC",
    "Theo Gary Becker (1964), vốn con người là đầu tư vào giáo dục.",
)
WESTERN = (
    "Les entreprises françaises s’intéressent à l’éducation : 5 % de plus, « déjà vu », cœur.",
    "Die Universität Tübingen braucht größere Räume. „Maß“ für Straßen.",
    "As informações não são boas; a mãe põe o pão à mesa.",
    "Però può essere così: perché la città è più bella? Ciò che è già lì.",
    "¿Qué pasó el año pasado? ¡Niño!",
    "Það er gott veður í dag, og menntun fólks er góð.",
    "The company’s naïve résumé said “quality” – for £30.",
    "ÉTÉ",
)
TONES = "\u0300\u0301\u0303\u0309\u0323"


def in_windows_1258(text: str) -> bytes:
    """A text in Windows-1258, where tones follow their letters."""
    apart = "".join(
        c
        if c.encode("cp1258", "ignore")
        else unicodedata.normalize("NFC", "".join(m for m in parts if m not in TONES))
        + "".join(m for m in parts if m in TONES)
        for c in unicodedata.normalize("NFC", text)
        for parts in [unicodedata.normalize("NFD", c)]
    )
    return apart.encode("cp1258")


@pytest.mark.parametrize("text", VIETNAMESE)
def test_vietnamese_is_told_in_windows_1258(text: str) -> None:
    """Marks come out composed, in one word or in many."""
    decoded = decode(in_windows_1258(text), file="a.txt")

    assert decoded.text == unicodedata.normalize("NFC", text)
    assert decoded.note == "read as Windows-1258, guessed from its words"


@pytest.mark.parametrize("text", WESTERN)
def test_western_languages_are_told_in_windows_1252(text: str) -> None:
    """Also where their letters are tones in Windows-1258, such as ``ò`` and ``ã``."""
    decoded = decode(text.encode("cp1252"), file="a.txt")

    assert decoded.text == text
    assert decoded.note == "read as Windows-1252, guessed from its words"


@pytest.mark.skipif(not DATA.is_dir(), reason="the data of ../shared are not there")
def test_a_corpus_of_vietnamese_is_told_in_windows_1258() -> None:
    """Every article of XQuAD that can be written so."""
    articles = json.loads((DATA / "xquad" / "xquad.vi.json").read_text(encoding="utf-8"))["data"]
    texts = [paragraph["context"] for article in articles for paragraph in article["paragraphs"]]
    wrong = []
    for text in texts:
        try:
            data = in_windows_1258(text)
        except UnicodeEncodeError:
            continue
        if guess_encoding(data) != "cp1258":
            wrong.append(text)

    assert len(texts) > 200
    assert wrong == []


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_told_by_its_zero_bytes(encoding: str) -> None:
    """Half of the bytes of Latin script are zero, always on the same side."""
    text = "Nguồn nhân lực chất lượng cao\nfor Vietnam"

    assert decode(text.encode(encoding), file="a.txt").text == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Привет, мир! Это русский текст.", "cp1251"),
        ("日本語のテキストです。教育", "shift_jis"),
        ("中文文本，人力资源", "gbk"),
        ("Céng hoµ x· héi chñ nghÜa ViÖt Nam", "cp1252"),
        ("ti\u1ebfng Vi\u1ec7t", "utf-8 twice"),
    ],
)
def test_what_is_plausible_in_neither_is_refused(text: str, encoding: str) -> None:
    """Rather than indexed as noise; the fourth is Vietnamese of a font (TCVN3), not of a code."""
    data = (
        text.encode().decode("latin-1").encode() + b"\xe9"
        if encoding == "utf-8 twice"
        else text.encode(encoding)
    )

    with pytest.raises(UnreadableDocumentError, match=r"^a\.txt: line 1 is not valid UTF-8, nor"):
        decode(data, file="a.txt")


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    """Nothing else is raised, and text is NFC without control characters."""
    try:
        text = decode(data, file="a.txt").text
    except UnreadableDocumentError:
        return

    assert text == unicodedata.normalize("NFC", text)
    assert not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in text)


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1))
def test_any_text_in_utf8_is_read_as_it_is(text: str) -> None:
    """No guess comes in the way of what is valid UTF-8."""
    try:
        decoded = decode(text.encode("utf-8"), file="a.txt")
    except UnreadableDocumentError as error:
        assert not text.strip() or error.reason.startswith("the file is empty")
        return

    assert decoded.text == unicodedata.normalize("NFC", text.removeprefix("\ufeff"))
    assert decoded.note == ""
