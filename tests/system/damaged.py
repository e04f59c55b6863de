"""Files as they should not be: damaged at random from whole ones, or made to do harm."""

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence

import pypdf
import typst

MEBI = 2**20
_CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override '
    'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONSHIPS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/'
    '2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
_LAUGHS = f'<!DOCTYPE d [<!ENTITY l0 "laugh ">{_LAUGHS}]>'
_OUTSIDE = '<!DOCTYPE d [<!ENTITY out SYSTEM "file:///etc/passwd">]>'
_PARAGRAPH = "The ferry to Heron leaves at six, and returns when the tide allows it."


# Whole files, small ones.


def pdf_page(words: str = "Forty boats cross the river each morning.") -> bytes:
    """A PDF file of one page with a heading, a sentence, a table and a note."""
    source = (
        f'#set document(title: "Boats", date: none)\n#set page(width: 240pt, height: 240pt)\n'
        f"= Boats\n{words}#footnote[Counted in May.]\n"
        "#table(columns: 2, [island], [pupils], [Heron], [410], [Otter], [96])"
    )
    return bytes(typst.compile(source.encode("utf-8"), format="pdf", ignore_system_fonts=True))


def docx(body: str | None = None, *, head: str = "") -> bytes:
    """A DOCX file with this XML as its body."""
    inside = body if body is not None else f"<w:p><w:r><w:t>{_PARAGRAPH}</w:t></w:r></w:p>"
    return _zipped(
        {
            "[Content_Types].xml": _CONTENT_TYPES,
            "_rels/.rels": _RELATIONSHIPS,
            "word/document.xml": f'<?xml version="1.0"?>{head}<w:document {_WORD}><w:body>{inside}'
            "</w:body></w:document>",
        }
    )


def pptx() -> bytes:
    """A PPTX file of one slide."""
    from pptx import Presentation

    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = "Boats"
    slide.placeholders[1].text = _PARAGRAPH
    stream = io.BytesIO()
    show.save(stream)
    return stream.getvalue()


def html(inside: str = "", *, head: str = "") -> bytes:
    """An HTML page with a heading and a few paragraphs."""
    paragraphs = "".join(f"<p>{_PARAGRAPH} It is trip {n} of the day.</p>" for n in range(5))
    page = f"<!DOCTYPE html>{head}<html><head><title>Boats</title></head><body><article>"
    return f"{page}<h1>Boats</h1>{paragraphs}{inside}</article></body></html>".encode()


def text() -> bytes:
    """A plain text."""
    return f"{_PARAGRAPH}\n\nChuyến phà đi đảo Diệc rời bến lúc sáu giờ.\n".encode()


def markdown() -> bytes:
    """A Markdown text with a table."""
    return f"# Boats\n\n{_PARAGRAPH}\n\n| island | pupils |\n|---|---|\n| Heron | 410 |\n".encode()


WHOLE: dict[str, Callable[[], bytes]] = {
    ".pdf": pdf_page,
    ".docx": docx,
    ".pptx": pptx,
    ".html": html,
    ".txt": text,
    ".md": markdown,
}


# Damage at random.


def flipped(data: bytes, chance: random.Random) -> bytes:
    """Some bits the other way round."""
    altered = bytearray(data)
    for _ in range(chance.choice((1, 4, 32))):
        altered[chance.randrange(len(altered))] ^= 1 << chance.randrange(8)
    return bytes(altered)


def cut_short(data: bytes, chance: random.Random) -> bytes:
    """The first part of a file alone."""
    return data[: chance.randrange(1, len(data))]


def gap(data: bytes, chance: random.Random) -> bytes:
    """A file that lacks a part, as after a download that went wrong."""
    begin = chance.randrange(len(data))
    return data[:begin] + data[begin + chance.randrange(1, len(data)) :]


def zeroed(data: bytes, chance: random.Random) -> bytes:
    """A stretch of a file overwritten with zeros, as by a broken disk."""
    begin = chance.randrange(len(data))
    length = min(len(data) - begin, chance.randrange(1, 4096))
    return data[:begin] + bytes(length) + data[begin + length :]


def renumbered(data: bytes, chance: random.Random) -> bytes:
    """A few numbers replaced by others, or numbers of objects in a PDF exchanged."""
    places = list(re.finditer(rb"\d+", data)) or [re.search(rb"", data)]
    altered = data
    for _ in range(chance.choice((1, 3))):
        place = chance.choice(places)
        assert place is not None
        number = chance.choice((b"0", b"-1", b"3", b"65536", b"2147483647", b"9" * 20))
        altered = altered[: place.start()] + number + altered[place.end() :]
    return altered


