"""What Office files have in common: they are zip archives of XML, or pretend to be."""

import errno
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from hrqa.errors import UnreadableDocumentError
from hrqa.readers.reading import ReadingLimits, empty_file, too_large
from hrqa.readers.titles import says_something
from hrqa.readers.unpaged import plain

_OLE_HEADER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_STRICT = b"http://purl.oclc.org/ooxml/"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MOST_MEMBERS = 100_000


@contextmanager
def office_package(path: Path, *, file: str, limits: ReadingLimits, program: str) -> Iterator[None]:
    """Check an Office file before it is unpacked, and explain what fails while it is read.

    Args:
        path: Where the file lies.
        file: Its path relative to the corpus, for messages.
        limits: How much it may unpack to.
        program: Which program's file it is: ``Word`` or ``PowerPoint``.

    Raises:
        UnreadableDocumentError: It is empty, encrypted, broken, of another format, or too large;
            or the code inside the ``with`` failed on it.
        OSError: It cannot be opened.
    """
    _check(path, file, limits, program)
    try:
        yield
    except (UnreadableDocumentError, MemoryError):
        raise
    except Exception as error:  # the libraries raise many kinds on damaged files
        if _is_of_the_machine(error):
            raise
        raise _broken(file, program, error) from error


def _is_of_the_machine(error: Exception) -> bool:
    """Whether reading itself failed; a damaged file may ask for a place before its beginning."""
    return isinstance(error, OSError) and error.errno != errno.EINVAL


def _broken(file: str, program: str, error: Exception) -> UnreadableDocumentError:
    return UnreadableDocumentError(
        file,
        f"the file is broken or no {program} document ({_first_line(error)}); get an intact copy",
    )


def _check(path: Path, file: str, limits: ReadingLimits, program: str) -> None:
    with path.open("rb") as stream:
        head = stream.read(len(_OLE_HEADER))
        if not head:
            raise empty_file(file)
        if head == _OLE_HEADER:
            rest = stream.read(limits.expanded_bytes)
            raise UnreadableDocumentError(
                file,
                "the file is protected by a password; save a copy without one"
                if _ENCRYPTED_STREAM in rest
                else f"the file is of an old {program} format; open it in {program} or "
                "LibreOffice and save it in the new one",
            )
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            # Python's zipfile gives no more bytes of a member than are declared here, and says
            # that the archive is broken where there are more.
            size = sum(member.file_size for member in members)
            if size > limits.expanded_bytes:
                raise too_large(file, size, limits)
            problem = _problem(archive, members, program)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
        if _is_of_the_machine(error):
            raise
        raise _broken(file, program, error) from error
    if problem:
        raise UnreadableDocumentError(file, problem)


def _problem(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], program: str) -> str:
    """What makes an archive one that is not read; empty for none."""
    if any(member.flag_bits & 1 for member in members):
        return "the file is protected by a password; save a copy without one"
    if len(members) > _MOST_MEMBERS or any(m.compress_type not in _METHODS for m in members):
        return f"the file is packed as {program} does not do it; save it anew in {program}"
    names = {member.filename for member in members}
    if "[Content_Types].xml" not in names or "_rels/.rels" not in names:
        return f"the file is a zip archive and no {program} document; check what it is"
    try:
        relations = archive.read("_rels/.rels")
    except Exception as error:  # damage shows as many kinds
        return f"the file is broken ({_first_line(error)}); get an intact copy"
    if _STRICT in relations:
        return f"the file is in the format Strict Open XML; save it in {program}'s usual format"
    return ""


def _first_line(error: Exception) -> str:
    """What is wrong, in the library's words where those say something to a person."""
    if isinstance(error, (OSError, EOFError)):  # a place to read from is outside the file
        return "parts of it are missing"
    if isinstance(error, etree.LxmlError):
        return "its XML is damaged or was made to do harm"
    if isinstance(error, (KeyError, ValueError)) and not isinstance(error, UnicodeError):
        return "what it says of its parts does not fit them"
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".") or "damaged"


def parse_xml(data: bytes) -> Any:
    """The root element of a part of a package; entities and outside references stay unread."""
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


@dataclass(frozen=True, slots=True)
class Declared:
    """What a package's core properties say of the document, but for programs' own words.

    There is no date among it: the day on which a file was made is not that of publication.
    """

    title: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None


def declared(properties: Any) -> Declared:
    """What core properties, as both libraries give them, say of a document."""
    title = plain(properties.title or "")
    names = [plain(name) for name in (properties.author or "").split(";")]
    return Declared(
        title=title if says_something(title) else None,
        authors=tuple(name for name in names if name and not _PROGRAM_AUTHOR.fullmatch(name)),
        language=plain(properties.language or "") or None,
    )


_PROGRAM_AUTHOR = re.compile(
    r"python-(?:docx|pptx)|steve canny|(?:microsoft )?office user|windows user|user|admin"
    r"|administrator",
    re.IGNORECASE,
)
"""Authors that programs and their templates write by themselves."""
