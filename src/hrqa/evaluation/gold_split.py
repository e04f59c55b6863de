"""Gold questions divided into halves: one to tune on, one to test on."""

import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from hrqa.datatypes import GoldQuestion
from hrqa.errors import GoldError, HrqaError, ReportError
from hrqa.evaluation.likeness import nearly_same, same_words
from hrqa.words import words

Halves = Mapping[str, Sequence[str]]
"""Name of each half, and the ids of its questions."""


class SplitExistsError(HrqaError):
    """Gold questions are divided already."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: the questions are divided already; divided anew, what was tuned on one half "
            "would be tested on it. Where that does no harm, use --force"
        )
        self.path = path


def split_file(gold: Path) -> Path:
    """Where the halves of a gold file are noted."""
    return gold.with_suffix(".split.json")


def read_halves(path: Path) -> dict[str, tuple[str, ...]]:
    """Read the halves of a gold file.

    Raises:
        GoldError: The file cannot be read or has another form.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GoldError(path, "the whole file", f"cannot be read: {error}") from error
    if not isinstance(value, dict) or not value:
        raise GoldError(path, "the whole file", "must be an object: name of each half, list of ids")
    for name, ids in value.items():
        if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
            raise GoldError(path, f"half {name!r}", "must be a list of ids")
    return {name: tuple(ids) for name, ids in value.items()}


def write_halves(path: Path, halves: Halves, *, force: bool) -> None:
    """Write the halves of a gold file.

    Raises:
        SplitExistsError: There is such a file, and it is not to be written over.
        ReportError: It cannot be written.
    """
    text = json.dumps(halves, ensure_ascii=False, indent=1) + "\n"
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise SplitExistsError(path) from None
    except OSError as error:
        raise ReportError(path, error.strerror or str(error)) from error


def divide(
    questions: Sequence[GoldQuestion], names: tuple[str, str], *, share: float, seed: int
) -> dict[str, tuple[str, ...]]:
    """Divide questions so that both halves have the same shares of all kinds of questions.

    Kinds are told by language, ``kind`` and whether there is an answer. Questions that share a
    quotation or are nearly the same stay together. The largest groups are dealt out first, each to
    the half that still lacks most of such questions, as in iterative stratification (Sechidis,
    Tsoumakas & Vlahavas, ECML PKDD 2011).

    Args:
        questions: What is divided.
        names: Of the halves.
        share: Of the first half, between 0 and 1.
        seed: Decides where halves lack the same; the same seed divides in the same way.

    Returns:
        Ids of each half, in the order of the questions.
    """
    chance = random.Random(seed)
    groups = sorted(_together(questions), key=lambda group: (-len(group), group))
    order = sorted(groups, key=lambda group: (-len(group), chance.random()))
    counts = Counter(trait for question in questions for trait in _traits(question))
    lacking = [
        {trait: part * count for trait, count in counts.items()} for part in (share, 1 - share)
    ]
    chosen: dict[int, int] = {}
    for group in order:
        traits = [_traits(questions[place]) for place in group]
        needs = [[sum(half[of[level]] for of in traits) for level in range(4)] for half in lacking]
        goes_first = chance.random() < share
        taken = 0 if (needs[0], goes_first) > (needs[1], not goes_first) else 1
        for place, of in zip(group, traits, strict=True):
            chosen[place] = taken
            for trait in of:
                lacking[taken][trait] -= 1
    return {
        name: tuple(q.id for place, q in enumerate(questions) if chosen[place] == half)
        for half, name in enumerate(names)
    }


def _traits(question: GoldQuestion) -> tuple[object, ...]:
    """What is to be balanced, the finest first."""
    return (
        (question.language, question.kind, question.answerable),
        ("language and answer", question.language, question.answerable),
        ("kind", question.kind),
        "all",
    )


def quotations(question: GoldQuestion) -> frozenset[tuple[str, tuple[str, ...]]]:
    """The quotations of a question's evidence: document and words."""
    return frozenset(
        (evidence.document, tuple(words(evidence.quote)))
        for evidence in question.evidence
        if evidence.quote.strip()
    )


def _together(questions: Sequence[GoldQuestion]) -> Iterator[tuple[int, ...]]:
    """Places of questions that must not be parted."""
    leader = list(range(len(questions)))

    def lead(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    first: dict[object, int] = {}
    for place, question in enumerate(questions):
        for key in (*quotations(question), same_words(question.question)):
            leader[lead(place)] = lead(first.setdefault(key, place))
    for one, two in nearly_same([question.question for question in questions]):
        leader[lead(two)] = lead(one)
    members: dict[int, list[int]] = {}
    for place in range(len(questions)):
        members.setdefault(lead(place), []).append(place)
    return (tuple(group) for group in members.values())


def split_text(questions: Sequence[GoldQuestion], halves: Halves) -> str:
    """How many questions of each kind are in each half, for a terminal."""
    half_of = {one: name for name, ids in halves.items() for one in ids}
    rows = [["", *halves], ["questions", *(str(len(ids)) for ids in halves.values())]]
    counts = Counter((_label(question), half_of[question.id]) for question in questions)
    for label in sorted({label for label, _ in counts}):
        rows.append([label, *(str(counts[label, name]) for name in halves)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join(
        "  ".join(
            [row[0].ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        )
        + "\n"
        for row in rows
    )


def _label(question: GoldQuestion) -> str:
    without = "" if question.answerable else ", no answer"
    return f"{question.language} {question.kind}{without}"