AT_RANDOM = (flipped, cut_short, gap, zeroed, renumbered)


# Harm on purpose.


def _zipped(parts: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(_entry(name), content)
    return stream.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (2026, 11, 24, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def pdf(objects: Sequence[str | bytes], *, trailer: str = "/Root 1 0 R") -> bytes:
    """A PDF file of these objects, numbered from 1."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        inside = content.encode("latin-1") if isinstance(content, str) else content
        out += b"%d 0 obj\n%s\nendobj\n" % (number, inside)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += f"trailer <</Size {len(objects) + 1} {trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def _stream(content: bytes, entries: str = "", *, packed: bool = True) -> bytes:
    filters = "/Filter /FlateDecode" if packed else ""
    data = zlib.compress(content, 9) if packed else content
    return f"<<{entries} {filters} /Length {len(data)}>>\nstream\n".encode() + data + b"\nendstream"


_FONT = "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>"
_DRAWN = b"BT /F 12 Tf 20 100 Td (The ferry leaves at six.) Tj ET"


def one_page(
    content: bytes | None = None,
    *,
    catalog: str = "",
    page: str = "",
    box: str = "0 0 240 240",
    resources: str = "",
    font: str = _FONT,
    more: Sequence[str | bytes] = (),
    tree: str = "/Kids [3 0 R] /Count 1",
    trailer: str = "/Root 1 0 R",
) -> bytes:
    """A PDF file of one page; objects 1 to 5 are catalog, pages, page, content and font."""
    return pdf(
        [
            f"<</Type /Catalog /Pages 2 0 R {catalog}>>",
            f"<</Type /Pages {tree}>>",
            f"<</Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R {page} "
            f"/Resources <</Font <</F 5 0 R>> {resources}>>>>",
            content if content is not None else _stream(_DRAWN, packed=False),
            font,
            *more,
        ],
        trailer=trailer,
    )


def _forms(levels: int, calls: int) -> bytes:
    """Forms that each draw the next one several times, the last one words."""
    form = "/Type /XObject /Subtype /Form /BBox [0 0 240 240]"
    more: list[bytes] = []
    for level in range(levels):
        last = level == levels - 1
        drawn = _DRAWN if last else b"/X Do " * calls
        inside = "/Font <</F 5 0 R>>" if last else f"/XObject <</X {7 + level} 0 R>>"
        more.append(_stream(drawn, f"{form} /Resources <<{inside}>>"))
    return one_page(_stream(b"/X Do"), resources="/XObject <</X 6 0 R>>", more=more)


def _deep_pages(levels: int) -> bytes:
    nodes = [
        f"<</Type /Pages /Parent {max(2, level + 4)} 0 R /Kids [{level + 6} 0 R] /Count 1>>"
        for level in range(levels)
    ]
    leaf = (
        "<</Type /Page /MediaBox [0 0 240 240] /Contents 4 0 R /Resources <</Font <</F 5 0 R>>>>>>"
    )
    return one_page(tree="/Kids [6 0 R] /Count 1", more=[*nodes, leaf])


def _encrypted(password: str, algorithm: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf_page()))
    writer.encrypt(user_password=password, owner_password="owner", algorithm=algorithm)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _many_lines(count: int) -> bytes:
    """A page of crossing thin lines, as a drawing has them."""
    chance = random.Random(count)
    strokes = []
    for _ in range(count):
        x, y = chance.randrange(240), chance.randrange(240)
        strokes.append(f"{x} {y} m {x + 40} {y} l S {x} {y} m {x} {y + 40} l S")
    return _stream(b"0.5 w " + " ".join(strokes).encode() + b" " + _DRAWN)


def _many_words(count: int) -> bytes:
    chance = random.Random(count)
    drawn = (
        f"1 0 0 1 {chance.random() * 230:.2f} {chance.random() * 230:.2f} Tm (w{n}) Tj"
        for n in range(count)
    )
    return _stream(b"BT /F 4 Tf " + " ".join(drawn).encode() + b" ET")


def _endless_spaces(mebibytes: int) -> bytes:
    """A content stream, packed twice over, that unpacks to so many spaces."""
    packer = zlib.compressobj(9)
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b" " * MEBI) + packer.flush(zlib.Z_FULL_FLUSH)
    count = mebibytes * MEBI
    low = (1 + 32 * count) % 65521
    high = (count + 16 * count * (count + 1)) % 65521
    end = b"\x03\x00" + (high << 16 | low).to_bytes(4, "big")
    data = zlib.compress(head + block * mebibytes + end, 9)
    entries = f"<</Filter [/FlateDecode /FlateDecode] /Length {len(data)}>>"
    return entries.encode() + b"\nstream\n" + data + b"\nendstream"


_OUTLINE = "/Outlines 6 0 R"
_LABELS = "/PageLabels 6 0 R"

HARMFUL_PDF: dict[str, Callable[[], bytes]] = {
    "a stream that unpacks to 4 GB": lambda: one_page(_endless_spaces(4096)),
    "words without end": lambda: one_page(
        _stream(b"BT /F 4 Tf " + b"(ferry) Tj " * 2_000_000 + b"ET")
    ),
    "pages that are their own parent": lambda: one_page(tree="/Kids [2 0 R] /Count 1"),
    "pages in a ring": lambda: one_page(
        tree="/Kids [6 0 R] /Count 5",
        more=["<</Type /Pages /Parent 2 0 R /Kids [2 0 R 6 0 R] /Count 4>>"],
    ),
    "pages 5,000 levels deep": lambda: _deep_pages(5000),
    "a count of two milliards of pages": lambda: one_page(tree="/Kids [3 0 R] /Count 2147483647"),
    "a count of -1 pages": lambda: one_page(tree="/Kids [3 0 R] /Count -1"),
    "a million times the same page": lambda: one_page(
        tree=f"/Kids [{'3 0 R ' * 1_000_000}] /Count 1000000"
    ),
    "a page as wide as a country": lambda: one_page(box="0 0 1e30 1e30"),
    "a page without size": lambda: one_page(box="0 0 0 0"),
    "a page inside out": lambda: one_page(box="240 240 -240 -240"),
    "a page whose size is no number": lambda: one_page(box="/A (b) null 1"),
    "a form that draws itself": lambda: one_page(
        _stream(b"/X Do"),
        resources="/XObject <</X 6 0 R>>",
        more=[
            _stream(
                b"/X Do " + _DRAWN,
                "/Type /XObject /Subtype /Form /BBox [0 0 240 240] "
                "/Resources <</XObject <</X 6 0 R>> /Font <</F 5 0 R>>>>",
            )
        ],
    ),
    "forms that draw words a milliard times": lambda: _forms(10, 10),
    "an outline that is its own next": lambda: one_page(
        catalog=_OUTLINE,
        more=[
            "<</Type /Outlines /First 7 0 R /Last 7 0 R /Count 1>>",
            "<</Title (Boats) /Parent 6 0 R /Next 7 0 R /Dest [3 0 R /Fit]>>",
        ],
    ),
    "an outline that is its own child": lambda: one_page(
        catalog=_OUTLINE,
        more=[
            "<</Type /Outlines /First 7 0 R /Last 7 0 R /Count 1>>",
            "<</Title (Boats) /Parent 7 0 R /First 7 0 R /Last 7 0 R /Dest [3 0 R /Fit]>>",
        ],
    ),
    "an outline 5,000 levels deep": lambda: one_page(
        catalog=_OUTLINE,
        more=[
            "<</Type /Outlines /First 7 0 R /Last 7 0 R /Count 1>>",
            *(
                f"<</Title (Boats {n}) /Parent {n + 6} 0 R /First {n + 8} 0 R /Last {n + 8} 0 R "
                "/Dest [3 0 R /Fit]>>"
                for n in range(5000)
            ),
        ],
    ),
    "page labels in a ring": lambda: one_page(catalog=_LABELS, more=["<</Kids [6 0 R]>>"]),
    "page labels that are no tree": lambda: one_page(
        catalog=_LABELS, more=["<</Nums [(a) 3 0 R 5]>>"]
    ),
    "a page label of a milliard letters": lambda: one_page(
        catalog=_LABELS, more=["<</Nums [0 <</S /A /St 26000000000>>]>>"]
    ),
    "a Roman page label of two milliards": lambda: one_page(
        catalog=_LABELS, more=["<</Nums [0 <</S /r /St 2000000000>>]>>"]
    ),
    "a stream whose length is itself": lambda: one_page(
        b"<</Length 4 0 R>>\nstream\n" + _DRAWN + b"\nendstream"
    ),
    "a catalog that is a number": lambda: one_page(trailer="/Root 7"),
    "a trailer that points back to itself": lambda: one_page(trailer="/Root 1 0 R /Prev 9"),
    "a font of four milliards of characters": lambda: one_page(
        font="<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R>>",
        more=[
            _stream(
                b"begincmap 1 begincodespacerange <00000000> <ffffffff> endcodespacerange "
                b"1 beginbfrange <00000000> <ffffffff> <0041> endbfrange endcmap"
            )
        ],
    ),
    "thirty thousand thin lines": lambda: one_page(_many_lines(15_000)),
    "thirty thousand words pell-mell": lambda: one_page(_many_words(30_000)),
    "encrypted with RC4": lambda: _encrypted("secret", "RC4-128"),
    "encrypted with AES": lambda: _encrypted("secret", "AES-256"),
    "locked, without a password": lambda: _encrypted("", "AES-256"),
    "a PDF head and nothing more": lambda: b"%PDF-1.7\n",
    "a script that runs when opened": lambda: one_page(
        catalog="/OpenAction <</S /JavaScript /JS (while (true) {})>>"
    ),
}


def _deep(opening: str, closing: str, levels: int) -> str:
    return opening * levels + closing * levels


def _zip_of_many(count: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for n in range(count):
            archive.writestr(_entry(f"word/media/{n}.xml"), "")
    return stream.getvalue()


HARMFUL_DOCX: dict[str, Callable[[], bytes]] = {
    "a document that unpacks to 300 MB": lambda: _huge_part("word/document.xml", 300),
    "a picture that unpacks to 300 MB": lambda: _huge_part("word/media/image1.png", 300),
    "laughter": lambda: docx("<w:p><w:r><w:t>&l11;</w:t></w:r></w:p>", head=_LAUGHS),
    "a look at another file": lambda: docx("<w:p><w:r><w:t>&out;</w:t></w:r></w:p>", head=_OUTSIDE),
    "100,000 levels of XML": lambda: docx(
        _deep("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>", 50_000)
    ),
    "tables in tables in tables": lambda: docx(
        _deep("<w:tbl><w:tr><w:tc>", "<w:p/></w:tc></w:tr></w:tbl>", 100)
    ),
    "a cell over a milliard of columns": lambda: docx(
        "<w:tbl><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc><w:tcPr>"
        '<w:gridSpan w:val="1000000000"/>'
        "</w:tcPr><w:p><w:r><w:t>Heron</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    ),
    "no document inside": lambda: _zipped({"[Content_Types].xml": _CONTENT_TYPES}),
    "an archive of 100,000 files": lambda: _zip_of_many(100_000),
    "an archive of nothing": lambda: _zipped({}),
    "an encrypted office file": lambda: (
        bytes.fromhex("d0cf11e0a1b11ae1")
        + bytes(1024)
        + "EncryptedPackage".encode("utf-16-le")
        + bytes(1024)
    ),
    "XML that does not close": lambda: docx("<w:p><w:r><w:t>ferry"),
    "a document without words": lambda: docx(""),
}


def _huge_part(name: str, mebibytes: int) -> bytes:
    """A document with one part that begins with so many spaces."""
    whole = zipfile.ZipFile(io.BytesIO(docx()))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted({*whole.namelist(), name}):
            content = whole.read(part) if part in whole.namelist() else b"<w:p>"
            with archive.open(_entry(part), "w") as target:
                head, mark, tail = content.partition(b"<w:p>")
                target.write(head)
                for _ in range(mebibytes if part == name else 0):
                    target.write(b" " * MEBI)
                target.write(mark + tail)
    return stream.getvalue()


def _with_part(whole: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """An archive with one of its parts, an XML text, changed."""
    archive = zipfile.ZipFile(io.BytesIO(whole))
    parts: dict[str, str | bytes] = {part: archive.read(part) for part in archive.namelist()}
    parts[name] = change(archive.read(name).decode())
    return _zipped(parts)


def _slide(change: Callable[[str], str]) -> bytes:
    return _with_part(pptx(), "ppt/slides/slide1.xml", change)


def _doctype(head: str, entity: str) -> Callable[[str], str]:
    def change(xml: str) -> str:
        declaration, _, rest = xml.partition("?>")
        return f"{declaration}?>{head}{rest.replace(_PARAGRAPH, f'&{entity};')}"

    return change


HARMFUL_PPTX: dict[str, Callable[[], bytes]] = {
    "a slide that unpacks to 300 MB": lambda: _slide(
        lambda xml: xml.replace("<a:t>", " " * 300 * MEBI + "<a:t>", 1)
    ),
    "laughter": lambda: _slide(_doctype(_LAUGHS, "l11")),
    "a look at another file": lambda: _slide(_doctype(_OUTSIDE, "out")),
    "5,000 groups in groups": lambda: _slide(
        lambda xml: xml.replace(
            "</p:spTree>", _deep("<p:grpSp>", "</p:grpSp>", 5000) + "</p:spTree>"
        )
    ),
    "a slide that is not there": lambda: _with_part(
        pptx(),
        "ppt/_rels/presentation.xml.rels",
        lambda xml: xml.replace("slides/slide1.xml", "slides/slide9.xml"),
    ),
    "a slide that is its own layout": lambda: _with_part(
        pptx(),
        "ppt/slides/_rels/slide1.xml.rels",
        lambda xml: xml.replace("../slideLayouts/slideLayout2.xml", "slide1.xml"),
    ),
    "a hundred thousand times the same slide": lambda: _with_part(
        pptx(),
        "ppt/presentation.xml",
        lambda xml: re.sub(r"<p:sldId [^>]*/>", lambda found: found.group() * 100_000, xml),
    ),
    "a shape as wide as a country": lambda: _slide(
        lambda xml: xml.replace(
            "<p:spPr/>",
            '<p:spPr><a:xfrm><a:off x="-99999999999" y="7"/><a:ext cx="99999999999" cy="0"/>'
            "</a:xfrm></p:spPr>",
        )
    ),
    "slides without size": lambda: _with_part(
        pptx(),
        "ppt/presentation.xml",
        lambda xml: re.sub(r"<p:sldSz [^>]*/>", '<p:sldSz cx="0" cy="0"/>', xml),
    ),
    "slides whose size is no number": lambda: _with_part(
        pptx(),
        "ppt/presentation.xml",
        lambda xml: re.sub(r"<p:sldSz [^>]*/>", '<p:sldSz cx="wide" cy="-1"/>', xml),
    ),
    "an archive of nothing": lambda: _zipped({}),
}

HARMFUL_HTML: dict[str, Callable[[], bytes]] = {
    "laughter": lambda: html("<p>&l11;</p>", head=_LAUGHS),
    "a look at another file": lambda: html("<p>&out;</p>", head=_OUTSIDE),
    "100,000 levels of boxes": lambda: html(_deep("<div>", "</div>", 100_000)),
    "tables in tables in tables": lambda: html(_deep("<table><tr><td>", "</td></tr></table>", 500)),
    "50,000 tags left open": lambda: html("<b><i>" * 25_000 + "ferry"),
    "an attribute of 20 MB": lambda: html(f'<p title="{"x" * 20 * MEBI}">ferry</p>'),
    "a cell over a milliard of columns": lambda: html(
        '<table><tr><td colspan="1000000000" rowspan="1000000000">Heron</td></tr></table>'
    ),
    "nothing but a script": lambda: b"<html><body><script>while (true) {}</script></body></html>",
    "characters that do not exist": lambda: html("<p>&#xD800;&#x110000;&#0;&#99999999999;</p>"),
    "a charset that lies": lambda: html('<meta charset="utf-16"><p>phà</p>'),
    "a charset that there is not": lambda: html('<meta charset="klingon"><p>phà</p>'),
}

HARMFUL_TEXT: dict[str, Callable[[], bytes]] = {
    "nothing but white space": lambda: b" \n\t\n" * 100,
    "nothing but zeros": lambda: bytes(100_000),
    "bytes at random": lambda: random.Random(7).randbytes(100_000),
    "half a character": lambda: text() + b"\xf0\x9f",
    "UTF-16 with a byte too few": lambda: text().decode().encode("utf-16")[:-1],
    "a mark of byte order alone": lambda: b"\xff\xfe",
    "surrogates": lambda: b"ferry \xed\xa0\x80 boat",
    "one word of 50 kB": lambda: b"ferry" * 10_000,
    "a letter with 20,000 marks": lambda: b"a" + "\u0301".encode() * 20_000,
    "a million empty lines": lambda: b"\n" * 1_000_000 + text(),
}

HARMFUL_MARKDOWN: dict[str, Callable[[], bytes]] = {
    "20,000 open brackets": lambda: b"[" * 20_000 + b"ferry",
    "10,000 links in links": lambda: b"[a](" * 10_000,
    "50,000 levels of quotation": lambda: b">" * 50_000 + b" ferry",
    "5,000 levels of lists": lambda: b"\n".join(b"  " * n + b"- ferry" for n in range(5000)),
    "emphasis without end": lambda: b"*ferry **boat " * 2000,
    "400 fences": lambda: b"\n".join(b"`" * (n + 1) + b"a" for n in range(400)),
    "a table of 2,000 columns": lambda: (
        b"|a" * 2000 + b"|\n" + b"|-" * 2000 + b"|\n" + b"|b|\n" * 1000
    ),
}

HARMFUL: dict[str, dict[str, Callable[[], bytes]]] = {
    ".pdf": HARMFUL_PDF,
    ".docx": HARMFUL_DOCX,
    ".pptx": HARMFUL_PPTX,
    ".html": HARMFUL_HTML,
    ".txt": HARMFUL_TEXT,
    ".md": HARMFUL_MARKDOWN,
}
