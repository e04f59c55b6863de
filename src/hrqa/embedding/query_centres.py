"""What all questions of a language have in common, to be taken off before searching.

A multilingual model places the questions of one language close together, Vietnamese ones
typed without marks in yet another corner, and so every such question likes the same few
passages best. Taking the language's mean off (Libovický, Rosa & Fraser, Findings of EMNLP
2020, pp. 1663-1674) leaves what the question is about.
"""

from importlib.resources import files

import numpy as np
import numpy.typing as npt

from hrqa.embedding.encoder import Encoder
from hrqa.language import detect_language
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


def centre_query(question: str, vector: Vectors, centres: Vectors) -> Vectors:
    """Take off a question's vector what it shares with all questions of its language.

    Args:
        question: Its words, which tell the language; where they do not, the nearest centre.
        vector: Its unit vector, shape ``(dimension,)``.
        centres: As ``query_centres`` gives them.

    Returns:
        The vector less 0.8 of the centre, not of unit length; inner products with it rank.
    """
    language = detect_language(question)
    if language == "vi":
        kind = _UNMARKED if fold(question) == question else _VIETNAMESE
    elif language == "en":
        kind = _ENGLISH
    else:
        similarity = (centres @ vector) / np.linalg.norm(centres, axis=1)
        kind = int(np.argmax(similarity))
    centred: Vectors = (vector - _SHARE * centres[kind]).astype(np.float32)
    return centred
