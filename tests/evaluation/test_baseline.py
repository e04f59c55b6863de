"""Released figures: kept, read, and today's held against them."""

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from hrqa.datatypes import Evidence, GoldQuestion
from hrqa.errors import RunError
from hrqa.evaluation.averaging import means_of
from hrqa.evaluation.baseline import KEPT, Loss, baseline_json, losses, read_baseline
from hrqa.evaluation.outcomes import Conditions, Evaluation, QuestionScore
from hrqa.store.description import IndexMeta

EVIDENCE = (Evidence("a.pdf", None, "a quotation", 1),)
ENGLISH, VIETNAMESE = 60, 40


def score(name: str, language: str, values: Mapping[str, float]) -> QuestionScore:
    """A question with its values; without any it has no answer."""
    answerable = bool(values)
    evidence = EVIDENCE if answerable else ()
    question = GoldQuestion(name, language, f"{name}?", "fact", answerable, evidence)
    return QuestionScore(question, (), 0.5, tuple(values.items()), (), (), 0)


def evaluation(scores: Sequence[QuestionScore]) -> Evaluation:
    """The outcome of these questions."""
    return Evaluation(
        index=IndexMeta("an index", "2026-01-01T00:00:00Z", "1.0.0", "a model", 8, 100, 200),
        gold_file=Path("gold.jsonl"),
        gold_sha256="ab" * 32,
        conditions=Conditions("hrqa", "1.0.0", None, 10, KEPT, 1, (), ()),
        means=means_of(scores),
        sureness=None,
        questions=tuple(scores),
        document_ids={},
        ms=(),
    )


def of_values(english: Sequence[float], vietnamese: Sequence[float]) -> Evaluation:
    """Questions of two languages, each with one value for every measure; two without an answer."""
    values = [("en", value) for value in english] + [("vi", value) for value in vietnamese]
    scores = [
        score(f"G{number}", language, dict.fromkeys(KEPT, value))
        for number, (language, value) in enumerate(values)
    ]
    return evaluation([*scores, score("N1", "en", {}), score("N2", "vi", {})])


@pytest.fixture
def before() -> Evaluation:
    """What was released: values from .2 to 1."""
    chance = random.Random(3)
    numbers = [chance.randrange(2, 11) / 10 for _ in range(ENGLISH + VIETNAMESE)]
    return of_values(numbers[:ENGLISH], numbers[ENGLISH:])


def values_of(outcome: Evaluation, language: str) -> list[float]:
    """The values of a language's questions in order."""
    return [
        dict(each.measures)[KEPT[0]]
        for each in outcome.questions
        if each.question.language == language and each.question.answerable
    ]


def found(before: Evaluation, now: Evaluation, folder: Path) -> list[Loss]:
    """The losses of one outcome against another that was released as a file."""
    path = folder / "baseline.json"
    path.write_text(baseline_json(before), "utf-8")
    return losses(read_baseline(path), now)


def test_released_figures_are_read_as_they_were_written(tmp_path: Path) -> None:
    """Means with intervals and numbers, and for each question with an answer its kept measures."""
    values = {"Recall@5": 1.0, "MRR@10": 1 / 3, "nDCG@10": 0.5, "P@5": 0.2}
    outcome = evaluation(
        [
            score("câu", "vi", values),
            score("G2", "en", {**values, "Recall@5": 0.0}),
            score("N1", "en", {}),
        ]
    )
    path = tmp_path / "baseline.json"
    path.write_text(baseline_json(outcome), "utf-8")

    baseline = read_baseline(path)

    kept = {"Recall@5": 1, "MRR@10": 0.333333, "nDCG@10": 0.5}
    assert baseline.gold_sha256 == "ab" * 32
    assert baseline.languages == {"câu": "vi", "G2": "en"}
    assert baseline.values == {"câu": kept, "G2": {**kept, "Recall@5": 0}}
    assert set(baseline.means) == {"all", "language=en", "language=vi", "kind=fact"}
    assert baseline.means["all"]["Recall@5"] == (0.5, 0, 1, 2)
    assert baseline.means["language=vi"]["MRR@10"] == (0.3333, 0.3333, 0.3333, 1)
    assert baseline_json(outcome) == path.read_text("utf-8")


