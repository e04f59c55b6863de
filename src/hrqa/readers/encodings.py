"""Bytes as text: the encoding is declared, evident, or told by what makes plausible words.

Text that is not Unicode is taken for Windows-1258 or Windows-1252. The two differ in few bytes;
words in which these occur decide: they are Vietnamese syllables in the one or Western words in
the other. Where they are neither, nothing is guessed.
"""

import codecs
import re
import unicodedata
from dataclasses import dataclass

from hrqa.errors import UnreadableDocumentError
from hrqa.readers.reading import empty_file

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
    "cp1258": "Windows-1258",
}
_ALLOWED_CONTROLS = "\n\t\f\r"
_LEAST_PLAUSIBLE = 0.9
_SAMPLE_CHARS = 1_000_000
_CONSONANTS = "b|ch|đ|d|gh|gi|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|r|s|th|tr|t|v|x"
_RIMES = (
    "a|ac|ach|ai|am|an|ang|anh|ao|ap|at|au|ay|ăc|ăm|ăn|ăng|ăp|ăt|âc|âm|ân|âng|âp|ât|âu|ây"
    "|e|ec|em|en|eng|eo|ep|et|ê|êch|êm|ên|ênh|êp|êt|êu"
    "|i|ia|ich|iêc|iêm|iên|iêng|iêp|iêt|iêu|im|in|inh|ip|it|iu"
    "|o|oa|oac|oach|oai|oam|oan|oang|oanh|oao|oap|oat|oay|oăc|oăm|oăn|oăng|oăt|oc|oe|oen|oeo|oet"
    "|oi|om|on|ong|oong|op|ot|ô|ôc|ôi|ôm|ôn|ông|ôp|ôt|ơ|ơi|ơm|ơn|ơp|ơt"
    "|u|ua|uâc|uân|uâng|uât|uây|uê|uêch|uên|uênh|uc|ui|um|un|ung|uôc|uôi|uôm|uôn|uông|uôt|up|ut"
    "|uơ|uy|uya|uych|uyên|uyêt|uyn|uynh|uyt|uyu"
    "|ư|ưa|ưc|ưi|ưn|ưng|ươc|ươi|ươm|ươn|ương|ươp|ươt|ươu|ưm|ưt|ưu"
    "|y|yêm|yên|yêt|yêu"
)
_SYLLABLE = re.compile(
    rf"(?:(?:{_CONSONANTS})?(?:{_RIMES})|c(?![ieêy])(?:{_RIMES}))", re.IGNORECASE
)
_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_ONLY_1258 = re.compile("[\u0300\u0301\u0303\u0309\u0323\u0306\u031bĐđ]")
"""Marks of letters, taken apart, that Windows-1252 lacks or has at other bytes."""
_WORD = re.compile(r"[^\W\d_]+")
_MARKED_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u0323])*")
_SIGN_IN_WORD = re.compile(r"[^\W\d_][\u00a1-\u00b6\u00b8-\u00bf\u0080-\u009f†‡‰•ˆ˜™‚„…][^\W\d_]")
_WESTERN = re.compile(
    # Capitals, then small letters: neither a capital after a small letter nor four accents in turn.
    r"(?!.*[^\x00-\x7f]{4})(?:[A-ZÀ-ÖØ-ÞŠŒŽŸ]+[a-zß-öø-ÿšœžƒªº]*|[a-zß-öø-ÿšœžªº]+)"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text.

    Attributes:
        text: NFC, line ends as line feeds, form feeds as blank lines.
        note: Which encoding was guessed; empty where it is declared or evident.
    """

    text: str
    note: str = ""


def decode(data: bytes, *, file: str) -> Decoded:
    """The text of a file whose encoding nobody declares.

    UTF-8, with or without a byte-order mark; UTF-16, with one or told by its zero bytes; else
    Windows-1258 or Windows-1252.

    Args:
        data: The file's bytes.
        file: Its path relative to the corpus, for messages.

    Raises:
        UnreadableDocumentError: The file is empty, is no text, or its encoding cannot be told;
            names the line.
    """
    if not data.strip(b"\x00\t\n\f\r "):
        raise empty_file(file)
    encoding, marked = _evident_encoding(data)
    if encoding is not None:
        try:
            text = data[len(marked) :].decode(encoding)
        except UnicodeDecodeError as error:
            line = data[: error.start].decode(encoding, "replace").count("\n") + 1
            raise UnreadableDocumentError(
                file, f"line {line} is not valid {_NAMES[encoding]}; save the file in UTF-8"
            ) from error
        return Decoded(tidy(text, file=file))
    try:
        return Decoded(tidy(data.decode("utf-8"), file=file))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        encoding = None if _is_damaged_utf8(data) else guess_encoding(data)
        if encoding is None:
            _refuse_controls(data.decode("cp437"), file)  # which has letters for bytes above 127
            raise UnreadableDocumentError(
                file,
                f"line {line} is not valid UTF-8, nor is the file plausible in Windows-1258 or "
                "Windows-1252; save the file in UTF-8",
            ) from error
    return Decoded(tidy(data.decode(encoding), file=file), guess_note(encoding))


def guess_note(encoding: str) -> str:
    """What a person is told of a guessed encoding, by its Python name."""
    return f"read as {_NAMES.get(encoding, encoding)}, guessed from its words"


def tidy(text: str, *, file: str) -> str:
    """Text as the readers take it: see ``Decoded.text``.

    Raises:
        UnreadableDocumentError: It holds control characters.
    """
    _refuse_controls(text, file)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    return unicodedata.normalize("NFC", text)


def guess_encoding(data: bytes) -> str | None:
    """Python's name of the 8-bit encoding in which bytes make plausible words; None for neither."""
    vietnamese, western = _decoded(data, "cp1258"), _decoded(data, "cp1252")
    is_western = western is not None and _is_western(western[:_SAMPLE_CHARS])
    if vietnamese is not None:
        share = _vietnamese_share(unicodedata.normalize("NFC", vietnamese[:_SAMPLE_CHARS]))
        if share >= _LEAST_PLAUSIBLE or (share >= 0.5 and not is_western):
            return "cp1258"
    return "cp1252" if is_western else None


def _evident_encoding(data: bytes) -> tuple[str | None, bytes]:
    """A Unicode encoding that a byte-order mark or zero bytes show, and the mark."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding, mark
    if len(data) % 2 == 0:
        even, odd = data[::2].count(0), data[1::2].count(0)
        half = len(data) // 2
        # Letters of Latin script have a zero byte; those with two marks and few others do not.
        if odd > 0.3 * half and even < 0.02 * half:
            return "utf-16-le", b""
        if even > 0.3 * half and odd < 0.02 * half:
            return "utf-16-be", b""
    return None, b""


def _is_damaged_utf8(data: bytes) -> bool:
    """Whether most bytes beyond ASCII do belong to UTF-8."""
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    return sum(not c.isascii() for c in text) - wrong > wrong


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _vietnamese_share(text: str) -> float:
    """Share of Vietnamese syllables among the words beyond ASCII of a text in Windows-1258.

    0 where no word would be another one in Windows-1252.
    """
    accented = [word for word in _MARKED_WORD.findall(text) if not word.isascii()]
    if not any(_ONLY_1258.search(unicodedata.normalize("NFD", word)) for word in accented):
        return 0.0
    return sum(_is_vietnamese(word) for word in accented) / len(accented)


def _is_vietnamese(word: str) -> bool:
    """Whether a word is a Vietnamese syllable with one tone at most."""
    apart = unicodedata.normalize("NFD", word)
    base = unicodedata.normalize("NFC", _TONE.sub("", apart))
    return len(_TONE.findall(apart)) <= 1 and bool(_SYLLABLE.fullmatch(base))


def _is_western(text: str) -> bool:
    """Whether nearly all words beyond ASCII look like words, and no signs stand inside words."""
    accented = [word for word in _WORD.findall(text) if not word.isascii()]
    plausible = sum(bool(_WESTERN.fullmatch(word)) for word in accented)
    signs = len(_SIGN_IN_WORD.findall(text))
    return plausible >= _LEAST_PLAUSIBLE * (len(accented) + signs)


def _refuse_controls(text: str, file: str) -> None:
    for character in set(text):
        if unicodedata.category(character) == "Cc" and character not in _ALLOWED_CONTROLS:
            raise UnreadableDocumentError(
                file, "the file holds control characters and is no text; check what it is"
            )
