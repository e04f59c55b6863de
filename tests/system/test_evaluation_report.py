"""Tests of the page that `hrqa evaluate` writes, also in a real browser."""

import html
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from hrqa.embedding.encoder import Encoder
from hrqa.evaluation.report_questions import shown_questions
from hrqa.evaluation.sources import Source, evaluate_asked, questions_of
from hrqa.progress import Progress
from hrqa.wiring import open_searcher

from .tools import build, hrqa, one_model, settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HOSTILE = '"><script>document.title="taken"</script><img src=x onerror=alert(1)>&amp;{{ 7*7 }}'
QUOTE = "The heron waits in shallow water"
WIDTHS = (390, 1280)
QUIET = Progress(quiet=True)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """Two reports of the same questions, one with an answer first, one missed, one without."""
    folder = tmp_path_factory.mktemp("report")
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "birds.txt").write_text(f"At dawn it is quiet. {QUOTE} for fish. {HOSTILE}\n")
    for number in range(12):
        (corpus / f"rain-{number}.txt").write_text(f"Rain fell on day {number} of September.\n")
    (corpus / "iron.txt").write_text("Iron melts at 1538 degrees.\n")
    heron = {"document": "birds.txt", "page": None, "quote": QUOTE, "group": 1}
    iron = {"document": "iron.txt", "page": None, "quote": "Iron melts", "group": 1}
    questions: list[dict[str, Any]] = [
        {"question": f"Where does the heron wait? {HOSTILE}", "evidence": [heron]},
        {"question": "On which day of September did rain fall?", "evidence": [iron]},
        {"question": "Who sings on Sunday?", "answerable": False},
    ]
    others = {"language": "en", "kind": HOSTILE, "answerable": True, "answers": [HOSTILE]}
    gold = folder / "gold.jsonl"
    gold.write_text(
        "".join(json.dumps({"id": f"R{n}", **others, **q}) + "\n" for n, q in enumerate(questions))
    )
    with one_model(encoder):
        build(corpus, folder / "index")
        for name in ("once", "twice"):
            outcome = hrqa(
                *("evaluate", "--gold", gold, "--index", folder / "index"),
                *("--output", folder / name),
            )
            assert outcome.code == 0, outcome.err
    return folder


@pytest.fixture(scope="module")
def page_text(reports: Path) -> str:
    """The page."""
    return (reports / "once" / "report.html").read_text("utf-8")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def test_the_same_outcome_gives_the_same_page(reports: Path) -> None:
    """Every byte is the same; times stand in files beside."""
    once, twice = ((reports / name / "report.html").read_bytes() for name in ("once", "twice"))

    assert once == twice
    assert (reports / "once" / "latency.svg").read_text().startswith("<svg xmlns=")


def test_the_page_asks_for_nothing(page_text: str) -> None:
    """It names no other host, loads no file, and forbids whatever it does not bring along."""
    assert not re.search(r"https?:|//[a-z]|@import|url\((?!#)", html.unescape(page_text))
    assert re.findall(r"<(?:link|img|iframe|object|script src)[^>]*>", page_text) == [
        '<link rel="icon" href="data:,">'
    ]
    assert "default-src 'none'" in page_text


def test_what_others_wrote_is_text(page_text: str) -> None:
    """Markup in a question, a kind, an answer and a passage comes out as characters."""
    assert "<script>document" not in page_text
    assert "<img" not in page_text
    assert "49" not in re.sub(r"<svg.*?</svg>", "", page_text.partition("<main>")[2], flags=re.S)
    assert html.unescape(page_text).count(HOSTILE) >= 4


def test_of_very_many_questions_the_worst_are_shown_whole(reports: Path) -> None:
    """With room for one, the missed question has its passages, and the others say so."""
    chosen = settings(reports / "index")
    asked = questions_of(Source(gold=reports / "gold.jsonl"), chosen, progress=QUIET)
    searcher = open_searcher(chosen)
    evaluation = evaluate_asked(asked, searcher, progress=QUIET)
    shown = list(shown_questions(evaluation, searcher.index.text.texts, most=1))
    searcher.index.close()

    assert [question.is_brief for question in shown] == [True, False, True]
    assert [len(question.passages) for question in shown] == [0, 10, 0]


def test_every_question_is_there_with_what_it_found(page_text: str) -> None:
    """Each by its id, text and outcome; evidence is marked, and a miss is explained."""
    questions = re.split(r'<details class="question', page_text)[1:]

    assert [re.search(r'data-outcome="(\w+)"', q)[1] for q in questions] == [  # type: ignore[index]
        *("first", "missed", "none")
    ]
    for number, question in enumerate(questions):
        assert f'<span class="id">R{number}</span>' in question
    assert f'<mark title="group 1">{QUOTE}</mark> for fish.' in questions[0]
    assert "ranked too low: dense 1" in questions[1]
    assert "lexical not found" in questions[1]


def test_plots_tell_in_words_what_they_show(page_text: str) -> None:
    """Of two questions with an answer one has it first, and the other nowhere."""
    told = re.findall(r'<svg class="plot"[^>]* aria-label="([^"]+)"', page_text)

    assert len(told) == 6
    assert "Recall@1 0.500" in told[0]
    assert told[1].startswith("Questions by the rank of the first result with evidence: 1: 1, 2: 0")
    assert told[1].endswith("not found: 1.")
    ids = re.findall(r'\bid="([^"]+)"', page_text)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_opens_in_a_browser(
    chromium: Browser, reports: Path, width: int, dark: bool
) -> None:
    """On a phone and on a desk nothing goes wrong or overflows, with all questions open."""
    page, wrong = _opened(chromium, reports, width, dark=dark)

    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.title().startswith("Evaluation of hrqa")
    assert wrong == []
    page.context.close()


def test_questions_are_chosen_and_ordered(chromium: Browser, reports: Path) -> None:
    """By outcome and by words; the worst rank comes first if wanted."""
    page, wrong = _opened(chromium, reports, 1280)
    shown = page.locator(".question:visible .id")

    assert page.locator("#count").inner_text() == "3 of 3 questions"
    page.select_option("#outcome", "missed")
    assert shown.all_inner_texts() == ["R1"]
    page.select_option("#outcome", "")
    page.fill("#words", "SINGS")
    assert shown.all_inner_texts() == ["R2"]
    page.fill("#words", "")
    page.select_option("#order", "rank")
    assert shown.all_inner_texts() == ["R1", "R0", "R2"]
    assert wrong == []
    page.context.close()


def test_without_scripts_all_questions_are_there(chromium: Browser, reports: Path) -> None:
    """What would choose among them is left out."""
    page, _ = _opened(chromium, reports, 390, scripts=False)

    assert page.locator(".question:visible").count() == 3
    assert not page.locator("#choose").is_visible()
    page.context.close()


def _opened(
    chromium: Browser, reports: Path, width: int, *, dark: bool = False, scripts: bool = True
) -> tuple[Page, list[str]]:
    """The page in a window, and a list that grows by what goes wrong in it."""
    context = chromium.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
    )
    page = context.new_page()
    wrong: list[str] = []
    address = (reports / "once" / "report.html").as_uri()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text))
    page.on("request", lambda asked: wrong.append(asked.url) if asked.url != address else None)
    page.goto(address)
    return page, wrong
