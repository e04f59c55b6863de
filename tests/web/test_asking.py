"""Asking in a browser: the field, the answer, filters, the address, questions asked before."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from .conftest import DESKTOP, PHONE, OpenPage, Site

DOCTORS = "What does Binh Duong offer doctors who come to work there?"
THINKING = "Làm thế nào để đưa trí tuệ nhân tạo vào giáo dục?"
INTERNS = "Where do students of Thu Dau Mot University do their internships?"
FOREIGN = "How do I bake a chocolate cake?"
TABLES = "number of employees by occupation 2016-2020"
LIGHT_BYTES = 100_000


def ask(page: Page, question: str) -> None:
    """Type a question into the field, send it, and wait for its answer."""
    page.locator("#query").fill(question)
    page.keyboard.press("Enter")
    expect(page).to_have_title(f"{question} – hrqa")
    page.wait_for_selector("[data-answer]")


def searched(site: Site, question: str, **conditions: Any) -> dict[str, Any]:
    """What the interface answers to a question."""
    body = {"query": question, **conditions}
    answer = httpx.post(f"{site.url}/v1/search", json=body, timeout=30).raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def compact(text: str) -> str:
    """A text without its white space."""
    return re.sub(r"\s+", "", text)


def question_in(page: Page) -> str:
    """The question that stands in the field."""
    return page.locator("#query").input_value()


def test_a_question_is_answered_in_sight(open_page: OpenPage, site: Site) -> None:
    """Typed and sent with Enter, it brings passages with what answers marked."""
    page = open_page()
    page.goto(site.url)
    page.keyboard.type("What do companies in Binh Duong need?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".result")

    assert page.locator(".result").count() == 10
    assert page.locator(".result mark").count() >= 1
    assert "query=What" in page.url


@pytest.mark.parametrize(
    ("language", "size", "button", "verdict"),
    [
        ("en", DESKTOP, "Search", "10 passages, the best first"),
        ("vi", PHONE, "Tìm", "10 đoạn, phù hợp nhất ở trên cùng"),
    ],
)
def test_the_button_asks(
    language: str,
    size: tuple[int, int],
    button: str,
    verdict: str,
    open_page: OpenPage,
    site: Site,
) -> None:
    """The answer says how many passages there are, and its heading is within the window."""
    page = open_page(language=language, size=size)
    page.goto(site.url)
    page.locator("#query").fill(DOCTORS)
    page.get_by_role("button", name=button, exact=True).click()

    expect(page.get_by_role("heading", name=verdict)).to_be_in_viewport()
    expect(page.locator(".result h3").first).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_empty_question_is_not_sent(open_page: OpenPage, site: Site) -> None:
    """Nothing happens but that the field is ready to be typed into."""
    page = open_page()
    page.goto(site.url)
    page.locator("#query").fill("   ")
    page.keyboard.press("Enter")

    expect(page.locator("#query")).to_be_focused()
    assert page.url == f"{site.url}/"


@pytest.mark.parametrize(("language", "own", "other"), [("en", "en", "vi"), ("vi", "vi", "en")])
def test_there_are_questions_to_begin_with(
    language: str, own: str, other: str, open_page: OpenPage, site: Site, corpus_folder: Path
) -> None:
    """Four of the manifest in the reader's language, then two in the other; one click asks one."""
    manifest = json.loads((corpus_folder / "manifest.json").read_text("utf-8"))
    questions = {
        question["text"]: question["language"]
        for entry in manifest
        for question in entry["custom"]["questions"]
    }
    page = open_page(language=language)
    page.goto(site.url)
    offered = page.locator("main .examples:not([data-recent-list]) a")
    texts = offered.all_inner_texts()

    assert [questions[text] for text in texts] == [own] * 4 + [other] * 2
    assert offered.evaluate_all("all => all.map(each => each.lang)") == [own] * 4 + [other] * 2
    offered.first.click()
    expect(page).to_have_title(f"{texts[0]} – hrqa")
    assert question_in(page) == texts[0]


@pytest.mark.parametrize(
    ("language", "place"), [("en", "page 8"), ("vi", "trang 8")], ids=["en", "vi"]
)
def test_a_result_says_where_it_stands(
    language: str, place: str, open_page: OpenPage, site: Site
) -> None:
    """Title, authors, year, headings above it and page."""
    page = open_page(language=language)
    page.goto(f"{site.url}/?query={DOCTORS}")
    result = page.locator(".result").first

    title = (
        "Education and Developing High-Quality Human Resources Binh Duong Province, "
        "Vietnam - Solutions and Policies"
    )
    expect(result.locator("h3 bdi")).to_have_text(title)
    expect(result.locator(".byline")).to_contain_text(re.compile(r"Pham Ngoc Tram\s*2023"))
    expect(result.locator(".section")).to_have_text(
        "3. The situation of developing high-quality human resources in Binh Duong province"
    )
    expect(result.locator(".pages")).to_have_text(place)


