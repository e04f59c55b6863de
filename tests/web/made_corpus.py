"""A corpus made for the page: documents without pages, documents that mean harm, a long file."""

import json
from pathlib import Path

import typst

HARM = '<script>alert("a")</script>'
IMAGE_HARM = "<img src=x onerror=alert(1)>"
SVG_HARM = '"><svg onload=alert(2)>'
# As Markdown writes it, so that it is text and no HTML that its reader leaves out.
WRITTEN_HARM = f"{HARM} {IMAGE_HARM} {SVG_HARM}".replace("<", "\\<")
SVG_FILE_HARM = '"><svg onload=alert(5)>'
LONG_WORD = "unbreakable" * 273
HEBREW = "הלטאה יושבת על החומה הישנה ומתחממת בשמש הבוקר"
ARABIC = "تجلس السحلية على السور القديم وتستدفئ بشمس الصباح"
EMOJI = "🦎🧗🏽‍♀️👩‍👩‍👧"
COMBINING = "e\u0301\u0323\u0302 Z̸̢͔̈a̵̮͐l̶͍̽g̴̞͝o̷̙͛"

MARKET = """\
# The market of Long Pier

The market opens before dawn, when the boats come back from the bay with squid and crab.

## Prices

A basket of crab costs four copper coins, and a basket of squid costs three.
On feast days the harbour master forbids any bargaining and fixes the prices himself.

## Closing

The gates close when the tide turns; whoever stays behind sleeps among the nets.
"""

RIVER = """\
Người lái đò trên sông Hậu thức dậy lúc ba giờ sáng để đón những chuyến hàng đầu tiên.

Mỗi chuyến đò chở được hai mươi người và mười bao gạo, giá vé là năm nghìn đồng.

Khi nước lũ dâng cao, bến đò đóng cửa và học sinh phải nghỉ học vài ngày.
"""

KITE = """\
<!doctype html><html lang="en"><head><title>Kites over the dunes</title></head><body><main>
<h1>Kites over the dunes</h1>
<p>Kite makers of the dunes split bamboo in March and glue rice paper over it in April.</p>
<h2>Strings</h2>
<p>Their strings are waxed with honey, so that rain does not make them heavy.</p>
<table><tr><th>Kite</th><th>Span</th></tr><tr><td>Owl</td><td>2 m</td></tr></table>
</main></body></html>
"""

LIZARD = f"""\
# {WRITTEN_HARM} Lizards

The wall lizard warms itself on the old wall every morning. {WRITTEN_HARM} {HARM}
It hides between the stones \u202e\u200b\u2066 when a kestrel hovers {EMOJI} above {COMBINING}.

## {WRITTEN_HARM} {LONG_WORD}

The wall lizard also eats {LONG_WORD} beetles.

{HEBREW}

{ARABIC}
"""

EMOJI_NOTE = """\
😀😀 The glassblower 🫙 heats the furnace with beech wood for nine hours. Then she blows 𝒯𝓌𝑜 bowls.

The second bowl cools overnight in warm ash, and nobody may open the door.
"""

STATIONS = """\
#set document(title: "Stations of the coast")
#set page(width: 300pt, height: 400pt, numbering: "1")
#let last = 500
#for n in range(1, last + 1) {
  if n == 400 [
    = Lighthouse log
    #v(180pt)
    The keeper of the northern lighthouse oils the revolving lamp with whale oil at midnight,
    and he
    #pagebreak()
    writes the hour of the oiling into a ledger that is bound in blue linen.
    A ledger that is full lies in the cellar of the tower, behind the barrels of vinegar.
  ] else if n != 401 [#hide[x]]
  if n < last and n != 400 { pagebreak() }
}
"""

MANIFEST = [
    {
        "id": "lizard",
        "type": "book",
        "title": f"{HARM} Lizards {IMAGE_HARM} {SVG_HARM} {LONG_WORD[:300]}",
        "author": [{"literal": f"{HARM}{IMAGE_HARM}"}, {"family": HEBREW, "given": SVG_HARM}],
        "issued": {"date-parts": [[2020, 2, 30]]},
        "publisher": f"{SVG_HARM}{LONG_WORD[:200]}",
        "container-title": HARM,
        "URL": "javascript:alert(3)",
        "language": "en",
        "custom": {"file": "<img src=x onerror=alert(4)>.md"},
    },
    {
        "id": "river",
        "type": "report",
        "title": "Người lái đò sông Hậu",
        "author": [{"family": "Đặng", "given": "Thị Hương"}],
        "issued": {"date-parts": [[2021, 4]]},
        "language": "vi",
        "custom": {"file": "sông/đò.txt"},
    },
    {
        "id": "market",
        "type": "report",
        "title": "The market of Long Pier",
        "author": [{"family": "Le", "given": "Anh"}],
        "issued": {"date-parts": [[2019]]},
        "language": "en",
        "custom": {"file": "market.md"},
    },
]


def make_corpus(folder: Path) -> None:
    """Write the documents into a folder."""
    (folder / "manifest.json").write_text(json.dumps(MANIFEST), "utf-8")
    (folder / "market.md").write_text(MARKET, "utf-8")
    (folder / "sông").mkdir()
    (folder / "sông" / "đò.txt").write_text(RIVER, "utf-8")
    (folder / "kite.html").write_text(KITE, "utf-8")
    (folder / "<img src=x onerror=alert(4)>.md").write_text(LIZARD, "utf-8")
    (folder / "glass.txt").write_text(EMOJI_NOTE, "utf-8")
    (folder / f"{SVG_FILE_HARM}.txt").write_bytes(b"A file that is no text \x01\x08\x1b\x7f.")
    (folder / "tide-a.md").write_text("The *tide* table hangs on the door of the customs house.\n")
    (folder / "tide-b.txt").write_text("The tide table hangs\non the door of the customs house.\n")
    (folder / "avenue.md").write_text(_avenue(), "utf-8")
    source = folder / "stations.typ"
    source.write_text(STATIONS, "utf-8")
    typst.compile(str(source), output=str(folder / "stations.pdf"))
    source.unlink()


def _avenue() -> str:
    """Five hundred paragraphs, and one among them that stands out."""
    parts = ["# The avenue of limes"]
    for number in range(500):
        if number % 100 == 0:
            parts.append(f"## Row {number // 100 + 1}")
        parts.append(
            "The oldest lime was struck by lightning in 1911 and is held up by iron hoops."
            if number == 333
            else "A lime of the avenue stands there in its row."
        )
    return "\n\n".join(parts)