def test_a_question_is_a_line_of_the_released_file(before: Evaluation) -> None:
    """So that a difference between two releases can be read."""
    lines = baseline_json(before).splitlines()
    questions = [line for line in lines if '"language":' in line]

    assert len(questions) == ENGLISH + VIETNAMESE
    assert json.loads("{" + questions[0].strip().rstrip(",") + "}")["G0"]["language"] == "en"


def test_what_is_the_same_is_no_loss(before: Evaluation, tmp_path: Path) -> None:
    """Not even by rounding: values in the file have six digits."""
    third = of_values([1 / 3] * 20, [2 / 3] * 20)

    assert found(before, before, tmp_path) == []
    assert found(third, third, tmp_path) == []


def test_a_loss_in_every_second_question_is_found(before: Evaluation, tmp_path: Path) -> None:
    """Half of all values fall to 0: every measure, over all questions and in both languages."""
    now = of_values(
        *[
            [0.0 if place % 2 else value for place, value in enumerate(values_of(before, language))]
            for language in ("en", "vi")
        ]
    )

    alarms = found(before, now, tmp_path)

    assert [(each.group, each.measure) for each in alarms] == [
        (group, measure) for group in ("all", "language=en", "language=vi") for measure in KEPT
    ]
    mean = sum(values_of(before, "en")) / ENGLISH
    english = next(each for each in alarms if each.group == "language=en")
    assert english.before == pytest.approx(mean)
    assert english.now == pytest.approx(sum(values_of(now, "en")) / ENGLISH)
    assert all(each.now < each.before and each.p < 0.05 for each in alarms)


def test_a_loss_in_one_language_alone_is_found(before: Evaluation, tmp_path: Path) -> None:
    """Vietnamese loses .2 in each question and English gains .2: over all nothing is lost."""
    now = of_values(
        [value + 0.2 for value in values_of(before, "en")],
        [value - 0.2 for value in values_of(before, "vi")],
    )

    assert {each.group for each in found(before, now, tmp_path)} == {"language=vi"}


def test_a_gain_is_no_loss(before: Evaluation, tmp_path: Path) -> None:
    """However great."""
    ones = of_values([1.0] * ENGLISH, [1.0] * VIETNAMESE)

    assert found(before, ones, tmp_path) == []


@pytest.mark.parametrize("seed", range(8))
def test_values_that_change_places_are_no_loss(
    seed: int, before: Evaluation, tmp_path: Path
) -> None:
    """Shuffled among the questions of a language: single ones differ much, the means not at all."""
    chance = random.Random(seed)
    now = of_values(
        *[chance.sample(of, len(of)) for of in (values_of(before, "en"), values_of(before, "vi"))]
    )

    assert now != before
    assert found(before, now, tmp_path) == []


def test_a_few_questions_are_no_loss(before: Evaluation, tmp_path: Path) -> None:
    """Of three losses all eight signings are tried: one of eight is chance, and so no alarm."""
    fewer = [0.0 if place < 3 else value for place, value in enumerate(values_of(before, "en"))]

    assert found(before, of_values(fewer, values_of(before, "vi")), tmp_path) == []


def test_questions_that_one_side_lacks_are_left_out(before: Evaluation, tmp_path: Path) -> None:
    """New ones that fail are no loss, nor are ones that have gone."""
    new = [score(f"new{n}", "en", dict.fromkeys(KEPT, 0.0)) for n in range(50)]
    half = evaluation([*before.questions[::2], *new])

    assert found(before, half, tmp_path) == []
    assert found(before, evaluation(new), tmp_path) == []


def test_a_measure_that_one_side_lacks_is_left_out(before: Evaluation, tmp_path: Path) -> None:
    """As of an evaluation by some measures only."""
    some = evaluation(
        [score(f"G{n}", "en", {"MRR@10": value}) for n, value in enumerate([0.0] * ENGLISH)]
    )

    assert {each.measure for each in found(before, some, tmp_path)} == {"MRR@10"}
    assert found(some, before, tmp_path) == []


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"questions": {"G1": {}}, "gold": "a", "means": {}}', "7"]
)
def test_what_holds_no_figures_is_told(text: str, tmp_path: Path) -> None:
    """And a file that is missing."""
    path = tmp_path / "baseline.json"
    with pytest.raises(RunError, match=r"baseline\.json: the whole file: there is no such file"):
        read_baseline(path)
    path.write_text(text)
    with pytest.raises(RunError, match=r"baseline\.json: the whole file: holds no released"):
        read_baseline(path)
