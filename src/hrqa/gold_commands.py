"""``hrqa gold``: gold questions checked, divided and judged."""

import argparse
import getpass
import json
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from hrqa.commands import add_command, add_format_option
from hrqa.settings import load_settings

if TYPE_CHECKING:
    from hrqa.evaluation.gold_check import GoldReport
    from hrqa.evaluation.judgements import Judgements

_DONE, _FAULTY = 0, 1
_DEFAULT_DEPTH = 10
_DEFAULT_SYSTEMS = "dense,lexical,hrqa"
_EPILOG = """\
examples:
  hrqa gold check mine.jsonl --index papers-index     every fault, with its line and field
  hrqa gold split mine.jsonl                          a half to tune on and a half to test on
  hrqa gold judge mine.jsonl --judge An               say how far passages answer
  hrqa gold agreement mine.judgements.jsonl           do two judges mean the same?
  hrqa gold qrels mine.judgements.jsonl > qrels.trec  for other scorers

docs/gold-questions.md tells how to write good questions.
"""
_CHECK_EPILOG = """\
A fault is told as FILE:LINE: FIELD: what is wrong; what to do. Errors make the exit status 1,
warnings and notes leave it 0. With an index the evidence is looked up in its documents; the halves
in <stem>.split.json are checked where there are any.
"""
_JUDGE_EPILOG = """\
Open the address that is printed in a browser on this machine. Each judgement is kept at once;
stop with Ctrl+C and start again to go on. Several judges take a --judge name each and may write to
one file.
"""
_QRELS_EPILOG = """\
Grades: 2 answers, 1 partly, 0 not. Where judges differ the grade in the middle counts, of two in
the middle the lower one.
"""


