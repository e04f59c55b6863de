"""What a reader sees when an answer is slow, or does not come."""

import contextlib
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Error, Page, Route, expect

from hrqa.embedding.encoder import Encoder
from hrqa.search import Searcher
from hrqa.wiring import open_searcher
from hrqa_api.app import create_app
from hrqa_api.problems import KINDS, OVERLOADED, Kind, ProblemError
from hrqa_api.web.wording import UI_LANGUAGES, wording
from system.tools import one_model, settings

from .conftest import DESKTOP, PHONE, OpenPage, Site, site_over

DOCTORS = "What does Binh Duong offer doctors who come to work there?"
THINKING = "Làm thế nào để đưa trí tuệ nhân tạo vào giáo dục?"
QUESTIONS = re.compile(r"\?query=")
UNREACHABLE = {
    "en": "The service cannot be reached. Check your connection, then try again.",
    "vi": "Không kết nối được với hệ thống. Hãy kiểm tra mạng rồi thử lại.",
}


def hold(page: Page) -> list[Route]:
    """Let no question through; those that were asked gather in the list."""
    held: list[Route] = []
    page.route(QUESTIONS, lambda route: held.append(route))
    return held


def release(route: Route) -> None:
    """Let a question through, if the page still waits for it."""
    with contextlib.suppress(Error):
        route.continue_()


def send(page: Page, question: str) -> None:
    """Type a question and send it."""
    page.locator("#query").fill(question)
    page.keyboard.press("Enter")


def wait_for(page: Page, held: list[Route], count: int) -> None:
    """Wait until so many questions were asked."""
    for _ in range(100):
        if len(held) >= count:
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"{len(held)} of {count} questions were asked")


@pytest.mark.parametrize(("language", "said"), [("en", "Searching…"), ("vi", "Đang tìm…")])
def test_a_slow_answer_is_told_of(
    language: str, said: str, open_page: OpenPage, site: Site
) -> None:
    """After 200 ms, in sight and to those who listen, until the answer is there."""
    page = open_page(language=language)
    page.goto(site.url)
    page.evaluate(
        """() => {
          window.times = {};
          addEventListener("submit", () => { times.asked = performance.now(); }, true);
          new MutationObserver(() => { times.said ??= performance.now(); })
            .observe(document.getElementById("waiting"), { attributes: true });
        }"""
    )
    held = hold(page)
    send(page, DOCTORS)

    expect(page.locator("#waiting")).to_be_visible()
    expect(page.locator("#waiting")).to_have_text(said)
    expect(page.locator("#said")).to_have_text(said)
    expect(page.locator("main")).to_have_attribute("aria-busy", "true")
    assert page.evaluate("times.said - times.asked") >= 195
    release(held[0])
    expect(page.locator(".result")).to_have_count(10)
    expect(page.locator("#waiting")).to_be_hidden()
    expect(page.locator("#said")).to_have_text(page.locator("[data-heading]").inner_text())


def test_a_quick_answer_is_not_announced_before(open_page: OpenPage, site: Site) -> None:
    """Nothing flashes where there is nothing to wait for."""
    page = open_page()
    page.route(QUESTIONS, lambda route: route.fulfill(body=answer_page, content_type="text/html"))
    answer_page = httpx.get(f"{site.url}/?query=x", headers={"accept": "text/html"}).text
    page.goto(site.url)
    page.evaluate(
        """() => { window.seen = []; new MutationObserver(() => {
          const waiting = document.getElementById("waiting");
          if (!waiting.hidden) seen.push(waiting.textContent);
        }).observe(document.getElementById("waiting"), { attributes: true }); }"""
    )
    send(page, "x")
    page.wait_for_selector("[data-answer]")

    assert page.evaluate("seen") == []


def test_a_reload_in_the_middle_asks_the_same_question(open_page: OpenPage, site: Site) -> None:
    """It stands in the address as soon as it is asked."""
    page = open_page(tolerant=True)
    page.goto(site.url)
    hold(page)
    send(page, DOCTORS)
    expect(page).to_have_url(re.compile("query=What"))
    page.unroute(QUESTIONS)
    page.reload()

    expect(page).to_have_title(f"{DOCTORS} – hrqa")
    expect(page.locator(".result")).to_have_count(10)


def test_the_last_question_asked_is_answered(open_page: OpenPage, site: Site) -> None:
    """An answer to the one before it that comes late changes nothing."""
    page = open_page(tolerant=True)
    page.goto(site.url)
    held = hold(page)
    send(page, DOCTORS)
    wait_for(page, held, 1)
    send(page, THINKING)
    wait_for(page, held, 2)
    release(held[1])
    expect(page).to_have_title(f"{THINKING} – hrqa")
    release(held[0])
    page.wait_for_timeout(300)

    assert page.title() == f"{THINKING} – hrqa"
    assert page.locator("#query").input_value() == THINKING
    expect(page.locator("#waiting")).to_be_hidden()


