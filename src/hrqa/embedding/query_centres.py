"""What all questions of a language have in common, to be taken off before searching.

A multilingual model places the questions of one language close together, Vietnamese ones
typed without marks in yet another corner, and so every such question likes the same few
passages best. Taking the language's mean off (Libovický, Rosa & Fraser, Findings of EMNLP
2020, pp. 1663-1674) leaves what the question is about.
"""

from importlib.resources import files

import numpy as np
import numpy.typing as npt

from hrqa.embedding.encoder import EncodedText, Encoder
from hrqa.language import detect_language
from hrqa.unit_length import of_unit_length
from hrqa.words import fold

Vectors = npt.NDArray[np.float32]

TYPICAL_QUESTIONS_VERSION = "1"
"""Counts up whenever the everyday questions change."""

_QUESTIONS = "typical_questions.tsv"
_ENGLISH, _VIETNAMESE, _UNMARKED = range(3)
_SHARE = 0.8


def query_centres(encoder: Encoder) -> Vectors:
    """Mean vectors of everyday questions in English, Vietnamese, and Vietnamese without marks.

    Returns:
        float32 of shape ``(3, dimension)``, in this order.
    """
    table = files("hrqa.embedding").joinpath(_QUESTIONS).read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines()[1:]]
    english = [row[0] for row in rows]
    vietnamese = [row[1] for row in rows]
    kinds = (english, vietnamese, [fold(question) for question in vietnamese])
    means = [encoder.encode_queries(questions).mean(axis=0) for questions in kinds]
    return np.stack(means).astype(np.float32)


def centre_query(question: str, encoded: EncodedText, centres: Vectors) -> EncodedText:
    """Take off a question's vector and tokens what it shares with all questions of its language.

    Args:
        question: Its words, which tell the language; where they do not, the nearest centre.
        encoded: Its unit vector and its tokens.
        centres: As ``query_centres`` gives them.

    Returns:
        The vector less 0.8 of the centre, not of unit length: inner products with it rank. The
        tokens likewise, but of unit length.
    """
    centre = centres[_kind(question, encoded.vector, centres)]
    vector: Vectors = (encoded.vector - _SHARE * centre).astype(np.float32)
    return EncodedText(vector, _centred(encoded.tokens, centre))


def centre_tokens(tokens: Vectors, centres: Vectors) -> Vectors:
    """Take off the tokens of a passage what all questions share, as far as a language is not meant.

    Args:
        tokens: float32 of shape ``(tokens, dimension)``, rows of unit length.
        centres: As ``query_centres`` gives them; the English one stands for all texts.

    Returns:
        float32 of the same shape, rows of unit length.
    """
    return _centred(tokens, centres[_ENGLISH])


def _kind(question: str, vector: Vectors, centres: Vectors) -> int:
    language = detect_language(question)
    if language == "vi":
        return _UNMARKED if fold(question) == question else _VIETNAMESE
    if language == "en":
        return _ENGLISH
    similarity = (centres @ vector) / np.linalg.norm(centres, axis=1)
    return int(np.argmax(similarity))


def _centred(tokens: Vectors, centre: Vectors) -> Vectors:
    return of_unit_length(tokens - _SHARE * centre)
