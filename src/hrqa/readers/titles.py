"""What a document is called: its declared title, else its first heading, else its file's name."""

import re
from pathlib import PurePosixPath

from hrqa.datatypes import BlockKind
from hrqa.readers.reading import Reading

TITLE_VERSION = "1"
"""Counts up whenever documents are called otherwise."""

_LONGEST_CHARS = 200
_LETTERS = re.compile(r"[^\W\d_]{2}")
_FILE_NAME = re.compile(
    r".*\.(?:docx?|dotx?|odt|rtf|wpd|pptx?|ppsx?|odp|xlsx?|ods|pdf|dvi|tex|indd|qxd|pmd)"
    r"|\S*\.(?:ps|html?|xml|md|txt|tiff?|jpe?g|png)"
    r"|\S*_\S*|(?:[a-z]:\\|/|file:|https?:|about:)\S*",
    re.IGNORECASE,
)
_PRINT_JOB = re.compile(r"microsoft (?:office )?(?:word|powerpoint|excel|publisher) - .*", re.I)
_PROGRAM = re.compile(
    r"(?:\S+ (?:\S+ )?)?power-?point\S*(?: \S+)?"
    r"|(?:(?:new|blank|word|microsoft word|untitled|unnamed) )?"
    r"(?:document|presentation|doc|dokument|tài liệu|book|workbook|sheet|slide|layout|page|file"
    r"|scan|scanned document|image|print)[ -]?\d*"
    r"|(?:untitled|unnamed|unbenannt|no title|title|sans titre|không (?:có )?tiêu đề)[ -]?\d*",
    re.IGNORECASE,
)
_PARTS = frozenset(
    "abstract|contents|table of contents|cover|cover page|title page|introduction|summary|preface"
    "|foreword|mục lục|tóm tắt|trang bìa|lời nói đầu|lời mở đầu|mở đầu".split("|")
)


def says_something(title: str) -> bool:
    """Whether a title tells one document from others.

    Numbers do not (``0001018724-18-000005``), nor names of files (``report.doc``,
    ``annual_report``), what programs call every new file (``Document1``, ``Microsoft Word -
    report``) and what every document has (``Contents``).
    """
    plain = " ".join(title.split())
    return bool(_LETTERS.search(plain)) and not (
        _FILE_NAME.fullmatch(plain)
        or _PRINT_JOB.fullmatch(plain)
        or _PROGRAM.fullmatch(plain)
        or plain.casefold().rstrip(":.") in _PARTS
    )


def document_title(reading: Reading, file: str) -> str:
    """What a document is called.

    The title that the file declares, or its reader took; where that says nothing, its first
    heading; where there is none that can be trusted, the name of the file, which is what a
    person calls it.

    Args:
        reading: The document as it was read.
        file: Its path relative to the corpus.
    """
    if reading.title and says_something(reading.title):
        return reading.title
    return _first_heading(reading) or PurePosixPath(file).stem


def _first_heading(reading: Reading) -> str | None:
    """The heading that names the document; None where there is none.

    On a page it is the only one of the highest level. Where several stand, as on a form's cover
    (who it is filed with, the form's number, who files it), the first says least.
    """
    for page in reading.pages:
        if not any(block.kind is not BlockKind.FURNITURE for block in page.blocks):
            continue
        headings = [block for block in page.blocks if block.kind is BlockKind.HEADING]
        highest = [block for block in headings if block.level == 1]
        if page.number is None:
            highest = headings[:1]
        if len(highest) != 1:
            return None
        text = " ".join(page.text[highest[0].start : highest[0].end].split())
        return text if len(text) <= _LONGEST_CHARS and says_something(text) else None
    return None
