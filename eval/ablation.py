"""What each step of retrieval is worth, measured in one run on the development questions.

    .venv/bin/python eval/ablation.py [--xquad ../shared/data/xquad]

Every row changes one thing against hrqa as it is. The difference is given with its 95 %
interval by paired bootstrap over the questions (2,000 resamples, fixed seed). The questions are
the development half of ``eval/gold.jsonl``; with ``--xquad`` also the Vietnamese and English
questions of XQuAD's training articles over all 240 English paragraphs.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from langchain_text_splitters import RecursiveCharacterTextSplitter
from text_sets import xquad_questions, xquad_texts

from hrqa.datatypes import Bibliography, Block, BlockKind, Document, Page, Passage, Sentence, Span
from hrqa.embedding.embedded_model import EMBEDDED_MODEL
from hrqa.embedding.encoder import EncodedText, Encoder
from hrqa.embedding.query_adapter import AdaptedQueries
from hrqa.embedding.query_centres import centre_query, centre_tokens, query_centres
from hrqa.evaluation.evidence import DocumentWords, holds
from hrqa.evaluation.gold import read_gold
from hrqa.evaluation.measuring import Judged, measure
from hrqa.evaluation.running import read_split
from hrqa.fusion import FusionWeights, convex_combination, weights_for
from hrqa.language import detect_language
from hrqa.lexical import LexicalIndex
from hrqa.marks.restoring import restore_marks, shipped_counts
from hrqa.passages import PassageSizes, cut_passages
from hrqa.queries import Ranking
from hrqa.retrieval_texts import (
    passage_embedding_text,
    passage_lexical_text,
    retrieval_title,
    sentence_embedding_text,
)
from hrqa.sentences import sentence_spans
from hrqa.store.description import open_text
from hrqa.store.texts import StoredDocument
from hrqa.token_states import TokenStates, encode_tokens
from hrqa.words import fold

Vectors = npt.NDArray[np.float32]
_SEED, _RESAMPLES, _DEPTH = 20261124, 2000, 10
_COMPARED = 100
_HUBS_NEIGHBOURS = 20


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


def windows(number: int) -> Callable[[Passage], Iterator[Sentence]]:
    """So many sentences in a row, each such row of a passage."""

    def found(passage: Passage) -> Iterator[Sentence]:
        sentences = passage.sentences
        for first in range(max(1, len(sentences) - number + 1) if sentences else 0):
            row = sentences[first : first + number]
            yield Sentence(row[0].start, row[-1].end, row[0].under)

    return found


def single(passage: Passage) -> Iterator[Sentence]:
    """Each sentence of a passage."""
    return iter(passage.sentences)


@dataclass(frozen=True)
class System:
    """One way to retrieve: hrqa's by default.

    Attributes:
        weights: What the retrievers count; None for hrqa's by the question's language.
        tokens: Share of the comparison token by token; None likewise.
        hubs: How much of its mean likeness to its 20 nearest strangers is taken off a passage and a
            sentence (cross-domain similarity local scaling, Conneau et al., ICLR 2018).
    """

    cut: Callable[[Document, Sequence[Page]], Sequence[Passage]] = packed
    passage_text: Callable[[str, Passage], str] = passage_embedding_text
    sentence_text: Callable[[str, Passage, Sentence], str] = sentence_embedding_text
    centred: bool = True
    marks_restored: bool = True
    adapted: bool = True
    sentences: Callable[[Passage], Iterator[Sentence]] = single
    weights: dict[str, float] | None = None
    tokens: float | None = None
    hubs: float = 0.0
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
    "tokens not compared": replace(HRQA, tokens=0.0),
    "tokens a tenth in both languages": replace(HRQA, tokens=0.1),
    "tokens three tenths in both languages": replace(HRQA, tokens=0.3),
    "Vietnamese weighed as English": replace(
        HRQA, weights=FusionWeights().by_retriever(), tokens=0.0
    ),
    "English weighed as Vietnamese": replace(
        HRQA, weights=weights_for("vi").by_retriever(), tokens=weights_for("vi").tokens
    ),
    "two sentences in a row": replace(HRQA, sentences=windows(2)),
    "three sentences in a row": replace(HRQA, sentences=windows(3)),
    "hubs less two tenths": replace(HRQA, hubs=0.2),
    "hubs less four tenths": replace(HRQA, hubs=0.4),
    "questions not centred": replace(HRQA, centred=False),
    "words: highest score always 1": replace(HRQA, full_scores={"lexical": 1e-9}),
    "reciprocal rank fusion": replace(HRQA, reciprocal_ranks=True),
    "passage vectors alone": replace(
        HRQA, tokens=0.0, weights={"passages": 1.0, "sentences": 0.0, "lexical": 0.0}
    ),
    "sentence vectors alone": replace(
        HRQA, tokens=0.0, weights={"passages": 0.0, "sentences": 1.0, "lexical": 0.0}
    ),
    "words alone": replace(
        HRQA, tokens=0.0, weights={"passages": 0.0, "sentences": 0.0, "lexical": 1.0}
    ),
    "no words": replace(
        HRQA, tokens=0.0, weights={"passages": 0.5, "sentences": 0.5, "lexical": 0.0}
    ),
    "no sentences": replace(
        HRQA, tokens=0.0, weights={"passages": 0.65, "sentences": 0.0, "lexical": 0.35}
    ),
    "no passages": replace(
        HRQA, tokens=0.0, weights={"passages": 0.0, "sentences": 0.65, "lexical": 0.35}
    ),
    "plain: recursive, no titles, not centred": replace(
        HRQA,
        cut=recursive,
        passage_text=no_title,
        sentence_text=bare_sentence,
        weights=FusionWeights().by_retriever(),
        tokens=0.0,
        centred=False,
        marks_restored=False,
        adapted=False,
    ),
}


_ON_XQUAD = (
    "hrqa",
    "sentences without title",
    "tokens not compared",
    "tokens a tenth in both languages",
    "tokens three tenths in both languages",
    "Vietnamese weighed as English",
    "English weighed as Vietnamese",
    "two sentences in a row",
    "hubs less two tenths",
    "questions not centred",
    "no words",
)


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
        self._sentences: dict[str, Vectors] = {}
        self._passages: dict[str, EncodedText] = {}
        self._queries: dict[tuple[str, bool], EncodedText] = {}
        self._centres = query_centres(self._encoder)
        self._adapted = AdaptedQueries(self._encoder)

    def sentences(self, texts: Sequence[str]) -> Vectors:
        """Vectors of sentences."""
        new = [text for text in dict.fromkeys(texts) if text not in self._sentences]
        self._sentences.update(zip(new, self._encoder.encode_passages(new), strict=True))
        return np.stack([self._sentences[text] for text in texts])

    def passages(self, texts: Sequence[str]) -> tuple[Vectors, TokenStates]:
        """Vectors and tokens of passages."""
        new = [text for text in dict.fromkeys(texts) if text not in self._passages]
        self._passages.update(zip(new, self._encoder.encode_passage_tokens(new), strict=True))
        encoded = [self._passages[text] for text in texts]
        kept = encode_tokens([centre_tokens(text.tokens, self._centres) for text in encoded])
        first = np.cumsum(np.concatenate([[0], kept.counts]), dtype=np.int64)
        tokens = TokenStates(kept.codes, first, self._encoder.dimension)
        return np.stack([text.vector for text in encoded]), tokens

    def query(self, question: str, system: System) -> tuple[str | None, EncodedText]:
        """A question's language, and what it searches with."""
        text = restore_marks(question, shipped_counts()) if system.marks_restored else question
        language = detect_language(text)
        adapted = system.adapted and language == "vi"
        if (text, adapted) not in self._queries:
            encoder = self._adapted if adapted else self._encoder
            self._queries[text, adapted] = encoder.encode_questions([text])[0]
        encoded = self._queries[text, adapted]
        centres = self._adapted.centres if adapted else self._centres
        return language, centre_query(text, encoded, centres) if system.centred else encoded


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
    vectors, tokens = model.passages(
        [system.passage_text(title, passage) for title, passage in titled]
    )
    owners = np.array([i for i, p in enumerate(passages) for _ in system.sentences(p)])
    sentences = model.sentences(
        [system.sentence_text(t, p, one) for t, p in titled for one in system.sentences(p)]
    )
    lexical = LexicalIndex.build([passage_lexical_text(title, p) for title, p in titled])
    order = [passage.id for passage in passages]
    hubs = _hubness(sentences, owners, vectors) if system.hubs else (0.0, 0.0)
    judged = []
    for question in questions:
        language, encoded = model.query(question.text, system)
        best = np.full(len(passages), -9.0, dtype=np.float32)
        np.maximum.at(best, owners, sentences @ encoded.vector - system.hubs * hubs[0])
        scores = {
            "passages": vectors @ encoded.vector - system.hubs * hubs[1],
            "sentences": best,
            "lexical": lexical.scores(question.text),
        }
        first = _fuse(system, scores, order, language, tokens, encoded)
        found = tuple(question.held(passages[number]) for number in first)
        judged.append(Judged(question.id, question.needed, found))
    return judged


