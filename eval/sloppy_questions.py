"""Questions as they are typed in a hurry, made from well-typed ones by a fixed seed."""

import random
import re
from collections.abc import Callable

from hrqa.words import fold

SEED = 20261126
_ERROR_EVERY = 40
"""Characters for each typing error that is left: 2.3 in a hundred on telephones (Palin et al.,
MobileHCI 2019); a question has at least one."""

_LETTERS = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok",
    "o": "ipl", "p": "ol", "a": "qsz", "s": "adw", "d": "sfe", "f": "dgr", "g": "fht", "h": "gjy",
    "j": "hku", "k": "jli", "l": "ko", "z": "xa", "x": "zcs", "c": "xvd", "v": "cbf", "b": "vng",
    "n": "bmh", "m": "nj",
}  # fmt: skip
"""Keys beside each other."""

_SMALL_WORDS = {
    "en": frozenset(
        "a an the of in on at to for from by with and or is are was were be been do does did has "
        "have had will would can could should what which who whom whose when where why how many "
        "much that this these those it its their there as into about some any please".split()
    ),
    "vi": frozenset(
        "là của và các những nào gì như thế bao nhiêu có được trong cho với tại sao ai khi ở đâu "
        "đến từ theo về thì mà để ra vào này đó đã đang sẽ bị một hãy cách la cua va cac nhung nao "
        "gi nhu the co duoc voi tai o dau den tu ve thi de nay do da dang se bi mot hay".split()
    ),
}
_QUESTION_WORDS = {
    "en": re.compile(
        r"\b(?:what|which|who|whom|whose|when|where|why|how(?: many| much)?|does|do|did|is|are|was|"
        r"were)\b ?",
        re.IGNORECASE,
    ),
    "vi": re.compile(
        r" ?(?<!\w)(?:bao nhiêu|như thế nào|thế nào|tại sao|vì sao|là gì|gì|nào|ai|khi nào|ở đâu|"
        r"bao nhieu|nhu the nao|the nao|tai sao|vi sao|la gi|gi|nao|khi nao|o dau)(?!\w)",
        re.IGNORECASE,
    ),
}
_PADDING = {
    "en": ("Hi there, could you please tell me", "Thank you so much for your help!"),
    "vi": ("Dạ em chào thầy cô ạ, cho em hỏi với", "Em cảm ơn thầy cô nhiều lắm ạ!"),
}
_OTHER_LANGUAGE = {
    "en": {
        "training": "đào tạo", "university": "đại học", "universities": "các trường đại học",
        "workers": "lao động", "province": "tỉnh", "provinces": "các tỉnh", "year": "năm",
        "human resources": "nguồn nhân lực", "quality": "chất lượng", "school": "trường",
        "schools": "các trường", "companies": "doanh nghiệp", "businesses": "doanh nghiệp",
        "students": "sinh viên", "how many": "bao nhiêu", "what": "gì", "why": "tại sao",
        "which": "nào", "development": "phát triển", "education": "giáo dục", "rate": "tỷ lệ",
    },
    "vi": {
        "đào tạo": "training", "đại học": "university", "lao động": "workers", "tỉnh": "province",
        "nguồn nhân lực": "human resources", "nhân lực": "human resources",
        "chất lượng": "quality", "doanh nghiệp": "companies", "sinh viên": "students",
        "phát triển": "development", "giáo dục": "education", "tỷ lệ": "rate", "bao nhiêu":
        "how many", "năm": "year", "giải pháp": "solutions", "dao tao": "training",
        "dai hoc": "university", "lao dong": "workers", "tinh": "province", "chat luong":
        "quality", "doanh nghiep": "companies", "phat trien": "development", "ty le": "rate",
    },
}  # fmt: skip

Made = Callable[[str, str, random.Random], str]


def without_marks(question: str, language: str, chance: random.Random) -> str:
    """Without the marks of Vietnamese."""
    del language, chance
    return fold(question)


def lower_case(question: str, language: str, chance: random.Random) -> str:
    """In small letters, without the mark at its end."""
    del language, chance
    return question.lower().rstrip("?. ")


def typing_errors(question: str, language: str, chance: random.Random) -> str:
    """A letter left out, doubled, swapped with the next, or of the key beside it, now and then."""
    del language
    typed = list(question)
    places = [at for at, letter in enumerate(typed[:-1]) if letter.isalpha()]
    chosen = chance.sample(places, min(len(places), max(1, len(question) // _ERROR_EVERY)))
    for at in chosen:
        kind = chance.randrange(4)
        if kind == 0:
            typed[at] = ""
        elif kind == 1:
            typed[at] = typed[at] * 2
        elif kind == 2:
            typed[at], typed[at + 1] = typed[at + 1], typed[at]
        else:
            typed[at] = chance.choice(_LETTERS.get(typed[at].lower(), typed[at]))
    return "".join(typed)


def keywords(question: str, language: str, chance: random.Random) -> str:
    """Its telling words alone."""
    del chance
    words = question.rstrip("?. ").split()
    kept = [word for word in words if word.lower().strip(",.") not in _SMALL_WORDS[language]]
    return " ".join(kept or words)


def polite(question: str, language: str, chance: random.Random) -> str:
    """Between a greeting and thanks."""
    del chance
    before, after = _PADDING[language]
    if fold(question) == question:
        before, after = fold(before), fold(after)
    return f"{before} {question[:1].lower()}{question[1:]} {after}"


def question_words_missing(question: str, language: str, chance: random.Random) -> str:
    """Without what makes it a question."""
    del chance
    left = " ".join(_QUESTION_WORDS[language].sub(" ", question).strip("?. ").split())
    return left or question


def mixed(question: str, language: str, chance: random.Random) -> str:
    """Some of its everyday words in the other language; all that are known of four."""
    del chance
    text, others = question, 0
    for word, other in sorted(_OTHER_LANGUAGE[language].items(), key=lambda pair: -len(pair[0])):
        changed = re.sub(rf"(?<!\w){word}(?!\w)", other, text, count=1, flags=re.IGNORECASE)
        others += changed != text
        text = changed
        if others == 4:
            break
    return text


KINDS: dict[str, Made] = {
    "without marks": without_marks,
    "lower case": lower_case,
    "typing errors": typing_errors,
    "keywords only": keywords,
    "polite padding": polite,
    "question words missing": question_words_missing,
    "both languages mixed": mixed,
}


def sloppy(question: str, language: str, kind: str, *, name: str) -> str:
    """A question typed sloppily.

    Args:
        question: The question.
        language: ``en`` or ``vi``.
        kind: One of ``KINDS``.
        name: Its id, from which chance is drawn, so that others do not change it.
    """
    return KINDS[kind](question, language, random.Random(f"{SEED} {kind} {name}"))
