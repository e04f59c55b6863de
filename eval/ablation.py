"""What each step of retrieval is worth, measured in one run on the development questions.

    .venv/bin/python eval/ablation.py [--xquad ../shared/data/xquad]

Every row changes one thing against hrqa as it is. The difference is given with its 95 %
interval by paired bootstrap over the questions (2,000 resamples, fixed seed). The questions are
the development half of ``eval/gold.jsonl``; with ``--xquad`` also the Vietnamese and English
questions of XQuAD's training articles over all 240 English paragraphs.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from langchain_text_splitters import RecursiveCharacterTextSplitter

from hrqa.datatypes import (
    Bibliography,
    Block,
    BlockKind,
    Document,
    Page,
    Passage,
    Ranking,
    Sentence,
    Span,
)
from hrqa.embedding.embedded_model import EMBEDDED_MODEL
from hrqa.embedding.encoder import Encoder
from hrqa.embedding.query_adapter import AdaptedQueries
from hrqa.embedding.query_centres import centre_query, query_centres
from hrqa.evaluation.evidence import DocumentWords, holds
from hrqa.evaluation.gold import read_gold
from hrqa.evaluation.measuring import Judged, measure
from hrqa.evaluation.running import read_split
from hrqa.fusion import FusionWeights, convex_combination
from hrqa.language import detect_language
from hrqa.lexical import LexicalIndex
from hrqa.marks.restoring import restore_marks, shipped_counts
from hrqa.passages import PassageSizes, cut_passages
from hrqa.retrieval_texts import (
    passage_embedding_text,
    passage_lexical_text,
    retrieval_title,
    sentence_embedding_text,
)
from hrqa.sentences import sentence_spans
from hrqa.store.description import open_text
from hrqa.store.texts import StoredDocument
from hrqa.words import fold

Vectors = npt.NDArray[np.float32]
_SEED, _RESAMPLES, _DEPTH = 20261124, 2000, 10
_WEIGHTS = FusionWeights().by_retriever()


def no_title(_: str, passage: Passage) -> str:
    """A passage's own words."""
    return passage.text


def whole_path(title: str, passage: Passage) -> str:
    """Title, every heading above the passage, and its words."""
    return "\n".join([title, *passage.section, passage.text])


def bare_sentence(_: str, passage: Passage, sentence: Sentence) -> str:
    """A sentence's own words."""
    return " ".join(passage.text[sentence.start : sentence.end].split())


def packed(document: Document, pages: Sequence[Page]) -> Sequence[Passage]:
    """Passages as hrqa cuts them."""
    return cut_passages(document, pages, sizes=PassageSizes())


def recursive(document: Document, pages: Sequence[Page]) -> Sequence[Passage]:
    """Each page by langchain's recursive splitter at 1,000 characters, as is commonly done."""
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=1000, chunk_overlap=0, strip_whitespace=False
    )
    passages = []
    for page in pages:
        at = 0
        for chunk in splitter.split_text(page.text):
            text = chunk.strip()
            start = at + len(chunk) - len(chunk.lstrip())
            at += len(chunk)
            if text:
                sentences = tuple(Sentence(*span) for span in sentence_spans(text))
                span = Span(page.number, start, start + len(text))
                name = f"{document.id}.{page.number}.{start}"
                passages.append(
                    Passage(name, document.id, text, (span,), (), None, "en", sentences)
                )
    return passages


@dataclass(frozen=True)
class System:
    """One way to retrieve: hrqa's by default."""

    cut: Callable[[Document, Sequence[Page]], Sequence[Passage]] = packed
    passage_text: Callable[[str, Passage], str] = passage_embedding_text
    sentence_text: Callable[[str, Passage, Sentence], str] = sentence_embedding_text
    centred: bool = True
    marks_restored: bool = True
    adapted: bool = True
    weights: dict[str, float] = field(default_factory=lambda: dict(_WEIGHTS))
    full_scores: dict[str, float] = field(default_factory=lambda: {"lexical": 0.44})
    reciprocal_ranks: bool = False