@pytest.mark.parametrize("address", ["/", f"/?query={THINKING}"], ids=["start", "answer"])
def test_what_is_typed_while_an_answer_comes_stays(
    address: str, open_page: OpenPage, site: Site
) -> None:
    """The answer is shown below, and does not take the field from whoever writes in it."""
    page = open_page()
    page.goto(f"{site.url}{address}")
    held = hold(page)
    send(page, DOCTORS)
    wait_for(page, held, 1)
    page.locator("#query").fill("And nur")
    release(held[0])
    expect(page).to_have_title(f"{DOCTORS} – hrqa")

    expect(page.locator("#query")).to_be_focused()
    page.keyboard.type("ses?")
    expect(page.locator("#query")).to_have_value("And nurses?")
    kept = page.evaluate("JSON.parse(localStorage.getItem('hrqa.recent'))[0]")
    assert kept == DOCTORS


def test_going_back_leaves_the_question_under_way(open_page: OpenPage, site: Site) -> None:
    """What was shown before stays, and its question is in the field."""
    page = open_page(tolerant=True)
    page.goto(f"{site.url}/?query={THINKING}")
    held = hold(page)
    send(page, DOCTORS)
    wait_for(page, held, 1)
    page.go_back()
    expect(page.locator("#query")).to_have_value(THINKING)
    release(held[0])
    page.wait_for_timeout(300)

    assert page.title() == f"{THINKING} – hrqa"
    expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")


@pytest.mark.parametrize(
    ("address", "language", "size", "again"),
    [("/", "vi", PHONE, "Thử lại"), (f"/?query={THINKING}", "en", DESKTOP, "Try again")],
    ids=["start", "answer"],
)
def test_a_service_out_of_reach_is_told_of(
    address: str,
    language: str,
    size: tuple[int, int],
    again: str,
    open_page: OpenPage,
    site: Site,
) -> None:
    """The question stays in the field and in the address, and can be asked again."""
    page = open_page(language=language, size=size, tolerant=True)
    page.goto(f"{site.url}{address}")
    page.route(QUESTIONS, lambda route: route.abort("connectionrefused"))
    send(page, DOCTORS)

    expect(page.get_by_role("heading", name=UNREACHABLE[language])).to_be_focused()
    expect(page.locator("#said")).to_have_text(UNREACHABLE[language])
    expect(page).to_have_title(f"{UNREACHABLE[language]} – hrqa")
    expect(page.locator("#query")).to_have_value(DOCTORS)
    page.unroute(QUESTIONS)
    page.get_by_role("link", name=again).click()
    expect(page).to_have_title(f"{DOCTORS} – hrqa")
    expect(page.locator(".result")).to_have_count(10)
    page.go_back()
    expect(page.locator("#query")).to_have_value(THINKING if "query" in address else "")
    expect(page.locator(".failure")).to_have_count(0)


def test_an_answer_that_never_comes_is_given_up(open_page: OpenPage, site: Site) -> None:
    """After 30 seconds, here made shorter."""
    page = open_page(language="vi", tolerant=True)
    page.add_init_script(
        """const real = AbortSignal.timeout.bind(AbortSignal);
        AbortSignal.timeout = (ms) => real(ms / 100);"""
    )
    page.goto(site.url)
    hold(page)
    send(page, DOCTORS)

    said = "Sau 30 giây vẫn chưa có câu trả lời. Hãy thử lại."
    expect(page.get_by_role("heading", name=said)).to_be_focused()


@pytest.mark.parametrize(
    ("language", "status", "body"),
    [
        ("en", 502, "<html><body><h1>502 Bad Gateway</h1>nginx</body></html>"),
        (
            "vi",
            200,
            '<html><body><main id="main"><h1>Log in to the campus network</h1></main></body>',
        ),
    ],
    ids=["gateway", "portal"],
)
def test_another_server_s_page_is_not_shown(
    language: str, status: int, body: str, open_page: OpenPage, site: Site
) -> None:
    """What a gateway or the login of a network answers is no answer."""
    said = {
        "en": f"The service has a problem (status {status}). Try again in a moment.",
        "vi": f"Hệ thống gặp lỗi (mã {status}). Hãy thử lại sau giây lát.",
    }[language]
    page = open_page(language=language, tolerant=True)
    page.goto(site.url)
    page.route(
        QUESTIONS, lambda route: route.fulfill(status=status, body=body, content_type="text/html")
    )
    send(page, DOCTORS)

    expect(page.get_by_role("heading", name=said)).to_be_focused()
    assert page.get_by_text("Bad Gateway").or_(page.get_by_text("Log in")).count() == 0