def _hubness(
    sentences: Vectors, owners: npt.NDArray[np.int64], passages: Vectors
) -> tuple[Vectors, Vectors]:
    """Mean likeness of each sentence, and of each passage, to the nearest of other passages."""
    alike = sentences @ sentences.T
    alike[owners[:, None] == owners[None, :]] = -9
    near = sentences @ passages.T
    near[np.arange(len(owners)), owners] = -9
    return (
        np.sort(alike, axis=1)[:, -_HUBS_NEIGHBOURS:].mean(axis=1),
        np.sort(near, axis=0)[-_HUBS_NEIGHBOURS:].mean(axis=0),
    )


def _fuse(
    system: System,
    scores: dict[str, Vectors],
    order: Sequence[str],
    language: str | None,
    tokens: TokenStates,
    encoded: EncodedText,
) -> list[int]:
    rankings = []
    for name, values in scores.items():
        numbers = [n for n in range(len(order)) if name != "lexical" or values[n] > 0]
        numbers.sort(key=lambda n, values=values: (-float(values[n]), order[n]))
        rankings.append(Ranking(name, tuple((n, float(values[n])) for n in numbers)))
    if not system.reciprocal_ranks:
        weights = weights_for(language)
        share = weights.tokens if system.tokens is None else system.tokens
        fused = convex_combination(
            rankings,
            weights=system.weights or weights.by_retriever(),
            order=order,
            full_scores=system.full_scores,
        )
        if share:
            fused = _with_tokens(fused, tokens, encoded, order, share)
        return [number for number, _ in fused.entries[:_DEPTH]]
    summed: dict[int, float] = {}
    for ranking in rankings:  # Cormack, Clarke & Büttcher, SIGIR 2009, c = 60
        for place, (number, _) in enumerate(ranking.entries, start=1):
            summed[number] = summed.get(number, 0.0) + 1 / (60 + place)
    return sorted(summed, key=lambda n: (-summed[n], order[n]))[:_DEPTH]


