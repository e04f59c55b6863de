"""Count Vietnamese syllables and pairs of them, for questions that are typed without marks.

Writes ``src/hrqa/marks/counts.tsv.gz``. Sources and licences stand in the model card,
``src/hrqa/marks/README.md``.

    pip install '.[training]'
    python training/marks.py --data ../shared/data
"""

import argparse
import gzip
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from hrqa.marks.restoring import MarkCounts, restore_marks
from hrqa.words import fold, words

TARGET = Path("src/hrqa/marks/counts.tsv.gz")
HELD_OUT = 4
"""Of XQuAD's articles every fourth is for testing only."""
BREAKS = re.compile(r"[.!?;:,()\"“”…\n]+")
LEAST_FREQUENCY = 1e-7
TEXT_WEIGHT = 1.0


def main() -> None:
    """Count, say how many syllables come back right, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--check", action="store_true", help="measure only, write nothing")
    options = parser.parse_args()
    articles = xquad(options.data / "xquad" / "xquad.vi.json")
    training = [
        text for number, texts in enumerate(articles) if number % HELD_OUT for text in texts
    ]
    counts = count([*tatoeba(options.data / "parallel" / "tatoeba.en-vi.tsv"), *training])
    held_out = [text for texts in articles[::HELD_OUT] for text in texts if text.endswith("?")]
    right, syllables = score(held_out, counts)
    print(f"{right / syllables:.1%} of {syllables} syllables of held-out questions come back right")
    english = xquad(options.data / "xquad" / "xquad.en.json")
    for name, asked in (("Vietnamese", articles), ("English", english)):
        whole = [text for texts in asked for text in texts if text.endswith("?")]
        changed = sum(restore_marks(question, counts) != question for question in whole)
        print(f"{changed} of {len(whole)} {name} questions with their marks are changed")
    if not options.check:
        write(counts)
        print(
            f"{len(counts.syllables):,} syllables, {len(counts.pairs):,} pairs; "
            f"{TARGET}: {TARGET.stat().st_size / 1000:.0f} kB"
        )


def xquad(path: Path) -> list[list[str]]:
    """Paragraphs and questions of each article."""
    data = json.loads(path.read_text(encoding="utf-8"))["data"]
    return [
        [
            text
            for paragraph in article["paragraphs"]
            for text in (paragraph["context"], *(q["question"].strip() for q in paragraph["qas"]))
        ]
        for article in data
    ]


def tatoeba(path: Path) -> Iterator[str]:
    """The Vietnamese sentences."""
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        yield line.split("\t")[1]


def count(texts: Iterable[str]) -> MarkCounts:
    """Syllables by wordfreq's list and the texts, pairs by the texts alone."""
    from wordfreq import get_frequency_dict

    own: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for text in texts:
        for stretch in BREAKS.split(unicodedata.normalize("NFC", text)):
            before = "^"
            for word in words(stretch):
                if not word.isalpha():
                    before = "^"
                    continue
                own[word] += 1
                pairs[before, word] += 1
                before = word
    listed = get_frequency_dict("vi", "small")
    total = sum(own.values())
    syllables = {
        word: round(frequency * total + TEXT_WEIGHT * own[word])
        for word, frequency in listed.items()
        if word.isalpha() and frequency >= LEAST_FREQUENCY
    }
    syllables |= {word: number for word, number in own.items() if number > 1 and word not in listed}
    return MarkCounts.of({s: max(1, n) for s, n in syllables.items()}, pairs)


def score(questions: Iterable[str], counts: MarkCounts) -> tuple[int, int]:
    """How many syllables come back right of questions whose marks are taken off."""
    right = syllables = 0
    for question in questions:
        restored = words(restore_marks(fold(question), counts))
        for wanted, found in zip(words(question), restored, strict=True):
            if wanted.isalpha():
                syllables += 1
                right += wanted == found
    return right, syllables


def write(counts: MarkCounts) -> None:
    """Write the counts, the same bytes for the same counts."""
    lines = [f"{syllable}\t{number}" for syllable, number in sorted(counts.syllables.items())]
    lines += [
        f"{first} {second}\t{number}" for (first, second), number in sorted(counts.pairs.items())
    ]
    text = "\n".join(lines) + "\n"
    TARGET.write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))


if __name__ == "__main__":
    main()
