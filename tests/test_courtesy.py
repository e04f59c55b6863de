"""Greetings, requests and thanks taken off a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrqa.courtesy import without_courtesy


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Hi there, could you please tell me when it came out? Thank you!", "when it came out?"),
        ("Hello! I would like to know who wrote the thesis, please", "who wrote the thesis"),
        ("Do you know how many schools there are? thx", "how many schools there are?"),
        (
            "Dạ em chào thầy cô ạ, cho em hỏi với tỷ lệ lao động là bao nhiêu? Em cảm ơn nhiều ạ!",
            "tỷ lệ lao động là bao nhiêu?",
        ),
        ("da em chao thay co a, cho em hoi ty le la bao nhieu? em cam on a", "ty le la bao nhieu?"),
        ("Dạ thưa cô, học phí là bao nhiêu ạ?", "học phí là bao nhiêu"),
    ],
)
def test_courtesy_is_taken_off_both_ends(typed: str, asked: str) -> None:
    """In English and Vietnamese, with marks and without."""
    assert without_courtesy(typed) == asked


@pytest.mark.parametrize(
    "question",
    [
        "When did it come out?",
        "What does 'thank you' mean in Vietnamese?",
        "Who pleased the king most?",
        "Đa số phiếu bầu phải chiếm bao nhiêu?",
        "Sau cuộc tấn công của Tây Ban Nha thì sao?",
        "Cô giáo ở Bình Dương có được hỗ trợ không?",
        "Các bạn sinh viên cần gì?",
        "Ai là tác giả?",
        "Hello",
        "thank you",
        "",
        "???",
    ],
)
def test_a_question_without_courtesy_stays_as_it_is(question: str) -> None:
    """Words of courtesy inside it too, and a greeting that is all there is."""
    assert without_courtesy(question) == question


@given(st.text(max_size=60))
def test_what_is_left_is_a_part_of_what_was_typed(text: str) -> None:
    """Never nothing of something, whatever is typed; doing it twice changes nothing."""
    left = without_courtesy(text)

    assert left in text
    assert bool(left.strip()) == bool(text.strip())
    assert without_courtesy(left) == left
