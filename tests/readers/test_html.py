"""Saved web pages."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hrqa.datatypes import BlockKind
from hrqa.errors import UnreadableDocumentError
from hrqa.readers.formats import read_document
from hrqa.readers.reading import Reading

ARTICLE = """<!DOCTYPE html><html lang="vi-VN"><head><meta charset="utf-8">
<title>Bình Dương cần nhân lực | Báo Mới</title>
<meta name="author" content="Nguyễn Văn An">
<meta property="og:title" content="Bình Dương cần nhân lực">
<meta property="article:published_time" content="2023-05-14T08:00:00+07:00">
<link rel="canonical" href="https://baomoi.example/binh-duong"><script>var x = 1</script></head>
<body><div class="cookie-consent"><p>Chúng tôi dùng cookie để cải thiện trải nghiệm.</p></div>
<header><nav><ul><li><a href="/">Trang chủ</a></li><li><a href="/kt">Kinh tế</a></li></ul></nav>
</header><main><article><h1>Bình Dương cần nhân lực</h1>
<p>Tỉnh có tám trường đại học, mỗi năm đào tạo hơn 30.000 sinh viên cho các khu công nghiệp.</p>
<figure><img src="a.jpg"><figcaption>Sinh viên thực hành.</figcaption></figure>
<h2>Thiếu kỹ năng</h2><p>Doanh nghiệp cho rằng sinh viên thiếu <b>ngoại ngữ</b> và kỹ năng
mềm<sup><a href="#n1">1</a></sup>, trên diện tích 10 km<sup>2</sup> của khu.</p>
<ul><li>Ngoại ngữ</li><li>Kỹ năng mềm<ul><li>Làm việc nhóm</li></ul></li></ul>
<table><caption>Bảng 1. Số trường</caption><tr><th>Năm</th><th>Đại học</th></tr>
<tr><td>2021</td><td>7</td></tr><tr><td>2022</td><td>8</td></tr></table>
<section class="footnotes"><ol><li id="n1">Khảo sát năm 2022.</li></ol></section></article>
<section id="comments"><h3>Bình luận</h3><p>Bài viết rất hay, cảm ơn tác giả đã chia sẻ!</p>
</section></main><aside class="sidebar"><h3>Tin liên quan</h3><ul><li><a href="/x">Giá xăng</a>
</li></ul></aside><footer><p>© 2023 Báo Mới. Giấy phép số 123.</p></footer></body></html>"""


def read(tmp_path: Path, content: str | bytes, *, name: str = "page.html") -> Reading:
    """A page of this content, saved and read."""
    path = tmp_path / name
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return read_document(path, file=f"sub/{name}")


def blocks(reading: Reading) -> list[tuple[BlockKind, str]]:
    """Kind and text of each block."""
    (page,) = reading.pages
    return [(block.kind, page.text[block.start : block.end]) for block in page.blocks]


def test_an_article_is_read_without_the_site_around_it(tmp_path: Path) -> None:
    """Banner, menu, comments, sidebar and footer go; headings, lists, table and captions stay."""
    reading = read(tmp_path, ARTICLE)

    assert blocks(reading) == [
        (BlockKind.HEADING, "Bình Dương cần nhân lực"),
        (
            BlockKind.PARAGRAPH,
            "Tỉnh có tám trường đại học, mỗi năm đào tạo hơn 30.000 sinh viên cho các khu công "
            "nghiệp.",
        ),
        (BlockKind.CAPTION, "Sinh viên thực hành."),
        (BlockKind.HEADING, "Thiếu kỹ năng"),
        (
            BlockKind.PARAGRAPH,
            "Doanh nghiệp cho rằng sinh viên thiếu ngoại ngữ và kỹ năng mềm, trên diện tích "
            "10 km² của khu.",
        ),
        (BlockKind.LIST_ITEM, "Ngoại ngữ"),
        (BlockKind.LIST_ITEM, "Kỹ năng mềm"),
        (BlockKind.LIST_ITEM, "Làm việc nhóm"),
        (BlockKind.CAPTION, "Bảng 1. Số trường"),
        (BlockKind.TABLE, "Năm\tĐại học\n2021\t7\n2022\t8"),
        (BlockKind.FOOTNOTE, "Khảo sát năm 2022."),
    ]


def test_what_a_page_declares_is_kept(tmp_path: Path) -> None:
    """Title, author, language, date of publication and address."""
    reading = read(tmp_path, ARTICLE)

    assert reading.title == "Bình Dương cần nhân lực"
    assert reading.authors == ("Nguyễn Văn An",)
    assert (reading.language, reading.issued) == ("vi-VN", (2023, 5, 14))
    assert reading.url == "https://baomoi.example/binh-duong"


def test_the_title_is_that_of_the_page_and_not_of_a_box_on_it(tmp_path: Path) -> None:
    """Of several headings the one with which the declared title begins."""
    page = """<html><head><title>What is a loom? - The weaver's book</title></head><body>
    <div class="modal"><h2>Keyboard shortcuts</h2></div><h1>The weaver's book</h1>
    <main><h1>What is a loom?</h1><p>A loom is a machine that weaves threads into cloth, and it is
    older than writing. Weavers in many lands have built looms of wood.</p></main></body></html>"""

    assert read(tmp_path, page).title == "What is a loom?"


def test_a_date_in_prose_is_not_taken_for_that_of_publication(tmp_path: Path) -> None:
    """The year of a table's head says nothing of when the page was published."""
    page = "<html><body><p>Sales of 2016 and of 1 May 2017 rose.</p></body></html>"

    assert read(tmp_path, page).issued == ()


