"""Queries in the three forms in which they are handed on."""

from pathlib import Path

import pytest

from hrqa.errors import RunError
from hrqa.evaluation.topics import Topic, judged_questions, read_topics

SAME = (Topic("301", "the lamp of a lighthouse"), Topic("302", "trường học vùng châu thổ"))
TREC = """\
<top>
<num> Number: 301
<title> the lamp of
a lighthouse
<desc> Description: When is it trimmed?
</top>

<top>
<num>302</num>
<title>trường học  vùng châu thổ</title>
<narr>Relevant is what tells of schools.</narr>
</top>
"""
TSV = "301\tthe lamp of a lighthouse\n\n302\t trường học vùng châu thổ\r\n"
JSONL = (
    '{"_id": "301", "text": "the lamp of a lighthouse", "metadata": {}}\n'
    '{"_id": 302, "text": "trường học\\nvùng châu thổ"}\n'
)


@pytest.mark.parametrize("text", [TREC, TSV, JSONL, "\ufeff" + TSV, TREC.replace("top>", "TOP>")])
def test_the_same_queries_in_each_form(text: str, tmp_path: Path) -> None:
    """Titles alone are asked; spaces and line ends in them count as one space."""
    path = tmp_path / "topics"
    path.write_text(text, "utf-8")

    assert read_topics(path) == SAME


@pytest.mark.parametrize(
    ("text", "where", "problem"),
    [
        ("<top><num>1</num></top>", "topic 1", "needs <num> and <title>"),
        ("<top><num>1<title></top>", "topic 1", "query '1' is empty"),
        ("1\ta\n1\tb\n", "line 2", "the id '1' stands twice"),
        ("1\ta\n2 b\n", "line 2", "must be: id, a tab, and the query"),
        ("1\t \n", "line 1", "query '1' is empty"),
        ('{"_id": "1", "text": "a"}\n{"text": "b"}\n', "line 2", "must be a JSON object with"),
        ('{"_id": "1", "text": null}\n', "line 1", "must be a JSON object with"),
        ('{"_id": "1", "text": "a"}\n7\n', "line 2", "must be a JSON object with"),
        ("", "the whole file", "holds no query"),
    ],
)
def test_what_is_no_query_is_told_with_its_place(
    text: str, where: str, problem: str, tmp_path: Path
) -> None:
    """File, topic or line, and what is wrong."""
    path = tmp_path / "topics"
    path.write_text(text, "utf-8")

    with pytest.raises(RunError) as raised:
        read_topics(path)

    assert str(raised.value).startswith(f"{path}: {where}: {problem}")


def test_a_file_that_is_missing_or_of_another_encoding_is_named(tmp_path: Path) -> None:
    """One sentence for each."""
    path = tmp_path / "topics"
    with pytest.raises(RunError, match="topics: the whole file: there is no such file"):
        read_topics(path)
    path.write_bytes("1\ttrường".encode("utf-16"))
    with pytest.raises(RunError, match="topics: the whole file: cannot be read"):
        read_topics(path)


def test_topics_become_questions_with_whole_documents_as_evidence() -> None:
    """A topic that is not judged is left out; one without a relevant document has no answer."""
    topics = (*SAME, Topic("303", "the price of a ticket to the moon"))
    qrels = {"302": {"d1": 2, "d2": 1, "unknown": 0}, "303": {"d1": 0}}
    files = {"d1": "a.txt", "d2": "b.txt"}

    schools, moon = judged_questions(topics, qrels, files, Path("qrels"))

    assert (schools.id, schools.language, schools.answerable) == ("302", "vi", True)
    assert [(e.document, e.group, e.grade) for e in schools.evidence] == [
        *[("a.txt", 1, 2), ("b.txt", 2, 1)]
    ]
    assert (moon.id, moon.language, moon.answerable, moon.evidence) == ("303", "en", False, ())
