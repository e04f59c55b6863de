"""The command line."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from hrqa import __version__
from hrqa.commands import add_command, add_format_option
from hrqa.errors import HrqaError
from hrqa.evaluation_commands import add_evaluation_commands
from hrqa.gold_commands import add_gold_commands
from hrqa.key_commands import add_keys_command
from hrqa.settings import Settings, load_settings

DONE, FAILED, WRONG_USAGE, STOPPED = 0, 1, 2, 130

_EPILOG = """\
settings: options come first, then environment variables HRQA_…, then hrqa.toml in the working
folder or the file that HRQA_CONFIG names.

examples:
  hrqa index                                        index corpus/ into index/
  hrqa search "How many universities are there in Binh Duong?"
  hrqa search "Bình Dương có bao nhiêu trường đại học?" --limit 3 --format json
  hrqa serve --port 8080
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns:
        0 done; 1 the work failed; argparse ends the process with 2 for a wrong command line.
    """
    # OpenMP's threads would spin while they wait and take the time of those that work.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    parser = build_parser()
    options = parser.parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except HrqaError as error:
        print(f"hrqa: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("hrqa: stopped", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED


def build_parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    parser = argparse.ArgumentParser(
        prog="hrqa",
        description="Answer questions with passages from your documents, each with its page.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"hrqa {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    command = add_command(commands, "setup", _setup, "make the default embedding model ready")

    command = add_command(commands, "index", _index, "build the index or bring it up to date")
    _corpus_option(command)
    _index_option(command)
    command.add_argument("--strict", action="store_true", help="stop at the first bad document")
    command.add_argument(
        "--allow-shrink",
        action="store_true",
        help="go on even if more than half of the documents would leave the index",
    )
    command.add_argument("--rebuild", action="store_true", help="read and embed everything anew")
    add_format_option(command)

    command = add_command(commands, "search", _search, "answer a question with ranked passages")
    command.add_argument("question", metavar="QUESTION", help="in English or Vietnamese")
    _index_option(command)
    command.add_argument("--limit", type=int, default=5, metavar="N", help="1 to 50 (default 5)")
    command.add_argument(
        "--document",
        action="append",
        default=[],
        metavar="ID",
        help="only this document; may be repeated",
    )
    add_format_option(command)

    command = add_command(commands, "documents", _documents, "list what is in the index")
    _index_option(command)
    add_format_option(command)

    command = add_command(commands, "serve", _serve, "serve questions over HTTP")
    _index_option(command)
    _corpus_option(command)
    command.add_argument("--host", metavar="H", help="address to listen on (default 127.0.0.1)")
    command.add_argument("--port", type=int, metavar="P", help="port (default 8000; 0: any free)")

    command = add_command(
        commands, "mcp", _mcp, "serve the Model Context Protocol on standard input and output"
    )
    _index_option(command)
    _corpus_option(command)

    add_keys_command(commands)

    add_evaluation_commands(commands)

    add_gold_commands(commands)

    command = add_command(commands, "verify", _verify, "prove every checksum and every citation")
    _index_option(command)
    _corpus_option(command)
    return parser


def _index_option(command: argparse.ArgumentParser) -> None:
    command.add_argument("--index", type=Path, metavar="DIR", help="the index (default index/)")


def _corpus_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--corpus", type=Path, metavar="DIR", help="the documents (default corpus/)"
    )


def _settings(options: argparse.Namespace, **renamed: str) -> Settings:
    """Settings with the options that were given; ``renamed`` maps a setting to its option."""
    names = {name: name for name in ("index", "corpus", "host", "port", "gold")}
    names.update(renamed)
    return load_settings({name: getattr(options, option, None) for name, option in names.items()})


def _setup(_: argparse.Namespace) -> int:
    from hrqa.embedding.embedded_model import ensure_embedded_model

    print("Making the default embedding model ready", file=sys.stderr)
    print(ensure_embedded_model())
    return DONE


def _index(options: argparse.Namespace) -> int:
    from hrqa.indexing import update_index
    from hrqa.progress import Progress
    from hrqa.summary import result_line, summary_json, summary_lines

    try:
        report = update_index(
            _settings(options),
            progress=Progress(),
            rebuild=options.rebuild,
            strict=options.strict,
            allow_shrink=options.allow_shrink,
        )
    except KeyboardInterrupt:
        print(
            "hrqa: stopped; what was read and embedded is kept, and the next `hrqa index` goes on "
            "from there",
            file=sys.stderr,
        )
        return STOPPED
    for line in summary_lines(report):
        print(line, file=sys.stderr)
    if options.format == "json":
        print(summary_json(report), end="")
    else:
        print(result_line(report))
    return DONE if report.complete else FAILED


def _search(options: argparse.Namespace) -> int:
    from hrqa.queries import Query
    from hrqa.search import check_query
    from hrqa.wiring import open_searcher

    query = Query(options.question, limit=options.limit, document_ids=tuple(options.document))
    check_query(query)
    searcher = open_searcher(_settings(options))
    result = searcher.search(query)
    if options.format == "json":
        from hrqa_api.schemas.answers import search_out

        print(search_out(result, searcher.index.text).model_dump_json(indent=2))
    else:
        from hrqa.terminal import search_text

        print(search_text(result), end="")
    return DONE


def _documents(options: argparse.Namespace) -> int:
    from hrqa.store.description import open_text

    index = open_text(_settings(options).index)
    if options.format == "json":
        from hrqa_api.schemas.documents import documents_out

        print(documents_out(index).model_dump_json(indent=2))
    else:
        from hrqa.terminal import documents_text

        print(documents_text(index), end="")
    index.close()
    return DONE


def _serve(options: argparse.Namespace) -> int:
    from hrqa_api.main import serve

    serve(_settings(options))
    return DONE


def _mcp(options: argparse.Namespace) -> int:
    from hrqa_api.mcp_stdio import serve_stdio

    serve_stdio(_settings(options))
    return DONE


def _verify(options: argparse.Namespace) -> int:
    from hrqa.progress import Progress
    from hrqa.verification import verify_index

    settings = _settings(options)
    corpus = settings.corpus if settings.corpus.is_dir() else None
    verified = verify_index(settings.index, corpus, progress=Progress())
    for problem in verified.problems:
        print(f"wrong: {problem}", file=sys.stderr)
    for file in verified.stored_only:
        print(
            f"{file}: gone or changed; its citations were proven against the stored text",
            file=sys.stderr,
        )
    print(
        f"{verified.files} files, {verified.passages} passages and {verified.spans} spans "
        f"compared, {len(verified.read_again)} documents read again: "
        + ("all right" if not verified.problems else f"{len(verified.problems)} problems")
    )
    return FAILED if verified.problems else DONE


if __name__ == "__main__":
    sys.exit(main())
