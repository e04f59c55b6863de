"""``hrqa evaluate``, ``compare`` and ``reproduce``: retrieval scored, and scores trusted."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from hrqa.commands import add_format_option
from hrqa.settings import Settings, load_settings

_DONE, _FAILED = 0, 1
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
    asked = command.add_mutually_exclusive_group()
    asked.add_argument("--gold", type=Path, metavar="FILE", help="default eval/gold.jsonl")
    asked.add_argument("--beir", type=Path, metavar="FOLDER", help="a BEIR folder")
    asked.add_argument("--topics", type=Path, metavar="FILE", help="queries: TREC, JSONL or TSV")
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
        "--depth", type=_depth, metavar="N", help="results looked at (default: as measures need)"
    )
    add_format_option(command)

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
    add_format_option(command)

    command = commands.add_parser(
        "reproduce",
        help="repeat an evaluation and tell whether every rank is the same",
        description="Repeat an evaluation with the settings that it records, and tell whether "
        "every rank, score and measure is the same. Exit status 1 if not.",
    )
    command.set_defaults(run=_reproduce)
    command.add_argument("recorded", type=Path, metavar="RUN", help="its folder or evaluation.json")
    command.add_argument("--index", type=Path, metavar="DIR", help="default index/")
    command.add_argument("--gold", type=Path, metavar="FILE", help="default as recorded")


def _depth(given: str) -> int:
    """A number of results.

    Raises:
        argparse.ArgumentTypeError: It is none that a system gives.
    """
    from hrqa.evaluation.systems import DEEPEST

    if not given.isdecimal() or not 1 <= int(given) <= DEEPEST:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {DEEPEST}")
    return int(given)


def _depth_for(measures: Sequence[str]) -> int:
    """How many results measures look at, ten at least.

    Raises:
        MeasureError: One is not known, or looks deeper than any system.
    """
    from hrqa.errors import MeasureError
    from hrqa.evaluation.measure_names import deepest
    from hrqa.evaluation.systems import DEEPEST

    for name in measures:
        if deepest([name]) > DEEPEST:
            raise MeasureError(name, f"looks deeper than {DEEPEST} results")
    return max(deepest(measures), _DEFAULT_DEPTH)


def _evaluate(options: argparse.Namespace) -> int:
    from hrqa.evaluation.measuring import MEASURE_NAMES
    from hrqa.evaluation.report import (
        evaluation_table,
        evaluation_to_json,
        systems_json,
        systems_table,
        write_report,
    )
    from hrqa.evaluation.sources import Source, evaluate_asked, questions_of
    from hrqa.evaluation.systems import system_names
    from hrqa.progress import Progress
    from hrqa.wiring import open_searcher

    measures = tuple(options.measures.split()) if options.measures else MEASURE_NAMES
    deep_enough = _depth_for(measures)
    depth = options.depth or deep_enough
    systems = system_names(options.systems)
    settings = _settings(options)
    source = Source(options.gold, options.beir, options.topics, options.qrels, options.split)
    asked = questions_of(source, settings, progress=Progress())
    searcher = open_searcher(asked.settings)
    evaluations = []
    for system in systems:
        evaluation = evaluate_asked(
            asked,
            searcher,
            system=system,
            depth=depth,
            measures=measures,
            progress=Progress(),
        )
        folder = settings.reports / system if len(systems) > 1 else settings.reports
        path = write_report(evaluation, folder, searcher.index.text.texts)
        print(f"Report: {path}", file=sys.stderr)
        evaluations.append(evaluation)
    if options.format == "json":
        texts = [evaluation_to_json(evaluation) for evaluation in evaluations]
        print(texts[0] if len(texts) == 1 else systems_json(texts), end="")
    elif len(evaluations) == 1:
        print(evaluation_table(evaluations[0]), end="")
    else:
        print(systems_table(evaluations), end="")
    return _DONE


def _settings(options: argparse.Namespace) -> Settings:
    """The settings; corpus and index of a BEIR set stand beside its reports unless named."""
    given = {"index": options.index, "gold": options.gold, "reports": options.output}
    settings = load_settings(given)
    if options.beir is None:
        return settings
    reports = options.output or settings.reports / options.beir.resolve().name
    index = options.index or reports / "index"
    return load_settings({"corpus": reports / "corpus", "index": index, "reports": reports})


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


def _reproduce(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from hrqa.evaluation.reproducing import (
        check_same_input,
        read_conditions,
        reproduction,
        reproduction_text,
    )
    from hrqa.evaluation.sources import evaluate_asked, questions_of
    from hrqa.progress import Progress
    from hrqa.wiring import open_searcher

    recorded = read_conditions(options.recorded)
    source = recorded.source
    if options.gold is not None:
        source = replace(source, gold=options.gold)
    # Of several systems each has a folder of its own below that of the corpus.
    folders = (recorded.path.parent, recorded.path.parent.parent)
    folder = next((each for each in folders if (each / "corpus").is_dir()), folders[0])
    beside = {"corpus": folder / "corpus", "index": folder / "index"} if source.beir else {}
    index = options.index or beside.get("index")
    settings = load_settings({**dict(recorded.settings), **beside, "index": index})
    asked = questions_of(source, settings, progress=Progress())
    searcher = open_searcher(asked.settings)
    check_same_input(
        recorded,
        gold_sha256=asked.sha256,
        questions=[question.id for question in asked.questions],
        index_id=searcher.index.text.meta.id,
    )
    again = evaluate_asked(
        asked,
        searcher,
        system=recorded.system,
        depth=recorded.depth,
        measures=recorded.measures,
        progress=Progress(),
    )
    outcome = reproduction(recorded, again)
    print(reproduction_text(outcome), end="")
    return _DONE if outcome.is_same else _FAILED