@pytest.mark.parametrize("body", ["Call the office at 5.", "<nav>Call the office at 5.</nav>"])
def test_a_page_without_main_text_gives_all_it_has(tmp_path: Path, body: str) -> None:
    """Rather than nothing."""
    reading = read(tmp_path, f"<html><body>{body}</body></html>")

    assert blocks(reading) == [(BlockKind.PARAGRAPH, "Call the office at 5.")]


def test_a_filing_is_read_with_its_table(tmp_path: Path) -> None:
    """Paragraphs are divs; signs of currency have columns of their own and join their numbers."""
    page = (
        "<html><body><div>The Company grew.</div><table>"
        "<tr><td></td><td></td><td colspan=2>2017</td><td></td><td colspan=2>2016</td></tr>"
        "<tr><td>Net sales</td><td></td><td>$</td><td>177</td><td></td><td>$</td><td>135</td></tr>"
        "<tr><td>Income</td><td></td><td></td><td>4</td><td></td><td></td><td>(3</td><td>)</td>"
        "</tr></table><div>Sales rose.<br><br>Costs fell.</div></body></html>"
    )
    reading = read(tmp_path, page)

    assert blocks(reading) == [
        (BlockKind.PARAGRAPH, "The Company grew."),
        (BlockKind.TABLE, "\t2017\t2016\nNet sales\t$177\t$135\nIncome\t4\t(3)"),
        (BlockKind.PARAGRAPH, "Sales rose."),
        (BlockKind.PARAGRAPH, "Costs fell."),
    ]
    assert reading.pages[0].blocks[1].header_rows == 1


def test_a_cell_over_rows_and_columns_has_its_text_once(tmp_path: Path) -> None:
    """The other places stay empty, so that columns stay in line."""
    page = (
        "<table><tr><th rowspan=2>Country</th><th colspan=2>Score</th></tr>"
        "<tr><th>2018</th><th>2020</th></tr><tr><td>Vietnam</td><td>.67</td><td>.69</td></tr></table>"
    )
    reading = read(tmp_path, page)

    assert blocks(reading) == [
        (BlockKind.TABLE, "Country\tScore\t\n\t2018\t2020\nVietnam\t.67\t.69")
    ]
    assert reading.pages[0].blocks[0].header_rows == 2


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("windows-1258", "cp1258"), ("iso-8859-1", "cp1252"), ("utf-8", "utf-8"), (None, "cp1252")],
)
def test_the_declared_encoding_is_honoured(
    tmp_path: Path, declared: str | None, encoding: str
) -> None:
    """Else it is told from the words, and said."""
    head = f'<meta charset="{declared}">' if declared else ""
    page = f"<html><head>{head}</head><body><p>Café à l’école</p></body></html>"
    reading = read(tmp_path, page.encode(encoding))

    assert reading.pages[0].text == "Café à l’école"
    assert bool(reading.notes) == (declared is None)


