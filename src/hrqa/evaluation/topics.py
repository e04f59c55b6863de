"""Queries and judgements of TREC and BEIR, made into gold questions judged by document."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hrqa.datatypes import Evidence, GoldQuestion
from hrqa.errors import RunError
from hrqa.evaluation.runs import Qrels
from hrqa.language import detect_language

_TOPIC = re.compile(r"<top>(.*?)</top>", re.DOTALL | re.IGNORECASE)
_NUMBER = re.compile(r"<num>\s*(?:Number:)?\s*([^\s<]+)", re.IGNORECASE)
_TITLE = re.compile(
    r"<title>\s*(?:Topic:)?\s*(.*?)\s*(?=</title>|<[a-z]+>|\Z)", re.DOTALL | re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Topic:
    """A query with its id."""

    id: str
    text: str


def read_topics(path: Path) -> tuple[Topic, ...]:
    """Read queries: TREC's ``<top>`` with ``<num>`` and ``<title>``, BEIR's JSON Lines, or TSV.

    Raises:
        RunError: The file has none of these forms, or an id stands twice; says where.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise RunError(path, "the whole file", "there is no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise RunError(path, "the whole file", f"cannot be read: {error}") from error
    if re.search("<top>", text, re.IGNORECASE):
        found = list(_trec_topics(path, text))
    elif text.lstrip().startswith("{"):
        found = list(_json_topics(path, text))
    else:
        found = list(_tsv_topics(path, text))
    topics: dict[str, Topic] = {}
    for where, topic in found:
        if topic.id in topics:
            raise RunError(path, where, f"the id {topic.id!r} stands twice")
        if not topic.text:
            raise RunError(path, where, f"query {topic.id!r} is empty")
        topics[topic.id] = topic
    if not topics:
        raise RunError(path, "the whole file", "holds no query")
    return tuple(topics.values())


def judged_questions(
    topics: tuple[Topic, ...], qrels: Qrels, files: Mapping[str, str], qrels_file: Path
) -> tuple[GoldQuestion, ...]:
    """Gold questions whose evidence is whole documents.

    Topics without judgements are left out, as is usual; those that are judged and have no relevant
    document have no answer.

    Args:
        topics: The queries.
        qrels: Judgements by document.
        files: Path of each document in the corpus, by the id that the judgements use.
        qrels_file: Where the judgements are from, for messages.

    Raises:
        RunError: A relevant document is not in the corpus, or no topic is judged.
    """
    questions = []
    for topic in topics:
        if topic.id not in qrels:
            continue
        evidence: list[Evidence] = []
        for item, grade in qrels[topic.id].items():
            if grade <= 0:
                continue
            if item not in files:
                raise RunError(
                    qrels_file, f"query {topic.id}", f"the index holds no document {item!r}"
                )
            evidence.append(Evidence(files[item], None, "", len(evidence) + 1, grade))
        questions.append(
            GoldQuestion(
                id=topic.id,
                language=detect_language(topic.text) or "und",
                question=topic.text,
                kind="topic",
                answerable=bool(evidence),
                evidence=tuple(evidence),
            )
        )
    if not questions:
        raise RunError(qrels_file, "the whole file", "judges none of the queries")
    return tuple(questions)


def _trec_topics(path: Path, text: str) -> Iterator[tuple[str, Topic]]:
    for place, match in enumerate(_TOPIC.finditer(text), start=1):
        number, title = _NUMBER.search(match[1]), _TITLE.search(match[1])
        if number is None or title is None:
            raise RunError(path, f"topic {place}", "needs <num> and <title>")
        yield f"topic {place}", Topic(number[1], " ".join(title[1].split()))


def _json_topics(path: Path, text: str) -> Iterator[tuple[str, Topic]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            topic = Topic(str(value["_id"]), " ".join(value["text"].split()))
        except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise RunError(
                path, f"line {number}", "must be a JSON object with `_id` and `text`"
            ) from error
        yield f"line {number}", topic


def _tsv_topics(path: Path, text: str) -> Iterator[tuple[str, Topic]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        identifier, tab, query = line.partition("\t")
        if not tab:
            raise RunError(path, f"line {number}", "must be: id, a tab, and the query")
        yield f"line {number}", Topic(identifier.strip(), " ".join(query.split()))
