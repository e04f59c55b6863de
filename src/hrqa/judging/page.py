"""A question with its passages as HTML."""

from html import escape

from hrqa.evaluation.judgements import Degree
from hrqa.evaluation.pooling import PooledPassage
from hrqa.judging.work import Done, Work
from hrqa.phrases import page_ranges

_LABELS = {Degree.ANSWERS: "answers", Degree.PARTLY: "partly", Degree.NOT: "does not"}

_SHORT = 120
"""Characters of a question that fit above the passages, on a phone, too."""

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{root}judge.css">
<script src="{root}judge.js" defer></script>
</head>
<body>
{body}
</body>
</html>
"""


def question_page(work: Work, place: int, root: str) -> str:
    """The page of a question.

    Args:
        work: What there is to judge.
        place: Place of the question, from 0.
        root: Path under which everything is served, with a slash at both ends.
    """
    pool = work.pools[place]
    question = pool.question
    passages = "".join(
        _passage(each, number, work.degree(question.id, each.passage.id))
        for number, each in enumerate(pool.passages, start=1)
    )
    last = len(work.pools) - 1
    # A long question is scrolled in its place, which must be possible by keys.
    scrolled = ' tabindex="0"' if len(question.question) > _SHORT else ""
    body = f"""\
<header>
<p id="done" role="status">{escape(done_text(work.done()))}</p>
<nav aria-label="Questions">
{_link("previous", f"{root}question/{place}", "Previous question", shown=place > 0)}
<span>Question {place + 1} of {last + 1}</span>
{_link("next", f"{root}question/{place + 2}", "Next question", shown=place < last)}
<a id="first" href="{root}">First not judged</a>
</nav>
<h1{_lang(question.language)} dir="auto"{scrolled}>{escape(question.question)}</h1>
</header>
<main>
<p class="how">How far does each passage answer? <kbd>1</kbd> answers, <kbd>2</kbd> partly,
<kbd>3</kbd> does not; <kbd>↑</kbd> <kbd>↓</kbd> passages, <kbd>←</kbd> <kbd>→</kbd> questions.
A later judgement replaces an earlier one.</p>
<p id="problem" role="alert" hidden></p>
{passages or "<p>No system found a passage.</p>"}
</main>"""
    return _page(f"Question {place + 1} of {last + 1}", body, root)


def finished_page(work: Work, root: str) -> str:
    """The page for when all is judged."""
    body = f"""\
<main>
<h1>All is judged</h1>
<p id="done" role="status">{escape(done_text(work.done()))}</p>
<p>The judgements of {escape(work.judge)} are in {escape(str(work.file))}. You can close this page
and end the command with Ctrl+C.</p>
<p><a href="{root}question/1">Look at them again</a></p>
</main>"""
    return _page("All is judged", body, root)


def done_text(done: Done) -> str:
    """How far a judge is, in a line."""
    return (
        f"{done.questions:,} of {done.of_questions:,} questions done, "
        f"{done.passages:,} of {done.of_passages:,} passages judged"
    )


def _page(title: str, body: str, root: str) -> str:
    return _PAGE.format(title=escape(title), body=body, root=root)


def _link(name: str, address: str, text: str, *, shown: bool) -> str:
    return f'<a id="{name}" href="{address}">{text}</a>' if shown else ""


def _passage(pooled: PooledPassage, number: int, said: Degree | None) -> str:
    passage, title = pooled.passage, pooled.document.bibliography.title
    buttons = "".join(
        f'<button name="judgement" value="{degree}" aria-pressed="{str(degree is said).lower()}">'
        f"<kbd>{key}</kbd> {label}</button>"
        for key, (degree, label) in enumerate(_LABELS.items(), start=1)
    )
    pages = sorted({span.page for span in passage.spans if span.page is not None})
    where = f"{title}, {page_ranges(pages)}" if pages else title
    above = " › ".join(passage.section)
    return f"""\
<article id="p{number}" tabindex="-1" aria-labelledby="t{number}">
<h2 id="t{number}" dir="auto">{number}. {escape(where)}</h2>
{f'<p class="section" dir="auto">{escape(above)}</p>' if above else ""}
<p class="text"{_lang(passage.language)} dir="auto">{escape(passage.text)}</p>
<form method="post" action="#p{number}">
<input type="hidden" name="passage" value="{escape(passage.id)}">
{buttons}
</form>
</article>
"""


def _lang(language: str | None) -> str:
    return f' lang="{escape(language)}"' if language and language != "und" else ""