def add_gold_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``hrqa gold`` with its commands."""
    gold = commands.add_parser(
        "gold",
        help="check, divide and judge gold questions",
        description="Check, divide and judge gold questions.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = gold.add_subparsers(title="commands", metavar="COMMAND", required=True)

    command = add_command(
        actions, "check", _check, "find all that is wrong with a gold file", _CHECK_EPILOG
    )
    _gold_argument(command)
    command.add_argument(
        "--index", type=Path, metavar="DIR", help="look evidence up here (default index/, if any)"
    )
    add_format_option(command)

    command = add_command(actions, "split", _split, "divide gold questions into two halves")
    _gold_argument(command)
    command.add_argument(
        "--share", type=_share, default=0.5, metavar="S", help="of the first half (default 0.5)"
    )
    command.add_argument(
        "--seed", type=int, default=0, metavar="N", help="another divides otherwise (default 0)"
    )
    command.add_argument(
        "--names",
        type=_names,
        default=("development", "test"),
        metavar="A,B",
        help="of the halves (default development,test)",
    )
    command.add_argument("--force", action="store_true", help="divide anew what is divided")

    command = add_command(
        actions, "judge", _judge, "say on a page how far passages answer", _JUDGE_EPILOG
    )
    _gold_argument(command)
    command.add_argument("--index", type=Path, metavar="DIR", help="default index/")
    command.add_argument(
        "--systems",
        default=_DEFAULT_SYSTEMS,
        metavar="NAMES",
        help=f"whose passages are mixed (default {_DEFAULT_SYSTEMS})",
    )
    command.add_argument(
        "--depth", type=_depth, default=_DEFAULT_DEPTH, metavar="N", help="of each (default 10)"
    )
    command.add_argument("--judge", metavar="NAME", help="who judges (default your user name)")
    command.add_argument(
        "--output", type=Path, metavar="FILE", help="default <stem>.judgements.jsonl beside FILE"
    )
    command.add_argument(
        "--port", type=_port, default=0, metavar="P", help="of the page (default any free)"
    )

    command = add_command(actions, "agreement", _agreement, "tell how far judges agree")
    _judgements_argument(command)
    add_format_option(command)

    command = add_command(
        actions, "qrels", _qrels, "print judgements as TREC qrels by passage", _QRELS_EPILOG
    )
    _judgements_argument(command)


def _gold_argument(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "gold", nargs="?", type=Path, metavar="FILE", help="default eval/gold.jsonl"
    )


def _judgements_argument(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "judgements", type=Path, metavar="FILE", help="judgements of `hrqa gold judge`"
    )


def _share(given: str) -> float:
    share = float(given)
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError(f"{given} must lie between 0 and 1")
    return share


def _depth(given: str) -> int:
    depth = int(given)
    if not 1 <= depth <= 100:
        raise argparse.ArgumentTypeError(f"{given} must be a number from 1 to 100")
    return depth


def _port(given: str) -> int:
    port = int(given)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{given} must be a number from 0 to 65535")
    return port


def _names(given: str) -> tuple[str, str]:
    names = [name.strip() for name in given.split(",")]
    if len(names) != 2 or not all(names) or names[0] == names[1] or "all" in names:
        raise argparse.ArgumentTypeError(
            f'{given!r} must be two names with a comma between, neither of them "all"'
        )
    return names[0], names[1]


def _check(options: argparse.Namespace) -> int:
    from hrqa.evaluation.gold_check import check_gold
    from hrqa.evaluation.gold_faults import Severity
    from hrqa.store.description import open_text

    settings = load_settings({"gold": options.gold, "index": options.index})
    if options.index is not None or (settings.index / "current.json").is_file():
        with closing(open_text(settings.index)) as text:
            report = check_gold(settings.gold, text.texts)
    else:
        report = check_gold(settings.gold, None)
    if options.format == "json":
        print(_report_json(report), end="")
    else:
        for fault in report.faults:
            print(fault)
        print(_summary(report))
        if not report.looked_up:
            print("Evidence was not looked up: there is no index here; name one with --index.")
    return _FAULTY if report.count(Severity.ERROR) else _DONE


def _summary(report: "GoldReport") -> str:
    from hrqa.evaluation.gold_faults import Severity
    from hrqa.phrases import counted

    parts = [counted(report.questions, "question")]
    parts += [counted(report.count(each), each) for each in Severity]
    return ", ".join(parts if report.count(Severity.NOTE) else parts[:-1])


def _report_json(report: "GoldReport") -> str:
    from hrqa.evaluation.gold_faults import Severity

    value = {
        "file": str(report.file),
        "questions": report.questions,
        "looked_up": report.looked_up,
        **{f"{each}s": report.count(each) for each in Severity},
        "faults": [
            {
                "severity": fault.severity.value,
                "file": str(fault.file),
                "line": fault.line,
                "field": fault.field,
                "question": fault.question,
                "problem": fault.problem,
                "remedy": fault.remedy,
            }
            for fault in report.faults
        ],
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _split(options: argparse.Namespace) -> int:
    from hrqa.evaluation.gold import read_gold
    from hrqa.evaluation.gold_split import divide, split_file, split_text, write_halves

    gold = load_settings({"gold": options.gold}).gold
    questions = read_gold(gold)
    halves = divide(questions, options.names, share=options.share, seed=options.seed)
    write_halves(split_file(gold), halves, force=options.force)
    print(split_text(questions, halves), end="")
    print(
        f"Halves: {split_file(gold)}, divided with --seed {options.seed}, which is noted nowhere",
        file=sys.stderr,
    )
    return _DONE


def _judge(options: argparse.Namespace) -> int:
    from hrqa.evaluation.gold import read_gold
    from hrqa.evaluation.judgements import Judgements, read_judgements
    from hrqa.evaluation.pooling import pools
    from hrqa.evaluation.systems import system_names
    from hrqa.judging.server import JudgingServer
    from hrqa.judging.work import Work
    from hrqa.progress import Progress
    from hrqa.wiring import open_searcher

    settings = load_settings({"gold": options.gold, "index": options.index})
    systems = system_names(options.systems)
    questions = read_gold(settings.gold)
    output = options.output or settings.gold.with_suffix(".judgements.jsonl")
    given = Judgements((), None)
    if output.exists():
        given = read_judgements(output)
        _tell_cut_off(output, given)
    searcher = open_searcher(settings)
    try:
        found = pools(searcher, questions, systems, depth=options.depth, progress=Progress())
    finally:
        searcher.index.close()
    judge = (options.judge or getpass.getuser()).strip() or "judge"
    work = Work(found, judge=judge, file=output, given=given)
    with JudgingServer(work, port=options.port) as server:
        print(f"{judge} judges at {server.address}", flush=True)
        print(f"Judgements: {output}; stop with Ctrl+C", file=sys.stderr, flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            done = work.done()
            print(
                f"\nKept: {done.passages:,} of {done.of_passages:,} passages judged in {output}",
                file=sys.stderr,
            )
    return _DONE


def _agreement(options: argparse.Namespace) -> int:
    from hrqa.evaluation.agreement import agreement_json, agreement_text

    judgements = _judgements(options.judgements)
    text = agreement_json if options.format == "json" else agreement_text
    print(text(judgements.latest), end="")
    return _DONE


def _qrels(options: argparse.Namespace) -> int:
    from hrqa.evaluation.judgements import qrels_of
    from hrqa.evaluation.runs import qrels_lines

    for line in qrels_lines(qrels_of(_judgements(options.judgements).latest)):
        print(line, end="")
    return _DONE


def _judgements(file: Path) -> "Judgements":
    from hrqa.evaluation.judgements import read_judgements

    judgements = read_judgements(file)
    _tell_cut_off(file, judgements)
    return judgements


def _tell_cut_off(file: Path, judgements: "Judgements") -> None:
    if judgements.cut_off is not None:
        print(
            f"{file}:{judgements.cut_off}: the last line is only half written and is left out; "
            "judge that passage again",
            file=sys.stderr,
        )
