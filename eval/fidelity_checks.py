"""What ``fidelity.py`` counts, page by page, span by span and row by row."""

import bisect
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from reference_text import PlacedCharacter, letters, words

from hrqa.citations import cite
from hrqa.datatypes import BlockKind, Box, Document, Page, Passage

_MISSING, _FOREIGN = 0.01, 0.05
_IN_ORDER = 0.99
_TOLERANCE = 0.0008
_SAME_ROW = 0.003
_SIGNS = frozenset(("$", "%", "€", "£", ")", ")%", "—", "–", "-", "N/M", "NM", "*"))
_VALUE = re.compile(r"[($€£]*-?\d[\d,.]*[)%]*")
_TOKEN = re.compile(r"\S+")


@dataclass(frozen=True)
class PageFidelity:
    """What became of the text of one page; counts are of letters and digits.

    Attributes:
        seen: That the reference has.
        kept: Of these, in passages.
        furniture: Of these, in running lines alone.
        invented: In passages or running lines, and not in the reference.
        in_order: Of the reference's, in passages and in the order in which the file draws them.
        lost_words: Words of the reference that are nowhere.
        new_words: Words that are not in the reference.
        furniture_text: What hrqa calls running lines.
    """

    where: str
    seen: int
    kept: int
    furniture: int
    invented: int
    in_order: int
    lost_words: tuple[str, ...]
    new_words: tuple[str, ...]
    furniture_text: str

    @property
    def lost(self) -> int:
        """Characters that are neither in passages nor in running lines."""
        return self.seen - self.kept - self.furniture


@dataclass
class Tally:
    """Counts of a file, or of all files."""

    pages: list[PageFidelity] = field(default_factory=list)
    unreadable: int = 0
    passages: int = 0
    passages_boxed: int = 0
    passages_right: int = 0
    words_boxed: int = 0
    words_right: int = 0
    ordered: int = 0
    orderable: int = 0
    values_beside: int = 0
    values_whole: int = 0
    cells: int = 0
    cells_merged: int = 0
    torn_rows: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    wrong_words: list[str] = field(default_factory=list)
    wrong_boxes: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Take up another's counts."""
        for name, value in vars(other).items():
            if isinstance(value, list):
                getattr(self, name).extend(value)
            else:
                setattr(self, name, getattr(self, name) + value)

    def row(self, name: str) -> str:
        """A row of the table."""
        seen, kept, furniture, invented, in_order = (
            sum(getattr(page, what) for page in self.pages)
            for what in ("seen", "kept", "furniture", "invented", "in_order")
        )
        return (
            f"| {name} | {len(self.pages)} | {seen} | {share(kept, seen)} | {furniture} "
            f"| {share(kept, seen - furniture)} | {invented} | {share(in_order, seen - furniture)} "
            f"| {self.passages} | {share(self.passages_right, self.passages_boxed)} "
            f"| {share(self.words_right, self.words_boxed)} "
            f"| {share(self.ordered, self.orderable)} "
            f"| {share(self.values_whole, self.values_beside)} "
            f"| {share(self.cells_merged, self.cells)} |"
        )


HEAD = (
    "| file | pages | characters | in passages % | running lines | body text in passages % "
    "| invented | in the file's order % | passages | boxes right % | word boxes right % "
    "| pages in order % | rows whole % | cells of several values % |\n|---|" + "---:|" * 13
)


def share(part: int, whole: int) -> str:
    """A percentage; a dash where there is nothing to measure."""
    return f"{100 * part / whole:.2f}" if whole else "–"


def page_fidelity(where: str, reference: str, kept: str, furniture: str) -> PageFidelity:
    """Compare a page's text with what became of it."""
    wanted, body = Counter(letters(reference)), Counter(letters(kept))
    running = Counter(letters(furniture))
    lost = wanted - body
    reference_words, kept_words = words(reference), words(kept)
    matcher = SequenceMatcher(a=reference_words, b=kept_words, autojunk=False)
    in_order = sum(
        len(word)
        for match in matcher.get_matching_blocks()
        for word in reference_words[match.a : match.a + match.size]
    )
    all_words = Counter(kept_words) + Counter(words(furniture))
    known = Counter(reference_words)
    return PageFidelity(
        where=where,
        seen=wanted.total(),
        kept=(wanted & body).total(),
        furniture=(lost & running).total(),
        invented=(body + running - wanted).total(),
        in_order=in_order,
        lost_words=tuple((known - all_words).elements()),
        new_words=tuple((all_words - known).elements()),
        furniture_text=" | ".join(furniture.split("\n")),
    )


def blocks_text(page: Page, *, running: bool) -> str:
    """Text of a page's running lines, or of all its other blocks but footnotes."""
    left_out = (BlockKind.FURNITURE, BlockKind.FOOTNOTE)
    return "\n".join(
        page.text[block.start : block.end]
        for block in page.blocks
        if (block.kind is BlockKind.FURNITURE if running else block.kind not in left_out)
    )


