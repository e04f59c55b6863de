"""The judge's page in a browser: by keys, by hand, on a phone, and with texts that mean harm."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page

from hrqa.datatypes import Bibliography, Document, GoldQuestion, Passage, Span
from hrqa.evaluation.judgements import Judgements, read_judgements
from hrqa.evaluation.pooling import Pool, PooledPassage
from hrqa.judging.server import JudgingServer
from hrqa.judging.work import Work

from .conftest import DESKTOP, PHONE, OpenPage
from .made_corpus import EMOJI, HARM, HEBREW, IMAGE_HARM, LONG_WORD, SVG_HARM
from .test_accessibility import faults, needs_axe

CRAB = "How much does a basket of crab cost?"
EVIL = f"{HARM} {IMAGE_HARM} {SVG_HARM} {LONG_WORD} {HEBREW} {EMOJI}"
LONG = "The market opens before dawn, when the boats come back from the bay. " * 40
PRESSED = """() => [...document.querySelectorAll("article")].map((passage) =>
  passage.querySelector("[aria-pressed=true]")?.value ?? null)"""
PRESS_TWO_AT_ONCE = """() => { for (const key of ["1", "3"]) {
  document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })); } }"""
IN_SIGHT = """(element) => { const box = element.getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight
    && element.contains(document.elementFromPoint(box.left + 5, box.top + 5)); }"""


def pooled(name: str, text: str, title: str = "The market of Long Pier") -> PooledPassage:
    """A passage of a document without pages."""
    document = Document("market", "market.md", "0", Bibliography(title), None)
    spans = (Span(None, 0, len(text)),)
    return PooledPassage(Passage(name, "market", text, spans, (title,), None, "en", ()), document)


def question(identifier: str, text: str) -> GoldQuestion:
    """A question without evidence."""
    return GoldQuestion(identifier, "en", text, "fact", answerable=False, evidence=())


POOLS = (
    Pool(
        question("G1", CRAB),
        (pooled("p1", LONG), pooled("p2", "A basket of crab costs four coins."), pooled("p3", "3")),
    ),
    Pool(question("G2", EVIL), (pooled(f"p-{HARM}", EVIL, EVIL),)),
)


@contextmanager
def judging(file: Path) -> Iterator[JudgingServer]:
    """The page of the judge An, who goes on with what a file holds."""
    given = read_judgements(file) if file.exists() else Judgements((), None)
    with JudgingServer(Work(POOLS, judge="An", file=file, given=given), port=0) as serving:
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where judgements go."""
    return tmp_path / "mine.judgements.jsonl"


@pytest.fixture
def server(file: Path) -> Iterator[JudgingServer]:
    """The page, nothing judged."""
    with judging(file) as serving:
        yield serving


def kept(file: Path) -> list[tuple[str, str, str]]:
    """Question, passage and judgement of each line that counts."""
    return [(each.question, each.passage, each.degree) for each in read_judgements(file).latest]


def done(page: Page, passages: int) -> None:
    """Wait until the page says that so many passages are judged."""
    page.locator("#done", has_text=f" {passages} of 4 passages judged").wait_for()


def focused(page: Page) -> str:
    """Id of what has the focus."""
    name: str = page.evaluate("document.activeElement.id")
    return name


def test_a_judge_judges_all_by_keys(server: JudgingServer, file: Path, open_page: OpenPage) -> None:
    """Keys judge and go on by themselves; arrows go back; at the end all is said to be judged."""
    page = open_page()
    page.goto(server.address)
    assert focused(page) == "p1"
    page.keyboard.press("3")
    done(page, 1)
    assert focused(page) == "p2"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("2")  # the last passage, so that the focus goes to what is still open
    done(page, 2)
    assert focused(page) == "p2"
    page.keyboard.press("1")
    done(page, 3)
    page.keyboard.press("ArrowDown")
    assert focused(page) == "p3"
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/question/2")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/question/1")
    assert page.evaluate(PRESSED) == ["not", "answers", "partly"]
    page.go_back()
    page.wait_for_url("**/question/2")
    page.keyboard.press("1")
    done(page, 4)
    page.keyboard.press("Enter")  # the focus is on the way to what is not judged
    page.get_by_role("heading", name="All is judged").wait_for()
    assert kept(file) == [
        ("G1", "p1", "not"),
        ("G1", "p3", "partly"),
        ("G1", "p2", "answers"),
        ("G2", f"p-{HARM}", "answers"),
    ]