def test_more_passages_that_do_not_come_are_told_of(open_page: OpenPage, site: Site) -> None:
    """The failure has the focus, and trying again shows them."""
    page = open_page(tolerant=True)
    page.goto(f"{site.url}/?query={DOCTORS}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site.app.state.engine, "run", overloaded)
        page.get_by_role("link", name="Show more passages").click()
        expect(page.get_by_role("heading", name="Many people are asking just now")).to_be_focused()
    page.get_by_role("link", name="Try again").click()

    expect(page.locator(".result")).to_have_count(20)


@pytest.mark.parametrize("trouble", ["unreachable", "overloaded"])
def test_filters_outlive_a_failure(trouble: str, open_page: OpenPage, site: Site) -> None:
    """The next question that is typed is asked of the same documents."""
    page = open_page(tolerant=True)
    page.goto(f"{site.url}/?query={THINKING}&document_ids=bac-ninh-2025&languages=en")
    with pytest.MonkeyPatch.context() as patch:
        if trouble == "unreachable":
            page.route(QUESTIONS, lambda route: route.abort())
        else:
            patch.setattr(site.app.state.engine, "run", overloaded)
        send(page, DOCTORS)
        expect(page.locator(".failure")).to_be_visible()
    page.unroute_all()
    send(page, "internships")

    expect(page.locator(".chosen")).to_contain_text("Bac Ninh enhances")
    expect(page.locator(".chosen")).to_contain_text("English")


async def overloaded(*_: object) -> None:
    """What a service does that has too much to do."""
    raise ProblemError(OVERLOADED, "5 searches are under way already; try again in a second.")


def test_another_language_chosen_in_another_window(open_page: OpenPage, site: Site) -> None:
    """The next answer is wholly in that language, and not half in each."""
    page = open_page()
    page.goto(site.url)
    other = page.context.new_page()
    other.goto(f"{site.url}/?ui=vi")
    send(page, DOCTORS)
    expect(page.locator("html")).to_have_attribute("lang", "vi")

    expect(page.locator(".result")).to_have_count(10)
    expect(page.locator("[data-whole]").first).to_have_text("Xem cả đoạn")
    assert page.title() == f"{DOCTORS} – hrqa"


@pytest.fixture(scope="module")
def limited(shipped_index: Path, corpus_folder: Path, encoder: Encoder) -> Iterator[Site]:
    """A site that answers each reader twice in a minute."""
    yield from site_over(shipped_index, corpus_folder, encoder, rate_limit=2)


def test_who_asks_too_much_is_told_to_wait(open_page: OpenPage, limited: Site) -> None:
    """By the service itself, in the reader's language, with the question kept."""
    pages = [open_page(language=language, tolerant=True) for language in UI_LANGUAGES]
    for page in pages:
        page.goto(limited.url)
    for page, language in zip(pages, UI_LANGUAGES, strict=True):
        send(page, DOCTORS)
        say = wording(language).say

        expect(page.get_by_role("heading", name=say("error.rate-limited.title"))).to_be_focused()
        expect(page.get_by_text(say("error.rate-limited.advice"))).to_be_visible()
        expect(page.get_by_role("link", name=say("error.again"))).to_be_visible()
        expect(page.locator("#query")).to_have_value(DOCTORS)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_service_that_starts_is_waited_for(
    scripts: bool,
    open_page: OpenPage,
    shipped_index: Path,
    corpus_folder: Path,
    encoder: Encoder,
) -> None:
    """The page comes by itself once there is an answer, and leaves alone who types meanwhile."""
    loaded = threading.Event()
    chosen = settings(shipped_index, corpus_folder)

    def load() -> Callable[[], Searcher]:
        loaded.wait(60)
        return lambda: open_searcher(chosen)

    with one_model(encoder):
        starting = Site(create_app(load, chosen), until_ready=False)
        try:
            page = open_page(language="vi", scripts=scripts, tolerant=True)
            page.goto(f"{starting.url}/?query={DOCTORS}")
            expect(page.get_by_role("heading", name="Hệ thống đang khởi động")).to_be_visible()
            if scripts:
                page.locator("#query").fill("Bác sĩ")
                with page.expect_response(QUESTIONS):
                    pass
                expect(page.locator("#query")).to_be_focused()
                expect(page.locator("#query")).to_have_value("Bác sĩ")
            loaded.set()
            expect(page.locator(".result")).to_have_count(10, timeout=20_000)
            expect(page.locator("#query")).to_have_value("Bác sĩ" if scripts else DOCTORS)
        finally:
            loaded.set()
            starting.close()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_failure_is_a_page(kind: Kind, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its status, what happened and what to do, and with the question in the field."""

    async def fail(*_: object) -> None:
        raise ProblemError(kind, "A test makes this fail.", headers={"retry-after": "2"})

    monkeypatch.setattr(site.app.state.engine, "run", fail)
    for language in UI_LANGUAGES:
        headers = {"accept": "text/html", "accept-language": language}
        answer = httpx.get(f"{site.url}/", params={"query": "Bình Dương"}, headers=headers)
        say = wording(language).say

        assert answer.status_code == kind.status
        assert answer.headers["retry-after"] == "2"
        assert say(f"error.{kind.name}.title") in answer.text
        assert say(f"error.{kind.name}.advice") in answer.text
        assert 'value="Bình Dương"' in answer.text
        assert answer.headers["x-request-id"] in answer.text
        assert "A test makes this fail" not in answer.text


def test_a_program_is_told_of_a_failure_as_before(site: Site) -> None:
    """Who does not ask for HTML gets a problem."""
    answer = httpx.get(f"{site.url}/library/fish")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