@pytest.mark.parametrize("question", [DOCTORS, THINKING, TABLES, FOREIGN])
def test_passages_are_shown_word_for_word(question: str, open_page: OpenPage, site: Site) -> None:
    """What is shown of each is its text and nothing else, and what is marked is its highlight."""
    answer = searched(site, question)
    page = open_page()
    page.goto(f"{site.url}/?query={question}")
    shown = page.locator(".result").evaluate_all(
        """results => results.map(result => ({
            id: result.dataset.passage,
            pieces: [...result.querySelectorAll("[data-start]")].map(
                each => [Number(each.dataset.start), each.textContent, each.matches("mark")]),
        }))"""
    )

    assert [each["id"] for each in shown] == [each["passage"]["id"] for each in answer["results"]]
    for each, result in zip(shown, answer["results"], strict=True):
        passage = result["passage"]
        marked = "".join(
            passage["text"][highlight["start"] : highlight["end"]]
            for highlight in passage["highlights"]
        )
        pieces = each["pieces"]
        assert compact("".join(piece for _, piece, _ in pieces)) == compact(passage["text"])
        assert compact("".join(piece for _, piece, is_mark in pieces if is_mark)) == compact(marked)
        for start, piece, _ in pieces:
            assert compact(passage["text"][start : start + len(piece)]) == compact(piece)


def test_a_table_is_shown_as_a_table(open_page: OpenPage, site: Site) -> None:
    """Each number stands in a cell of its own below the year that it is of, and can be seen."""
    page = open_page()
    page.goto(f"{site.url}/?query={TABLES}")
    table = page.locator(".result table", has_text="Assembler and operator").first
    row = table.locator("tr", has_text="Assembler and operator of machinery")
    cells = [text.strip() for text in row.locator("td").all_inner_texts()]

    assert cells[1:] == ["383.537", "400.342", "405.937", "438.097", "500.868"]
    heads = [text.strip() for text in table.locator("th").all_inner_texts()]
    assert heads[1:] == ["2016", "2017", "2018", "2019", "2020"]
    expect(page.locator(".result .shortened table")).to_have_count(0)


def test_wide_tables_scroll_by_themselves(open_page: OpenPage, site: Site) -> None:
    """The page never becomes wider than the window of a phone."""
    page = open_page(size=PHONE)
    page.goto(f"{site.url}/?query={TABLES}")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("language", "verdict", "advice"),
    [
        (
            "en",
            "The documents probably do not answer this question.",
            "These 10 passages are the nearest. They may be about something else.",
        ),
        (
            "vi",
            "Các tài liệu có lẽ không trả lời câu hỏi này.",
            "Đây là 10 đoạn gần nhất. Chúng có thể nói về chuyện khác.",
        ),
    ],
)
def test_where_nothing_answers_the_page_says_so(
    language: str, verdict: str, advice: str, open_page: OpenPage, site: Site
) -> None:
    """The nearest passages follow, and nothing in them is marked."""
    page = open_page(language=language)
    page.goto(site.url)
    ask(page, FOREIGN)

    expect(page.get_by_role("heading", name=verdict)).to_be_focused()
    expect(page.get_by_text(advice)).to_be_visible()
    assert page.locator(".result").count() == 10
    assert page.locator("mark").count() == 0


def test_filters_stay_for_the_next_question(open_page: OpenPage, site: Site) -> None:
    """They can be chosen before asking, narrow every answer, and are taken away with one click."""
    page = open_page()
    page.goto(site.url)
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Bac Ninh enhances the quality of human resources").check()
    page.get_by_label("English", exact=True).check()
    ask(page, "internships")
    chosen = page.locator(".chosen")
    first = page.locator(".result").evaluate_all("all => all.map(each => each.dataset.passage)")
    expect(chosen).to_have_text(
        "Only in: Bac Ninh enhances the quality of human resources, English Search everywhere"
    )
    ask(page, "vocational schools")
    second = page.locator(".result h3 bdi").all_inner_texts()
    page.get_by_role("link", name="Search everywhere").click()
    expect(chosen).to_have_count(0)

    found = searched(site, "internships", filters={"document_ids": ["bac-ninh-2025"]})
    assert first == [each["passage"]["id"] for each in found["results"]]
    assert set(second) == {"Bac Ninh enhances the quality of human resources"}
    assert question_in(page) == "vocational schools"
    assert len(set(page.locator(".result h3 bdi").all_inner_texts())) > 1
    assert "document_ids" not in page.url