def test_a_false_declaration_is_said(tmp_path: Path) -> None:
    """A page that declares UTF-8 and is not."""
    page = '<html><head><meta charset="utf-8"></head><body><p>Café</p></body></html>'
    reading = read(tmp_path, page.encode("cp1252"))

    assert reading.pages[0].text == "Café"
    assert reading.notes == ("read as Windows-1252, guessed from its words",)


def test_an_archive_of_a_page_is_read(tmp_path: Path) -> None:
    """As browsers save it, with the address it came from."""
    archive = (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://x.example/a\r\n"
        b"MIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: text/html; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"<html><body><p>Caf=C3=A9 prices rose.</p></body></html>\r\n--b--\r\n"
    )
    reading = read(tmp_path, archive, name="page.mhtml")

    assert (reading.pages[0].text, reading.url) == ("Café prices rose.", "https://x.example/a")


def test_entities_and_scripts_add_nothing(tmp_path: Path) -> None:
    """No entity expands, no file is opened, no script's words are text."""
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    page = (
        f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY l0 "lol">{lol}'
        '<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        "<html><body><p>Words. &l9; &f;</p><script>document.write('no')</script></body></html>"
    )
    text = read(tmp_path, page, name="page.xhtml").pages[0].text

    assert "Words." in text
    assert len(text) < 2000
    assert "root:" not in text
    assert "write" not in text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "the file is empty"),
        ("<html><body></body></html>", "the file has no text"),
        ("<html><body><script>x()</script></body></html>", "the page has no text of its own"),
        ("%PDF-1.7 x", "the file is named .html but is a PDF file; name it .pdf"),
    ],
)
def test_a_page_that_cannot_be_read_is_explained(tmp_path: Path, content: str, reason: str) -> None:
    """The message has the path in the corpus, what is wrong, and what to do."""
    with pytest.raises(UnreadableDocumentError) as caught:
        read(tmp_path, content)
    assert str(caught.value).startswith(f"sub/page.html: {reason}")


@pytest.mark.parametrize("depth", [300, 3000])
def test_deep_nesting_loses_no_text_silently(tmp_path: Path, depth: int) -> None:
    """It is read, or the reason is said."""
    page = f"<html><body>{'<div>' * depth}deep text{'</div>' * depth}</body></html>"
    try:
        text = read(tmp_path, page).pages[0].text
    except UnreadableDocumentError:
        assert depth == 3000
        return

    assert text == "deep text"


PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            "<p> </p> <table> <tr> <td> <td\u00a0colspan=0> </table> <br> <li> <ul> <h2> <sup> "
            "<div\u00a0class=nav> </div> <script> <!-- &amp; &#0; &#xd800; <![CDATA[".replace(
                "\u00a0", "~"
            ).split()
        ).map(lambda tag: tag.replace("~", " ")),
        st.text(max_size=8),
    ),
    max_size=20,
).map("".join)


@settings(max_examples=60)
@given(PIECES)
def test_any_page_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: str
) -> None:
    """Nothing but a reason is raised; blocks cover the text and are parted by blank lines."""
    path = tmp_path_factory.getbasetemp() / "any.html"
    path.write_bytes(content.encode("utf-8", "surrogatepass"))
    try:
        (page,) = read_document(path, file="any.html").pages
    except UnreadableDocumentError:
        return

    assert "\n\n".join(page.text[block.start : block.end] for block in page.blocks) == page.text