def _with_tokens(
    fused: Ranking,
    tokens: TokenStates,
    encoded: EncodedText,
    order: Sequence[str],
    share: float,
) -> Ranking:
    best = [number for number, _ in fused.entries[:_COMPARED]]
    means = tokens.matches(encoded.tokens, best).mean(axis=1)
    entries = [(number, float(mean)) for number, mean in zip(best, means, strict=True)]
    entries.sort(key=lambda entry: (-entry[1], order[entry[0]]))
    return convex_combination(
        [fused, Ranking("tokens", tuple(entries))],
        weights={"fused": 1 - share, "tokens": share},
        order=order,
        full_scores={"fused": 1.0},
    )


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
    documents: list[tuple[Document, Sequence[Page]]] = []
    for name, title, context in xquad_texts(folder, "en"):
        text = " ".join(context.split())
        page = Page(None, None, text, (Block(BlockKind.PARAGRAPH, 0, len(text)),))
        documents.append((Document(name, name, "", Bibliography(title=title), None), (page,)))
    questions = []
    for group, language, typed in (
        ("en", "en", str),
        ("vi", "vi", str),
        ("vi unmarked", "vi", fold),
    ):
        for asked in xquad_questions(folder, language, held_out=held_out):
            (name,) = asked.relevant
            questions.append(_about(name, group, asked.id, typed(asked.text)))
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
