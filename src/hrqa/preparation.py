"""One file made ready for the index: read, described, cut into passages."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hrqa.corpus import SourceFile
from hrqa.datatypes import Bibliography, Document, Name, Page, Passage
from hrqa.language import detect_language
from hrqa.passages import PASSAGE_VERSION, PassageSizes, cut_passages
from hrqa.readers.formats import READING_VERSION, read_document
from hrqa.readers.reading import Reading
from hrqa.retrieval_texts import RETRIEVAL_TEXT_VERSION

Vectors = npt.NDArray[np.float32]
_LANGUAGE_SAMPLE_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document ready for a new generation of the index.

    Attributes:
        document: The document.
        pages: Its pages.
        passages: Its passages.
        build_key: Digest of all that pages and passages were made from.
        vectors: Vectors of passages and of sentences; None until it is embedded.
    """

    document: Document
    pages: tuple[Page, ...]
    passages: tuple[Passage, ...]
    build_key: str
    vectors: tuple[Vectors, Vectors] | None


def build_key(source: SourceFile, sizes: PassageSizes) -> str:
    """Digest of all that a document's pages and passages are made from."""
    described = asdict(source.item.bibliography) if source.item else None
    value = [
        READING_VERSION,
        PASSAGE_VERSION,
        RETRIEVAL_TEXT_VERSION,
        source.id,
        source.file,
        source.sha256,
        described,
        sizes.target,
        sizes.maximum,
    ]
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def prepare(source: SourceFile, sizes: PassageSizes) -> PreparedDocument:
    """Read a file and cut it into passages.

    Raises:
        UnreadableDocumentError: It cannot be read.
    """
    reading = read_document(source.path, file=source.file)
    document = Document(
        id=source.id,
        file=source.file,
        sha256=source.sha256,
        bibliography=_bibliography(source, reading),
        pages=None if reading.pages[0].number is None else len(reading.pages),
        outline=reading.outline,
        same_as=source.same_as,
        unreadable_pages=reading.unreadable_pages,
        ocr_pages=reading.ocr_pages,
    )
    passages = cut_passages(document, reading.pages, sizes=sizes)
    return PreparedDocument(document, reading.pages, passages, build_key(source, sizes), None)


def _bibliography(source: SourceFile, reading: Reading) -> Bibliography:
    """What the manifest says, else what the file says, else its name."""
    file_title = reading.title or Path(source.file).stem
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