HRQA = System()
SYSTEMS = {
    "hrqa": HRQA,
    "page by page, recursive splitter": replace(HRQA, cut=recursive),
    "passages without title": replace(HRQA, passage_text=no_title),
    "passages with the whole section path": replace(HRQA, passage_text=whole_path),
    "sentences without title": replace(HRQA, sentence_text=bare_sentence),
    "marks not put back": replace(HRQA, marks_restored=False),
    "questions by the model itself": replace(HRQA, adapted=False),
    "neither adapter nor marks": replace(HRQA, adapted=False, marks_restored=False),
    "questions not centred": replace(HRQA, centred=False),
    "words: highest score always 1": replace(HRQA, full_scores={"lexical": 1e-9}),
    "reciprocal rank fusion": replace(HRQA, reciprocal_ranks=True),
    "passage vectors alone": replace(
        HRQA, weights={"passages": 1.0, "sentences": 0.0, "lexical": 0.0}
    ),
    "sentence vectors alone": replace(
        HRQA, weights={"passages": 0.0, "sentences": 1.0, "lexical": 0.0}
    ),
    "words alone": replace(HRQA, weights={"passages": 0.0, "sentences": 0.0, "lexical": 1.0}),
    "no words": replace(HRQA, weights={"passages": 0.5, "sentences": 0.5, "lexical": 0.0}),
    "no sentences": replace(HRQA, weights={"passages": 0.65, "sentences": 0.0, "lexical": 0.35}),
    "no passages": replace(HRQA, weights={"passages": 0.0, "sentences": 0.65, "lexical": 0.35}),
    "plain: recursive, no titles, not centred": replace(
        HRQA,
        cut=recursive,
        passage_text=no_title,
        sentence_text=bare_sentence,
        centred=False,
        marks_restored=False,
        adapted=False,
    ),
}


_ON_XQUAD = ("hrqa", "sentences without title", "questions not centred", "no words")


@dataclass(frozen=True)
class Question:
    """A question, the groups of questions that it counts in, and what it needs."""

    id: str
    text: str
    groups: tuple[str, ...]
    needed: frozenset[int]
    held: Callable[[Passage], frozenset[int]]


