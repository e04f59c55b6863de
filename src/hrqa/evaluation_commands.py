"""``hrqa evaluate`` and ``hrqa compare``: retrieval scored, and scores held against each other."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hrqa.settings import Settings, load_settings

if TYPE_CHECKING:
    from hrqa.datatypes import GoldQuestion

_DONE = 0
_DEFAULT_DEPTH = 10
_EVALUATE_EPILOG = """\
What is asked comes from gold questions (--gold), from a BEIR folder with corpus.jsonl,
queries.jsonl and qrels/ (--beir, which also makes the index), or from queries and judgements by
document over an index at hand (--topics and --qrels).

examples:
  hrqa evaluate                                       the project's own gold questions
  hrqa evaluate --measures "nDCG@10 R@5" --gold mine.jsonl --index papers-index
  hrqa evaluate --systems dense,lexical,fused,hrqa    what each part is worth
  hrqa evaluate --beir ~/scifact                      index, ask and score a BEIR set

DIR then holds evaluation.json (everything), evaluation.md (tables), run.trec and qrels.trec for
other scorers, and machine.json (times). Of several systems each has a folder of its own.
"""
_COMPARE_EPILOG = """\
A RUN is a folder or evaluation.json of `hrqa evaluate`, or a TREC run file of any system, for
which --qrels gives the judgements.

examples:
  hrqa compare reports/before reports/after
  hrqa compare bm25.run dense.run --qrels qrels.txt --measures "nDCG@10 R@100"
"""


def add_evaluation_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the commands."""
    command = commands.add_parser(
        "evaluate",
        help="score retrieval on gold questions",
        description="Score retrieval on gold questions, BEIR sets or TREC topics.",
        epilog=_EVALUATE_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=_evaluate)
    command.add_argument("--gold", type=Path, metavar="FILE", help="default eval/gold.jsonl")
    command.add_argument("--beir", type=Path, metavar="FOLDER", help="a BEIR folder")
    command.add_argument("--topics", type=Path, metavar="FILE", help="queries: TREC, JSONL or TSV")
    command.add_argument("--qrels", type=Path, metavar="FILE", help="judgements by document id")
    command.add_argument("--index", type=Path, metavar="DIR", help="default index/")
    command.add_argument(
        "--output", type=Path, metavar="DIR", help="where reports go (default eval/reports)"
    )
    command.add_argument(
        "--split",
        metavar="NAME",
        help="of gold questions the half that <gold>.split.json beside them names (default all); "
        "of a BEIR folder the file of qrels/ (default test)",
    )
    command.add_argument(
        "--measures",
        metavar="NAMES",
        help='such as "nDCG@10 R@5 MAP"; see docs/evaluation.md',
    )
    command.add_argument(
        "--systems",
        metavar="NAMES",
        default="hrqa",
        help="hrqa (default), or its parts: dense, sentences, lexical, fused, reranked; "
        "several with commas between",
    )
    command.add_argument(
        "--depth", type=int, metavar="N", help="results looked at (default: as measures need)"
    )
    _format_option(command)

    command = commands.add_parser(
        "compare",
        help="tell whether one run is better than another",
        description="Compare runs over the same questions by paired tests.",
        epilog=_COMPARE_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=_compare)
    command.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="two or more")
    command.add_argument("--qrels", type=Path, metavar="FILE", help="judgements for TREC runs")
    command.add_argument("--measures", metavar="NAMES", help="default all that the runs have")
    command.add_argument(
        "--moved", type=int, default=5, metavar="N", help="questions that moved most (default 5)"
    )
    _format_option(command)


def _format_option(command: argparse.ArgumentParser) -> None:
    command.add_argument("--format", choices=("text", "json"), default="text", help="default text")


@dataclass(frozen=True, slots=True)
class _Asked:
    """Questions with where they are from, and the settings of the index that they are put to."""

    settings: Settings
    questions: "tuple[GoldQuestion, ...]"
    file: Path