def test_filters_narrow_the_answer_that_is_shown(open_page: OpenPage, site: Site) -> None:
    """Their own button asks the same question again."""
    page = open_page(language="vi", size=PHONE)
    page.goto(f"{site.url}/?query={THINKING}")
    page.get_by_text("Bộ lọc", exact=True).click()
    page.get_by_role("checkbox", name="[Human resource quality linked").check()
    page.get_by_role("button", name="Tìm với bộ lọc này").click()
    expect(page.locator(".chosen")).to_be_visible()

    assert set(page.locator(".result").evaluate_all("all => all.map(e => e.dataset.passage)")) == {
        each["passage"]["id"]
        for each in searched(site, THINKING, filters={"document_ids": ["cao-bang-2025"]})["results"]
    }


@pytest.mark.parametrize(
    ("language", "notice"),
    [
        ("en", "A document that you chose is no longer here. The search is in the others."),
        ("vi", "1 tài liệu bạn chọn không còn ở đây. Hệ thống tìm trong các tài liệu khác."),
    ],
)
def test_a_document_that_is_gone_is_told_of(
    language: str, notice: str, open_page: OpenPage, site: Site
) -> None:
    """An old link with a filter still answers."""
    page = open_page(language=language)
    page.goto(f"{site.url}/?query={DOCTORS}&document_ids=withdrawn-2020")

    expect(page.get_by_text(notice)).to_be_visible()
    assert page.locator(".result").count() == 10


def test_a_language_without_documents_is_no_failure(open_page: OpenPage, site: Site) -> None:
    """The page says that there is nothing, and offers to search everywhere."""
    page = open_page()
    page.goto(f"{site.url}/?query={DOCTORS}&languages=xx")
    expect(page.get_by_text("Nothing in the documents comes near this question.")).to_be_visible()
    page.get_by_role("link", name="Search everywhere").click()

    expect(page.locator(".result")).to_have_count(10)


def test_more_passages_follow_those_that_were_there(open_page: OpenPage, site: Site) -> None:
    """The first of the new ones has the focus and is in sight; those before it stay."""
    page = open_page()
    page.goto(f"{site.url}/?query={DOCTORS}")
    ids = "all => all.map(each => each.dataset.passage)"
    before = page.locator(".result").evaluate_all(ids)
    page.get_by_role("link", name="Show more passages").click()
    expect(page.locator(".result")).to_have_count(20)
    eleventh = page.locator(".result").nth(10)

    assert page.locator(".result").evaluate_all(ids)[:10] == before
    expect(eleventh.locator("h3 a")).to_be_focused()
    expect(eleventh.locator("h3 a")).to_be_in_viewport()
    page.go_back()
    expect(page.locator(".result")).to_have_count(10)


@pytest.mark.parametrize(
    ("language", "notice"),
    [
        ("en", "Your question has 2,001 characters. Shorten it to 2,000 at most."),
        ("vi", "Câu hỏi có 2.001 ký tự. Hãy rút ngắn còn tối đa 2.000 ký tự."),
    ],
)
def test_a_question_that_is_too_long_is_not_cut(
    language: str, notice: str, open_page: OpenPage, site: Site
) -> None:
    """The page says by how much to shorten it, and keeps it in the field."""
    page = open_page(language=language, tolerant=True)
    page.goto(site.url)
    long = "ơ" * 2001
    page.locator("#query").focus()
    page.keyboard.insert_text(long)
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_have_text(notice)
    assert question_in(page) == long
    page.locator("#query").fill(DOCTORS)
    page.keyboard.press("Enter")
    expect(page.locator(".result")).to_have_count(10)


def test_the_address_is_the_question(open_page: OpenPage, site: Site) -> None:
    """A reload and a link passed on give the same answer, back and forward those before."""
    page = open_page()
    page.goto(site.url)
    ask(page, DOCTORS)
    doctors = page.url
    ids = "all => all.map(each => each.dataset.passage)"
    first = page.locator(".result").evaluate_all(ids)
    ask(page, THINKING)
    second = page.locator(".result").evaluate_all(ids)

    page.reload()
    assert (question_in(page), page.locator(".result").evaluate_all(ids)) == (THINKING, second)
    page.go_back()
    expect(page).to_have_title(f"{DOCTORS} – hrqa")
    assert (question_in(page), page.locator(".result").evaluate_all(ids)) == (DOCTORS, first)
    page.go_back()
    expect(page).to_have_title("hrqa")
    assert question_in(page) == ""
    page.go_forward()
    expect(page).to_have_title(f"{DOCTORS} – hrqa")
    assert (question_in(page), page.locator(".result").evaluate_all(ids)) == (DOCTORS, first)
    page.go_forward()
    expect(page).to_have_title(f"{THINKING} – hrqa")
    assert (question_in(page), page.locator(".result").evaluate_all(ids)) == (THINKING, second)

    other = open_page()
    other.goto(doctors)
    assert (question_in(other), other.locator(".result").evaluate_all(ids)) == (DOCTORS, first)