class CharactersByHeight:
    """The characters of a page, found by box."""

    def __init__(self, characters: Sequence[PlacedCharacter]) -> None:
        self._ordered = sorted(characters, key=lambda char: char.y)
        self._heights = [char.y for char in self._ordered]

    def within(self, boxes: Sequence[Box]) -> Counter[str]:
        """Letters and digits whose middle stands in any of the boxes, each counted once."""
        found: set[int] = set()
        for box in boxes:
            first = bisect.bisect_left(self._heights, box.top - _TOLERANCE)
            last = bisect.bisect_right(self._heights, box.bottom + _TOLERANCE)
            found.update(
                index
                for index in range(first, last)
                if box.left - _TOLERANCE <= self._ordered[index].x <= box.right + _TOLERANCE
            )
        return Counter("".join(self._ordered[index].text for index in found))


def check_boxes(
    tally: Tally,
    name: str,
    document: Document,
    pages: dict[int | None, Page],
    passages: Sequence[Passage],
    placed: dict[int | None, CharactersByHeight],
) -> None:
    """Hold the boxes of every passage and of every word of a page against PDFium's characters."""
    for passage in passages:
        right = True
        for cited in cite(passage, document, pages).spans:
            span = cited.span
            if span.page not in placed:
                continue
            text = pages[span.page].text[span.start : span.end]
            wanted = Counter(letters(text))
            inside = placed[span.page].within(cited.boxes or ())
            missing, foreign = (wanted - inside).total(), (inside - wanted).total()
            if missing > _MISSING * wanted.total() or foreign > _FOREIGN * wanted.total():
                right = False
                tally.wrong_boxes.append(
                    f"{name}, page {span.page}: {missing} missing, {foreign} foreign of "
                    f"{wanted.total()}: {' '.join(text.split())[:160]!r}"
                )
        tally.passages_boxed += 1
        tally.passages_right += right
    for number, characters in placed.items():
        for text, box, _ in placed_words(pages[number]):
            wanted = Counter(letters(text))
            tally.words_boxed += bool(wanted)
            right = not wanted or characters.within([box]) == wanted
            tally.words_right += bool(wanted) and right
            if not right:
                tally.wrong_words.append(f"{name}, page {number}: {text!r}")


def placed_words(page: Page) -> Iterator[tuple[str, Box, int]]:
    """Each word of a page's lines with its own box and its offset."""
    for line in page.lines:
        tokens = _TOKEN.finditer(page.text, line.start, line.end)
        pairs = zip(line.edges[::2], line.edges[1::2], strict=True)
        for token, (left, right) in zip(tokens, pairs, strict=True):
            yield token.group(), Box(left, line.top, right, line.bottom), token.start()


def check_rows(tally: Tally, name: str, page: Page) -> None:
    """Count neighbouring values that share a line of the text, and cells of several values."""
    by_height = sorted(
        (
            ((box.top + box.bottom) / 2, box, token, start)
            for token, box, start in placed_words(page)
        ),
        key=lambda entry: entry[0],
    )
    torn = []
    rows: list[list[tuple[float, Box, str, int]]] = []
    for entry in by_height:
        if rows and entry[0] <= rows[-1][0][1].bottom and entry[0] - rows[-1][0][0] < _SAME_ROW:
            rows[-1].append(entry)
        else:
            rows.append([entry])
    for row in rows:
        row.sort(key=lambda entry: entry[1].left)
        shown = [entry for entry in row if entry[2] not in _SIGNS]
        for (_, _, one, at), (_, _, other, then) in itertools.pairwise(shown):
            if _VALUE.fullmatch(one) and _VALUE.fullmatch(other):
                whole = at < then and "\n" not in page.text[at:then]
                tally.values_beside += 1
                tally.values_whole += whole
                if not whole:
                    torn.append(f"{one} | {other}")
    if torn:
        tally.torn_rows.append(f"{name}, page {page.number}: {len(torn)}: {'; '.join(torn[:8])}")
    for block in page.blocks:
        if block.kind is BlockKind.TABLE:
            for cell in re.split(r"[\t\n]", page.text[block.start : block.end]):
                tokens = [token for token in cell.split() if token not in _SIGNS]
                values = bool(tokens) and all(map(_VALUE.fullmatch, tokens))
                tally.cells += values
                if values and len(tokens) > 1:
                    tally.cells_merged += 1
                    tally.merged.append(f"{name}, page {page.number}: {cell!r}")


def check_order(tally: Tally, name: str, pages: Sequence[Page], source: list[str]) -> None:
    """Count the pages whose words come in the order of the source."""
    owned = [
        (word, page.number) for page in pages for word in words(blocks_text(page, running=False))
    ]
    matcher = SequenceMatcher(a=source, b=[word for word, _ in owned], autojunk=False)
    matched: Counter[int | None] = Counter()
    for match in matcher.get_matching_blocks():
        matched.update(number for _, number in owned[match.b : match.b + match.size])
    total = Counter(number for _, number in owned)
    for number, count in total.items():
        tally.orderable += 1
        if matched[number] >= _IN_ORDER * count:
            tally.ordered += 1
        else:
            tally.disordered.append(
                f"{name}, page {number}: {matched[number]} of {count} words in order"
            )