class Model:
    """The encoder, each text encoded once."""

    def __init__(self) -> None:
        self._encoder = Encoder(EMBEDDED_MODEL)
        self._passages: dict[str, Vectors] = {}
        self._queries: dict[tuple[str, bool], Vectors] = {}
        self._centres = query_centres(self._encoder)
        self._adapted = AdaptedQueries(self._encoder)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages or sentences."""
        new = [text for text in dict.fromkeys(texts) if text not in self._passages]
        self._passages.update(zip(new, self._encoder.encode_passages(new), strict=True))
        return np.stack([self._passages[text] for text in texts])

    def query(self, question: str, system: System) -> Vectors:
        """The vector that a question searches with."""
        text = restore_marks(question, shipped_counts()) if system.marks_restored else question
        adapted = system.adapted and detect_language(text) == "vi"
        if (text, adapted) not in self._queries:
            encoder = self._adapted if adapted else self._encoder
            self._queries[text, adapted] = encoder.encode_query(text)
        vector = self._queries[text, adapted]
        centres = self._adapted.centres if adapted else self._centres
        return centre_query(text, vector, centres) if system.centred else vector


def rank(
    system: System,
    model: Model,
    documents: Sequence[tuple[Document, Sequence[Page]]],
    questions: Sequence[Question],
) -> list[Judged]:
    """Retrieve for every question; what its first ten passages hold."""
    titled = [
        (retrieval_title(document), passage)
        for document, pages in documents
        for passage in system.cut(document, pages)
    ]
    passages = [passage for _, passage in titled]
    vectors = model.passages([system.passage_text(title, passage) for title, passage in titled])
    owners = np.array([i for i, p in enumerate(passages) for _ in p.sentences])
    sentences = model.passages(
        [system.sentence_text(t, p, sentence) for t, p in titled for sentence in p.sentences]
    )
    lexical = LexicalIndex.build([passage_lexical_text(title, p) for title, p in titled])
    order = [passage.id for passage in passages]
    judged = []
    for question in questions:
        vector = model.query(question.text, system)
        best = np.full(len(passages), -9.0, dtype=np.float32)
        np.maximum.at(best, owners, sentences @ vector)
        scores = {
            "passages": vectors @ vector,
            "sentences": best,
            "lexical": lexical.scores(question.text),
        }
        first = _fuse(system, scores, order)
        found = tuple(question.held(passages[number]) for number in first)
        judged.append(Judged(question.id, question.needed, found))
    return judged


def _fuse(system: System, scores: dict[str, Vectors], order: Sequence[str]) -> list[int]:
    rankings = []
    for name, values in scores.items():
        numbers = [n for n in range(len(order)) if name != "lexical" or values[n] > 0]
        numbers.sort(key=lambda n, values=values: (-float(values[n]), order[n]))
        rankings.append(Ranking(name, tuple((n, float(values[n])) for n in numbers)))
    if not system.reciprocal_ranks:
        fused = convex_combination(
            rankings, weights=system.weights, order=order, full_scores=system.full_scores
        )
        return [number for number, _ in fused.entries[:_DEPTH]]
    summed: dict[int, float] = {}
    for ranking in rankings:  # Cormack, Clarke & Büttcher, SIGIR 2009, c = 60
        for place, (number, _) in enumerate(ranking.entries, start=1):
            summed[number] = summed.get(number, 0.0) + 1 / (60 + place)
    return sorted(summed, key=lambda n: (-summed[n], order[n]))[:_DEPTH]


def gold_questions(
    path: Path, documents: Sequence[tuple[StoredDocument, Sequence[Page]]]
) -> Iterator[Question]:
    """The answerable questions of the development half."""
    half = read_split(path, "development")
    words = {stored.document.file: DocumentWords(stored, pages) for stored, pages in documents}
    files = {stored.document.id: stored.document.file for stored, _ in documents}
    for gold in read_gold(path):
        if gold.id not in half or not gold.answerable:
            continue
        located = [(e, words[e.document].occurrences(e.quote, e.page)) for e in gold.evidence]

        def held(passage: Passage, located=located) -> frozenset[int]:  # type: ignore[no-untyped-def]
            return frozenset(
                evidence.group
                for evidence, places in located
                if files[passage.document_id] == evidence.document
                and holds(passage, evidence, places)
            )

        unmarked = "unmarked" in gold.note
        group = f"{gold.language} unmarked" if unmarked else gold.language
        yield Question(
            gold.id, gold.question, (group,), frozenset(e.group for e in gold.evidence), held
        )


def xquad(
    folder: Path, *, held_out: bool
) -> tuple[list[tuple[Document, Sequence[Page]]], list[Question]]:
    """XQuAD: every English paragraph a passage; questions of the articles kept for testing, or not.

    The adapter of the question's encoder and the counts of marks were made from the others.
    """
    languages = {
        language: json.loads((folder / f"xquad.{language}.json").read_text(encoding="utf-8"))
        for language in ("en", "vi")
    }
    documents: list[tuple[Document, Sequence[Page]]] = []
    questions: list[Question] = []
    articles = zip(languages["en"]["data"], languages["vi"]["data"], strict=True)
    for ordinal, (english, vietnamese) in enumerate(articles):
        paragraphs = zip(english["paragraphs"], vietnamese["paragraphs"], strict=True)
        for number, (paragraph, translated) in enumerate(paragraphs):
            name = f"{ordinal:02d}-{number:02d}"
            text = " ".join(paragraph["context"].split())
            page = Page(None, None, text, (Block(BlockKind.PARAGRAPH, 0, len(text)),))
            known = Bibliography(title=english["title"].replace("_", " "))
            documents.append((Document(name, name, "", known, None), (page,)))
            if (ordinal % 4 == 0) != held_out:
                continue
            for language, asked in (("en", paragraph["qas"]), ("vi", translated["qas"])):
                for entry in asked:
                    questions.append(_about(name, language, entry["id"], entry["question"]))
                    if language == "vi":
                        plain = fold(entry["question"])
                        questions.append(_about(name, "vi unmarked", entry["id"], plain))
    return documents, questions


def _about(document_id: str, group: str, entry: str, text: str) -> Question:
    """A question that any passage of a paragraph answers."""

    def held(passage: Passage) -> frozenset[int]:
        return frozenset({1}) if passage.document_id == document_id else frozenset()

    return Question(f"{group} {entry}", text, (group,), frozenset({1}), held)


def print_table(
    systems: dict[str, System],
    model: Model,
    documents: Sequence[tuple[Document, Sequence[Page]]],
    questions: Sequence[Question],
) -> None:
    """Measure every system and print the table of means and of differences to hrqa."""
    groups = sorted({group for question in questions for group in question.groups})
    members = {g: [q.id for q in questions if g in q.groups] for g in groups}
    heads = [f"{g} ({len(members[g])}): R@5, MRR" for g in groups]
    print("| system | " + " | ".join(heads) + " |")
    print("|---" * (len(heads) + 1) + "|")
    base: dict[str, dict[str, float]] = {}
    for name, system in systems.items():
        values = measure(rank(system, model, documents, questions))
        base = base or values
        cells = [
            ", ".join(
                _cell(values, base, members[group], measured) for measured in ("Recall@5", "MRR@10")
            )
            for group in groups
        ]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def _cell(
    values: dict[str, dict[str, float]],
    base: dict[str, dict[str, float]],
    ids: Sequence[str],
    measured: str,
) -> str:
    own = np.array([values[i][measured] for i in ids])
    difference = own - np.array([base[i][measured] for i in ids])
    text = f"{own.mean():.3f}"
    if values is base:
        return text
    picks = np.random.default_rng(_SEED).integers(0, len(ids), size=(_RESAMPLES, len(ids)))
    low, high = np.percentile(difference[picks].mean(axis=1), [2.5, 97.5])
    return f"{text} ({difference.mean():+.3f} [{low:+.3f}, {high:+.3f}])"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--index", type=Path, default=Path("index"))
    parser.add_argument("--gold", type=Path, default=Path("eval/gold.jsonl"))
    parser.add_argument("--xquad", type=Path, help="folder of xquad.en.json and xquad.vi.json")
    parser.add_argument(
        "--held-out", action="store_true", help="XQuAD's testing articles, which nothing has seen"
    )
    parser.add_argument("--only", nargs="+", choices=list(SYSTEMS), help="measure these alone")
    options = parser.parse_args()
    systems = {name: SYSTEMS[name] for name in options.only or SYSTEMS}
    model = Model()
    texts = open_text(options.index).texts
    stored = [(entry, texts.pages(entry.document.id)) for entry in texts.documents]
    questions = list(gold_questions(options.gold, stored))
    print("Gold questions, development half\n")
    print_table(systems, model, [(s.document, pages) for s, pages in stored], questions)
    if options.xquad is not None and not options.xquad.is_dir():
        print(f"\nskipped: {options.xquad} is not there")
    elif options.xquad is not None:
        print(f"\nXQuAD, {'testing' if options.held_out else 'training'} articles\n")
        documents, questions = xquad(options.xquad, held_out=options.held_out)
        chosen = options.only or _ON_XQUAD
        print_table({name: SYSTEMS[name] for name in chosen}, model, documents, questions)


if __name__ == "__main__":
    main()
