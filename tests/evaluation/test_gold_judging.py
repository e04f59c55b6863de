"""The page for a judge, over pools made by hand."""

import http.client
import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from hrqa.datatypes import Bibliography, Document, GoldQuestion, Passage, Span
from hrqa.errors import PortInUseError
from hrqa.evaluation.judgements import Degree, Judgements, read_judgements
from hrqa.evaluation.pooling import Pool, PooledPassage, mixed
from hrqa.judging.server import JudgingServer
from hrqa.judging.work import Work

EVIL = '<script>alert("1")</script> & "quoted"'


def pooled(name: str, *pages: int, text: str = "A text.") -> PooledPassage:
    """A passage on some pages of a document."""
    spans = tuple(Span(page, 0, 5) for page in pages) or (Span(None, 0, 5),)
    document = Document("doc", "doc.pdf", "0", Bibliography(f"Title of {EVIL}"), None)
    passage = Passage(name, "doc", text, spans, (f"Section {EVIL}",), None, "vi", ())
    return PooledPassage(passage, document)


def question(identifier: str, text: str = "Who?") -> GoldQuestion:
    """A question without evidence."""
    return GoldQuestion(identifier, "en", text, "fact", answerable=False, evidence=())


POOLS = (
    Pool(question("G1", EVIL), (pooled("p1", 3, text=EVIL), pooled("p2", 3, 4))),
    Pool(question("G2"), (pooled("p1", 3), pooled(f"p-{EVIL}"))),
    Pool(question("G3"), ()),
)


def work(file: Path, judge: str = "An") -> Work:
    """The work of a judge, going on with what the file holds."""
    given = read_judgements(file) if file.exists() else Judgements((), None)
    return Work(POOLS, judge=judge, file=file, given=given)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where judgements go."""
    return tmp_path / "j.jsonl"


@pytest.fixture
def server(file: Path) -> Iterator[JudgingServer]:
    """The page, served in this process."""
    with JudgingServer(work(file), port=0) as serving:
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


def ask(
    server: JudgingServer, path: str, form: dict[str, str] | None = None, **headers: str
) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of an answer; a form is posted."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    try:
        method = "GET" if form is None else "POST"
        connection.request(method, path, urlencode(form) if form else None, headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


def test_the_page_begins_with_what_is_not_judged(server: JudgingServer, file: Path) -> None:
    """Judged without a script: a form, and back to the page; then on to the next question."""
    first = ask(server, server.root)
    shown = ask(server, first[1]["Location"])
    for passage in ("p1", "p2"):
        form = {"passage": passage, "judgement": "partly"}
        posted = ask(server, f"{server.root}question/1", form)
    then = ask(server, server.root)

    assert (first[0], first[1]["Location"]) == (303, f"{server.root}question/1")
    assert "0 of 3 questions done" not in shown[2] and "0 of 4 passages judged" in shown[2]
    assert "Question 1 of 3" in shown[2]
    assert (posted[0], posted[1]["Location"]) == (303, f"{server.root}question/1")
    assert then[1]["Location"] == f"{server.root}question/2"
    kept = read_judgements(file).latest
    assert [(j.question, j.passage, j.degree, j.judge) for j in kept] == [
        ("G1", "p1", Degree.PARTLY, "An"),
        ("G1", "p2", Degree.PARTLY, "An"),
    ]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", kept[0].time)


def test_a_judgement_can_be_replaced_and_is_found_again(server: JudgingServer, file: Path) -> None:
    """The script is told how far the judge is; another start shows the last judgement."""
    page = f"{server.root}question/2"
    for degree in ("answers", "not"):
        form = {"passage": f"p-{EVIL}", "judgement": degree}
        status, headers, body = ask(server, page, form, Accept="application/json")
    again = work(file)

    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert json.loads(body) == {"done": "1 of 3 questions done, 1 of 4 passages judged"}
    assert again.degree("G2", f"p-{EVIL}") is Degree.NOT
    assert work(file, judge="Binh").degree("G2", f"p-{EVIL}") is None
    assert again.next_place() == 0
    pressed = re.findall(r'value="(\w+)" aria-pressed="true"', ask(server, page)[2])
    assert pressed == ["not"]


def test_when_all_is_judged_the_page_says_so(server: JudgingServer, file: Path) -> None:
    """A question without passages needs nothing."""
    for place, pool in enumerate(POOLS, start=1):
        for each in pool.passages:
            form = {"passage": each.passage.id, "judgement": "not"}
            ask(server, f"{server.root}question/{place}", form)
    status, _, body = ask(server, server.root)

    assert status == 200
    assert "All is judged" in body and str(file) in body
    assert "No system found a passage" in ask(server, f"{server.root}question/3")[2]


def test_everything_is_escaped(server: JudgingServer) -> None:
    """Question, title, section, text and ids come out as text."""
    page = ask(server, f"{server.root}question/1")[2] + ask(server, f"{server.root}question/2")[2]

    assert page.count("<script") == 2  # each page's own
    assert page.count("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; ") == 11
    assert "page 3" in page and "pages 3–4" in page
    assert 'lang="vi"' in page


def test_nothing_is_loaded_from_elsewhere(server: JudgingServer) -> None:
    """The policy allows this server's files alone, and the page names no other."""
    status, headers, body = ask(server, f"{server.root}question/1")
    script = ask(server, f"{server.root}judge.js")
    style = ask(server, f"{server.root}judge.css")

    assert (status, script[0], style[0]) == (200, 200, 200)
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "http" not in body + style[2] and "http" not in script[2]
    assert script[1]["Content-Type"].startswith("text/javascript")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "", "localhost"])
