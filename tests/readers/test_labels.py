"""Page numbers that are printed and not declared."""

from hypothesis import given
from hypothesis import strategies as st

from hrqa.readers.furniture import EdgeLine
from hrqa.readers.page_labels import printed_numbers


def page(*lines: str) -> tuple[EdgeLine, ...]:
    """A page with these lines at its foot."""
    return tuple(
        EdgeLine(index, text, "#" if text.strip("- ").isdecimal() else text, 95, outermost=False)
        for index, text in enumerate(lines)
    )


def labels(*pages: tuple[EdgeLine, ...]) -> list[str | None]:
    """The labels found."""
    return list(printed_numbers(pages).labels)


def test_roman_numbers_are_followed_by_arabic_ones() -> None:
    """Front matter counts by itself; a cover without a number has none."""
    found = labels(page(), *(page(n) for n in ("ii", "iii", "iv", "1", "- 2 -", "Page 3 of 9")))

    assert found == [None, "ii", "iii", "iv", "1", "2", "3"]


def test_sections_count_by_themselves() -> None:
    """As the statements of a filing do."""
    assert labels(*(page(f"F-{n}") for n in range(1, 5))) == ["F-1", "F-2", "F-3", "F-4"]


def test_one_page_without_a_number_within_a_run_has_the_one_that_is_missing() -> None:
    """Three in a row are left without: it is not certain what they are."""
    assert labels(*map(page, ["1", "2", "", "4", "5"])) == ["1", "2", "3", "4", "5"]
    assert labels(*map(page, ["1", "2", "3", "", "", "", "7", "8", "9"]))[3:6] == [None] * 3


def test_numbers_that_lead_up_to_a_run_belong_to_it() -> None:
    """Where each sheet runs over onto a second, every other page has no number."""
    found = labels(*map(page, ["", "2", "", "3", "", "4", "5", "6", "7"]))

    assert found == [None, "2", None, "3", None, "4", "5", "6", "7"]
    assert labels(*map(page, ["1", "", "4", "5", "6"]))[0] is None


def test_a_number_that_stays_or_jumps_is_no_page_number() -> None:
    """A year in the footer, values at the foot of tables."""
    assert labels(*(page("2022") for _ in range(5))) == [None] * 5
    assert labels(*(page(n) for n in ("7", "3", "12", "40"))) == [None] * 4


@given(
    first=st.integers(1, 900),
    printed=st.lists(st.booleans(), min_size=1, max_size=40),
    noise=st.integers(0, 999),
)
def test_a_label_is_never_wrong(first: int, printed: list[bool], noise: int) -> None:
    """Whichever pages print their number, a page has that number or none."""
    pages = [
        page(*([str(first + index)] if shown else []), f"Form {noise} of the year")
        for index, shown in enumerate(printed)
    ]

    for index, label in enumerate(labels(*pages)):
        assert label in (None, str(first + index))
