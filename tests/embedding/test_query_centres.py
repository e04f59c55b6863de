"""What all questions of a language share, taken off."""

import numpy as np
import pytest

from hrqa.embedding.encoder import EncodedText, Encoder
from hrqa.embedding.query_centres import centre_query, centre_tokens, query_centres

ENGLISH, VIETNAMESE, UNMARKED = 0, 1, 2
CENTRES = np.eye(3, 4, dtype=np.float32)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What do companies expect of graduates?", ENGLISH),
        ("Doanh nghiệp mong đợi gì ở sinh viên?", VIETNAMESE),
        ("doanh nghiep mong doi gi o sinh vien", UNMARKED),
    ],
)
def test_the_centre_of_the_questions_language_is_taken_off(question: str, kind: int) -> None:
    """Four fifths of it; of .5 in its direction -.3 is left, the rest stays."""
    even = np.full(4, 0.5, dtype=np.float32)
    centred = centre_query(question, EncodedText(even, np.stack([even, even])), CENTRES)
    expected = [0.5] * 4
    expected[kind] = -0.3

    assert centred.vector.tolist() == pytest.approx(expected)
    assert centred.vector.dtype == np.float32
    length = (3 * 0.25 + 0.09) ** 0.5
    assert centred.tokens.tolist() == [pytest.approx([x / length for x in expected])] * 2


def test_the_nearest_centre_is_taken_off_where_the_words_tell_no_language() -> None:
    """A longer centre is not nearer for its length."""
    centres = CENTRES * np.array([[0.2], [1.0], [1.0]], dtype=np.float32)
    vector = np.array([0.8, 0.6, 0.0, 0.0], dtype=np.float32)
    centred = centre_query("Binh Duong", EncodedText(vector, vector[None]), centres)

    assert centred.vector.tolist() == pytest.approx([0.8 - 0.8 * 0.2, 0.6, 0, 0])


def test_the_english_centre_is_taken_off_the_tokens_of_every_passage() -> None:
    """Whatever its language, so that a token's place does not hang on what stands around it."""
    tokens = np.array([[0.8, 0.6, 0, 0], [0, 0, 1, 0]], dtype=np.float32)
    centred = centre_tokens(tokens, CENTRES)

    assert centred[0].tolist() == pytest.approx([0, 1, 0, 0])
    assert centred[1].tolist() == pytest.approx([-0.8 / 1.64**0.5, 0, 1 / 1.64**0.5, 0])


def test_every_centre_is_nearest_to_questions_of_its_kind(encoder: Encoder) -> None:
    """English, Vietnamese, and Vietnamese without marks, none of them of the table."""
    centres = query_centres(encoder)
    lengths = np.linalg.norm(centres, axis=1)
    questions = [
        "Which province trained the most welders in the last decade?",
        "Tỉnh nào đào tạo nhiều thợ hàn nhất trong thập kỷ qua?",
        "tinh nao dao tao nhieu tho han nhat trong thap ky qua?",
    ]
    nearest = [
        int(np.argmax(centres @ encoder.encode_query(question) / lengths)) for question in questions
    ]

    assert centres.shape == (3, encoder.dimension)
    assert nearest == [ENGLISH, VIETNAMESE, UNMARKED]