def test_other_names_of_the_host_are_refused(server: JudgingServer, host: str) -> None:
    """A page from elsewhere cannot reach this one under its own name."""
    status, _, body = ask(server, server.root, Host=host)

    assert status == 421
    assert server.root not in body


def test_the_name_localhost_is_taken(server: JudgingServer) -> None:
    """It is this machine, too."""
    assert ask(server, server.root, Host=f"LocalHost:{server.server_port}")[0] == 303


@pytest.mark.parametrize(
    "path", ["/", "/question/1", "/x/question/1", "{root}question/0", "{root}question/4"]
)
@pytest.mark.parametrize("end", ["", "é", "../../etc/passwd"])
def test_addresses_without_the_token_and_unknown_ones_are_refused(
    server: JudgingServer, path: str, end: str
) -> None:
    """The answer does not tell the token."""
    path = path.replace("{root}", server.root) + end.replace("é", "%C3%A9")
    status, _, body = ask(server, path)

    assert status == 404
    assert server.root not in body


@pytest.mark.parametrize(
    ("form", "headers", "status"),
    [
        ({"passage": "p1", "judgement": "answers"}, {"Origin": "http://evil.example"}, 403),
        ({"passage": "p1", "judgement": "answers"}, {"Origin": "null"}, 403),
        ({"passage": "p9", "judgement": "answers"}, {}, 400),
        ({"passage": "p1", "judgement": "perhaps"}, {}, 400),
        ({"judgement": "answers"}, {}, 400),
        ({str(n): "x" for n in range(20)}, {}, 400),
        ({"passage": "x" * 20_000}, {}, 413),
        ({"passage": "p1"}, {"Content-Length": "-5"}, 411),
    ],
)
def test_what_is_no_judgement_is_refused_and_not_kept(
    server: JudgingServer, file: Path, form: dict[str, str], headers: dict[str, str], status: int
) -> None:
    """Posts of other pages, of unknown passages or judgements, and too long ones."""
    assert ask(server, f"{server.root}question/1", form, **headers)[0] == status
    assert not file.exists()


def test_a_judgement_that_cannot_be_written_is_told(server: JudgingServer, file: Path) -> None:
    """It does not count as judged."""
    file.mkdir()
    form = {"passage": "p1", "judgement": "answers"}
    status, _, body = ask(server, f"{server.root}question/1", form)

    assert status == 500
    assert "cannot be written" in body
    assert server.work.degree("G1", "p1") is None


def test_it_listens_on_this_machine_alone(server: JudgingServer) -> None:
    """On the loopback address, with another token each time; a taken port is named."""
    assert server.server_address[0] == "127.0.0.1"
    assert server.address == f"http://127.0.0.1:{server.server_port}{server.root}"
    assert len(server.root) >= 32
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUseError):
            JudgingServer(server.work, port=port)


def test_the_order_tells_nothing_and_stays() -> None:
    """It depends on ids alone, whatever the order in which systems found the passages."""
    found = [pooled(f"p{number}") for number in range(12)]
    order = [each.passage.id for each in mixed("G1", found)]

    assert order == [each.passage.id for each in mixed("G1", found[::-1])]
    assert order != [each.passage.id for each in mixed("G2", found)]
    assert order != [each.passage.id for each in found] and sorted(order) != order