def test_two_keys_in_a_hurry_judge_two_passages(
    server: JudgingServer, file: Path, open_page: OpenPage
) -> None:
    """A key pressed before the judgement before it is kept is for the next passage."""
    page = open_page()
    page.goto(server.address)
    page.evaluate(PRESS_TWO_AT_ONCE)
    done(page, 2)
    assert kept(file) == [("G1", "p1", "answers"), ("G1", "p2", "not")]


def test_a_key_too_many_judges_nothing(
    server: JudgingServer, file: Path, open_page: OpenPage
) -> None:
    """After the last passage the focus is on the way on; a key there changes no judgement."""
    page = open_page()
    page.goto(server.address)
    for passages in (1, 2, 3):
        page.keyboard.press("1")
        done(page, passages)
    page.locator("#next:focus").wait_for()
    page.keyboard.press("3")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/question/2")
    assert [degree for _, _, degree in kept(file)] == ["answers"] * 3
    assert len(file.read_text("utf-8").splitlines()) == 3


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_question_stays_in_sight(
    server: JudgingServer, open_page: OpenPage, size: tuple[int, int]
) -> None:
    """However far one reads, the question stands above; each passage is read from its beginning."""
    page = open_page(size=size)
    page.goto(server.address)
    for key, passage in (("ArrowUp", "p1"), ("ArrowDown", "p2"), ("ArrowUp", "p1")):
        page.keyboard.press(key)
        assert focused(page) == passage
        assert page.locator("h1").evaluate(IN_SIGHT)
        assert page.locator(f"#{passage} h2").evaluate(IN_SIGHT)


def test_a_judge_goes_on_after_a_restart(file: Path, open_page: OpenPage) -> None:
    """A new start opens at the first passage without a judgement, at another address."""
    with judging(file) as before:
        page = open_page()
        page.goto(before.address)
        page.keyboard.press("1")
        done(page, 1)
    with judging(file) as after:
        assert after.root != before.root
        page = open_page()
        page.goto(after.address)
        assert focused(page) == "p2"
        assert page.evaluate(PRESSED) == ["answers", None, None]


def test_a_judge_who_is_not_heard_is_told(
    server: JudgingServer, file: Path, open_page: OpenPage
) -> None:
    """Where the command has ended the page says that the judgement is not kept, and stays there."""
    page = open_page(tolerant=True)
    page.goto(server.address)
    page.route("**/question/*", lambda route: route.abort())
    page.keyboard.press("1")
    page.get_by_role("alert").wait_for()
    assert "Not kept" in page.get_by_role("alert").inner_text()
    assert page.evaluate(PRESSED) == [None, None, None]
    assert not file.exists()


def test_without_scripts_buttons_judge(
    server: JudgingServer, file: Path, open_page: OpenPage
) -> None:
    """The forms do without JavaScript."""
    page = open_page(scripts=False)
    page.goto(server.address)
    page.locator("#p2 button", has_text="partly").click()
    page.locator("#p2 button[aria-pressed=true]", has_text="partly").wait_for()
    assert kept(file) == [("G1", "p2", "partly")]


def test_texts_that_mean_harm_are_only_text(server: JudgingServer, open_page: OpenPage) -> None:
    """Question, title, section and passage are shown as they are, and no wider than a phone."""
    page = open_page(size=PHONE)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(f"{server.address}question/2")
    for where in ("h1", "article h2", ".section", ".text"):
        assert HARM in page.locator(where).inner_text()
    assert page.locator("main img, main svg, main script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@needs_axe
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(server: JudgingServer, open_page: OpenPage, dark: bool) -> None:
    """Neither with a judgement, nor with a long question, nor at the end."""
    page = open_page(size=PHONE if dark else DESKTOP, dark=dark)
    page.goto(server.address)
    for passages in (1, 2, 3):
        page.keyboard.press("1")
        done(page, passages)
    assert faults(page) == []
    page.goto(server.address)
    assert page.url.endswith("/question/2")
    assert faults(page) == []
    page.keyboard.press("1")
    done(page, 4)
    page.goto(server.address)
    assert faults(page) == []