def _evaluate(options: argparse.Namespace) -> int:
    from hrqa.digests import file_sha256
    from hrqa.evaluation.conditions import conditions_of
    from hrqa.evaluation.measure_names import deepest
    from hrqa.evaluation.measuring import MEASURE_NAMES
    from hrqa.evaluation.report import (
        evaluation_table,
        evaluation_to_json,
        systems_json,
        systems_table,
        write_report,
    )
    from hrqa.evaluation.running import evaluate
    from hrqa.evaluation.systems import system_names
    from hrqa.progress import Progress
    from hrqa.wiring import open_searcher

    measures = tuple(options.measures.split()) if options.measures else MEASURE_NAMES
    depth = options.depth or max(deepest(measures), _DEFAULT_DEPTH)
    systems = system_names(options.systems)
    asked = _asked(options)
    searcher = open_searcher(asked.settings)
    evaluations = []
    for system in systems:
        evaluation = evaluate(
            searcher,
            asked.questions,
            gold_file=asked.file,
            gold_sha256=file_sha256(asked.file),
            conditions=conditions_of(asked.settings, system=system, depth=depth, measures=measures),
            progress=Progress(),
        )
        folder = asked.settings.reports / system if len(systems) > 1 else asked.settings.reports
        print(f"Report: {write_report(evaluation, folder)}", file=sys.stderr)
        evaluations.append(evaluation)
    if options.format == "json":
        texts = [evaluation_to_json(evaluation) for evaluation in evaluations]
        print(texts[0] if len(texts) == 1 else systems_json(texts), end="")
    elif len(evaluations) == 1:
        print(evaluation_table(evaluations[0]), end="")
    else:
        print(systems_table(evaluations), end="")
    return _DONE


def _asked(options: argparse.Namespace) -> _Asked:
    from hrqa.evaluation.gold import read_gold
    from hrqa.evaluation.running import read_split

    given = {"index": options.index, "gold": options.gold, "reports": options.output}
    settings = load_settings(given)
    if options.beir is not None:
        return _beir(options.beir, options.split or "test", settings, options)
    if options.topics is not None or options.qrels is not None:
        return _topics(options, settings)
    questions = read_gold(settings.gold)
    if options.split not in (None, "all"):
        half = read_split(settings.gold, options.split)
        questions = tuple(question for question in questions if question.id in half)
    return _Asked(settings, questions, settings.gold)


def _beir(folder: Path, split: str, settings: Settings, options: argparse.Namespace) -> _Asked:
    """Write the corpus beside the reports, bring its index up to date, and read the queries."""
    from hrqa.evaluation.beir import beir_questions, write_corpus
    from hrqa.indexing import update_index
    from hrqa.progress import Progress

    reports = options.output or settings.reports / folder.resolve().name
    corpus, index = reports / "corpus", options.index or reports / "index"
    files = write_corpus(folder, corpus)
    questions = beir_questions(folder, split, files)
    own = load_settings({"corpus": corpus, "index": index, "reports": reports})
    update_index(own, progress=Progress(), allow_shrink=True)
    return _Asked(own, questions, folder / "qrels" / f"{split}.tsv")


def _topics(options: argparse.Namespace, settings: Settings) -> _Asked:
    from hrqa.errors import RunError
    from hrqa.evaluation.runs import read_qrels
    from hrqa.evaluation.topics import judged_questions, read_topics
    from hrqa.store.description import open_text

    if options.topics is None or options.qrels is None:
        missing = "--qrels" if options.qrels is None else "--topics"
        raise RunError(options.topics or options.qrels, missing, "is needed, too")
    text = open_text(settings.index)
    files = {stored.document.id: stored.document.file for stored in text.texts.documents}
    files |= {stored.document.file: stored.document.file for stored in text.texts.documents}
    text.close()
    topics, qrels = read_topics(options.topics), read_qrels(options.qrels)
    return _Asked(settings, judged_questions(topics, qrels, files, options.qrels), options.qrels)


def _compare(options: argparse.Namespace) -> int:
    from hrqa.errors import RunError
    from hrqa.evaluation.comparison import compare, comparison_json, comparison_text
    from hrqa.evaluation.measuring import MEASURE_NAMES
    from hrqa.evaluation.recorded import read_recorded
    from hrqa.evaluation.runs import read_qrels

    if len(options.runs) < 2:
        raise RunError(options.runs[0], "the command line", "name at least one run to compare with")
    measures: Sequence[str] | None = options.measures.split() if options.measures else None
    qrels = read_qrels(options.qrels) if options.qrels else None
    recorded = [
        read_recorded(path, qrels=qrels, measures=measures or MEASURE_NAMES)
        for path in options.runs
    ]
    comparison = compare(recorded, measures, moved=options.moved)
    text = comparison_json if options.format == "json" else comparison_text
    print(text(comparison), end="")
    return _DONE
