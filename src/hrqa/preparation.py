"""One file made ready for the index: read, described, cut into passages."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import PurePosixPath

from hrqa.corpus import SourceFile
from hrqa.datatypes import Bibliography, Document, Name, Passage
from hrqa.digests import file_sha256
from hrqa.errors import UnreadableDocumentError
from hrqa.language import detect_language
from hrqa.passages import PASSAGE_VERSION, PassageSizes, cut_passages
from hrqa.readers.formats import READING_VERSION, read_document
from hrqa.readers.reading import Reading, ReadingLimits
from hrqa.readers.titles import TITLE_VERSION, document_title
from hrqa.retrieval_texts import RETRIEVAL_TEXT_VERSION
from hrqa.token_states import TOKEN_STATES_VERSION

_LANGUAGE_SAMPLE_CHARS = 20_000
_CHANGED = "the file changed while it was read; run again when it is at rest"


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document ready to be embedded.

    Attributes:
        document: The document.
        reading: Its pages, and what the file says of itself.
        passages: Its passages.
    """

    document: Document
    reading: Reading
    passages: tuple[Passage, ...]


def reading_key(source: SourceFile) -> str:
    """Digest of all that a document's reading is made from."""
    suffix = PurePosixPath(source.file).suffix.casefold()
    return _digest([READING_VERSION, suffix, source.sha256])


def build_key(source: SourceFile, sizes: PassageSizes) -> str:
    """Digest of all that a document's pages and passages are made from."""
    described = asdict(source.item.bibliography) if source.item else None
    return _digest(
        [
            reading_key(source),
            PASSAGE_VERSION,
            RETRIEVAL_TEXT_VERSION,
            TITLE_VERSION,
            TOKEN_STATES_VERSION,
            source.id,
            source.file,
            described,
            sizes.target,
            sizes.maximum,
        ]
    )


def read_source(source: SourceFile, limits: ReadingLimits) -> Reading:
    """Read a file and make sure that it is the one whose checksum was taken.

    Raises:
        UnreadableDocumentError: It cannot be read, or has changed.
    """
    reading = read_document(source.path, file=source.file, limits=limits)
    try:
        changed = file_sha256(source.path) != source.sha256
    except OSError:
        changed = True
    if changed:
        raise UnreadableDocumentError(source.file, _CHANGED)
    return reading


def prepare(source: SourceFile, reading: Reading, sizes: PassageSizes) -> PreparedDocument:
    """Describe a document that was read, and cut it into passages."""
    made = Document(
        id=source.id,
        file=source.file,
        sha256=source.sha256,
        bibliography=_bibliography(source, reading),
        pages=None if reading.pages[0].number is None else len(reading.pages),
        outline=reading.outline,
        unreadable_pages=reading.unreadable_pages,
        ocr_pages=reading.ocr_pages,
        titled=bool(source.item and source.item.bibliography.title),
    )
    document = as_in_corpus(made, source)
    passages = cut_passages(document, reading.pages, sizes=sizes)
    return PreparedDocument(document, reading, passages)


def as_in_corpus(document: Document, source: SourceFile) -> Document:
    """A document with its copies and its example questions, as they are in the corpus now.

    They are in no key and in no text that is searched: when they alone change, a document that
    the index has is neither read nor cut nor embedded again.
    """
    questions = source.item.questions if source.item else ()
    return replace(document, same_as=source.same_as, questions=questions)


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _bibliography(source: SourceFile, reading: Reading) -> Bibliography:
    """What the manifest says, else what the file says, else its name."""
    file_title = document_title(reading, source.file)
    if source.item is None:
        known = Bibliography(
            title=file_title,
            authors=tuple(Name(literal=author) for author in reading.authors),
            issued=reading.issued,
            url=reading.url,
            language=reading.language,
        )
    else:
        known = source.item.bibliography
        known = replace(
            known,
            title=known.title or file_title,
            language=known.language or reading.language,
        )
    if known.language is None:
        sample = " ".join(page.text for page in reading.pages)[:_LANGUAGE_SAMPLE_CHARS]
        known = replace(known, language=detect_language(sample))
    return known