def test_the_same_question_again_is_no_new_place(open_page: OpenPage, site: Site) -> None:
    """One step back leads to what was there before it."""
    page = open_page()
    page.goto(site.url)
    ask(page, DOCTORS)
    length = page.evaluate("history.length")
    with page.expect_response(re.compile("query=")):
        page.locator("#query").press("Enter")
    page.wait_for_selector("main:not([aria-busy])")

    assert page.evaluate("history.length") == length


def test_a_new_question_ends_the_looking(open_page: OpenPage, site: Site) -> None:
    """Its answer has the window to itself; one step back looks again."""
    page = open_page()
    page.goto(site.url)
    ask(page, DOCTORS)
    page.locator(".result").first.locator(".actions [data-look]").click()
    expect(page.locator(".look")).to_be_visible()
    ask(page, INTERNS)

    assert page.locator(".look").count() == 0
    assert page.locator("html.looking").count() == 0
    assert "look=" not in page.url
    page.go_back()
    expect(page.locator(".look")).to_be_visible()
    assert question_in(page) == DOCTORS


def test_questions_asked_before_stay_on_the_device(open_page: OpenPage, site: Site) -> None:
    """The start page shows them, the last first, each once; nothing tells the service of them."""
    page = open_page()
    page.goto(site.url)
    for question in (DOCTORS, THINKING, DOCTORS):
        ask(page, question)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.headers}"))
    page.goto(site.url)
    recent = page.locator("[data-recent]")

    expect(recent.get_by_role("listitem")).to_have_text([DOCTORS, THINKING])
    expect(recent).to_contain_text("Kept on this device only.")
    assert not any("query" in each or "Binh" in each for each in sent)
    recent.get_by_role("link", name=THINKING).click()
    expect(page).to_have_title(f"{THINKING} – hrqa")

    page.locator(".brand").click()
    page.get_by_role("button", name="Forget them").click()
    expect(recent).to_be_hidden()
    page.reload()
    expect(recent).to_be_hidden()
    assert THINKING not in page.evaluate("JSON.stringify(localStorage)")


def test_going_back_asks_nothing_anew(open_page: OpenPage, site: Site) -> None:
    """The order of the questions asked before is the order in which they were asked."""
    page = open_page()
    page.goto(site.url)
    for question in (DOCTORS, THINKING):
        ask(page, question)
    page.go_back()
    expect(page).to_have_title(f"{DOCTORS} – hrqa")
    page.goto(site.url)

    expect(page.locator("[data-recent] li")).to_have_text([THINKING, DOCTORS])


def test_a_browser_that_keeps_nothing_is_enough(open_page: OpenPage, site: Site) -> None:
    """Where it forbids keeping, questions are answered all the same."""
    page = open_page()
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', "
        "{ get() { throw new DOMException('forbidden', 'SecurityError'); } });"
    )
    page.goto(site.url)
    ask(page, DOCTORS)

    assert page.locator(".result").count() == 10
    page.goto(site.url)
    expect(page.locator("[data-recent]")).to_be_hidden()


@pytest.mark.parametrize("address", ["/", f"/?query={DOCTORS}"], ids=["start", "answer"])
def test_the_first_view_is_light(address: str, open_page: OpenPage, site: Site) -> None:
    """Page, styles, scripts and icon are less than 100 kB over the wire."""
    page = open_page()
    sizes: dict[str, int] = {}
    page.on("requestfinished", lambda asked: sizes.update({asked.url: sum_of(asked.sizes())}))
    page.goto(f"{site.url}{address}", wait_until="networkidle")

    assert sum(1 for url in sizes if url.endswith(".js")) >= 10
    assert sum(sizes.values()) < LIGHT_BYTES, sizes


def sum_of(sizes: Any) -> int:
    """Bytes of a response, header and body."""
    return int(sizes["responseBodySize"]) + int(sizes["responseHeadersSize"])
